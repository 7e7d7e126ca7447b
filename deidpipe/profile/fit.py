"""Whether an action fits what a rule selects: the Standard's structure must stand, and the VR must allow it."""

from deidpipe.dicom.dictionary import vrs_of
from deidpipe.profile.attributes import MARKERS, STRUCTURAL, STRUCTURAL_VRS
from deidpipe.profile.fixed_value import fault_of
from deidpipe.profile.model import PrivateElement, RepeatingGroup, Selector, Tag, TagPath, VrSelector
from deidpipe.standard.actions import Action

# Decided: PN cannot be cleaned. All of a person's name identifies; there is no rest to keep.
_CLEANABLE = frozenset({"AE", "AS", "CS", "DA", "DT", "LO", "LT", "SH", "SQ", "ST", "TM", "UC", "UN", "UR", "UT"})

Fault = tuple[str, str]  # what is wrong, what to do


def action_fault(selector: Selector, action: Action) -> Fault | None:
    """Return why an action may not be done to what is selected, or None."""
    if _selects_any(selector, MARKERS):
        return "deidpipe itself writes this Attribute to say what was done", "leave the rule out"
    structure = "an Instance cannot be read without this Attribute"
    if isinstance(selector, VrSelector) and selector.vr in STRUCTURAL_VRS and action is not Action.KEEP:
        return f"among the VR {selector.vr} are Attributes that must stay", "name each Attribute in a rule of its own"
    for tag, allowed in STRUCTURAL.items():
        if action not in allowed and _selects(selector, tag):
            return structure, f"leave the rule out; only {' or '.join(sorted(allowed))} is possible"
    vrs = _vrs(selector)
    if not vrs:
        return None
    if action is Action.UID and "UI" not in vrs:
        return f"U is for UIDs, and this is {_words(vrs)}", "use X, Z, D or K"
    if action is Action.CLEAN and _CLEANABLE.isdisjoint(vrs):
        return f"C is for text, dates, ages and Sequences, and this is {_words(vrs)}", "use X, Z, D or K"
    return None


def value_fault(selector: Selector, action: Action, value: str) -> Fault | None:
    """Return why a fixed value may not stand there, or None."""
    if action is not Action.DUMMY:
        return f"a value with action {action}", "use action D, or leave value out"
    vrs = _vrs(selector) or ("",)
    faults = [fault_of(value, vr) for vr in vrs]
    if None in faults:
        return None
    return f"value {faults[0]}", "write another value, or leave it out for a dummy"


def _vrs(selector: Selector) -> tuple[str, ...]:
    """Return the VRs that are possible, nothing if that is not known."""
    if isinstance(selector, VrSelector):
        return (selector.vr,)
    if isinstance(selector, PrivateElement):
        return ()
    if isinstance(selector, RepeatingGroup):
        return vrs_of(selector.value)
    return vrs_of(selector.tag if isinstance(selector, Tag) else selector.tags[-1])


def _selects_any(selector: Selector, tags: frozenset[int]) -> bool:
    return any(_selects(selector, tag) for tag in tags)


def _selects(selector: Selector, tag: int) -> bool:
    if isinstance(selector, Tag):
        return selector.tag == tag
    if isinstance(selector, TagPath):
        return selector.tags[-1] == tag
    return isinstance(selector, RepeatingGroup) and tag & selector.mask == selector.value


def _words(vrs: tuple[str, ...]) -> str:
    return " or ".join(vrs)

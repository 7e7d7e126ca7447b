"""What deidpipe cannot look into: documents inside an Instance, and waveforms.

An Instance of a class that is made for one, or in which one would stay, is released only if a rule of the site names
the Attribute that holds it: then the site has decided, whether it keeps, removes or replaces it, and the audit says so.

Source: PS3.15 Table E.1-1 has D for (0042,0011) and nothing for (5400,0100). Decided: an Instance whose whole content
would be a dummy helps no one, and a waveform may be a voice or tell a person by the heart.
"""

from collections.abc import Iterable
from enum import IntEnum

from deidpipe.plan.decide import Decision
from deidpipe.profile.model import Condition, Profile, SiteRule, Tag, TagPath
from deidpipe.standard.actions import Action

_DOCUMENTS, _WAVEFORMS = "1.2.840.10008.5.1.4.1.1.104.", "1.2.840.10008.5.1.4.1.1.9."
_WAVEFORM_PRESENTATION_STATES = "1.2.840.10008.5.1.4.1.1.9.100."  # refer to waveforms and hold none
_GOES = frozenset({Action.REMOVE, Action.EMPTY, Action.DUMMY})


class Opaque(IntEnum):
    """An Attribute whose value nothing here can look into."""

    ENCAPSULATED_DOCUMENT = 0x00420011
    WAVEFORM = 0x54000100


_TAGS = frozenset(Opaque)


def opaque(
    sop_class: str,
    decisions: Iterable[Decision],
    profile: Profile,
    fits: frozenset[tuple[Condition, ...]] = frozenset(),
) -> Opaque | None:
    """Return what an Instance holds that cannot be looked into and that no site rule names; None if nothing."""
    found = {
        Opaque(decision.tag)
        for decision in decisions
        if decision.tag in _TAGS and decision.disposed_with is None and decision.action not in _GOES
    }
    if sop_class.startswith(_DOCUMENTS):
        found.add(Opaque.ENCAPSULATED_DOCUMENT)
    if sop_class.startswith(_WAVEFORMS) and not sop_class.startswith(_WAVEFORM_PRESENTATION_STATES):
        found.add(Opaque.WAVEFORM)
    undecided = found - {tag for rule in profile.rules for tag in Opaque if _names(rule, tag, fits)}
    return min(undecided, default=None)


def _names(rule: SiteRule, tag: int, fits: frozenset[tuple[Condition, ...]]) -> bool:
    return rule.selector in (Tag(tag), TagPath((tag,))) and (not rule.when or rule.when in fits)

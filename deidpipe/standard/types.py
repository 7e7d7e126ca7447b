"""The Type of an Attribute in an IOD, and how it settles a compound action code.

Source: PS3.3 (Types), PS3.15 E.1.1 and Table E.1-1a (compound codes).

Used are the Types of each Module, at top level and nested, and the Modules of each IOD with their usage (M, C, U).
The data know the Attributes of Table E.1-1 only, and a nested one only where its Type can change what is done; an
Attribute that is not there counts as not required.

Decided: where Modules differ, the strictest Type holds, whatever the usage of the Module, because it only ever adds
an empty or a dummy value. For the same reason 1C and 2C count as 1 and 2: their conditions are not evaluated.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from deidpipe.standard.actions import Action, CompoundAction
from deidpipe.standard.datafile import read
from deidpipe.standard.table import tag_in_table

Path = tuple[int, ...]

_MANUFACTURER = 0x00080070
_STRICTEST_FIRST = ("1", "1C", "2", "2C", "3")


class _Arms(NamedTuple):
    """What a compound code comes to."""

    not_required: Action  # Type 3, or not in this IOD
    may_be_empty: Action  # Type 2, 2C
    has_a_value: Action  # Type 1, 1C
    unknown_iod: Action


_ARMS: Mapping[CompoundAction, _Arms] = MappingProxyType(
    {
        CompoundAction.EMPTY_OR_DUMMY: _Arms(Action.EMPTY, Action.EMPTY, Action.DUMMY, Action.DUMMY),
        CompoundAction.REMOVE_OR_EMPTY: _Arms(Action.REMOVE, Action.EMPTY, Action.DUMMY, Action.REMOVE),
        CompoundAction.REMOVE_OR_DUMMY: _Arms(Action.REMOVE, Action.DUMMY, Action.DUMMY, Action.REMOVE),
        CompoundAction.REMOVE_EMPTY_OR_DUMMY: _Arms(Action.REMOVE, Action.EMPTY, Action.DUMMY, Action.REMOVE),
        CompoundAction.REMOVE_EMPTY_OR_UID: _Arms(Action.REMOVE, Action.EMPTY, Action.UID, Action.REMOVE),
    }
)


def settle(code: Action | CompoundAction, attribute_type: str | None, *, known_iod: bool) -> Action:
    """Return the one action that a code comes to, by the Type of the Attribute (None: not in this IOD).

    Source: PS3.15 Table E.1-1a. Ours: a dummy where a code has no arm for the Type (X/Z on Type 1, X/D on Type 2),
    and the safest arm that keeps the Data Set readable where the SOP Class is unknown. U, which X/Z/U* comes to on
    a Type 1 Sequence, keeps the Items, and the UIDs inside are replaced.
    """
    if isinstance(code, Action):
        return code
    arms = _ARMS[code]
    if not known_iod:
        return arms.unknown_iod
    match attribute_type:
        case None | "3":
            return arms.not_required
        case "2" | "2C":
            return arms.may_be_empty
        case "1" | "1C":
            return arms.has_a_value
    raise ValueError("a Type is one of 1, 1C, 2, 2C, 3")


def iod_of(sop_class_uid: str) -> str | None:
    """Return the name of the IOD of a SOP Class, None if it is unknown.

    For four retired SOP Classes it is the nearest IOD of today (ours).
    """
    return _facts("sop-class").get(sop_class_uid)


def type_of(iod: str, path: Path) -> str | None:
    """Return the strictest Type of the Attribute in any Module of the IOD, None if it is not there.

    ``path`` holds the tags from the top of the Data Set down, without Item numbers.
    """
    return _types(iod).anywhere.get(_written(path))


def required_type_of(iod: str, path: Path) -> str | None:
    """Return the strictest Type of the Attribute in the mandatory Modules of the IOD, None if it is not there."""
    return _types(iod).mandatory.get(_written(path))


@cache
def empty_at_least(iod: str) -> tuple[int, ...]:
    """Return the tags that the mandatory Modules of an IOD want at the top of a Data Set, even if empty (Type 2)."""
    own = [tag for tag, each in _types(iod).mandatory.items() if each == "2" and "/" not in tag and "X" not in tag]
    modules = _modules(iod)[0]
    more = [tag for module in modules for tag in _type_2().get(module, "").split()]
    found = {int(tag, 16) for tag in (*own, *more)}
    if "enhanced-general-equipment" in modules:
        found.discard(_MANUFACTURER)  # Type 1 there: an empty one would be wrong
    return tuple(sorted(found))


@cache
def _type_2() -> dict[str, str]:
    return dict(line.split("\t") for line in read("type2.tsv").lines)


class _Types(NamedTuple):
    """Type by path as the data write it, 52009229/00081140."""

    anywhere: dict[str, str]
    mandatory: dict[str, str]


def _written(path: Path) -> str:
    return "/".join(map(tag_in_table, path))


@cache
def _types(iod: str) -> _Types:
    if iod not in _facts("iod"):
        return _Types({}, {})
    mandatory, conditional, user_option = _modules(iod)
    return _Types(_strictest([*mandatory, *conditional, *user_option]), _strictest(mandatory))


def _modules(iod: str) -> list[list[str]]:
    """Return the mandatory, the conditional and the optional Modules of an IOD."""
    return [modules.split() for modules in _facts("iod")[iod].split("\t")] if iod in _facts("iod") else [[], [], []]


def _strictest(modules: Iterable[str]) -> dict[str, str]:
    strictest: dict[str, str] = {}
    for module in modules:
        for cell in _facts("module")[module].split():
            path, _, attribute_type = cell.partition("=")
            other = strictest.get(path, attribute_type)
            strictest[path] = min(other, attribute_type, key=_STRICTEST_FIRST.index)
    return strictest


@cache
def _facts(kind: str) -> dict[str, str]:
    """Return the rest of the lines of one kind (sop-class, iod, module) by name; an IOD is read when it is met."""
    start = f"{kind}\t"
    lines = (line[len(start) :] for line in _lines() if line.startswith(start))
    return {name: rest for name, _, rest in (line.partition("\t") for line in lines)}


@cache
def _lines() -> list[str]:
    return read("iod_types.tsv").lines

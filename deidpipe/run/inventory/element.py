"""Which element a value belongs to: its path without Item numbers, its VR, and what the profile proposes for it."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from deidpipe.audit.records import DecisionRecord, Outcome
from deidpipe.dicom.dictionary import keyword_of, vr_of
from deidpipe.dicom.index import Index
from deidpipe.dicom.layout import Kind, is_private_creator
from deidpipe.dicom.path import creators_of
from deidpipe.plan.decide import creators_around
from deidpipe.run.inventory.private_names import private_entry
from deidpipe.run.inventory.risk import Risk, risk_of_element
from deidpipe.run.inventory.values import Reading, reading_of, visible
from deidpipe.standard.actions import Action
from deidpipe.standard.tcia_private import PrivatePart

_BLOCK = 0xFF00  # the digits of a private tag that differ from file to file


class Signature(NamedTuple):
    """An element, wherever it is met, and what the profile proposes for it.

    ``path`` has no Item numbers; a private step has its Private Creator in place of the block. ``dictionary_vr`` is
    told where UN is stored. ``order`` sorts as the tags do.
    """

    order: str
    path: str
    step: str  # the last of the path
    tag: int
    name: str
    vr: str
    dictionary_vr: str
    creator: str
    is_private: bool
    reading: Reading
    risk: Risk
    risk_why: str
    action: str
    what: str  # how the action is carried out, in words
    stays: bool
    rule: str
    source: str
    why: str

    @property
    def judged_vr(self) -> str:
        """The VR to read a value by."""
        return self.dictionary_vr or self.vr

    @property
    def key(self) -> int:
        """A number that is the same in every process."""
        told = "\0".join(map(str, self))
        return int.from_bytes(hashlib.blake2b(told.encode("utf-8", "replace"), digest_size=8).digest()) >> 1


def signatures(index: Index, records: Sequence[DecisionRecord]) -> list[Signature]:
    """Return the signature of each element of a layout; ``records`` are those of its elements, in order."""
    layout = index.layout
    creators = creators_of(layout, index.value)
    made = []
    for entry, record in zip(layout.elements, records, strict=False):
        around = creators_around(layout, entry, creators)
        path = [
            PrivatePart(*step) for step in zip(layout.tag_path(entry), (*around, creators.get(entry, "")), strict=True)
        ]
        made.append(_signature(path, layout.vrs[entry], record, is_sequence=layout.kinds[entry] is Kind.SEQUENCE))
    return made


def meta_signature(tag: int, record: DecisionRecord) -> Signature:
    """Return the signature of an element of File Meta Information."""
    return _signature([PrivatePart(tag)], vr_of(tag), record, is_sequence=False)


def preamble_signature(record: DecisionRecord) -> Signature:
    """Return the signature of a preamble that is not empty."""
    made = _signature([PrivatePart(0)], "OB", record, is_sequence=False)
    made = made._replace(order="", path="preamble", step="preamble", vr="", name="")
    why = "anything may stand in the 128 bytes before the Data Set"
    return made._replace(
        order="",
        path="preamble",
        step="preamble",
        vr="",
        name="",
        reading=Reading.OPAQUE,
        risk=Risk.MEDIUM,
        risk_why=why,
    )


def tag_in_words(signature: Signature) -> str:
    """Return the tag as DICOM writes it, its block as xx where the Private Creator says which one; "" for none."""
    group, element = signature.tag >> 16, signature.tag & 0xFFFF
    if signature.creator:
        return f"({group:04X},xx{element & 0xFF:02X})"
    return f"({group:04X},{element:04X})" if signature.tag else ""


def _signature(path: Sequence[PrivatePart], stored_vr: str, record: DecisionRecord, *, is_sequence: bool) -> Signature:
    tag, creator = path[-1]
    is_private = bool(tag >> 16 & 1)
    name, told_vr = _known(tag, creator, is_private=is_private)
    vr = told_vr if stored_vr == "UN" and told_vr and not is_sequence else stored_vr
    reading = Reading.ITEMS if is_sequence else reading_of(stored_vr, vr)
    risk, why = risk_of_element(path, vr, reading, name)
    return Signature(
        order="/".join(_step_order(part) for part in path),
        path=".".join(_step(part) for part in path),
        step=_step(path[-1]),
        tag=tag,
        name=name,
        vr="SQ" if is_sequence else stored_vr,
        dictionary_vr=vr if vr != stored_vr else "",
        creator=visible(creator),
        is_private=is_private,
        reading=reading,
        risk=risk,
        risk_why=why,
        action=record.action,
        what=record.method or record.outcome,
        stays=record.outcome == Outcome.KEPT and record.action == Action.KEEP,
        rule=record.rule,
        source=record.source,
        why=record.why,
    )


def _known(tag: int, creator: str, *, is_private: bool) -> tuple[str, str]:
    if not is_private:
        told = vr_of(tag)
        return keyword_of(tag), told if told != "UN" else ""
    return private_entry(creator, tag) if creator else ("", "")


def _step(part: PrivatePart) -> str:
    tag, creator = part
    if creator:
        return f"({tag >> 16:04X},[{visible(creator)}]{tag & 0xFF:02X})"
    return keyword_of(tag) or f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def _step_order(part: PrivatePart) -> str:
    tag, creator = part
    if not creator or is_private_creator(tag):
        return f"{tag:08X}"
    return f"{tag & ~_BLOCK:08X}{visible(creator)}"

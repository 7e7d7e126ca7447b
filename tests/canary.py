"""Data Sets with a marker of its own in each Attribute, and what finds the markers again in raw bytes.

Written by an encoder of its own, so that what the package believes of DICOM is not what tests it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from struct import pack
from typing import NamedTuple

from pydicom._dicom_dict import RepeatersDictionary

from tests.shared import csv_rows, shared_folder

PS315 = shared_folder("ps315")
TABLE = csv_rows(PS315 / "table_e1_1.csv")
UNLISTED = csv_rows(PS315 / "not_in_table_by_vr.csv")
EXTRA_VRS = {row["tag"]: row["vr"] for row in csv_rows(PS315 / "extra_dictionary.csv")}

SOP_CLASSES = {
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
    "PET": "1.2.840.10008.5.1.4.1.1.128",
    "US multi-frame": "1.2.840.10008.5.1.4.1.1.3.1",
    "Enhanced MR": "1.2.840.10008.5.1.4.1.1.4.1",
    "RTSTRUCT": "1.2.840.10008.5.1.4.1.1.481.3",
    "SR": "1.2.840.10008.5.1.4.1.1.88.33",
    "SC": "1.2.840.10008.5.1.4.1.1.7",
    "GSPS": "1.2.840.10008.5.1.4.1.1.11.1",
    "unknown": "1.2.826.0.1.3680043.9.9999.1",
}
IMPLICIT, EXPLICIT, BIG = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
ENCODINGS = {"implicit": IMPLICIT, "explicit": EXPLICIT, "big": BIG}

SOP_CLASS, SOP_INSTANCE, PATIENT_ID, REFERENCED = 0x00080016, 0x00080018, 0x00100020, 0x00081155
PLACES: Mapping[str, tuple[int, ...]] = {
    "top": (),
    "listed Sequence": (0x00081115, 0x00081140),  # kept, its UIDs replaced, where the IOD requires it
    "unlisted Sequence": (0x00540220,),
    "functional groups": (0x52009230,),
    "private Sequence": (0x00291010,),
}
_IN_EACH_ITEM = ((0x0008002A, "DT"), (0x00080050, "SH"), (0x00080080, "LO"), (REFERENCED, "UI"), (0x0040A123, "PN"))
_LONG = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
TEXT_VRS = frozenset({"LO", "LT", "SH", "ST", "UC", "UT"})
HARMLESS = b"Liver"  # stands before the marker in what an Option wants cleaned, and is to stay there
FIRST_DAY, DAYS = date(1700, 1, 1), 364  # fewer than the least shift: no moved date is another marker

_MARKERS = re.compile(
    rb"ZQX\d{6}|1700\d{10}\.\d{6}|(?<![\d.])1700\d{4}|(?<!\d)123456\.\d{6}|1\.2\.826\.0\.1\.9999\.1\d{6}"
    rb"|(?<!\d)9\d\dY|77\d{6}\.5577|-77\d{6}|\xa5\xc3ZQ.{4}|\xa5\xc4.{2}",
    re.DOTALL,
)


def markers_in(data: bytes) -> set[bytes]:
    """Every marker that any Data Set of this module could have, wherever it stands."""
    return set(_MARKERS.findall(data))


class Plant(NamedTuple):
    """One marker: where it stands, and as what. ``marker`` is empty where a value is too short to be told apart."""

    path: tuple[int, ...]
    vr: str
    value: bytes
    marker: bytes
    creator: str = ""


class Leaf(NamedTuple):
    vr: str
    value: bytes


Items = tuple[str, list["Node"]]  # VR (SQ, or UN for a Sequence that hides), Items
Node = dict[int, "Leaf | Items"]


class Mint:
    """Makes markers; each one differs from all others."""

    def __init__(self, salt: int = 0) -> None:
        self.number = salt
        self.day = self.age = 0

    def value(self, vr: str) -> tuple[bytes, bytes]:
        """Return a value that is legal for the VR, and the marker in it."""
        self.number += 1
        n = self.number
        match vr:
            case "DA":
                self.day += 1
                assert self.day <= DAYS
                marker = (FIRST_DAY + timedelta(self.day)).strftime("%Y%m%d").encode()
            case "DT":
                marker = b"17000101123456.%06d" % n
            case "TM":
                marker = b"123456.%06d" % n
            case "UI":
                marker = b"1.2.826.0.1.9999.1%06d" % n
            case "AS":
                self.age += 1
                marker = b"9%02dY" % self.age
            case "DS":
                marker = b"77%06d.5577" % n
            case "IS":
                marker = b"-77%06d" % n
            case "US" | "SS":
                return b"\xa5\xc5", b""
            case "UL" | "SL" | "FL" | "AT":
                marker = b"\xa5\xc4" + pack(">H", n % 0x10000)
            case "OB" | "OW" | "OF" | "OD" | "OL" | "OV" | "UN" | "FD" | "SV" | "UV":
                marker = b"\xa5\xc3ZQ" + pack(">L", n)
            case _:
                marker = b"ZQX%06d" % (700000 + n)  # no day of the planted dates, in whatever order
                return (marker + b"^" + marker if vr == "PN" else marker), marker
        return marker, marker


def vr_in(row: Mapping[str, str]) -> str:
    return (row["vr"] or EXTRA_VRS.get(row["tag"], "UN")).split(" or ")[0]


@cache
def attributes() -> tuple[tuple[int, str], ...]:
    """Every Attribute of the Table and of the list by VR, with its VR; repeating groups at their ends."""
    found = {}
    for row in (*TABLE, *UNLISTED):
        for tag in tags_of(row["tag"]):
            found[tag] = vr_in(row)
    found |= {tag: vr for tag, vr in _repeating() if tag not in found or found[tag] == "UN"}
    return tuple(sorted(found.items()))


@cache
def cleaned_texts() -> frozenset[int]:
    """Every Attribute of the Table that is a text and that an Option wants cleaned."""
    cleaning = ("clean_descriptors", "retain_patient_characteristics")
    rows = [row for row in TABLE if "C" in (row[column] for column in cleaning) and vr_in(row) in TEXT_VRS]
    return frozenset(tag for row in rows for tag in tags_of(row["tag"]))


def tags_of(written: str) -> tuple[int, ...]:
    match written:
        case "GGGGEEEE":
            return ()  # private elements are planted apart, with their creators
        case "50XXXXXX":
            return tuple(tag for tag, _ in _repeating() if tag >> 24 == 0x50)
        case "60XX3000" | "60XX4000":
            return tuple(group << 16 | int(written[4:], 16) for group in (0x6000, 0x601E))
    return (int(written, 16),)


@cache
def _repeating() -> tuple[tuple[int, str], ...]:
    """Every element of overlays and curves, in the first and the last group, and curves in 5002."""
    return tuple(
        (group << 16 | int(written[4:], 16), facts[0].split(" or ")[0])
        for written, facts in RepeatersDictionary.items()
        for group in (0x5000, 0x5002, 0x501E, 0x6000, 0x601E)
        if written[:4] == f"{group >> 8:x}xx"
    )


class Planter:
    """Fills Data Sets with markers and remembers each."""

    def __init__(self, stored_vr: Callable[[int, str], str] = lambda _tag, vr: vr, salt: int = 0) -> None:
        self.mint = Mint(salt)
        self.plants: list[Plant] = []
        self._stored_vr = stored_vr
        self.shared_uid, _ = self.mint.value("UI")

    def everywhere(self) -> Node:
        """Return a Data Set with every Attribute at every place."""
        top: Node = {}
        for above in PLACES.values():
            item = top
            for depth, tag in enumerate(above):
                inner: Node = {}
                item[tag] = ("SQ", [inner])
                if tag >> 16 & 1:
                    self.add(item, (*above[:depth], tag & 0xFFFF0000 | tag >> 8 & 0xFF), "LO")
                item = inner
            self._attributes(item, above)
            self._private(item, above)
        self._odd(top)
        return top

    def add(self, node: Node, path: tuple[int, ...], vr: str, creator: str = "") -> None:
        value, marker = self.mint.value(vr)
        if path[-1] == REFERENCED:
            value = marker = self.shared_uid
        if path[-1] in cleaned_texts():
            value = HARMLESS + b" " + marker
        stored = self._stored_vr(path[-1], vr)
        node[path[-1]] = Leaf(stored, value)
        self.plants.append(Plant(path, stored, value, marker, creator))

    def _attributes(self, node: Node, above: tuple[int, ...]) -> None:
        for tag, vr in attributes():
            path = (*above, tag)
            if tag == SOP_CLASS or (not above and tag >> 16 == 0x0002) or tag in node:
                continue
            if vr == "SQ":
                item: Node = {}
                for inner, inner_vr in _IN_EACH_ITEM:
                    self.add(item, (*path, inner), inner_vr)
                node[tag] = (self._stored_vr(tag, "SQ"), [item])
                self.plants.append(Plant(path, "SQ", b"", b""))
            else:
                self.add(node, path, vr)

    def _private(self, node: Node, above: tuple[int, ...]) -> None:
        """A block whose creator is a marker, and private elements of nobody."""
        self.add(node, (*above, 0x00310010), "LO")
        for tag, vr in ((0x00311001, "LO"), (0x00311002, "UN"), (0x00311003, "OB"), (0x00311004, "PN")):
            self.add(node, (*above, tag), vr)
        for tag, vr in ((0x00330001, "UN"), (0x00331001, "LO"), (0x0035FFFF, "LT"), (0x60011010, "LO")):
            self.add(node, (*above, tag), vr)

    def _odd(self, node: Node) -> None:
        """What no Data Set should have: group lengths, Attributes that DICOM does not have."""
        for group in (0x0008, 0x0010, 0x0029, 0x0040, 0x6000):
            self.add(node, (group << 16,), "UL")
        for tag in (0x00089FFF, 0x0018FFFE, 0x00409FFF, 0x50200005, 0x60200022, 0x60FE0022, 0x7FE10001):
            self.add(node, (tag,), "LO")
        for tag in (0x04000500, 0x4FFE0001):
            item: Node = {}
            self.add(item, (tag, 0x00080080), "LO")
            node[tag] = ("SQ", [item])


def encoded(node: Node, transfer_syntax: str) -> bytes:
    """Return the bytes of a Data Set."""
    return b"".join(_elements(node, implicit=transfer_syntax == IMPLICIT, order=">" if transfer_syntax == BIG else "<"))


def _elements(node: Node, *, implicit: bool, order: str) -> Iterator[bytes]:
    for tag, element in sorted(node.items()):
        if isinstance(element, Leaf):
            vr, value = element
            value += b"" if len(value) % 2 == 0 else b"\0" if vr in ("UI", "OB", "UN") else b" "
        else:
            vr, items = element
            bare = implicit or vr == "UN"  # PS3.5 6.2.2: a Sequence in UN is implicit, little endian
            inner = "<" if vr == "UN" else order
            bodies = [b"".join(_elements(item, implicit=bare, order=inner)) for item in items]
            value = b"".join(pack(f"{inner}HHL", 0xFFFE, 0xE000, len(body)) + body for body in bodies)
        yield element_of(tag, vr, value, implicit=implicit, order=order)


def element_of(tag: int, vr: str, value: bytes, *, implicit: bool = False, order: str = "<") -> bytes:
    head = pack(f"{order}HH", tag >> 16, tag & 0xFFFF)
    if implicit:
        return head + pack(f"{order}L", len(value)) + value
    if vr in _LONG:
        return head + vr.encode() + pack(f"{order}2xL", len(value)) + value
    return head + vr.encode() + pack(f"{order}H", len(value)) + value


def file_of(
    body: bytes,
    sop_class: str,
    transfer_syntax: str,
    preamble: bytes = b"",
    meta: Iterable[tuple[int, str, bytes]] = (),
) -> bytes:
    """Return the bytes of a file: preamble, File Meta Information, Data Set."""
    own = {
        0x00020001: ("OB", b"\0\1"),
        0x00020002: ("UI", sop_class.encode()),
        0x00020003: ("UI", b"1.2.826.0.1.9999.1999999"),
        0x00020010: ("UI", transfer_syntax.encode()),
    }
    all_of = own | {tag: (vr, value) for tag, vr, value in meta}
    head = b"".join(
        element_of(tag, vr, value + b"\0" * (len(value) % 2)) for tag, (vr, value) in sorted(all_of.items())
    )
    return preamble.ljust(128, b"\0") + b"DICM" + element_of(0x00020000, "UL", pack("<L", len(head))) + head + body


def write_one(
    path: Path, node: Node, sop_class: str, sop_instance: str, transfer_syntax: str, patient_id: str = "ZQX999999"
) -> None:
    """Write a Data Set as a file: its own SOP Instance, of the one patient."""
    whole: Node = {
        **node,
        SOP_CLASS: Leaf("UI", sop_class.encode()),
        SOP_INSTANCE: Leaf("UI", sop_instance.encode()),
        PATIENT_ID: Leaf("LO", patient_id.encode()),
    }
    meta = [(tag, "AE", b"ZQX99%04d" % low) for low, tag in enumerate(range(0x00020016, 0x00020019))]
    meta += [(tag, "UR", b"ZQX98%04d" % low) for low, tag in enumerate(range(0x00020026, 0x00020029))]
    meta += [
        (0x00020012, "UI", b"1.2.826.0.1.9999.1999998"),
        (0x00020013, "SH", b"ZQX970001"),
        (0x00020031, "OB", b"\xa5\xc3ZQ\xff\xff\xff\1"),
        (0x00020032, "UI", b"1.2.826.0.1.9999.1999997"),
        (0x00020033, "UI", b"1.2.826.0.1.9999.1999996"),
        (0x00020100, "UI", b"1.2.826.0.1.9999.1999995"),
        (0x00020102, "OB", b"ZQX970002"),
        (0x0002FFFF, "UN", b"ZQX970003"),
    ]
    path.write_bytes(file_of(encoded(whole, transfer_syntax), sop_class, transfer_syntax, b"ZQX970004" * 10, meta))

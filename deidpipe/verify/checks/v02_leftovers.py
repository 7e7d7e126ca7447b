"""V-02: nothing is left in the corners of a file.

Asks: no curve, overlay, icon, digital signature, Original, Modified or Encrypted Attributes; the preamble and the
trailing padding are zeros; File Meta Information has no AE titles, addresses or private information; no bytes stand
before, between or after the elements, and no element twice; comments in the codestream of compressed pixels tell of
no one.
Why: these hold earlier values, drawn names, thumbnails and host names, and most tools do not look there.
Source: PS3.15 E.1.1, E.3.3; PS3.10 7.1; PS3.3 C.12.1, C.9.2.
Fix: remove them; write a new preamble and File Meta Information; cut the file after its last element.
"""

from collections.abc import Iterator

from deidpipe.standard.options import Option
from deidpipe.text.find import Reading
from deidpipe.text.span import Kind
from deidpipe.verify.claims import Claims
from deidpipe.verify.codestream import comments
from deidpipe.verify.dummies import is_dummy
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.patterns import HIPAA, marks
from deidpipe.verify.reader import Element, Instance
from deidpipe.verify.shelf import Located, at
from deidpipe.verify.texts import in_bytes

RULE = Rule(
    "V-02",
    Severity.BLOCK,
    "nothing is left in the corners of a file",
    "PS3.15 E.1.1, E.3.3; PS3.10 7.1; PS3.3 C.12.1, C.9.2",
    "remove them; write a new preamble and File Meta Information; cut the file after its last element",
)
_GONE = {
    0x00880200: "is an icon of the image as it was",
    0xFFFAFFFA: "is a digital signature of the original",
    0x04000500: "holds encrypted Attributes",
    0x04000550: "holds modified Attributes as they were",
    0x04000561: "holds original Attributes as they were",
    0x4FFE0001: "is a MAC of the original",
}
_PADDING = 0xFFFCFFFC
_META = {
    0x00020016: "is the AE title of a source",
    0x00020017: "is the AE title of a sender",
    0x00020018: "is the AE title of a receiver",
    0x00020026: "is the address of a source",
    0x00020027: "is the address of a sender",
    0x00020028: "is the address of a receiver",
    0x00020102: "is private information",
}
_OVERLAY = frozenset({0x3000, 0x4000, 0x1500, 0x0022})
_OVERLAY_BIT = 0x0102
_HEAD = 1 << 16  # bytes of a codestream in which comments are looked for
_ITEM = b"\xfe\xff\x00\xe0"
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def look(instance: Instance, claims: Claims) -> Iterator[Located]:
    """Yield what is left in the corners."""
    yield from _around(instance)
    for element in instance.meta:
        text = (element.value or b"").decode("latin-1").strip(" \0")
        if element.place.tag in _META and not is_dummy(text, claims.patient_id):
            yield at(Hit(RULE.id, _META[element.place.tag], "network address", "O", text), instance, element)
    yield from _in_the_codestream(instance)
    for element in instance.elements:
        what = _in_the_data_set(element, claims, instance)
        if what:
            yield at(Hit(RULE.id, what, "leftover", "R"), instance, element)


def _in_the_codestream(instance: Instance) -> Iterator[Located]:
    pixels = instance.pixels
    if pixels is None or pixels.place.vr not in ("OB", "OW", "UN"):
        return
    head = pixels.value[:_HEAD] if pixels.value is not None else _head_of(instance, pixels)
    if head[:4] != _ITEM:
        return
    for text in comments(head):
        for mark in marks(text, Reading.LABEL):
            if mark.certain and mark.kind not in (Kind.URL, Kind.DATE):
                what = f"a comment in the codestream tells a {mark.kind}"
                letter = HIPAA[mark.kind]
                yield at(Hit(RULE.id, what, mark.kind, letter, text, mark.start, mark.stop), instance, pixels)


def _head_of(instance: Instance, pixels: Element) -> bytes:
    instance.stream.seek(max(pixels.offset, 0))
    return instance.stream.read(_HEAD)


def _around(instance: Instance) -> Iterator[Located]:
    preamble = instance.preamble
    if preamble.strip(b"\0"):
        text = next(in_bytes(preamble), "")
        severity = Severity.WARN if preamble[:4] in _TIFF and not text else None
        yield at(
            Hit(RULE.id, "the preamble is not empty", "leftover", "R", text, severity=severity),
            instance,
            path="preamble",
        )
    for where, some in instance.leftovers:
        what = "stands twice" if "second time" in where else "bytes that no element accounts for"
        yield at(Hit(RULE.id, what, "leftover", "R", next(in_bytes(some), "")), instance, path=where)
    if instance.disordered:
        hit = Hit(RULE.id, "elements do not stand in the order of their tags", severity=Severity.WARN)
        yield at(hit, instance)


def _in_the_data_set(element: Element, claims: Claims, instance: Instance) -> str:
    tag = element.place.tag
    if tag in claims.expected.kept:
        return ""
    if tag in _GONE:
        is_there = bool(element.value) or element.length > 0 or (element.place.vr == "SQ" and element.value is None)
        return _GONE[tag] if is_there else ""
    if tag == _PADDING:
        return "the padding is not zeros" if instance.bytes_of(element).strip(b"\0") else ""
    if element.holder.place is None and tag >> 24 == 0x50 and not tag >> 16 & 1 and tag >> 16 <= 0x501E:
        return "is a curve"
    if element.holder.place is None and tag >> 24 == 0x60 and not tag >> 16 & 1 and tag & 0xFFFF in _OVERLAY:
        cleaned = Option.CLEAN_GRAPHICS in claims.options and tag & 0xFFFF == 0x3000
        has_value = element.length > 0 and not is_dummy((element.value or b"x")[:64].decode("latin-1"))
        return "is an overlay" if has_value and not cleaned else ""
    if tag >> 24 == 0x60 and tag & 0xFFFF == _OVERLAY_BIT and (element.value or b"").strip(b"\0"):
        return "is an overlay in bits of Pixel Data" if (tag & 0xFFFF0000 | 0x3000) not in instance.top else ""
    return ""

"""O-01: documents, waveforms and trees of content are absent or cleaned.

Asks: no encapsulated document; no sound; no text in a Content Sequence, Waveform Annotation Sequence or Graphic
Annotation Sequence unless the Option that cleans it is claimed, but for dummies. With Clean Structured Content
(113104) each Content Item that Table E.3.4-1 lists obeys its code.
Why: a report in a PDF has the patient's name on each page, and a tree of content says in words what headers no longer
do.
Source: PS3.15 E.3.3, E.3.4, Table E.3.4-1; 45 CFR 164.514(b)(2)(i)(P).
Fix: leave the Instance out, or clean it with the Option that is made for it.
"""

from collections.abc import Iterator

from deidpipe.standard.actions import Action
from deidpipe.standard.content_items import content_row
from deidpipe.standard.options import Option
from deidpipe.verify.claims import Claims
from deidpipe.verify.dummies import is_dummy
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.place import FREE_TEXT_VRS
from deidpipe.verify.reader import Element, Holder, Instance
from deidpipe.verify.shelf import Located, at
from deidpipe.verify.texts import decoded

RULE = Rule(
    "O-01",
    Severity.BLOCK,
    "documents, waveforms and trees of content are absent or cleaned",
    "PS3.15 E.3.3, E.3.4, Table E.3.4-1; 45 CFR 164.514(b)(2)(i)(P)",
    "leave the Instance out, or clean it with the Option that is made for it",
    by_value=False,
)
_DOCUMENT, _CONTENT, _VALUE_TYPE, _CONCEPT, _WAVEFORM = 0x00420011, 0x0040A730, 0x0040A040, 0x0040A043, 0x54000100
_CODE, _SCHEME = 0x00080100, 0x00080102
_VALUES = frozenset({0x0040A160, 0x0040A120, 0x0040A121, 0x0040A122, 0x0040A123})  # UIDs are U-01's
_TREES = {
    _CONTENT: Option.CLEAN_STRUCTURED_CONTENT,
    0x0040B020: Option.CLEAN_STRUCTURED_CONTENT,
    0x00700001: Option.CLEAN_GRAPHICS,
}
_WORDS = {_CONTENT: "SR text", 0x0040B020: "waveform annotation", 0x00700001: "graphic annotation"}
_CODED = frozenset({_CODE, _SCHEME, 0x00080104, 0x00080103, 0x00080105, 0x00700002})
_SPEECH = frozenset({"AU"})


def look(instance: Instance, claims: Claims) -> Iterator[Located]:
    """Yield documents, sounds and content that was not cleaned."""
    document = instance.top.get(_DOCUMENT)
    if document is not None and document.length and instance.bytes_of(document, 64).strip(b"\0 "):
        yield at(Hit(RULE.id, "is an encapsulated document", "document", "R"), instance, document)
    if _WAVEFORM in instance.top and instance.text(0x00080060) in _SPEECH:
        yield at(
            Hit(RULE.id, "is a sound, in which a voice can be known", "voice", "P"), instance, path="WaveformSequence"
        )
    if not _TREES.keys() & instance.top.keys():
        return
    items: dict[Holder, dict[int, str]] = {}
    for element in instance.elements:
        tags = element.place.tags
        if len(tags) < 2 or tags[0] not in _TREES or not element.value:
            continue
        if _TREES[tags[0]] not in claims.options:
            yield from _not_claimed(instance, element, claims)
        elif tags[0] == _CONTENT:
            _note(items, element)
            yield from _by_the_table(instance, element, items, claims)


def _not_claimed(instance: Instance, element: Element, claims: Claims) -> Iterator[Located]:
    place = element.place
    if place.vr not in FREE_TEXT_VRS or place.tag in _CODED or any(tag == _CONCEPT for tag in place.tags):
        return
    text = decoded(element.value or b"", element.holder.codecs)
    if not is_dummy(text, claims.patient_id) and text != claims.patient_id:
        top = place.tags[0]
        what = f"is {_WORDS[top]}, and the Option that cleans it is not claimed"
        yield at(Hit(RULE.id, what, "content", "R", text), instance, element)


def _note(items: dict[Holder, dict[int, str]], element: Element) -> None:
    """Remember Value Type and concept of a Content Item; they stand before its value, by their tags or nearly so."""
    holder, tag = element.holder, element.place.tag
    told = (element.value or b"").decode("latin-1").strip(" \0")
    if tag == _VALUE_TYPE:
        items.setdefault(holder, {})[tag] = told
    elif tag in (_CODE, _SCHEME) and holder.place is not None and holder.place.tag == _CONCEPT and holder.above:
        items.setdefault(holder.above, {})[tag] = told


def _by_the_table(
    instance: Instance, element: Element, items: dict[Holder, dict[int, str]], claims: Claims
) -> Iterator[Located]:
    if element.place.tag not in _VALUES:
        return
    facts = items.get(element.holder, {})
    row = content_row(facts.get(_CODE, ""), facts.get(_SCHEME, ""), facts.get(_VALUE_TYPE, ""))
    if row is None or row.basic == Action.UID:
        return
    if any(row.options[option] in (Action.KEEP, Action.CLEAN) for option in row.options if option in claims.options):
        return
    text = decoded(element.value or b"", element.holder.codecs)
    if not is_dummy(text, claims.patient_id):
        hit = Hit(RULE.id, f"is the Content Item {row.meaning}, which Table E.3.4-1 disposes of", "content", "R", text)
        yield at(hit, instance, element)

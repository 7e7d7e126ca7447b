"""UIDs, UUIDs and digests in a text.

Leaves alone: the UIDs of the Standard (1.2.840.10008.) and of code systems registered with HL7 (2.16.840.1.113883.5.
and .6.), which name no one; versions and addresses of four parts; lists of short numbers.

Source: PS3.5 Section 9.1 and Annex B; RFC 9562.
"""

import re
from collections.abc import Iterator

from deidpipe.text.form import LEFT, RIGHT, cue, cue_before, plain
from deidpipe.text.lazily import Lazily
from deidpipe.text.span import Kind, Span

_OID = Lazily(rf"{LEFT}(?<![\d.])(?:[012](?:\.(?:0|[1-9]\d{{0,38}})){{3,40}}|2\.25\.[1-9]\d{{9,38}})(?!\.?\d){RIGHT}")
_PUBLIC = ("1.2.840.10008.", "2.16.840.1.113883.5.", "2.16.840.1.113883.6.")
_UUID = Lazily(rf"{LEFT}[0-9A-Fa-f]{{8}}(?:-[0-9A-Fa-f]{{4}}){{3}}-[0-9A-Fa-f]{{12}}{RIGHT}")
_DIGEST = Lazily(
    rf"{LEFT}(?:[0-9a-f]{{32}}|[0-9a-f]{{40}}|[0-9a-f]{{64}}|[0-9A-F]{{32}}|[0-9A-F]{{40}}|[0-9A-F]{{64}}){RIGHT}"
)
_CUES = cue(
    "uid|uids|oid|urn:oid|urn:uuid|uuid|guid|study uid|series uid|instance uid|study instance uid|"
    "series instance uid|"
    "sop instance uid|sop uid|frame of reference uid|ref uid|instance"
)


def uids(text: str) -> Iterator[Span]:
    """Yield the UIDs, UUIDs and digests of a text."""
    text = plain(text)
    if text.count(".") >= 2:
        for match in _OID.finditer(text):
            if _is_instance(match.group()):
                yield _span(text, match)
    if len(text) >= 32:
        for match in _UUID.finditer(text):
            yield _span(text, match)
        for match in _DIGEST.finditer(text):
            if not match.group().isdecimal() and not match.group().isalpha():
                yield _span(text, match)


def _span(text: str, match: re.Match[str]) -> Span:
    return Span(*match.span(), Kind.UID, "uids", cue=cue_before(text, match.start(), _CUES))


def _is_instance(oid: str) -> bool:
    """Tell whether dotted numbers are a UID that somebody gave to a thing of theirs."""
    parts = oid.split(".")
    if len(oid) < 12 or oid.startswith(_PUBLIC) or (len(parts) == 4 and all(int(part) < 256 for part in parts)):
        return False
    return (parts[0] == "2" or int(parts[1]) < 40) and any(len(part) > 2 for part in parts[2:])

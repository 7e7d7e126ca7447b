"""Read a script of CTP's DICOM anonymizer: XML, a root ``script`` with one child an entry.

``p`` is a parameter, ``e`` an element, ``k`` a group that is kept, ``r`` a group of elements that is removed; ``t`` is
the tag or the name, ``n`` a label, ``en`` is T for what is in force, and the text is the expression.

A document type is refused: a script has no need of one, and entities are how a small file becomes a huge one.
"""

from typing import NamedTuple
from xml.parsers import expat

from deidpipe.errors import ProfileError
from deidpipe.profile.complaints import shown

KINDS = frozenset("pekr")
_FORM = "write <script> with <p>, <e>, <k> and <r> in it"


class Line(NamedTuple):
    """One child of the script. ``number`` is its line in the file."""

    kind: str
    is_enabled: bool
    name: str
    label: str
    text: str
    number: int


Script = tuple[Line, ...]


def read_script(data: bytes, file: str) -> Script:
    """Return the entries of a script, in order.

    Raises ProfileError, with the line, for what is no XML or no script.
    """
    reader = _Reader(file)
    try:
        reader.parser.Parse(data, True)  # noqa: FBT003  # expat takes no keyword
    except expat.ExpatError as fault:
        what = f"not XML ({expat.ErrorString(fault.code)})"
        raise ProfileError(f"{file}:{fault.lineno}", what, "see the line and the one above it") from None
    except (LookupError, ValueError):
        raise ProfileError(f"{file}:1", "an unknown encoding", "save the file as UTF-8") from None
    return tuple(reader.lines)


class _Reader:
    """What has been read so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: list[Line] = []
        self.depth = 0
        self.attributes: dict[str, str] = {}
        self.text: list[str] = []
        self.number = 0
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self.document_type
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def fault(self, what: str, fix: str) -> ProfileError:
        """Return an error at the line that is being read."""
        return ProfileError(f"{self.file}:{self.parser.CurrentLineNumber}", what, fix)

    def document_type(self, *_declared: object) -> None:
        """Refuse."""
        raise self.fault("a document type", "delete the line <!DOCTYPE ...>")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Meet the script or an entry."""
        self.depth += 1
        if self.depth == 1 and name != "script":
            raise self.fault(f"the root is {shown(name)} and not script", _FORM)
        if self.depth > 2:
            raise self.fault(f"{shown(name)} inside an entry", _FORM)
        if self.depth == 2:
            self.attributes, self.text, self.number = attributes, [], self.parser.CurrentLineNumber

    def end(self, name: str) -> None:
        """Close the script or an entry."""
        self.depth -= 1
        if self.depth == 1:
            given = self.attributes
            is_enabled = given.get("en", "") == "T"
            text = "".join(self.text).strip()
            self.lines.append(
                Line(name, is_enabled, given.get("t", "").strip(), given.get("n", "").strip(), text, self.number)
            )

    def characters(self, text: str) -> None:
        """Take the text of an entry."""
        if self.depth == 2:
            self.text.append(text)

"""Make the vocabulary that deidpipe's text function reads: run by ``make words``.

It joins our own lists (``deidpipe/text/data/*/*.txt``, a folder for each standing) with the words of the Standard's
terms: names of Attributes, of UIDs and of coded concepts, as pydicom has them.
The same lists give the same bytes.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydicom._dicom_dict import DicomDictionary, RepeatersDictionary
from pydicom._uid_dict import UID_dictionary
from pydicom.sr._concepts_dict import concepts

from deidpipe.text.folding import fold
from deidpipe.text.vocabulary import Standing

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "deidpipe" / "text" / "data"
FOLDERS = {
    "clinical": Standing.CLINICAL,
    "eponyms": Standing.CLINICAL | Standing.FAMILY_NAME,
    "plain": Standing.PLAIN,
    "given_names": Standing.GIVEN_NAME,
    "family_names": Standing.FAMILY_NAME,
    "places": Standing.PLACE,
}
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
SHORTEST = 3  # letters of a word of the Standard: shorter ones are parts of codes


def main() -> None:
    """Write the two files."""
    words, phrases = vocabulary()
    (DATA / "vocabulary.txt").write_text(sections(words), encoding="utf-8", newline="\n")
    (DATA / "phrases.txt").write_text("".join(f"{phrase}\n" for phrase in phrases), encoding="utf-8", newline="\n")
    print(f"{len(words)} words, {len(phrases)} phrases")


def vocabulary() -> tuple[dict[str, Standing], list[str]]:
    """Return the standing of every word, and the clinical phrases, all folded and sorted."""
    words: dict[str, Standing] = defaultdict(lambda: Standing.UNKNOWN)
    for word in words_of_the_standard():
        words[word] |= Standing.CLINICAL
    phrases = set()
    for folder, standing in FOLDERS.items():
        for entry in (entry for path in sorted((DATA / folder).glob("*.txt")) for entry in entries(path)):
            parts = WORD.findall(fold(entry))
            if len(parts) == 1:
                words[parts[0]] |= standing
            elif standing & Standing.CLINICAL:
                phrases.add(" ".join(parts))
    return dict(sorted(words.items())), sorted(phrases)


def words_of_the_standard() -> Iterator[str]:
    """Yield the folded words of the terms that the Standard uses."""
    for term in terms_of_the_standard():
        for word in WORD.findall(term):
            if len(word) >= SHORTEST and word.isalpha():
                yield fold(word)


def terms_of_the_standard() -> Iterator[str]:
    """Yield names of Attributes and UIDs, and the meanings of coded concepts."""
    yield from (row[2] for row in (*DicomDictionary.values(), *RepeatersDictionary.values()))
    yield from (row[0] for row in UID_dictionary.values())
    for scheme in concepts.values():
        for meanings in scheme.values():
            yield from (meaning for meaning, _contexts in meanings.values())


def entries(path: Path) -> Iterator[str]:
    """Yield the entries of a list: one a line, # begins a comment."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if entry := line.partition("#")[0].strip():
            yield entry


def sections(words: Mapping[str, Standing]) -> str:
    """Return the words as the vocabulary's file: under each standing, as its number, its words in order."""
    by_standing: dict[Standing, list[str]] = defaultdict(list)
    for word, standing in words.items():
        by_standing[standing].append(word)
    parts = [f"[{standing.value}]\n" + "\n".join(by_standing[standing]) + "\n" for standing in sorted(by_standing)]
    return "# made by tools/make_vocabulary.py; the numbers are those of deidpipe.text.vocabulary.Standing\n" + "".join(
        parts
    )


if __name__ == "__main__":
    main()

"""Complaints about a profile, gathered so that all are told at once, each with its file and line."""

from collections.abc import Iterable

from deidpipe.errors import ProfileError, ProfileErrors

_ENOUGH = 100  # nobody reads more, and a file of rubbish must not take minutes
_LONGEST_WORD = 64  # a suggestion for a longer one would be slow and no help


class Complaints:
    """What is wrong with one file; ``found`` is shared by a profile and the profiles it extends."""

    def __init__(self, file: str, found: list[ProfileError]) -> None:
        self.file, self.found = file, found

    def where(self, line: int) -> str:
        """Return ``file:line``."""
        return f"{self.file}:{line}"

    def add(self, line: int, what: str, fix: str) -> None:
        """Note a complaint; raise all of them when there are too many to go on."""
        self.found.append(ProfileError(self.where(line), what, fix))
        if len(self.found) >= _ENOUGH:
            self.found.append(ProfileError(self.where(line), f"stopped after {_ENOUGH} complaints", "mend these first"))
            raise ProfileErrors(self.found)


def shown(text: str) -> str:
    """Return a word of the profile as a message quotes it: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return ``did you mean X?`` for the known word nearest to one that is not known, else the other advice."""
    import difflib  # here, because a profile without mistakes has no need of it

    if len(word) > _LONGEST_WORD:
        return otherwise
    by_letters = {_letters(each): each for each in known}
    nearest = difflib.get_close_matches(_letters(word), by_letters, n=1, cutoff=0.7)
    return f"did you mean {by_letters[nearest[0]]}?" if nearest else otherwise


def _letters(word: str) -> str:
    """Return only letters and digits, small: ``Patient's Name`` and ``patient_name`` are near ``PatientName``."""
    return "".join(filter(str.isalnum, word.casefold()))

"""The texts of one patient: what is known of the patient is hunted in them; each distinct value is cleaned once."""

from collections.abc import Iterable

from deidpipe.text.doubt import Doubt
from deidpipe.text.find import Reading, find
from deidpipe.text.identifier import Identifier, all_hunted
from deidpipe.text.known import Known
from deidpipe.text.misread import Misread
from deidpipe.text.sweep import Sweep
from deidpipe.text.value import CleanedValue, clean_value

_REMEMBERED = 20_000  # distinct values


class SharedTexts:
    """What is known of staff and sites, hunted in the texts of all patients."""

    def __init__(self, identifiers: Iterable[Identifier]) -> None:
        told = sorted(set(identifiers))
        self.known, self.sweep, self.misread = Known(all_hunted(told)), Sweep(told), Misread(told)


class PatientTexts:
    """Cleans the texts of one patient.

    ``doubtful`` gathers (tag, words) of what stayed in doubt, for a person to look at; whoever reads it empties it.
    """

    def __init__(self, identifiers: Iterable[Identifier], shared: SharedTexts, doubt: Doubt) -> None:
        told = sorted(set(identifiers))
        self._known = Known(all_hunted(told), shared.known)
        self.sweep = Sweep(told, shared.sweep)
        self._misread = (shared.misread, Misread(told))
        self._doubt = doubt
        self._memory: dict[tuple[Reading, bytes, str, bytes | None], CleanedValue] = {}
        self.doubtful: set[tuple[int, str]] = set()

    def sentence(self, tag: int, value: bytes, vr: str, character_set: bytes | None) -> tuple[bytes | None, str]:
        """Return a text that people write without what identifies, None if it stays; and the kinds of what went."""
        return self._clean(Reading.SENTENCE, tag, value, vr, character_set)

    def label(self, tag: int, value: bytes, vr: str, character_set: bytes | None) -> tuple[bytes | None, str]:
        """Do the same for a text that mostly machines write."""
        return self._clean(Reading.LABEL, tag, value, vr, character_set)

    def identifies(self, read: str) -> bool:
        """Tell if a text that was read off a picture may tell who the patient is, letters misread or not."""
        return any(each.meets(read) for each in self._misread) or bool(find(read, self._known))

    def _clean(
        self, reading: Reading, tag: int, value: bytes, vr: str, character_set: bytes | None
    ) -> tuple[bytes | None, str]:
        asked = (reading, value, vr, character_set)
        answer = self._memory.get(asked)
        if answer is None:
            if len(self._memory) >= _REMEMBERED:
                self._memory.clear()
            answer = clean_value(value, vr, character_set, self._known, self._doubt, reading)
            self._memory[asked] = answer
        if answer.doubtful:
            self.doubtful |= {(tag, word) for word in answer.doubtful}
        return answer.value, "+".join(answer.kinds)

"""Regular expressions that are compiled when they are first needed: most texts need few of them.

The recognizers have some 300; to compile them all takes as long as to clean hundreds of Instances.
"""

import re
from collections.abc import Iterator
from functools import cached_property


class Lazily:
    """An expression like one of ``re.compile``, compiled at its first use."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern, self._flags = pattern, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern, self._flags)

    def search(self, text: str, start: int = 0, stop: int | None = None) -> re.Match[str] | None:
        """Return the first place in a text, as ``re.Pattern.search`` does."""
        return self._compiled.search(text, start, len(text) if stop is None else stop)

    def match(self, text: str, start: int = 0, stop: int | None = None) -> re.Match[str] | None:
        """Return the place that begins at ``start``, as ``re.Pattern.match`` does."""
        return self._compiled.match(text, start, len(text) if stop is None else stop)

    def fullmatch(self, text: str, start: int = 0, stop: int | None = None) -> re.Match[str] | None:
        """Return the place if it is the whole, as ``re.Pattern.fullmatch`` does."""
        return self._compiled.fullmatch(text, start, len(text) if stop is None else stop)

    def finditer(self, text: str, start: int = 0, stop: int | None = None) -> Iterator[re.Match[str]]:
        """Yield every place, as ``re.Pattern.finditer`` does."""
        return self._compiled.finditer(text, start, len(text) if stop is None else stop)

    def findall(self, text: str) -> list[str]:
        """Return the text of every place, as ``re.Pattern.findall`` does."""
        return self._compiled.findall(text)

    def sub(self, new: str, text: str) -> str:
        """Return a text with something else in every place, as ``re.Pattern.sub`` does."""
        return self._compiled.sub(new, text)

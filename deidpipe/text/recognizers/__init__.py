"""The shelf of recognizers: each finds one kind of identity in a text by its form, without knowing the patient."""

from collections.abc import Callable, Iterator

from deidpipe.text.recognizers.dates import dates
from deidpipe.text.span import Span

Recognizer = Callable[[str], Iterator[Span]]

RECOGNIZERS: tuple[Recognizer, ...] = (dates,)

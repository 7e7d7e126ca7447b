"""E-mail addresses, plain and written around ("jane (at) site.org").

Leaves alone: an @ between measurements ("120 kV @ 250 mAs") and one without a domain of letters.

Source: RFC 5321, RFC 6531.
"""

from collections.abc import Iterator

from deidpipe.text.form import cue, cue_before, plain
from deidpipe.text.lazily import Lazily
from deidpipe.text.span import Kind, Span

_LOCAL = r"[\w.!#$%&'*+/=?^`{|}~-]"
_DOMAIN = r"(?:[^\W_](?:[\w-]{0,62}))(?:\.[^\W_][\w-]{0,62}){0,7}\.[^\W\d_]{2,24}"
_PLAIN = Lazily(rf"(?<!{_LOCAL})(?:mailto:)?[\w+]{_LOCAL}{{0,63}}@{_DOMAIN}(?![\w-])")
_AROUND = Lazily(
    r"(?<![\w.+-])\w[\w.+-]{0,63}\s?[(\[{]\s?(?:at|AT|ät)\s?[)\]}]\s?[\w-]{1,63}"
    r"(?:(?:\.|\s?[(\[{]\s?(?:dot|punkt)\s?[)\]}]\s?)[\w-]{1,63}){1,5}(?![\w-])"
)
_CUES = cue(
    "email|e mail|e-mail|mail|mailto|correo|correo electrónico|courriel|sähköposti|эл. почта|メール|邮箱|이메일|contact"
)


def emails(text: str) -> Iterator[Span]:
    """Yield the e-mail addresses of a text."""
    text = plain(text)
    if "@" in text:
        for match in _PLAIN.finditer(text):
            start = match.start() + len("mailto:") * match.group().startswith("mailto:")
            cue_at = match.start() if start > match.start() else cue_before(text, start, _CUES)
            yield Span(start, match.end(), Kind.EMAIL, "emails", cue=cue_at)
    if any(bracket in text for bracket in "([{"):
        for match in _AROUND.finditer(text):
            yield Span(*match.span(), Kind.EMAIL, "emails", cue=cue_before(text, match.start(), _CUES))

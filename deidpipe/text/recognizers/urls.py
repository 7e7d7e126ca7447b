"""URLs, host names of the public net, shares, and folders that are named after a user.

Finds http(s), ftp, file and the like, www., bare hosts under a known top-level domain, UNC paths, and paths below the
home of a user. Leaves alone: words that a missing space has joined ("mass.no"), file names without a folder, and
dotted numbers.

Source: RFC 3986; top-level domains of the IANA root zone, those that are no word of a report.
"""

import re
from collections.abc import Iterator

from deidpipe.text.form import cue, cue_before, one_of, plain
from deidpipe.text.lazily import Lazily
from deidpipe.text.span import Kind, Span

_PATH = r"[^\s<>\"'{}|\\^`]"
_SCHEME = Lazily(
    rf"(?<![A-Za-z0-9])(?:https?|s?ftp|file|smb|nfs|ssh|ldaps?|wss?|s3|gs|dicom(?:web)?)://{_PATH}{{1,2000}}",
    re.IGNORECASE,
)
_WWW = Lazily(
    rf"(?<![\w.@])www\d?\.[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{0,5}}(?:[:/]{_PATH}{{0,500}})?", re.IGNORECASE
)
_SURE = "com|org|net|edu|gov|mil|int"
_OTHER = (
    "info|biz|io|cloud|health|hospital|clinic|local|lan|intra|internal|eu|uk|de|fr|es|nl|ch|se|dk|fi|pl|cz|sk|hu|ro|"
    "bg|gr|tr|ru|ua|ie|pt|jp|cn|kr|tw|hk|sg|au|nz|za|br|mx|ar|cl|il|ca|lu|hr|si|lt|lv|ee"
)
_HOST = Lazily(
    rf"(?<![\w.@/\\-])[A-Za-z](?:[A-Za-z0-9-]{{0,62}})(?P<more>(?:\.[A-Za-z0-9-]{{1,63}}){{0,5}})"
    rf"\.(?:(?P<sure>{one_of(_SURE)})|{one_of(_OTHER)})(?![\w-]|\.\w)(?P<path>(?::\d{{2,5}})?(?:/{_PATH}{{0,500}})?)"
)
_UNC = Lazily(r"(?<![\w\\])\\\\[\w.$-]{1,63}\\[^\s\"'<>|]{1,255}")
_HOME = Lazily(
    r"(?<![\w/\\])(?:[A-Za-z]:\\(?:Users|Documents and Settings)\\|/(?:home|Users)/)[^\s\"'<>|]{1,255}", re.IGNORECASE
)
_CUES = cue("url|link|web|website|site|homepage|see|visit|at|from|web site|uri|server|host|wado")
_CLOSING = ".,;:!?)]}"


def urls(text: str) -> Iterator[Span]:
    """Yield the URLs, public host names and folders of users in a text."""
    text = plain(text)
    if "." not in text and "/" not in text and "\\" not in text:
        return
    for form in (_SCHEME, _WWW, _UNC, _HOME):
        for match in form.finditer(text):
            yield _span(text, match)
    for match in _HOST.finditer(text):
        sure = bool(match["sure"]) and match["sure"].islower()
        if sure or match["more"] or match["path"]:
            yield _span(text, match, certain=sure or bool(match["path"]) or match["more"].count(".") > 1)


def _span(text: str, match: re.Match[str], *, certain: bool = True) -> Span:
    """Return the span of a match without the punctuation of its sentence."""
    stop = match.start() + len(match.group().rstrip(_CLOSING))
    return Span(match.start(), stop, Kind.URL, "urls", certain, cue_before(text, match.start(), _CUES))

"""What the recognizers share: a text folded to plain digits, edges of tokens, and cue words before an identifier."""

import re

from deidpipe.text.lazily import Lazily

# An underscore and a CJK character end a token, a Latin, Greek or Cyrillic letter does not:
# "t1_20190304", "生年月日1951".
_ALNUM = r"0-9A-Za-z\u00aa\u00ba\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff\u1e00-\u1eff"
LEFT = rf"(?<![{_ALNUM}])"
RIGHT = rf"(?![{_ALNUM}])"
LETTER = r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u04ff\u1e00-\u1eff"
AFTER_WORD = rf"(?![{LETTER}])"  # where a cue word ends; a digit may follow at once: "MRN00482913"
NUMBER_WORD = (
    r"(?:[\s._-]{0,2}(?:numbers?|numero|número|numéro|nummer|number|num|nbr|nos?|nr|n[°ºo]|№|号码|番号|번호|号|#)"
    rf"{AFTER_WORD}\.?)?"
)
BETWEEN = r"[\s:=#.,(\-_>]{0,4}"
_REACH = 64  # characters before an identifier in which its cue may stand

_ZEROS = (0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50, 0x0ED0, 0x1040)
_FOLD = {zero + digit: 0x30 + digit for zero in _ZEROS for digit in range(10)}
_FOLD |= {0xFF01 + place: 0x21 + place for place in range(94)}  # full-width ASCII
_FOLD |= dict.fromkeys((*range(0x2010, 0x2016), 0x2212), 0x2D)  # hyphens, dashes, minus
_FOLD |= dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x3000), 0x20)

_UNIT = Lazily(
    r"[\s-]?(?:%|°|º|‰|degrees?|deg|phases?|[mµun]?s|m?secs?|seconds?|min|minutes?|hrs?|hours?|days?|weeks?|months?|[cmµ]?m"
    r"|[kMG]?Hz|k[Vv]p?|m?[Aa]s?|m?[Gg]y|m?Sv|[kMG]?[Bb]q(?:/m[lL])?|m?[Cc]i|HU|cps|counts?|ke[Vv]|M[eE][Vv]|MU|m[lL]|cc"
    r"|[kmµ]?g|mg/m[lL]|mm[Hh]g|bpm|dB|px|pixels?|voxels?|frames?|images?|slices?|lines?|bits?|bytes?|[kKMG]i?B|x|T)"
    rf"(?:[\^/²³]|{AFTER_WORD})"
)


def plain(text: str) -> str:
    """Return the text, of the same length, with the digits, dashes, spaces and full-width characters of all scripts
    as those of ASCII.
    """
    return text if text.isascii() else text.translate(_FOLD)


def digits_of(text: str) -> str:
    """Return the ASCII digits of a text."""
    return "".join(character for character in text if "0" <= character <= "9")


def count_digits(text: str) -> int:
    """Return how many ASCII digits stand in a text."""
    return sum(map(text.count, "0123456789"))


def one_of(words: str) -> str:
    """Return an expression for any of the words between ``|``, the longest first; a space matches any few."""
    longest_first = sorted(set(words.split("|")), key=lambda word: (-len(word), word))
    escaped = (re.escape(word).replace(r"\ ", r"[\s_]{1,3}") for word in longest_first)
    return f"(?:{'|'.join(escaped)})"


def cue(words: str) -> Lazily:
    """Return an expression that matches any of the words between ``|`` where it leads up to an identifier."""
    return Lazily(rf"{LEFT}{one_of(words)}{AFTER_WORD}\.?{NUMBER_WORD}{BETWEEN}\Z", re.IGNORECASE)


def cue_before(text: str, start: int, cues: Lazily) -> int:
    """Return where the cue of an identifier begins that starts at ``start``; -1 if it has none."""
    found = cues.search(text, max(0, start - _REACH), start)
    return found.start() if found else -1


def is_measured(text: str, stop: int) -> bool:
    """Tell whether a unit follows a number that ends at ``stop``."""
    return _UNIT.match(text, stop) is not None

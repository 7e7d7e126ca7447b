"""Marks that tell something about the image and nothing about anybody: sides, views, settings, scales.

Decided: a mark stays only if it is read surely and is one of these as a whole; all else that looks like text goes.
"""

import re

_SURE = 85.0  # of 100
_UNITS = "mm|cm|m|kV|kVp|mA|mAs|ms|s|sec|Hz|MHz|kHz|dB|fps|%|deg|°|T|Gy|cm/s|m/s|mW/cm2|HU|bpm|x"
_MARK = re.compile(
    rf"(?:[LR]|LEFT|RIGHT|LT|RT|AP|PA|LAT|LATERAL|SUPINE|PRONE|ERECT|UPRIGHT|PORTABLE|SITTING|STANDING|DECUB|"
    rf"[LR]?(?:CC|MLO|ML|LM|XCCL|SPOT|MAG)|[AHFPSI]{{1,3}}|[RL][AHFPSI]{{1,2}}|"
    rf"[-+]?[0-9]{{1,4}}(?:[.,][0-9]{{1,3}})?\s?(?:{_UNITS})|(?:TIS|MI|TIB|TIC|GN|DR|FR|Zoom|Gain|Depth|Frq|PRF|WF)\s?"
    rf"[-+]?[0-9]{{1,4}}(?:[.,][0-9]{{1,2}})?\s?(?:{_UNITS})?)",
    re.IGNORECASE,
)


def is_technical(text: str, confidence: float) -> bool:
    """Tell if a text that was read is a harmless mark, and was read surely."""
    return confidence >= _SURE and _MARK.fullmatch(text.strip()) is not None

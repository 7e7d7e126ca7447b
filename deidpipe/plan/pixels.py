"""Which Instances may show burned-in text, told from the header alone.

Decided: Burned In Annotation NO is not believed, because real images with names in them say so; YES is. Original
cross-sectional images of the scanner itself, with more than 8 bits, show none; whatever was captured, derived or drawn
may, and so may ultrasound, radiographs and pictures by visible light.

Source: PS3.15 E.3.1; PS3.3 C.7.6.1.1.2 (Image Type), C.7.6.1 (Burned In Annotation), C.8.6.1 (Conversion Type).
"""

from enum import Enum, auto

from deidpipe.plan.conditions import Values
from deidpipe.profile.model import Look

_STORAGE = "1.2.840.10008.5.1.4.1.1."
_NOTHING_TO_SEE = tuple(  # values that are no picture, or no picture of their own
    _STORAGE + part
    for part in ("66.", "481.2", "481.3", "481.5", "481.8", "30", "67", "68.", "9.", "88.", "11.", "104.")
)
_SCANNED = tuple(
    _STORAGE + part for part in ("2", "2.1", "2.2", "4", "4.1", "4.2", "4.3", "4.4", "128", "128.1", "130", "20")
)
_SLIDE = (_STORAGE + "77.1.6", _STORAGE + "77.1.8")
_IMAGE_TYPE, _CONVERSION_TYPE, _SAMPLES, _ALLOCATED, _BURNED_IN = (
    0x00080008,
    0x00080064,
    0x00280002,
    0x00280100,
    0x00280301,
)


class Risk(Enum):
    """What the header lets one expect of the pixels."""

    NONE = auto()  # no picture
    LOW = auto()  # a picture that shows no text
    HIGH = auto()  # a picture that may


def risk_of(sop_class: str, values: Values) -> Risk:
    """Return the risk that the Pixel Data of an Instance show text that identifies."""
    if sop_class.startswith(_NOTHING_TO_SEE):
        return Risk.NONE
    if values(_ALLOCATED) is None:
        return Risk.NONE
    if _said(values, _BURNED_IN) == "YES":
        return Risk.HIGH
    if sop_class in _SLIDE:
        return Risk.LOW
    if sop_class not in _SCANNED or values(_CONVERSION_TYPE) is not None:
        return Risk.HIGH
    kind = tuple(value.upper() for value in values(_IMAGE_TYPE) or ())
    is_plain = kind[:2] == ("ORIGINAL", "PRIMARY") and not any("SCREEN" in value for value in kind)
    is_deep = _said(values, _ALLOCATED) != "8" and _said(values, _SAMPLES) in ("", "1")
    return Risk.LOW if is_plain and is_deep else Risk.HIGH


def is_looked_at(look: Look, risk: Risk) -> bool:
    """Tell whether the pixels of an Instance are looked at."""
    return risk is not Risk.NONE and (look is Look.ALWAYS or (look is Look.AT_RISK and risk is Risk.HIGH))


def _said(values: Values, tag: int) -> str:
    return next(iter(values(tag) or ()), "").upper()

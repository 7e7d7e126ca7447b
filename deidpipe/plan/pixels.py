"""Which Instances may show burned-in text, told from the header alone.

Decided: Burned In Annotation NO is not believed, because real images with names in them say so; YES is. Original
cross-sectional images of the scanner itself, with more than 8 bits, show none, nor do the tiles of a slide; whatever
was captured, derived or drawn may, and so may ultrasound, radiographs and pictures by visible light.

Source: PS3.15 E.3.1; PS3.3 C.7.6.1.1.2 (Image Type), C.7.6.1 (Burned In Annotation), C.8.6.1 (Conversion Type).
"""

from enum import Enum, auto

from deidpipe.plan.conditions import Values
from deidpipe.profile.model import Look

_STORAGE = "1.2.840.10008.5.1.4.1.1."
_NOTHING_TO_SEE = tuple(  # families of objects that are no picture, or no picture of their own
    _STORAGE + part for part in ("66.", "68.", "9.", "88.", "11.", "104.")
)
_NO_PICTURE = frozenset(_STORAGE + part for part in ("66", "481.2", "481.3", "481.5", "481.8", "30", "67"))
_SCANNED = tuple(
    _STORAGE + part for part in ("2", "2.1", "2.2", "4", "4.1", "4.2", "4.3", "4.4", "128", "128.1", "130", "20")
)
_SLIDE = frozenset(_STORAGE + part for part in ("77.1.2", "77.1.3", "77.1.6", "77.1.8", "77.1.9"))
_TILED = frozenset(_STORAGE + part for part in ("77.1.6", "77.1.8", "77.1.9"))
_IMAGE_TYPE, _CONVERSION_TYPE, _SAMPLES, _ALLOCATED, _STORED, _BURNED_IN = (
    0x00080008,
    0x00080064,
    0x00280002,
    0x00280100,
    0x00280101,
    0x00280301,
)
_OVERLAY_POSITIONS = tuple(group << 16 | 0x0102 for group in range(0x6000, 0x6020, 2))
_DRAWN = ("SCREEN", "DOSE", "REPORT", "SUMMARY", "PROTOCOL", "CAPTURE")  # in Image Type: a page, not an image
_FEW_BITS = 8


class Risk(Enum):
    """What the header lets one expect of the pixels."""

    NONE = auto()  # no picture
    LOW = auto()  # a picture that shows no text
    HIGH = auto()  # a picture that may


def risk_of(sop_class: str, values: Values) -> Risk:
    """Return the risk that the Pixel Data of an Instance show text that identifies."""
    if sop_class.startswith(_NOTHING_TO_SEE) or sop_class in _NO_PICTURE:
        return Risk.NONE
    if values(_ALLOCATED) is None:
        return Risk.NONE
    if _said(values, _BURNED_IN) == "YES":
        return Risk.HIGH
    if any(_said(values, tag) not in ("", "0") for tag in _OVERLAY_POSITIONS):
        return Risk.HIGH
    if sop_class in _TILED:
        return Risk.LOW
    if sop_class not in _SCANNED or values(_CONVERSION_TYPE) is not None:
        return Risk.HIGH
    kind = tuple(value.upper() for value in values(_IMAGE_TYPE) or ())
    is_plain = kind[:2] == ("ORIGINAL", "PRIMARY") and not any(word in value for value in kind for word in _DRAWN)
    bits = _said(values, _STORED) or _said(values, _ALLOCATED)
    is_deep = bits.isdecimal() and int(bits) > _FEW_BITS and _said(values, _SAMPLES) in ("", "1")
    return Risk.LOW if is_plain and is_deep else Risk.HIGH


def is_slide(sop_class: str) -> bool:
    """Tell whether an Instance is a picture of a slide, whose Image Type may say that it shows the label."""
    return sop_class in _SLIDE


def is_looked_at(look: Look, risk: Risk) -> bool:
    """Tell whether the pixels of an Instance are looked at."""
    return risk is not Risk.NONE and (look is Look.ALWAYS or (look is Look.AT_RISK and risk is Risk.HIGH))


def _said(values: Values, tag: int) -> str:
    return next(iter(values(tag) or ()), "").upper()

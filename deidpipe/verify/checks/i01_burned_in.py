"""I-01: burned-in text is looked for where it is likely.

Asks: no Instance says Burned In Annotation YES; what is at high risk by its header (ultrasound, secondary capture,
screens, endoscopy, photographs, angiography, scanned film, dose reports) and says nothing, or only says NO, is looked
at by OCR.
Why: of real files with a name in the pixels nine in ten did not say so in the header.
Source: PS3.15 E.3.1; PS3.3 C.7.6.1 (Burned In Annotation).
Fix: hide the text in the Stored Pixel Values, or look at these Series one by one before they are published.

This version triages by the header; pixels are counted as not looked at, and with --pixels the exit status says so.
"""

from collections.abc import Iterator
from typing import NamedTuple

from deidpipe.verify.asked import Asked
from deidpipe.verify.claims import Claims
from deidpipe.verify.finding import Hit, Rule, Severity
from deidpipe.verify.reader import Instance
from deidpipe.verify.shelf import Collection, Located, at

RULE = Rule(
    "I-01",
    Severity.BLOCK,
    "burned-in text is looked for where it is likely",
    "PS3.15 E.3.1; PS3.3 C.7.6.1",
    "hide the text in the Stored Pixel Values, or look at these Series one by one before they are published",
)
_BURNED_IN = 0x00280301
_RISKY_MODALITIES = frozenset(
    [
        "US",
        "SC",
        "OT",
        "XC",
        "ES",
        "GM",
        "XA",
        "RF",
        "DX",
        "CR",
        "MG",
        "IO",
        "PX",
        "OP",
        "OPT",
        "DOC",
        "IVUS",
        "ECG",
        "HC",
        "SM",
        "DG",
        "TG",
        "LS",
    ]
)
_RISKY_CLASSES = (
    "1.2.840.10008.5.1.4.1.1.7",
    "1.2.840.10008.5.1.4.1.1.6",
    "1.2.840.10008.5.1.4.1.1.3",
    "1.2.840.10008.5.1.4.1.1.77",
)
_RISKY_WORDS = ("SCREEN", "SECONDARY", "DOSE", "CAPTURE", "REPORT", "LOCALIZER_PRINT", "FUSED", "OVERLAY", "VXTL STATE")
_CLEANED = "113101"
_NO_LOOK = "nobody looked at their pixels"


class _Series(NamedTuple):
    number: int
    uid: str
    why: str


def risk_of(instance: Instance) -> str:
    """Return why text is likely in the pixels of an Instance, "" if it is not."""
    if instance.pixels is None:
        return ""
    modality, sop_class = instance.text(0x00080060), instance.text(0x00080016)
    if modality in _RISKY_MODALITIES:
        return f"modality {modality}"
    if any(sop_class == each or sop_class.startswith(f"{each}.") for each in _RISKY_CLASSES):
        return "an ultrasound, secondary capture or photographic SOP Class"
    kinds = " ".join(instance.texts(0x00080008)).upper()
    word = next((word for word in _RISKY_WORDS if word in kinds), "")
    if word and "PRIMARY" not in kinds:
        return "an Image Type of a screen or a report"
    if instance.text(0x00280004).startswith(("RGB", "YBR", "PALETTE")):
        return "an image in colour"
    return ""


class BurnedIn(Collection):
    """Counts the frames at risk; one warning for each Series that has some."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked)
        self._series: dict[str, _Series] = {}

    def see(self, instance: Instance, claims: Claims) -> Iterator[Located]:
        """Yield Instances that say themselves that text is burned in."""
        if instance.pixels is None:
            return
        self.looked["instances (header)"] += 1
        self.missed["frames", _NO_LOOK] += instance.frames
        if instance.text(_BURNED_IN).upper() == "YES":
            hit = Hit(RULE.id, "says that text is burned into its pixels", "burned-in text", "R")
            yield at(hit, instance, instance.top[_BURNED_IN])
            return
        why = risk_of(instance)
        if why:
            self.missed["frames at high risk", _NO_LOOK] += instance.frames
            if _CLEANED in claims.claimed and instance.text(_BURNED_IN) == "NO":
                return  # who cleaned it says that its pixels were; the frames still count as not looked at
            series = instance.text(0x0020000E) or instance.uid
            self._series.setdefault(series, _Series(instance.number, instance.uid, why))

    def end(self) -> Iterator[Located]:
        """Yield the Series at risk."""
        for number, uid, why in self._series.values():
            what = f"text may be burned in ({why}), and nobody looked"
            yield Located(Hit(RULE.id, what, "burned-in text", "R", severity=Severity.WARN), number, uid, "PixelData")

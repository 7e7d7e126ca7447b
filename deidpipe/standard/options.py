"""The Options of PS3.15 E.3, with their column in Table E.1-1 and their code in CID 7050."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Option(StrEnum):
    """An Option over the Basic Profile, as a profile names it."""

    CLEAN_PIXEL_DATA = "clean-pixel-data"
    CLEAN_RECOGNIZABLE_VISUAL_FEATURES = "clean-recognizable-visual-features"
    CLEAN_GRAPHICS = "clean-graphics"
    CLEAN_STRUCTURED_CONTENT = "clean-structured-content"
    CLEAN_DESCRIPTORS = "clean-descriptors"
    RETAIN_FULL_DATES = "retain-longitudinal-full-dates"
    RETAIN_MODIFIED_DATES = "retain-longitudinal-modified-dates"
    RETAIN_PATIENT_CHARACTERISTICS = "retain-patient-characteristics"
    RETAIN_DEVICE_IDENTITY = "retain-device-identity"
    RETAIN_INSTITUTION_IDENTITY = "retain-institution-identity"
    RETAIN_UIDS = "retain-uids"
    RETAIN_SAFE_PRIVATE = "retain-safe-private"


class OptionFacts(NamedTuple):
    """What the Standard says of one Option.

    ``section`` is the one of PS3.15, ``column`` the one of Table E.1-1 (empty for the pixel Options, which have none),
    ``code`` the one of CID 7050, whose meaning is the title.
    """

    title: str
    section: str
    column: str
    code: str

    @property
    def code_meaning(self) -> str:
        """The Code Meaning in CID 7050."""
        return self.title


BASIC_CODE = ("113100", "Basic Application Confidentiality Profile")

OPTIONS: Mapping[Option, OptionFacts] = MappingProxyType(
    {
        Option.CLEAN_PIXEL_DATA: OptionFacts("Clean Pixel Data Option", "E.3.1", "", "113101"),
        Option.CLEAN_RECOGNIZABLE_VISUAL_FEATURES: OptionFacts(
            "Clean Recognizable Visual Features Option", "E.3.2", "", "113102"
        ),
        Option.CLEAN_GRAPHICS: OptionFacts("Clean Graphics Option", "E.3.3", "clean_graphics", "113103"),
        Option.CLEAN_STRUCTURED_CONTENT: OptionFacts(
            "Clean Structured Content Option", "E.3.4", "clean_structured_content", "113104"
        ),
        Option.CLEAN_DESCRIPTORS: OptionFacts("Clean Descriptors Option", "E.3.5", "clean_descriptors", "113105"),
        Option.RETAIN_FULL_DATES: OptionFacts(
            "Retain Longitudinal Temporal Information Full Dates Option", "E.3.6", "retain_long_full_dates", "113106"
        ),
        Option.RETAIN_MODIFIED_DATES: OptionFacts(
            "Retain Longitudinal Temporal Information Modified Dates Option",
            "E.3.6",
            "retain_long_modified_dates",
            "113107",
        ),
        Option.RETAIN_PATIENT_CHARACTERISTICS: OptionFacts(
            "Retain Patient Characteristics Option", "E.3.7", "retain_patient_characteristics", "113108"
        ),
        Option.RETAIN_DEVICE_IDENTITY: OptionFacts(
            "Retain Device Identity Option", "E.3.8", "retain_device_id", "113109"
        ),
        Option.RETAIN_UIDS: OptionFacts("Retain UIDs Option", "E.3.9", "retain_uids", "113110"),
        Option.RETAIN_SAFE_PRIVATE: OptionFacts(
            "Retain Safe Private Option", "E.3.10", "retain_safe_private", "113111"
        ),
        Option.RETAIN_INSTITUTION_IDENTITY: OptionFacts(
            "Retain Institution Identity Option", "E.3.11", "retain_institution_id", "113112"
        ),
    }
)

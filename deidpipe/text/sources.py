"""Which Attributes hold identifiers that may stand in a text as well, and of which kind.

Source: the rows of PS3.15 Table E.1-1, told apart by VR and by what their keyword says; dates and persons by VR.
"""

import re
from functools import cache

from deidpipe.dicom.dictionary import keyword_of, vr_of
from deidpipe.standard.table import row_of
from deidpipe.text.span import Kind

_TEXT_VRS = frozenset({"LO", "SH", "ST", "LT", "UT", "UC", "CS", "AE"})
_BY_KEYWORD: tuple[tuple[str, Kind | None], ...] = (  # the first that fits counts
    (r"ProtocolName|TimePoint|Description|Comment|Algorithm|SoftwareV|Manufacturer|Label|Reason", None),
    (r"Institution|Organization|Department|SponsorName|SiteName|CenterName|CommitteeName|Issuer", Kind.INSTITUTION),
    (r"Address|Residence|Location|RegionOf|CountryOf", Kind.ADDRESS),
    (r"Telephone|Phone|Telecom|Fax", Kind.TELEPHONE),
    (r"Serial|DetectorID|GantryID|PlateID|CassetteID|GeneratorID|DeviceID|Station|AETitle|MachineName", Kind.DEVICE),
    (r"IDs?$|Number(s|ImagingServiceRequest)?$|Accession|Identif|RecordLocator", Kind.RECORD_NUMBER),
    (r"OwnerName|Author", Kind.PERSON),
)  # fmt: skip
_OF_THE_PATIENT = re.compile(r"Patient|Subject|Mother|ResponsiblePerson$")


@cache
def kind_of(tag: int) -> Kind | None:
    """Return the kind of identifier that an Attribute holds; None if its value is not hunted in texts."""
    vr = vr_of(tag)
    if tag & 0x10000:
        return None
    if vr == "PN":
        return Kind.PERSON
    if vr in ("DA", "DT"):
        return Kind.DATE
    if vr not in _TEXT_VRS or row_of(tag) is None:
        return None
    keyword = keyword_of(tag)
    return next((kind for pattern, kind in _BY_KEYWORD if re.search(pattern, keyword)), None)


@cache
def is_own(tag: int) -> bool:
    """Tell if an Attribute names the patient."""
    return _OF_THE_PATIENT.search(keyword_of(tag)) is not None


@cache
def is_shared(tag: int) -> bool:
    """Tell if an identifier is hunted in the texts of all patients: those of staff and site, not of a patient."""
    if kind_of(tag) not in (Kind.PERSON, Kind.INSTITUTION, Kind.ADDRESS, Kind.TELEPHONE, Kind.DEVICE):
        return False
    return not is_own(tag)

"""Numbers of records: of a patient, an admission, an accession, an order, a specimen.

Finds what a cue announces in many languages ("MRN: 00482913", "Fallnr. 4711", "病历号"), bare runs of seven or more
digits that stand as a token of their own, and, in doubt, runs of six and tokens of letters and digits. Leaves alone:
quantities with a unit, decimals, dates (another recognizer finds them), round numbers, codes of terminologies with
their designator, identifiers of trials (NCT...), and jargon such as ISOVUE370 or HCC2017.

Source: 45 CFR 164.514(b)(2)(i)(H, R); PS3.16 Section 8 (coding scheme designators).
"""

import re
from collections.abc import Iterator

from deidpipe.text.announced import announced, announcing
from deidpipe.text.form import LEFT, RIGHT, count_digits, cue, cue_before, is_measured, plain
from deidpipe.text.lazily import Lazily
from deidpipe.text.recognizers.dates import is_date
from deidpipe.text.span import Kind, Span

_STRONG = announcing(
    "mrn|mr#|mrno|emrn|med rec|medical record|hospital number|hospital no|hosp no|hospital id|accession|"
    "accession number|acc#|acc no|acc.no|acc.nr|patient id|patientid|pat id|pat.id|patid|pid|pt id|ptid|patient no|"
    "patient number|pat nr|pat-nr|pat.-nr|pat no|patienten-nr|patientennummer|patienten-id|patienten nr|fallnummer|"
    "fallnr|fall-nr|fall nr|aufnahmenummer|aufnahmenr|auftragsnummer|auftragsnr|anforderungsnummer|case no|"
    "case number|case id|chart no|chart number|unit number|encounter id|encounter no|encounter number|visit no|"
    "visit number|visit id|episode no|csn|fin|har|nhc|historia clínica|historia clinica|nº historia|n° historia|h.c|"
    "hc nº|n° dossier|nº dossier|no dossier|numéro de dossier|dossier|ipp|n° ipp|nip|n° patient|numéro patient|nda|"
    "cartella clinica|numero cartella|cartella|id paziente|codice paziente|prontuário|prontuario|nº processo|"
    "n.º processo|número de processo|patientnummer|patiëntnummer|patientnr|patiëntnr|dossiernummer|journalnummer|"
    "journalnr|potilasnumero|nr pacjenta|nr historii choroby|id pacjenta|rodné číslo|číslo pacienta|история болезни|"
    "и/б|номер карты|номер истории болезни|амбулаторная карта|ид пациента|id пациента|hasta no|protokol no|"
    "dosya no|nr karty|processo|αρ. φακέλου|αριθμός φακέλου|"
    "id番号|患者id|患者番号|カルテ番号|受付番号|検査番号|病历号|病歷號|住院号|门诊号|检查号|登记号|影像号|患者编号|"
    "등록번호|환자번호|차트번호|병록번호|subject id|subjectid|participant id|study id|studyid|exam id|order no|"
    "order number|order id|requisition|specimen no|specimen id|req no|pathology no|path no|biopsy no|lab no|lab id|"
    "unique id|enrollment id|patient identifier|patient key|person id|client id|rid no"
)
_WEAK = announcing(
    "acc|accn|case|chart|file|folder|visit|order|ordered for|request|exam|examination|study|id|ref|reference|no|nr|"
    "number|patient|pat|pt|patient for|subject|subj|participant|specimen|sample|slide|block|barcode|ticket|job|req|"
    "user|userid|login|encounter|episode|record|rec|enrollment|pacs id|ris id|ris|his|admission|code patient|"
    "paziente|paciente|patientin|fall|nummer|numéro|номер|карта|番号|编号|编码|번호"
)
_BEFORE = cue(
    "for|of|ordered for|study for|exam for|scan for|requested for|patient|by|from|to|id|ids|and|für|pour|para|per|voor"
)
_RUN = Lazily(
    rf"{LEFT}(?<![\d][.:])(?<!0x)(?<!\d[-/])(?<!\*)(?P<id>\d{{6,24}})(?![\d]|[.:]\d|,\d{{1,3}}(?!\d)|[-/]\d){RIGHT}"
)
_MIXED = Lazily(
    rf"{LEFT}(?<![\d.]-)(?<![.^])(?:[A-Za-z]{{1,6}}-?\d{{5,20}}(?:-\d{{1,6}})?[A-Za-z]{{0,2}}|"
    rf"\d{{5,20}}-?[A-Za-z]{{1,4}}|"
    rf"[A-Za-z]{{1,6}}\d{{2,4}}-\d{{3,10}}|\d{{6,12}}-\d{{1,4}}|\d{{2,4}}[-/]\d{{6,12}}){RIGHT}(?![.:]\d|[-/]\d)"
)
_CODES = Lazily(
    r"(?:NCT\d{8}|R(?:P)?ID\d+|C\d{7}|D\d{6}|FMA\d+|LA\d+|LP\d+|UMLS\d+|HP\d+|GO\d+|[A-Z]-[0-9A-F]{5}|"
    r"[A-Z]\d-[0-9A-F]{5}|"
    r"ISO[_-]?\d+|GB\d+|IEC[_-]?\d+|RFC\d+|EN\d+|CPT\d{5}|DIN\d+|b\d+|TE\d+|TR\d+|TI\d+|BW\d+|x\d+)\Z",
    re.IGNORECASE,
)
_DESIGNATOR = Lazily(
    r"[\"']?\s?[,^|:]\s?[\"']?(?:SCT|SRT|SNM3?|DCM|LN|LOINC|UMLS|FMA|RADLEX|NCIt|UCUM|MA|99\w+)", re.IGNORECASE
)
_CODE_CUE = cue(
    "sct|srt|snomed|snomed ct|snomed-ct|loinc|umls|radlex|fma|icd|icd10|cpt|ncit|code|mesh|rid|pmid|doi|isbn|nct|"
    "grant|patent"
)
_ASSIGNED = Lazily(r"[A-Za-z_\]\d]\s?=\s?\Z")
_MANY_DIGITS = 7  # behind letters: no product and no protocol has so many
_LONGEST_ROUND = Lazily(r"[1-9]\d?0{4,}\Z|0+\Z")


def record_numbers(text: str) -> Iterator[Span]:
    """Yield the numbers of records in a text."""
    text = plain(text)
    if count_digits(text) < 2:
        return
    told = (*announced(text, _STRONG, marked=2, bare=3), *announced(text, _WEAK, marked=3, bare=5))
    for found in told:
        yield Span(found.start, found.stop, Kind.RECORD_NUMBER, "record_numbers", cue=found.cue)
    if count_digits(text) >= 5:
        for start, stop, certain in _bare(text):
            if any(start < found.stop and found.cue < stop for found in told):
                continue
            at = cue_before(text, start, _BEFORE)
            yield Span(start, stop, Kind.RECORD_NUMBER, "record_numbers", certain, at)


def _bare(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield start, stop and certainty of the numbers that no cue announces."""
    for match in _RUN.finditer(text):
        if not _is_other(text, match) and not _is_moment(match.group()):
            yield (
                *match.span(),
                len(match.group()) > 6 and not _ASSIGNED.search(text, max(0, match.start() - 4), match.start()),
            )
    for match in _MIXED.finditer(text):
        if not _is_other(text, match) and not _CODES.match(match.group()) and not _is_moment(match.group()):
            yield *match.span(), count_digits(match.group()) >= _MANY_DIGITS


def _is_other(text: str, match: re.Match[str]) -> bool:
    """Tell whether a run of digits is a quantity, a code of a terminology or a round number."""
    return bool(
        is_measured(text, match.end())
        or _LONGEST_ROUND.match(match.group())
        or _DESIGNATOR.match(text, match.end())
        or cue_before(text, match.start(), _CODE_CUE) >= 0
    )


def _is_moment(digits: str) -> bool:
    """Tell whether digits are a date, with or without its time, which is found as such."""
    return len(digits) in (8, 14) and digits.isdecimal() and is_date(digits[:4], digits[4:6], digits[6:8])

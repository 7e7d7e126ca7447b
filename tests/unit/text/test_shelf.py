"""Laws that every recognizer of the shelf obeys, and the descriptions that none of them may touch."""

import pkgutil
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deidpipe.text import recognizers
from deidpipe.text.recognizers import RECOGNIZERS, Recognizer
from tests.unit.text.shelf import found

TECHNICAL = """\
t1_mpr_sag_p2_iso
AX T2 FLAIR FS +C
CTA 75CC ISOVUE 370
120 kVp 250 mAs
TE 2.46 TR 1800
3.0 x 0.6 B30f
b=0,1000
b 0 500 1000 2000
ep2d_diff_3scan_trace_p2_ADC
1/4/2
10/20/30 degrees phases
512x512
Version 10.2.3.4 software
VB17A
VE11C 20 channel head
5.0.1
FLAIR 2.5.1
1.5 T
1.2 x 3.4 x 5.6 cm
series 12/34
[F-18]FDG 10.2 mCi
Gleason 3+4=7
T2N0M0
L4/5
C5-C6
1-2-3 trial
ISOVUE370
SOMATOM Definition AS+
MAGNETOM Vida XT
Discovery MR750w
Ingenia 3.0T Omega HP
HCC2017
B30f 3.0 mm
LT/RT FMPSPGR/SPECIAL
PARENCHYMAL PHASE
XR CHEST AP PORTABLE
CT CHEST W/O CONTRAST
PET-CT STUDY
Abdomen^Routine
Head^BrainPerfusion
THORAX 1.0 I31f 2
ABD/PELVIS 5.0 B40f
RTP PLANNING CT
MR BRAIN W WO
MS protocol
DR CHEST
US ABDOMEN LIMITED
DOSE REPORT
Patient Protocol
WB_CTAC
FLASH 3D 15 deg
SE/FSE TR 500 TE 12
MIP COR 20/3
MPR thick range 5/2
Radiography for Foreign Body
FOR MRI
protocol for Liver
scan for planning
performed at rest
acquired at 3T
guided by CT
4 Phase Liver CT
2 VIEWS CHEST
BI-RADS 4A
LI-RADS 5
ECOG 1
SUVmax 12.3 g/ml
HU -1024 to 3071
FOV 256x256 mm
matrix 320/288
slice 3 of 40
TI 2500 ms
0.5 mmol/kg Gd-DTPA
90Y SIRT
Lossless JPEG compression, selection value 1, point transform 0, compression ratio 4.05407
ISO_10918_1
1.2.840.10008.1.2.1
(10200004, SCT, "Liver")
T-D1100
NOT FOR CLINICAL USE
Philips MR Imaging DD 001
SIEMENS CSA HEADER
ORIGINAL PRIMARY AXIAL
頭部単純
胸部CT 造影
腰椎 側面 立位
흉부 CT
Schädel nativ
Thorax p.a. stehend
Crâne sans injection
РКТ головного мозга
""".splitlines()

# Characters of which the forms are made, so that near-misses come often.
NEARLY = st.text(
    alphabet="0123456789 .,:/-_+@()#'ABCDHMNORSTXYZabcdeinorstxyz\n年月日様病院先生山田ßéЖКж№〒０１٣", max_size=80
)
REPEATED = (
    "1",
    "12",
    "1.",
    "1-",
    "1 ",
    "1/",
    "a",
    "A",
    "A ",
    "Aa ",
    "Aa.",
    "A.",
    "a.",
    "a@",
    "@",
    "://",
    "http://",
    "1:",
    "::",
    "0 ",
    "0-",
    "a1",
    "A1",
    "Dr. ",
    "Dr.",
    "for ",
    "by ",
    "MRN ",
    "MRN:",
    "Tel. ",
    "May ",
    "1 May ",
    "St. ",
    "of ",
    "Aa of ",
    "1 Aa ",
    "様",
    "山",
    "山田",
    "가",
    "年",
    "1年",
    "-",
    ".",
    "^",
    "A^",
    "\\",
    "\\\\a",
    "/",
    "(",
    "()",
    " ",
    "\n",
    "№",
    "Aa, ",
    "Hospital ",
    "Aa Hospital ",
    "12-34-",
    "1.2.840.",
    "f:",
    "AB-",
    "ab-1",
    "Straße 1",
    "rue de ",
    "ул. А",
)


@pytest.mark.parametrize("recognizer", RECOGNIZERS, ids=lambda recognizer: recognizer.__name__)
@pytest.mark.parametrize("text", TECHNICAL)
def test_nothing_in_a_technical_description_is_certain(recognizer: Recognizer, text: str) -> None:
    assert [span for span in found(recognizer, text) if not span.endswith("?")] == []


@pytest.mark.parametrize("text", TECHNICAL)
def test_hardly_anything_in_a_technical_description_is_doubted(text: str) -> None:
    assert [span for recognizer in RECOGNIZERS for span in found(recognizer, text)] == []


@pytest.mark.parametrize("recognizer", RECOGNIZERS, ids=lambda recognizer: recognizer.__name__)
@given(text=st.one_of(st.text(max_size=120), NEARLY, st.sampled_from(TECHNICAL)))
@settings(max_examples=60, deadline=None)
def test_spans_lie_within_the_text(recognizer: Recognizer, text: str) -> None:
    for span in recognizer(text):
        assert 0 <= span.start < span.stop <= len(text)
        assert -1 <= span.cue <= span.start
        assert span.by == recognizer.__name__
        assert text[span.start : span.stop] == text[span.start : span.stop].strip()


@pytest.mark.parametrize("recognizer", RECOGNIZERS, ids=lambda recognizer: recognizer.__name__)
@pytest.mark.parametrize("piece", REPEATED)
def test_a_long_text_of_one_repeated_piece_takes_no_time(recognizer: Recognizer, piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    began = time.process_time()
    for _ in recognizer(text):
        pass
    assert time.process_time() - began < 1


def test_every_recognizer_stands_on_the_shelf() -> None:
    files = {module.name for module in pkgutil.iter_modules(recognizers.__path__)}
    assert {recognizer.__name__ for recognizer in RECOGNIZERS} == files
    assert len(RECOGNIZERS) == len(files)

"""Leaks around the header: corners of the file, content, pixels, names of files, tables, known identifiers."""

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGBaseline8Bit, generate_uid

from tests.datasets import a_dataset
from tests.gate.clean import CT, FRAME, PATIENT, Plot, clean_ct, file_of, uid
from tests.gate.plants import NAME, Plant, both, claim, element, inside, private, put

_PADDED_DATA_SET = b"\xfc\xff\xfc\xffOB\0\0\x12\0\0\0Wombleton Barnaby\0"
_SR, _SEG = "1.2.840.10008.5.1.4.1.1.88.33", "1.2.840.10008.5.1.4.1.1.66.4"
_PDF = "1.2.840.10008.5.1.4.1.1.104.1"


def edit_meta(tag: int, vr: str, value: object) -> object:
    """Add an element to File Meta Information."""

    def edit(data: bytes) -> bytes:
        from pydicom import dcmread, dcmwrite

        read = dcmread(BytesIO(data))
        read.file_meta.add_new(tag, vr, value)
        buffer = BytesIO()
        dcmwrite(buffer, read, enforce_file_format=True)
        return buffer.getvalue()

    return lambda plot: setattr(plot, "edit", edit)


def edited(edit: object) -> object:
    return lambda plot: setattr(plot, "edit", edit)


def twice(data: bytes) -> bytes:
    """Put an element in front of one with the same tag: readers that make a dictionary see only the last."""
    start = data.index(b"\x08\0\x90\0PN")
    return data[:start] + b"\x08\0\x90\0PN\x0c\0Hollis^Greta" + data[start:]


def item_twice(plot: Plot) -> None:
    """The same inside an Item."""
    plot.data_set.SourceImageSequence = [a_dataset(SeriesDescription="", StudyID="")]

    def edit(data: bytes) -> bytes:
        first = data.index(b"\x08\0\x12\x21")
        start = data.index(b"\x08\0\x3e\x10LO\0\0", first)
        planted = b"\x08\0\x3e\x10LO\x0c\0Hollis Greta"
        item = data.index(b"\xfe\xff\x00\xe0", first)
        data = data[:start] + planted + data[start:]
        for place, size in ((first + 8, 4), (item + 4, 4)):
            length = int.from_bytes(data[place : place + size], "little") + len(planted)
            data = data[:place] + length.to_bytes(size, "little") + data[place + size :]
        return data

    plot.edit = edit


def nested_private(plot: Plot) -> None:
    plot.data_set.SourceImageSequence = [a_dataset(InstanceNumber=1)]
    plot.data_set.SourceImageSequence[0].private_block(0x0009, "HOUSE 7", create=True).add_new(1, "LO", "tea")


def table(rows: list[list[str]], name: str = "clinical.csv", delimiter: str = ",") -> object:
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return lambda plot: plot.others.update({name: text.getvalue().encode()})


def workbook(rows: list[list[object]]) -> object:
    def plant(plot: Plot) -> None:
        from openpyxl import Workbook

        book = Workbook()
        book.active.title = "sheet"  # type: ignore[union-attr]
        for row in rows:
            book.active.append(row)  # type: ignore[union-attr]
        buffer = BytesIO()
        book.save(buffer)
        plot.others["clinical.xlsx"] = buffer.getvalue()

    return plant


def named(name: str) -> object:
    return lambda plot: setattr(plot, "name", name)


def beside(name: str, data: bytes) -> object:
    return lambda plot: plot.others.update({name: data})


def zipped(plot: Plot) -> None:
    data_set = clean_ct(2)
    data_set.OperatorsName = "Quill^Ada"
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("inner/2.dcm", file_of(data_set))
    plot.others["more.zip"] = buffer.getvalue()


def report(text: str, *claimed: str) -> object:
    """Make the Instance a structured report with one Content Item."""

    def plant(plot: Plot) -> None:
        item = a_dataset(
            RelationshipType="CONTAINS",
            ValueType="TEXT",
            ConceptNameCodeSequence=[
                a_dataset(CodeValue="121071", CodingSchemeDesignator="DCM", CodeMeaning="Finding")
            ],
            TextValue=text,
        )
        plot.data_set = _without_pixels(plot.data_set, _SR, "SR")
        plot.data_set.ContentSequence = [item]
        if claimed:
            claim(*claimed)(plot)

    return plant


def accession_item(plot: Plot) -> None:
    report("nothing of note", "113100", "113104", "113107")(plot)  # type: ignore[operator]
    item = plot.data_set.ContentSequence[0]
    item.ConceptNameCodeSequence[0].CodeValue = "121022"
    item.TextValue = "RAD-31-77"


def _without_pixels(data_set: Dataset, sop_class: str, modality: str) -> Dataset:
    of_pixels = [each.tag for each in data_set if each.tag.group in (0x0018, 0x7FE0)]
    of_pixels += [each.tag for each in data_set.group_dataset(0x0028) if each.tag.element < 0x300]
    for tag in of_pixels:
        del data_set[tag]
    data_set.SOPClassUID, data_set.Modality = sop_class, modality
    return data_set


def document(plot: Plot) -> None:
    plot.data_set = _without_pixels(plot.data_set, _PDF, "DOC")
    plot.data_set.add_new(0x00420011, "OB", b"%PDF-1.4 Wombleton Barnaby\0")


def segmentation(refers_to: str, frame: str = FRAME) -> object:
    def plant(plot: Plot) -> None:
        other = _without_pixels(clean_ct(9), _SEG, "SEG")
        other.SeriesInstanceUID, other.FrameOfReferenceUID = "2.25.31", frame
        item = a_dataset(ReferencedSOPClassUID=CT, ReferencedSOPInstanceUID=refers_to)
        other.ReferencedSeriesSequence = [a_dataset(SeriesInstanceUID="2.25.1002", ReferencedInstanceSequence=[item])]
        plot.add(other, "seg/9.dcm")

    return plant


def jpeg(segment: bytes) -> object:
    """Make the pixels a JPEG with one segment before its first scan."""

    def plant(plot: Plot) -> None:
        plot.data_set.add_new(0x7FE00010, "OB", encapsulate([b"\xff\xd8" + segment + b"\xff\xda\0\2\xff\xd9"]))
        plot.data_set["PixelData"].is_undefined_length = True
        plot.syntax = JPEGBaseline8Bit

    return plant


def head(words: dict[str, object], spacing: float = 5.0, count: int = 36, pixel: float = 15.0) -> object:
    """Make a volume; 16 pixels of 15 mm are as wide as a head."""

    def plant(plot: Plot) -> None:
        for number in range(1, count + 1):
            data_set = clean_ct(number)
            data_set.update(a_dataset(PixelSpacing=[pixel, pixel], **words))
            data_set.ImagePositionPatient = [0, 0, number * spacing]
            plot.add(data_set, f"series/{number}.dcm")

    return plant


def with_hole(plot: Plot) -> None:
    for number in [*range(2, 9), *range(11, 16)]:
        plot.add(clean_ct(number), f"series/{number}.dcm")


def known(**planted: object) -> object:
    """Make the Instance from an original with identities, and put something into it."""

    def plant(plot: Plot) -> None:
        plot.original = _original()
        plot.data_set.update(a_dataset(**planted))

    return plant


def known_bytes(change: object) -> object:
    def plant(plot: Plot) -> None:
        plot.original = _original()
        change(plot)  # type: ignore[operator]

    return plant


def _original() -> Dataset:
    original = clean_ct()
    original.update(
        a_dataset(
            PatientName="Österwald^Magdalena",
            PatientID="K4477-112",
            AccessionNumber="RAD-31-77",
            PatientBirthDate="19610309",
            StudyDate="20190312",
            InstitutionName="Gullmoor Infirmary",
            ReferringPhysicianName="Hollis^Greta",
            SOPInstanceUID=generate_uid("1.2.840.113619.", entropy_srcs=["known"]),
            StudyInstanceUID="1.2.840.113619.2.55.77.1",
            SeriesInstanceUID="1.2.840.113619.2.55.77.2",
            FrameOfReferenceUID="1.2.840.113619.2.55.77.3",
            OtherPatientNames="山田^太郎",
        )
    )
    return original


AROUND = [
    # what cannot be read
    Plant("a file that ends too early", "R-01", "1.dcm", edited(lambda data: data[:-100])),
    Plant("a file of that name that is none", "R-01", "2.dcm", beside("series/2.dcm", b"Wombleton" * 40)),
    Plant("an empty file of that name", "R-01", "2.dcm", beside("series/2.dcm", b"")),
    Plant("no SOP Instance UID", "R-01", "SOPInstanceUID", lambda plot: delattr(plot.data_set, "SOPInstanceUID")),
    Plant("a broken archive", "R-01", "more.zip", beside("more.zip", b"PK\3\4" + bytes(40))),
    # V-01: private elements
    Plant("private without the Option", "V-01", "(2001,", both(claim("113100"), private(0x01, "FL", 1.5))),
    Plant("private, not known to be safe", "V-01", "(0009,1001)", private(0x01, "LO", "tea", "HOUSE 7", 0x0009)),
    Plant("private without a creator", "V-01", "(0009,1001)", element(0x00091001, "LO", "tea")),
    Plant("private, nested", "V-01", "SourceImageSequence[0].(0009,1001)", nested_private),
    Plant("a safe element under another creator", "V-01", "(2001,1003)", private(0x03, "FL", 1.5, "HOUSE 7")),
    # V-02: corners of the file
    Plant("preamble", "V-02", "preamble", edited(lambda data: b"Wombleton Barnaby".ljust(128, b"\0") + data[128:])),
    Plant(
        "AE title of the source", "V-02", "SourceApplicationEntityTitle", edit_meta(0x00020016, "AE", "GULLMOOR_CT1")
    ),
    Plant(
        "AE title of the sender", "V-02", "SendingApplicationEntityTitle", edit_meta(0x00020017, "AE", "GULLMOOR_PACS")
    ),
    Plant("private information", "V-02", "PrivateInformation", edit_meta(0x00020102, "OB", b"Wombleton ")),
    Plant("trailing padding", "V-02", "DataSetTrailingPadding", edited(lambda data: data + _PADDED_DATA_SET)),
    Plant("bytes after the Data Set", "V-02", "after the Data Set", edited(lambda data: data + b"Wombl")),
    Plant("an element twice", "V-02", "(0008,0090)", edited(twice)),
    Plant("an element twice in an Item", "V-02", "SourceImageSequence", item_twice),
    Plant(
        "an icon",
        "V-02",
        "IconImageSequence",
        inside("IconImageSequence", Rows=1, Columns=1, BitsAllocated=8, PixelRepresentation=0, PixelData=b"\1\2"),
    ),
    Plant(
        "original attributes",
        "V-02",
        "OriginalAttributesSequence",
        inside(
            "OriginalAttributesSequence", ModifyingSystem="x", ModifiedAttributesSequence=[a_dataset(PatientName=NAME)]
        ),
    ),
    Plant(
        "encrypted attributes",
        "V-02",
        "EncryptedAttributesSequence",
        inside("EncryptedAttributesSequence", EncryptedContent=b"\1\2\3\4"),
    ),
    Plant("a signature", "V-02", "DigitalSignaturesSequence", inside("DigitalSignaturesSequence", MACIDNumber=1)),
    Plant("a curve", "V-02", "CurveData", element(0x50003000, "OW", b"\1\2\3\4")),
    Plant("an overlay", "V-02", "OverlayData", element(0x60003000, "OW", b"\xff\1" * 16)),
    Plant("an overlay of group 60FE", "V-02", "OverlayData", element(0x601E3000, "OW", b"\xff\1" * 16)),
    Plant("an overlay in bits of the pixels", "V-02", "OverlayBitPosition", element(0x60000102, "US", 12)),
    Plant("a note in a JPEG", "V-02", "PixelData", jpeg(b"\xff\xfe\0\x15call 415-555-0134\0\0")),
    Plant("Exif in a JPEG", "V-02", "PixelData", jpeg(b"\xff\xe1\0\x1bExif\0\0call 415-555-0134\0\0")),
    Plant("a comment of an overlay", "X-01", "OverlayComments", element(0x60004000, "LT", "call 415-555-0134")),
    # O-01: content
    Plant("a PDF in an Instance", "O-01", "EncapsulatedDocument", document),
    Plant("a report in words", "O-01", "TextValue", report("a nodule of 4 mm in the left lung")),
    Plant("a Content Item that goes", "O-01", "TextValue", accession_item),
    Plant(
        "a telephone number in a report", "X-01", "TextValue", report("call 415-555-0134", "113100", "113104", "113107")
    ),
    Plant(
        "words on an image",
        "O-01",
        "UnformattedTextValue",
        inside("GraphicAnnotationSequence", TextObjectSequence=[a_dataset(UnformattedTextValue="see the left one")]),
    ),
    Plant(
        "words at a waveform",
        "O-01",
        "UnformattedTextValue",
        inside("WaveformAnnotationSequence", UnformattedTextValue="atrial flutter, Hollis"),
    ),
    # I: pixels, by their header
    Plant("says that text is burned in", "I-01", "BurnedInAnnotation", put(BurnedInAnnotation="YES")),
    Plant("an ultrasound", "I-01", "PixelData", put(Modality="US")),
    Plant("a screen", "I-01", "PixelData", put(ImageType=["DERIVED", "SECONDARY", "SCREEN SAVE"])),
    Plant("a head by its words", "I-02", "PixelData", head({"BodyPartExamined": "HEAD"})),
    Plant("a head by its geometry", "I-02", "PixelData", head({"BodyPartExamined": "KNEE"})),
    Plant("a head by a description", "I-02", "PixelData", head({"SeriesDescription": "Brain 5 mm"})),
    Plant(
        "label of a slide", "I-03", "ImageType", put(Modality="SM", ImageType=["ORIGINAL", "PRIMARY", "LABEL", "NONE"])
    ),
    Plant("label in an image", "I-03", "SpecimenLabelInImage", put(SpecimenLabelInImage="YES")),
    # C: the collection
    Plant("Rows lost", "C-01", "", lambda plot: delattr(plot.data_set, "StudyInstanceUID")),
    Plant("the same Instance twice", "C-02", "SOPInstanceUID", lambda plot: plot.add(clean_ct(1))),
    Plant("the same pixels twice", "C-02", "PixelData", lambda plot: plot.add(_copy())),
    Plant("missing slices", "C-02", "ImagePositionPatient", with_hole),
    Plant("two modalities in a Series", "C-02", "SeriesInstanceUID", lambda plot: plot.add(_changed(Modality="MR"))),
    Plant("a reference that leads nowhere", "U-02", "ReferencedSOPInstanceUID", segmentation("2.25.999")),
    Plant("another frame of reference", "U-02", "FrameOfReferenceUID", segmentation(uid(1), "2.25.998")),
    # F-01: names and types of files
    Plant("a name as a file name", "F-01", "the path", named("series/Wombleton^Barnaby.dcm")),
    Plant("a date as a folder name", "F-01", "the path", named("2019-03-12/1.dcm")),
    Plant("a telephone number as a name", "F-01", "the path", named("series/call 415-555-0134.dcm")),
    Plant("a PDF", "F-01", "letter.pdf", beside("letter.pdf", b"%PDF-1.4\0")),
    Plant("a photograph", "F-01", "face.jpg", beside("face.jpg", b"\xff\xd8\xff\xe0\0\0")),
    Plant("an archive", "F-01", "more.zip", zipped),
    Plant("inside an archive", "P-03", "OperatorsName", zipped),
    Plant("a note", "F-01", "notes.txt", beside("notes.txt", b"ok\ncall 415-555-0134\n")),
    # S-01: tables
    Plant(
        "a subject without images",
        "S-01",
        "clinical.csv",
        table([["PatientID", "arm"], [PATIENT, "A"], ["K4477", "B"]]),
    ),
    Plant("names in a table", "S-01", "column 2", table([["PatientID", "Name"], [PATIENT, "Barnaby Wombleton"]])),
    Plant("birth dates", "S-01", "column 2", table([["PatientID", "DOB"], [PATIENT, "1961"]])),
    Plant("ages", "S-01", "column 2", table([["PatientID", "age"], [PATIENT, "93"]])),
    Plant("ZIP codes", "S-01", "column 2", table([["PatientID", "zip code"], [PATIENT, "62704"]])),
    Plant("dates that no header has", "S-01", "column 2", table([["PatientID", "visit"], [PATIENT, "2019-03-12"]])),
    Plant(
        "a telephone number in a cell",
        "S-01",
        "column 2",
        table([["PatientID", "note"], [PATIENT, "call 415-555-0134"]]),
    ),
    Plant(
        "a table with tabulators", "S-01", "column 2", table([["PatientID", "mrn"], [PATIENT, "881-22"]], "a.tsv", "\t")
    ),
    Plant("a workbook", "S-01", "column 2", workbook([["PatientID", "surname"], [PATIENT, "Wombleton"]])),
    Plant("a crosswalk", "S-01", "map.csv", table([["id_old", "id_new"], ["K4477", PATIENT]], "map.csv")),
    # what is known of the original
    Plant(
        "a part of the name in a description", "X-02", "SeriesDescription", known(SeriesDescription="MAGDALENA thin")
    ),
    Plant(
        "the name in Latin-1",
        "X-02",
        "(0029,",
        known_bytes(private(0x10, "OB", "Österwald".encode("latin-1") + b"\0", "SIEMENS CSA HEADER", 0x0029)),
    ),
    Plant(
        "the name in UTF-16",
        "X-02",
        "(0029,",
        known_bytes(private(0x10, "OB", "Magdalena".encode("utf-16-be"), "SIEMENS CSA HEADER", 0x0029)),
    ),
    Plant("the ID in a description", "X-02", "SeriesDescription", known(SeriesDescription="k4477-112")),
    Plant("the birth date in words", "X-02", "SeriesDescription", known(SeriesDescription="b. 9 Mar 1961")),
    Plant("the accession number", "X-02", "SeriesDescription", known(SeriesDescription="RAD-31-77")),
    Plant("the institution", "X-02", "SeriesDescription", known(SeriesDescription="gullmoor infirmary")),
    Plant("the physician", "X-02", "SeriesDescription", known(SeriesDescription="hollis")),
    Plant("the UID of the Study", "X-02", "SeriesDescription", known(SeriesDescription="1.2.840.113619.2.55.77.1")),
    Plant(
        "the name in the preamble",
        "X-02",
        "byte",
        known_bytes(edited(lambda data: b"magdalena".ljust(128, b"\0") + data[128:])),
    ),
    Plant("the ID in pixels", "X-02", "PixelData", known_bytes(element(0x7FE00010, "OW", b"K4477-112\0" + bytes(502)))),
    Plant("the ID after the Data Set", "X-02", "1.dcm", known_bytes(edited(lambda data: data + b"K4477-112"))),
    Plant("the ID in a file name", "X-02", "the path", known_bytes(named("series/K4477-112_1.dcm"))),
    Plant("the ID in a table", "X-02", "byte", known_bytes(table([["PatientID", "was"], [PATIENT, "K4477-112"]]))),
    Plant(
        "a Japanese name in ISO 2022",
        "X-02",
        "(0029,",
        known_bytes(private(0x10, "OB", "山田".encode("iso2022_jp"), "SIEMENS CSA HEADER", 0x0029)),
    ),
]


def _copy() -> Dataset:
    data_set = clean_ct(2)
    data_set.PixelData = clean_ct(1).PixelData
    return data_set


def _changed(**attributes: object) -> Dataset:
    data_set = clean_ct(2)
    data_set.update(a_dataset(**attributes))
    return data_set

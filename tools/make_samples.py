"""Make sample_data/: the upload of an invented hospital, messy on purpose. Run: python tools/make_samples.py.

The same bytes each time. sample_data/README.md is written by hand and tells what is in it.
"""

import argparse
import shutil
from io import BytesIO
from pathlib import Path

from pydicom import FileDataset, dcmwrite
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from samples import documents, images
from samples.people import IDENTITIES

JOERG_CT = "Überschwäng Jörg/CT Hals März 2019"
JOERG_CR = "Überschwäng Jörg/Röntgen 2019-11"
MICHIKO = "TSUKISHIMA_MICHIKO"
BARNABY = "wombleton_barnaby"
NOTES = """Upload of 2021-07-06, prepared by Ada Thimblewick, Mapledown Imaging Center, (212) 555-0187.
Barnaby Wombleton's old films are in the folder old; one of them does not open.
"""


def encoded(instance: FileDataset) -> bytes:
    """Return an Instance as a whole DICOM file."""
    out = BytesIO()
    dcmwrite(out, instance, enforce_file_format=True)
    return out.getvalue()


def bare(instance: FileDataset) -> bytes:
    """Return the Data Set alone, in Implicit VR Little Endian: no preamble, no File Meta Information."""
    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, True
    write_dataset(out, instance)
    return out.getvalue()


def cut(file: bytes) -> bytes:
    """Return a file that ends in the middle of its Pixel Data."""
    return file[:-1000]


def files() -> dict[str, bytes]:
    """Return every file of the upload by its path."""
    slices = images.ct_series()
    second = encoded(slices[1])
    mr_b0, mr_b1000 = images.mr_images()
    return {
        f"{JOERG_CT}/IM_0001.dcm": encoded(slices[0]),
        f"{JOERG_CT}/IM_0002.dcm": second,
        f"{JOERG_CT}/IM_0003.dcm": encoded(slices[2]),
        f"{JOERG_CT}/Kopie von IM_0002.dcm": second,
        f"{JOERG_CT}/RS_Hals.dcm": encoded(documents.structure_set(slices)),
        f"{JOERG_CT}/Befund_Überschwäng.dcm": encoded(documents.report(slices)),
        f"{JOERG_CT}/KO.dcm": encoded(documents.key_object(slices)),
        f"{JOERG_CT}/PR.dcm": encoded(documents.presentation_state(slices)),
        f"{JOERG_CR}/CR1": encoded(images.cr_image()),
        f"{MICHIKO}/MR/b0.ima": encoded(mr_b0),
        f"{MICHIKO}/MR/b1000.ima": encoded(mr_b1000),
        f"{MICHIKO}/PT/PET_0001.dcm": encoded(images.pet_image()),
        f"{BARNABY}/US Wombleton 2021.dcm": encoded(images.us_image()),
        f"{BARNABY}/clip.dcm": encoded(images.us_clip()),
        f"{BARNABY}/old/film_1.dcm": encoded(images.secondary_capture()),
        f"{BARNABY}/old/film_2_no_header.dcm": bare(images.bare_data_set()),
        f"{BARNABY}/old/film_3_broken.dcm": cut(encoded(images.to_be_cut())),
        f"{BARNABY}/notes.txt": NOTES.encode(),
        "identities.txt": "".join(f"{identity}\n" for identity in IDENTITIES).encode(),
    }


def make(out: Path) -> None:
    """Write the upload; what an earlier run left in its folders goes."""
    made = files()
    for folder in {path.split("/")[0] for path in made if "/" in path}:
        shutil.rmtree(out / folder, ignore_errors=True)
    for path, content in made.items():
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    print(f"{out}: {len(made)} files, {sum(map(len, made.values())) // 1000} kB")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, nargs="?", default=Path(__file__).parent.parent / "sample_data")
    make(parser.parse_args().out)


if __name__ == "__main__":
    main()

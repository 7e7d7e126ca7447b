"""Make N small CT Instances to take an inventory of: python bench/make_small.py OUT N.

The headers of ``make_ct.py`` with 16 x 16 pixels, so that a hundred thousand fit on any disk (about 1 GB for each).
A Series is written once; its other Instances are the same bytes with another number in UIDs, times and positions.
Descriptions differ from Series to Series; one in fifty has a name in it. All of it is invented.
"""

import argparse
import io
from collections.abc import Iterator
from pathlib import Path

from make_ct import SLICES, a_header, uid, vary
from pydicom import dcmwrite

SIDE = 16
_NUMBER = "987654"  # what is replaced; it stands in no other value
_PARTS = ("Thorax", "Abdomen", "Becken", "Schaedel", "HWS", "Leber 3-phasig", "Lunge low dose", "Topogramm")
_KERNELS = ("B30f", "B60f", "STANDARD", "LUNG", "I41s\\3")


def template(series: int) -> bytes:
    """Return the first Instance of a Series, with _NUMBER where the others differ."""
    header = a_header(series)
    vary(header, series, 0)
    header.Rows = header.Columns = SIDE
    header.PixelData = bytes(2 * SIDE * SIDE)
    part, kernel = _PARTS[series % len(_PARTS)], _KERNELS[series % len(_KERNELS)]
    header.SeriesDescription = f"{part} {1 + series % 5}.0 {kernel} {series:04d}"
    header.StudyDescription = f"CT {part}" if series % 50 else f"CT {part} Hr. Musterkind{series // 2:03d}"
    header.PatientComments = f"Voraufnahme {1 + series % 28:02d}.{1 + series % 12:02d}.2018"
    header.SOPInstanceUID = header.file_meta.MediaStorageSOPInstanceUID = uid(3, series, int(_NUMBER))
    header.InstanceNumber = _NUMBER
    header.AcquisitionTime = header.ContentTime = header.InstanceCreationTime = f"101500.{_NUMBER}"
    header.AcquisitionDateTime = f"{header.AcquisitionDate}101500.{_NUMBER}"
    header.ImagePositionPatient = ["-180", "-180", f"-{_NUMBER}.5"]
    header.SliceLocation = f"-{_NUMBER}.5"
    header.SourceImageSequence[0].ReferencedSOPInstanceUID = uid(7, series, int(_NUMBER))
    file = io.BytesIO()
    dcmwrite(file, header, enforce_file_format=True)
    return file.getvalue()


def instances(series: int) -> Iterator[bytes]:
    """Yield the Instances of a Series."""
    whole = template(series)
    for number in range(SLICES):
        yield whole.replace(_NUMBER.encode(), str(100_000 + number).encode())


def make(out: Path, count: int) -> None:
    """Write the Instances, one folder for each Series."""
    for series in range((count + SLICES - 1) // SLICES):
        folder = out / f"patient_{series // 2:04d}" / f"series_{series:04d}"
        folder.mkdir(parents=True)
        for number, whole in enumerate(instances(series)):
            if series * SLICES + number < count:
                (folder / f"IM{number:04d}.dcm").write_bytes(whole)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="a folder that does not exist yet")
    parser.add_argument("count", type=int, help="how many Instances")
    asked = parser.parse_args()
    make(asked.out, asked.count)


if __name__ == "__main__":
    main()

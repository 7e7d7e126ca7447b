"""Text-free pictures to draw on: DICOM files read where they lie, pictures inside Python packages. None is copied here.

Decoded once into a cache of 16-bit arrays below training/work, which is not committed.
"""

import csv
import fnmatch
import hashlib
import importlib.util
import logging
import os
import pickle
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from deidpipe.pixels.views import Range, grey, ranges

WORK = Path(__file__).parent / "work"
CACHE = WORK / "backgrounds.pickle"
CORPUS = Path(os.environ.get("DEIDPIPE_CORPUS") or Path(__file__).resolve().parents[2] / "shared" / "corpus")
FRAMES = 3  # at most, of one file

# Held out: never drawn on in training, reported on apart. Patterns of file names; a picture's encodings go together.
HELD_OUT = (
    "*MOVEKNEE*",
    "*dcmjs__sample-dicom*",
    "dicom__3.dcm",
    "*anonymizer__JPEG-LS_Lossy*",
    "*fo-dicom__adb1_1*",
    "dicom_MR0*",
    "*axasc35*",
    "*cornerstoneTools__1.dcm",
    "*dicompyler-core__ct.0*",
    "*J2K_pixelrep_mismatch*",
    "*fo-dicom__GH342*",
    "*dcm_qa_ct__I10*",
    "*highdicom__dx_image*",
    "*go-dicom__I_000000*",
    "*go-dicom__I_000022*",
    "*fo-dicom__GH184*",
    "*fo-dicom__GH610*",
    "*VL6_*",
    "*dicom-cookies__image4*",
    "skimage__coins*",
    "skimage__ihc*",
)
# Not text-free, though nobody boxed it: lead markers, test charts, printed goods, bar codes; and broken decodings.
EXCLUDED = (
    "*PM5644*",
    "*JPEGwithIcon*",
    "*test_wsi*",
    "*SC_rgb_jpeg_*",
    "*SC_jpeg_*",
    "*GH195*",
    "*I_000003*",
    "*GH133*",
    "*OutOfBoundsOverlay*",
    "*CR-ModalitySequenceLUT*",
    "*RG3_*",
    "*cat.dcm",
    "*US1_*",
    "*OBXXXX1A*",
    "*color3d*",
    "*ultrasound-multiframe*",
    "*GREYSCALE_IMAGE*",
    "*RGB_IMAGE*",
    "*ALOKA*",
    "*JPGLosslessP14SV1*",
    "*vlut_04*",
    "*mlut_18*",
    "*color-p?.dcm",
    "*OT-PAL-8-face*",
)
PACKAGES = {  # package: where its DICOM files are, and those of them that were looked at and have no text
    "data_store": ("data", ("MR*", "RG1*", "SC_rgb_*", "emri*", "liver*", "693*", "eCT*")),
    "deid_data": ("data", ("image*.dcm",)),
}
PHOTOGRAPHS = (
    "brick",
    "grass",
    "gravel",
    "coins",
    "moon",
    "cell",
    "camera",
    "coffee",
    "chelsea",
    "ihc",
    "microaneurysms",
    "retina",
    "phantom",
    "horse",
)


class Picture(NamedTuple):
    """A text-free picture. values: uint16, shape (rows, columns), brighter is larger; usual: black and white."""

    name: str
    modality: str
    values: NDArray[np.uint16]
    usual: Range

    @property
    def is_held_out(self) -> bool:
        """Whether training must not see it."""
        return matches(self.name, HELD_OUT)


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Tell whether a name fits one of the patterns."""
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def pictures() -> list[Picture]:
    """Return all text-free pictures, out of the cache if there is one."""
    if not CACHE.exists():
        WORK.mkdir(exist_ok=True)
        found = unique([*corpus_pictures(), *package_pictures(), *photographs(), *template_slices()])
        CACHE.write_bytes(pickle.dumps(found))
        return found
    found = pickle.loads(CACHE.read_bytes())
    assert isinstance(found, list)
    return found


def unique(found: list[Picture]) -> list[Picture]:
    """Return the pictures without those that are the same again, as in another Transfer Syntax."""
    kept: dict[str, Picture] = {}
    for picture in found:
        kept.setdefault(hashlib.sha1(picture.values.tobytes()).hexdigest(), picture)
    return list(kept.values())


def corpus_pictures() -> Iterator[Picture]:
    """Yield the corpus's pictures on which nobody saw text."""
    boxed = burned_in_names()
    with (CORPUS / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["path"].rpartition("/")[2]
            looked = row["burned_in_text"].startswith(("none seen", "not looked"))
            if looked and row["path"] not in boxed and not matches(name, EXCLUDED):
                yield from dicom_pictures(CORPUS / row["path"], name)


def burned_in_names() -> set[str]:
    """Return the paths, in the corpus, of the files on which text was boxed."""
    import json

    return set(json.loads((CORPUS / "burned_in.json").read_text(encoding="utf-8"))["files"])


def package_pictures() -> Iterator[Picture]:
    """Yield pictures of DICOM files that Python packages carry."""
    for package, (below, wanted) in PACKAGES.items():
        folder = package_folder(package)
        for path in sorted((folder / below).rglob("*.dcm")) if folder else ():
            name = f"{path.parent.name}__{path.name}"
            if matches(path.name, wanted) and not matches(name, EXCLUDED):
                yield from dicom_pictures(path, name)


def package_folder(package: str) -> Path | None:
    """Return where a package is installed, if it is."""
    spec = importlib.util.find_spec(package)
    return Path(str(spec.origin)).parent if spec else None


def dicom_pictures(path: Path, name: str) -> Iterator[Picture]:
    """Yield a few frames of one DICOM file; nothing if it cannot be decoded."""
    import pydicom
    from pydicom.pixels import pixel_array

    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    try:
        ds = pydicom.dcmread(path, force=True)
        count = int(ds.get("NumberOfFrames", 1) or 1)
        for index in sorted({0, count // 2, count - 1})[:FRAMES]:
            frame: Any = pixel_array(ds, index=index)
            if ds.PhotometricInterpretation == "PALETTE COLOR":
                from pydicom.pixels.processing import apply_color_lut

                frame = apply_color_lut(frame, ds) / 256
            values = grey(frame, str(ds.PhotometricInterpretation))
            yield picture(name, str(ds.get("Modality", "OT") or "OT"), values)
    except Exception:  # noqa: BLE001 the corpus has broken files on purpose; what cannot be decoded is not drawn on
        return


def picture(name: str, modality: str, values: NDArray[np.float32]) -> Picture:
    """Return a picture with its values stretched over 16 bits."""
    low, high = float(values.min()), float(values.max())
    stretched = np.ascontiguousarray((values - low) * (65535 / max(high - low, 1e-6)), np.uint16)
    return Picture(name, modality, stretched, ranges(stretched.astype(np.float32))[0])


def photographs() -> Iterator[Picture]:
    """Yield textures of scikit-image, as far as it is installed: they teach what no text is."""
    folder = package_folder("skimage")
    for name in PHOTOGRAPHS if folder else ():
        for path in (folder / "data").glob(f"{name}.*"):  # type: ignore[operator]
            values = cv2.imread(str(path), cv2.IMREAD_COLOR)
            if values is not None:
                yield picture(f"skimage__{name}", "OT", grey(values, "RGB"))


def template_slices() -> Iterator[Picture]:
    """Yield slices of the MNI head template that nilearn carries."""
    folder = package_folder("nilearn")
    path = folder / "datasets/data/mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz" if folder else None
    if path is None or not path.exists():
        return
    import nibabel

    volume = np.asarray(nibabel.load(path).dataobj, np.float32)
    for axis in range(3):
        for position in np.linspace(0.2, 0.8, 9):
            values = np.take(volume, int(position * volume.shape[axis]), axis=axis)
            yield picture(f"mni__{axis}_{position:.2f}", "MR", np.rot90(values))

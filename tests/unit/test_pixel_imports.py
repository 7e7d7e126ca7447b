"""Heavy packages stay in the pixels room and inside functions; one file alone imports deid; a missing codec is told."""

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from openjpeg.utils import encode_array

from deidpipe.errors import DeidError
from deidpipe.pixels.frames import open_image
from deidpipe.pixels.region import Region
from deidpipe.pixels.write_back import write_back
from tests.images import an_image, with_frames

GREY_J2K = bytes(encode_array(np.zeros((64, 64), np.uint8), 8))
PACKAGE = Path(__file__).parents[2] / "deidpipe"


def importers(packages: set[str]) -> set[str]:
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            if packages & {name.partition(".")[0] for name in names}:
                found.add(path.relative_to(PACKAGE).as_posix())
    return found


def test_only_the_pixels_room_imports_what_is_for_pixels() -> None:
    packages = {"cv2", "pytesseract", "jpeg_ls", "openjpeg", "gdcm", "onnxruntime"}
    assert {path.partition("/")[0] for path in importers(packages)} <= {"pixels"}
    assert {path.partition("/")[0] for path in importers({"numpy"})} <= {"pixels", "synth"}  # synth burns text in


def test_one_file_alone_imports_deid() -> None:
    assert importers({"deid"}) == {"pixels/detectors/deid_recipe.py"}


def test_importing_the_room_imports_nothing_heavy() -> None:
    code = (
        "import sys, deidpipe.pixels.write_back, deidpipe.pixels.preview, deidpipe.pixels.detectors.deid_recipe;"
        "print(sorted({'numpy', 'cv2', 'pydicom', 'deid', 'jpeg_ls', 'openjpeg'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("transfer_syntax", "module", "stream", "told"),
    [
        ("1.2.840.10008.1.2.4.80", "jpeg_ls", b"x", r"needs pyjpegls.*install deidpipe\[pixels\]"),
        ("1.2.840.10008.1.2.4.90", "openjpeg", GREY_J2K, "needs pylibjpeg-openjpeg"),
    ],
)
def test_a_missing_codec_is_told(
    transfer_syntax: str, module: str, stream: bytes, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    source = with_frames(an_image(), [stream], transfer_syntax)
    with open_image(source) as image, pytest.raises(DeidError, match=told):
        write_back(image, [Region(0, 0, 1, 1, "test")])

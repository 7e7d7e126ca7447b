"""Any frame that a codec can read, as samples; pydicom calls the codec.

Source: PS3.5 8.2 and Annex A.
"""

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from deidpipe.pixels.frames import PIXEL_DATA_NAME, Facts, PixelError

if TYPE_CHECKING:
    import numpy as np

_NATIVE = "1.2.840.10008.1.2.1"
_PLUGINS = ("pylibjpeg", "pyjpegls", "pillow")  # in this order; GDCM last: it may end the process
_RLE, _OWN = "1.2.840.10008.1.2.5", ("pydicom",)  # the others panic on broken segments
_HALVED = {"YBR_FULL_422": "YBR_FULL", "YBR_PARTIAL_422": "YBR_PARTIAL"}  # decoded, each pixel has its chroma
_WRONG = (ArithmeticError, AttributeError, ImportError, LookupError, OSError, RuntimeError, TypeError, ValueError)
"""What codecs raise on what they cannot read. NotImplementedError is a RuntimeError."""


class CannotEncodeError(PixelError):
    """A frame that cannot be written in the encoding it came in; without compression it can."""


def cannot_encode() -> CannotEncodeError:
    """Return the error for a frame that the codec does not take."""
    return CannotEncodeError(PIXEL_DATA_NAME, "has a frame that the codec cannot write", "store it without compression")


class Decoded(NamedTuple):
    """The cells of one frame, bits above High Bit included: shape (rows, columns) or (rows, columns, samples).

    ``photometric`` is that of the samples now: chroma is no longer shared, a component transformation is undone.
    """

    array: "np.ndarray"
    photometric: str


def decoded_frame(stream: bytes, facts: Facts) -> Decoded:
    """Decode one frame, native or compressed, as the facts say it is stored.

    Raises PixelError if no codec for it is installed, or if none can read it.
    """
    from pydicom.encaps import encapsulate
    from pydicom.pixels.decoders.base import get_decoder

    missing = _no_codec(facts.transfer_syntax)
    try:
        decoder = get_decoder(facts.transfer_syntax)
    except NotImplementedError:
        raise missing from None
    if not decoder.is_available:
        raise missing
    native = facts.transfer_syntax == _NATIVE
    value = stream + b"\0" * (len(stream) % 2) if native else encapsulate([stream], has_bot=False)
    options: dict[str, Any] = {
        "rows": facts.rows,
        "columns": facts.columns,
        "samples_per_pixel": facts.samples,
        "photometric_interpretation": facts.photometric,
        "bits_allocated": facts.bits_allocated,
        "bits_stored": facts.bits_stored,
        "pixel_representation": int(facts.signed),
        "planar_configuration": facts.planar,
        "number_of_frames": 1,
        "pixel_keyword": "PixelData",
        "correct_unused_bits": False,
    }
    faults = list[str]()
    for plugin in _plugins(facts.transfer_syntax, decoder.available_plugins):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they quote values
            try:
                array, told = decoder.as_array(value, index=0, raw=True, decoding_plugin=plugin, **options)
                shown = str(told["photometric_interpretation"])
                return Decoded(array, _HALVED.get(shown, shown))
            except _WRONG as fault:
                faults.append(f"{plugin}: {type(fault).__name__}")
    what = f"has a frame that cannot be decoded ({', '.join(faults)})"
    raise PixelError(PIXEL_DATA_NAME, what, "have a person look at it")


def _plugins(transfer_syntax: str, available: Sequence[str]) -> Sequence[str]:
    """Return the codecs to ask, the first first; native frames need none, and no name."""
    if transfer_syntax == _NATIVE:
        return ("",)
    if transfer_syntax == _RLE:
        return _OWN
    return sorted(available, key=lambda one: _PLUGINS.index(one) if one in _PLUGINS else len(_PLUGINS))


def _no_codec(transfer_syntax: str) -> PixelError:
    what = f"is compressed in a way that no codec here can read (Transfer Syntax {transfer_syntax})"
    return PixelError(PIXEL_DATA_NAME, what, "install deidpipe[pixels], or convert the Instance first")


def codec_missing(package: str) -> PixelError:
    """Return the error for a package of the extra that is not installed."""
    return PixelError(PIXEL_DATA_NAME, f"needs {package}, which is not installed", "install deidpipe[pixels]")


def wrong_size() -> PixelError:
    """Return the error for a frame that is not what the Attributes say."""
    what = "has a frame whose size or samples are not those that the Attributes say"
    return PixelError(PIXEL_DATA_NAME, what, "have a person look at it")


def not_the_same() -> PixelError:
    """Return the error for a frame that a codec wrote, and then read otherwise."""
    return PixelError(PIXEL_DATA_NAME, "has a frame that the codec did not write as told", "have a person look at it")

"""What a hidden place is filled with: the stored value that is shown as black. Flat colour; a blur can be undone.

Source: PS3.3 C.7.6.3.1.2 (Photometric Interpretation), C.7.5.1.1.2 (Pixel Padding Value), C.7.6.3.1.5 (palettes).
"""

from struct import unpack
from typing import NamedTuple

from deidpipe.dicom.index import Index
from deidpipe.dicom.values import texts
from deidpipe.pixels.frames import Facts

_PADDING = 0x00280120
_DESCRIPTORS, _TABLES = (0x00281101, 0x00281102, 0x00281103), (0x00281201, 0x00281202, 0x00281203)
_WEIGHTS = (299, 587, 114)  # of red, green and blue in brightness (ITU-R BT.601), in thousandths
_OVERLAY_GROUPS, _OVERLAY_POSITION = range(0x6000, 0x6020, 2), 0x0102


class Fill(NamedTuple):
    """The sample values of a hidden pixel.

    ``samples`` are stored values, signed where the image is. ``unused_bits_are_used``: overlays stand in the bits above
    High Bit or below the lowest one; these are cleared where a region is, or in every cell
    (``clears_unused_bits``).
    """

    samples: tuple[int, ...]
    unused_bits_are_used: bool = False
    clears_unused_bits: bool = False


def fill_of(facts: Facts, index: Index) -> Fill:
    """Return what the hidden places of an image are filled with."""
    lowest, highest = stored_range(facts)
    samples: tuple[int, ...]
    if facts.photometric == "MONOCHROME1":
        samples = (highest,)
    elif facts.photometric == "MONOCHROME2":
        samples = (_padding(facts, index, lowest) if facts.signed else 0,)
    elif facts.photometric == "PALETTE COLOR":
        samples = (_darkest(facts, index),)
    elif facts.photometric in ("RGB", "YBR_ICT", "YBR_RCT"):  # the last two are RGB again when they are decoded
        samples = (lowest,) * 3
    elif facts.photometric == "YBR_PARTIAL_422":
        middle = 1 << (facts.bits_stored - 1)
        samples = (middle // 8, middle, middle)
    else:
        middle = 1 << (facts.bits_stored - 1)
        samples = (0, middle, middle)
    return Fill(samples, has_overlay_bits(index))


def stored_range(facts: Facts) -> tuple[int, int]:
    """Return the lowest and the highest value that can be stored."""
    half = 1 << (facts.bits_stored - 1)
    return (-half, half - 1) if facts.signed else (0, 2 * half - 1)


def cells(fill: Fill, facts: Facts) -> tuple[int, ...]:
    """Return the pattern of a whole cell of Bits Allocated for each sample.

    A negative value fills the bits above High Bit with its sign, as writers do, unless something is stored there.
    """
    shift = facts.high_bit + 1 - facts.bits_stored
    stored_bits, all_bits = (1 << facts.bits_stored) - 1, (1 << facts.bits_allocated) - 1
    if fill.unused_bits_are_used or shift:
        return tuple((value & stored_bits) << shift for value in fill.samples)
    return tuple(value & all_bits for value in fill.samples)


def _padding(facts: Facts, index: Index, lowest: int) -> int:
    """Return Pixel Padding Value if there is one that can be stored. Its VR may be wrong; its bits are not."""
    value = index.value_of(_PADDING)
    if value is None or len(value) != 2:
        return lowest
    (padding,) = unpack(">h" if index.big_endian else "<h", value)
    low, high = stored_range(facts)
    return int(padding) if low <= padding <= high else lowest


def _darkest(facts: Facts, index: Index) -> int:
    """Return the index of the darkest colour; 0 where the palette is segmented, missing or not to be understood."""
    form = ">" if index.big_endian else "<"
    colours = list[tuple[int, ...]]()
    for descriptor, table in zip(_DESCRIPTORS, _TABLES, strict=True):
        told, data = index.value_of(descriptor), index.value_of(table)
        if told is None or data is None or len(told) != 6:
            return 0
        count, _, bits = unpack(f"{form}HHH", told)
        count = count or 1 << 16
        if bits == 16 and len(data) >= 2 * count:
            colours.append(unpack(f"{form}{count}H", data[: 2 * count]))
        elif bits == 8 and count <= len(data) < 2 * count:
            colours.append(tuple(data[:count]))
        elif bits == 8 and len(data) >= 2 * count:
            colours.append(unpack(f"{form}{count}H", data[: 2 * count]))
        else:
            return 0
    first = unpack(f"{form}h" if facts.signed else f"{form}H", (index.value_of(_DESCRIPTORS[0]) or b"\0" * 6)[2:4])[0]
    lowest, highest = stored_range(facts)
    usable = range(max(first, lowest), min(first + min(map(len, colours)) - 1, highest) + 1)
    return min(
        usable,
        key=lambda at: sum(weight * colour[at - first] for weight, colour in zip(_WEIGHTS, colours, strict=True)),
        default=lowest,
    )


def has_overlay_bits(index: Index) -> bool:
    """Tell if Overlay Bit Position (60xx,0102) says that overlays stand in unused bits of the pixels' cells."""
    return any(
        (texts(index, group << 16 | _OVERLAY_POSITION) or ("0",)) not in (("0",), ("",)) for group in _OVERLAY_GROUPS
    )

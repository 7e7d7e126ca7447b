"""Ways to break a file: each takes bytes and a source of chance, and returns other bytes."""

import zlib
from collections.abc import Callable
from functools import cache
from random import Random
from struct import pack

from deidpipe.dicom.encoding import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from deidpipe.dicom.file_meta import preamble_and_meta
from deidpipe.dicom.instance import Instance, read_instance
from deidpipe.dicom.layout import LONG_VRS
from deidpipe.dicom.splice import Edit, splice
from deidpipe.dicom.walk import SHORT_VRS
from tests.laws import materialised
from tests.seeds import Seed, seeds, whole

_DEFLATED = "1.2.840.10008.1.2.1.99"
_SYNTAXES = (IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, _DEFLATED, "1.2.840.10008.1.2.4.50", "1.2.3", "", "\xb5")
_VRS = (*map(str.encode, sorted(SHORT_VRS | LONG_VRS)), b"\0\0", b"ZZ", b"sq", b"OX", b"??", b"  ")
_EXTREMES = (0, 1, 2, 4, 7, 8, 16, 0xFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFE, 0xFFFFFFFF)
_UNDEFINED = 0xFFFFFFFF
_SEQUENCE_ENDS, _ITEM_ENDS = pack("<HHL", 0xFFFE, 0xE0DD, 0), pack("<HHL", 0xFFFE, 0xE00D, 0)
_OPEN_ITEM, _EMPTY_ITEM = pack("<HHL", 0xFFFE, 0xE000, _UNDEFINED), pack("<HHL", 0xFFFE, 0xE000, 0)
_TAGS = (0, 0x00080005, 0x00081140, 0x00091003, 0x0040A730, 0x60003000, 0x7FE00010, 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD)
_MOST_NESTED = 3000
_LARGEST_BOMB = 1 << 25

Mutation = Callable[[bytes, Seed, Random], bytes]


def _bits(body: bytes, _seed: Seed, random: Random) -> bytes:
    changed = bytearray(body)
    for _ in range(random.choice((1, 1, 2, 8))):
        if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _length(body: bytes, seed: Seed, random: Random) -> bytes:
    at, wide = random.choice(seed.lengths or ((4, 4),))
    old = int.from_bytes(body[at : at + wide], "little")
    new = random.choice((*_EXTREMES, old - 8, old - 2, old - 1, old + 1, old + 2, old + 8, len(body) - at))
    order = random.choice(("<", "<", "<", ">"))
    return _put(body, at, pack(f"{order}L", new & _UNDEFINED) if wide == 4 else pack(f"{order}H", new & 0xFFFF))


def _vr(body: bytes, seed: Seed, random: Random) -> bytes:
    return _put(body, random.choice(seed.starts) + 4, random.choice(_VRS))


def _tag(body: bytes, seed: Seed, random: Random) -> bytes:
    tag = random.choice(_TAGS)
    return _put(body, random.choice(seed.starts), pack("<HH", tag >> 16, tag & 0xFFFF))


def _truncate(body: bytes, seed: Seed, random: Random) -> bytes:
    return body[: _place(body, seed, random)]


def _delete(body: bytes, seed: Seed, random: Random) -> bytes:
    start, end = sorted((_place(body, seed, random), _place(body, seed, random)))
    return body[:start] + body[end:] if end - start < len(body) // 2 else body[:start] + body[start + 8 :]


def _duplicate(body: bytes, seed: Seed, random: Random) -> bytes:
    start, end = sorted((_place(body, seed, random), _place(body, seed, random)))
    return body[:end] + body[start:end] + body[end:]


def _shuffle(body: bytes, seed: Seed, random: Random) -> bytes:
    first, second, third = sorted(_place(body, seed, random) for _ in range(3))
    return body[:first] + body[second:third] + body[first:second] + body[third:]


def _insert(body: bytes, seed: Seed, random: Random) -> bytes:
    new = random.choice((_SEQUENCE_ENDS, _ITEM_ENDS, _OPEN_ITEM, _EMPTY_ITEM, bytes(8), random.randbytes(8), b"\0"))
    return _into(body, seed, random, new * random.choice((1, 1, 2)))


def _cross(body: bytes, seed: Seed, random: Random) -> bytes:
    other = random.choice(seeds())
    start, end = sorted((_place(other.body, other, random), _place(other.body, other, random)))
    return _into(body, seed, random, other.body[start:end])


def _nest(body: bytes, seed: Seed, random: Random) -> bytes:
    """Insert Sequences in Sequences, closed or not, deeper than anything may be."""
    deep = random.choice((2, 10, 62, 63, 64, 65, 200, _MOST_NESTED))
    vr = random.choice((b"SQ", b"UN", b"OB", b""))
    opening = pack("<HH", *random.choice(((0x0008, 0x1140), (0x0009, 0x1003)))) + (vr and vr + b"\0\0")
    if random.random() < 0.5:
        ends = random.choice((_ITEM_ENDS + _SEQUENCE_ENDS, _SEQUENCE_ENDS, b""))
        return _into(body, seed, random, (opening + pack("<L", _UNDEFINED) + _OPEN_ITEM) * deep + ends * deep)
    nested = random.choice((b"", b"\x08\0\x05\0", b"\x10\0\x10\0PN\2\0AB", b"\x10\0\x10\0\2\0\0\0AB"))
    for _ in range(min(deep, 200)):
        nested = opening + pack("<L", len(nested) + 8) + _EMPTY_ITEM[:4] + pack("<L", len(nested)) + nested
    return _into(body, seed, random, nested)


def _pad(body: bytes, _seed: Seed, random: Random) -> bytes:
    return body + bytes(random.choice((1, 2, 7, 8, 9, 4096))) + random.choice((b"", b"", b"\1", _SEQUENCE_ENDS))


_MUTATIONS: tuple[Mutation, ...] = (
    _bits, _bits, _length, _length, _length, _vr, _vr, _tag, _truncate, _delete, _duplicate, _shuffle, _insert, _insert,
    _cross, _nest, _pad,
)  # fmt: skip


def broken_file(number: int, seed: int) -> tuple[bytes, Seed]:
    """Return a broken file, the same for the same numbers, and what it was made from."""
    random = Random(f"{seed}/{number}")
    start = random.choice(seeds())
    fitted = random.random() < 0.5
    body = _fitted(start, random) if fitted else start.body
    for _ in range(random.choice((0, 0, 0, 0, 1) if fitted else (1, 1, 1, 2, 3))):
        body = random.choice(_MUTATIONS)(body, start, random)
    return _enclosed(body, start, random), start


def _enclosed(body: bytes, start: Seed, random: Random) -> bytes:
    """Put something before a Data Set: mostly what was there."""
    chance = random.random()
    if chance < 0.8:
        return whole(start.before, body, deflated=start.deflated)
    if chance < 0.84:
        return body
    if chance < 0.88:
        return whole(start.before[132:], body, deflated=start.deflated)
    if chance < 0.92:
        return _bits(start.before, start, random) + body
    if chance < 0.925:
        bomb = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
        filling = random.choice((bytes(8), _OPEN_ITEM, b"\x10\0\x10\0PN\0\0"))
        size = random.choice((1 << 16, 1 << 20, _LARGEST_BOMB)) if not any(filling) else 1 << 20
        deflated = bomb.compress(body + filling * (size // 8)) + bomb.flush()
        return preamble_and_meta("1.2", "2.25.1", _DEFLATED) + deflated
    syntax = random.choice(_SYNTAXES)
    meta = preamble_and_meta("1.2", "2.25.1", "0" * len(syntax)).replace(
        b"0" * len(syntax), syntax.encode("latin-1"), 1
    )
    return whole(meta if syntax else start.before[:132], body, deflated=syntax == _DEFLATED and random.random() < 0.9)


def _fitted(seed: Seed, random: Random) -> bytes:
    """Put odd elements in place of others, with the lengths around them right, so that they are met."""
    instance = _instance(seed)
    index = instance.data_set
    layout = index.layout
    edits: list[Edit] = []
    for entry in sorted(random.sample(layout.elements, min(len(layout.elements), random.choice((1, 1, 2, 4))))):
        start = index.starts[entry]
        if edits and start < edits[-1][1]:
            continue
        after = entry if random.random() < 0.3 else layout.afters[entry]
        new = _odd_element(random, random.choice((layout.tags[entry], layout.tags[entry], *_TAGS[:7])), depth=0)
        edits.append((start, index.starts[after], new, layout.enclosing(entry)))
    return materialised(instance, splice(index, edits))


@cache
def _instance(seed: Seed) -> Instance:
    file = whole(seed.before, seed.body, deflated=seed.deflated)
    return read_instance(file, len(file))


def _odd_element(random: Random, tag: int, depth: int) -> bytes:
    """Make an element that is encoded rightly, or nearly so: with or without a VR, with Items or a value."""
    vr = random.choice((b"", b"", b"UN", b"UN", b"SQ", b"SQ", b"OB", b"LO", *_VRS))
    if random.random() < 0.5 and depth < 4:
        value = b"".join(_odd_item(random, depth) for _ in range(random.choice((0, 1, 1, 2))))
    else:
        value = random.randbytes(random.choice((0, 2, 3, 8, 20)))
    length = random.choice((len(value), len(value), len(value), _UNDEFINED))
    if length == _UNDEFINED:
        value += random.choice((_SEQUENCE_ENDS, _SEQUENCE_ENDS, _SEQUENCE_ENDS, _ITEM_ENDS, b""))
    elif random.random() < 0.1:
        value += _SEQUENCE_ENDS
        length += random.choice((0, 8))
    begin = pack("<HH", tag >> 16, tag & 0xFFFF) + vr
    if not vr or vr.decode("latin-1") in LONG_VRS:
        return begin + (b"\0\0" if vr else b"") + pack("<L", length) + value
    return begin + pack("<H", length & 0xFFFF) + value


def _odd_item(random: Random, depth: int) -> bytes:
    tags = sorted(random.sample((0x00080005, 0x00081140, 0x00091003, 0x0040A730), random.choice((0, 1, 2))))
    value = b"".join(_odd_element(random, tag, depth + 1) for tag in tags)
    if random.random() < 0.4:
        return _OPEN_ITEM + value + _ITEM_ENDS
    return _EMPTY_ITEM[:4] + pack("<L", len(value)) + value


def _place(body: bytes, seed: Seed, random: Random) -> int:
    """Choose a place in the Data Set: mostly where an entry starts."""
    return random.choice(seed.starts) if random.random() < 0.7 else random.randrange(len(body) + 1)


def _into(body: bytes, seed: Seed, random: Random, new: bytes) -> bytes:
    at = _place(body, seed, random)
    return body[:at] + new + body[at:]


def _put(body: bytes, at: int, new: bytes) -> bytes:
    return body[:at] + new + body[at + len(new) :]

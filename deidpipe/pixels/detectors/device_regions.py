"""Device regions of an Instance: what lists of devices, and its own ultrasound regions, say is to be hidden.

They are added to what is found in the pixels; they are never used instead of it.
"""

from collections.abc import Sequence

from deidpipe.dicom.dictionary import tag_of
from deidpipe.dicom.index import Index
from deidpipe.dicom.layout import Kind
from deidpipe.dicom.values import texts
from deidpipe.pixels.detectors.device_rules import Attributes, DeviceRules, hidden_regions
from deidpipe.pixels.detectors.ultrasound_regions import declared_regions
from deidpipe.pixels.frames import Facts
from deidpipe.pixels.region import Region


def attributes_of(index: Index) -> Attributes:
    """Return what looks up the Attributes of a Data Set by keyword."""

    def values(keyword: str) -> tuple[str, ...] | None:
        tag = tag_of(keyword)
        entry = None if tag is None else index.layout.top.get(tag)
        if tag is None or entry is None:
            return None
        return () if index.layout.kinds[entry] is Kind.SEQUENCE else texts(index, tag)

    return values


def device_regions(lists: Sequence[DeviceRules], index: Index, facts: Facts) -> tuple[Region, ...]:
    """Return what the lists hide in an Instance."""
    return hidden_regions(lists, attributes_of(index), facts.columns, facts.rows, declared_regions(index))

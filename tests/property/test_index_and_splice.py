"""Laws of ``dicom/`` for every Data Set: the index is right, and an edit changes what it says and nothing else."""

from random import Random
from struct import pack

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydicom.uid import DeflatedExplicitVRLittleEndian

from deidpipe.dicom import instance as instance_module
from deidpipe.dicom.encoding import encoding_of
from deidpipe.dicom.instance import read_instance
from deidpipe.dicom.layout import Kind
from deidpipe.dicom.splice import encoded_element, splice
from deidpipe.errors import EncodingError
from tests.datasets import NATIVE, a_dataset, files, written
from tests.laws import Change, broken_by, broken_laws, changed_file, materialised, some_changes
from tests.trees import differences, indexed_tree, read_by_pydicom

QUICK = settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

META = encoded_element(0x00020010, "UI", b"1.2.840.10008.1.2.1", implicit=False, big_endian=False)


@given(files())
@QUICK
def test_the_index_says_what_pydicom_reads(file: bytes) -> None:
    instance = read_instance(file, len(file))
    assert list(broken_laws(instance)) == []
    found = list(differences(indexed_tree(instance.data_set), read_by_pydicom(file)))
    assert {what for what, _ in found} <= {"opened"}  # what is in a private Sequence without its VR is seen too


@given(files())
@QUICK
def test_without_edits_the_bytes_are_the_same(file: bytes) -> None:
    instance = read_instance(file, len(file))
    unchanged = materialised(instance, splice(instance.data_set, []))
    if instance.encoding.deflated:
        assert unchanged == bytes(instance.body)
    else:
        assert file.endswith(unchanged)
        assert len(file) - len(unchanged) == instance.data_set.starts[0]


@given(files(), st.randoms(use_true_random=False))
@QUICK
def test_edits_change_what_they_say_and_nothing_else(file: bytes, random: Random) -> None:
    instance = read_instance(file, len(file))
    changes = some_changes(instance.data_set, random)
    assert list(broken_by(instance, changes)) == []
    changed = changed_file(instance, changes)
    ours = indexed_tree(read_instance(changed, len(changed)).data_set)
    assert {what for what, _ in differences(ours, read_by_pydicom(changed))} <= {"opened"}


@given(files(), st.data())
@QUICK
def test_the_beginning_of_a_file_is_enough_or_said_to_be_too_little(file: bytes, data: st.DataObject) -> None:
    whole = read_instance(file, len(file)).data_set
    length = data.draw(st.integers(0, len(file)))
    try:
        part = read_instance(file[:length], len(file)).data_set
    except IndexError:
        assume(length < len(file))
        return
    assert (part.layout.shape, part.starts) == (whole.layout.shape, whole.starts)


def test_insertions_at_one_byte_keep_their_order() -> None:
    """An Item of defined length, its Sequence and the Item around them can all end at one byte."""
    inner = a_dataset(ReferencedSOPInstanceUID="2.25.1")
    outer = a_dataset(ReferencedImageSequence=[inner])
    file = written(a_dataset(ReferencedStudySequence=[outer]))
    index = read_instance(file, len(file)).data_set
    layout, end = index.layout, index.end
    first_item, second_item = (entry for entry, kind in enumerate(layout.kinds) if kind == Kind.ITEM)
    changes = [
        Change(layout.afters[second_item] - 1, b"ZZ", 0x00324000, second_item),
        Change(layout.afters[first_item] - 1, b"AA", 0x00104000, first_item),
    ]
    assert {index.starts[change.entry] for change in changes} == {end}
    assert list(broken_by(read_instance(file, len(file)), changes)) == []


@pytest.mark.parametrize("stored", [b"\xfe\xff\x00\xe0", b"\xfe\xff\x00\xe0\xff\xff\xff\xff", b"AB"])
def test_a_value_of_un_that_is_no_sequence_stays_closed(stored: bytes) -> None:
    data_set = a_dataset(PatientID="1")
    data_set.add_new(0x00091001, "UN", stored * 4)
    file = written(data_set)
    index = read_instance(file, len(file)).data_set
    assert indexed_tree(index) == {0x00091001: stored * 4, 0x00100020: b"1 "}


def test_a_data_set_that_inflates_beyond_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(a_dataset(PatientComments="A" * 9000), DeflatedExplicitVRLittleEndian)
    assert len(file) < 1000
    monkeypatch.setattr(instance_module, "MAX_INFLATED", 9000)
    with pytest.raises(EncodingError, match="cannot be inflated to at most 9000 bytes"):
        read_instance(file, len(file))


@pytest.mark.parametrize("syntax", NATIVE)
def test_a_data_set_without_elements_is_read(syntax: str) -> None:
    file = written(a_dataset(PatientID="1"), syntax)
    instance = read_instance(file, len(file))
    emptied = changed_file(instance, [Change(entry, None) for entry in instance.data_set.layout.elements])
    assert read_instance(emptied, len(emptied)).data_set.elements() == []


@pytest.mark.parametrize("syntax", NATIVE)
def test_a_group_that_is_a_low_one_when_swapped_keeps_its_byte_order(syntax: str) -> None:
    file = written(a_dataset(NumberOfCopies="1", PrintPriority="LOW"), syntax)  # group 2000 or, swapped, 0020
    instance = read_instance(file, len(file))
    assert (instance.transfer_syntax, instance.data_set.layout.tags) == (syntax, [0x20000010, 0x20000020])


@pytest.mark.parametrize(("declared", "true"), [(NATIVE[1], NATIVE[2]), (NATIVE[2], NATIVE[1])])
def test_a_byte_order_that_is_not_the_declared_one_is_found(declared: str, true: str) -> None:
    file = written(a_dataset(Modality="CT", PatientID="1"), true)
    file = file.replace(true.encode().ljust(20, b"\0"), declared.encode().ljust(20, b"\0"), 1)
    instance = read_instance(file, len(file))
    assert (instance.transfer_syntax, instance.data_set.layout.tags) == (true, [0x00080060, 0x00100020])


@pytest.mark.parametrize("length", [0xFFFFFFFF, 8])
def test_items_nested_without_end_are_refused(length: int) -> None:
    level = pack("<HH2s2xL", 0x0008, 0x1140, b"SQ", 0xFFFFFFFF) + pack("<HHL", 0xFFFE, 0xE000, length)
    file = bytes(128) + b"DICM" + META + level * 100_000
    with pytest.raises(EncodingError):
        read_instance(file, len(file))


@pytest.mark.parametrize(
    "syntax", ["1.2.840.10008.1.2.4.5\ufffd", "1.2.840.10008.1.2.4.50 x", "1.2.840.10008.1.2.4.", "1.2.3"]
)
def test_a_transfer_syntax_that_is_no_uid_of_the_standard_is_refused(syntax: str) -> None:
    with pytest.raises(EncodingError, match="is no Transfer Syntax of the Standard"):
        encoding_of(syntax)

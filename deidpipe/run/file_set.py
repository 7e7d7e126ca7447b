"""A new File-set of what was released, where the input had a DICOMDIR: the same files under File IDs, and a DICOMDIR.

The DICOMDIR of the input is not edited: it lists original names and files that have other names now. A new one is made
from the released Instances and from nothing else. Their names below OUT/public are no File IDs (PS3.10 8.2: eight
characters), so the File-set is a folder of its own, OUT/file-set, in which each file is a link to the released one.

Source: PS3.10 section 8, PS3.3 Annex F.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from typing import NamedTuple

from deidpipe.audit.tables import FOLDER
from deidpipe.dicom.directory import DEEPEST, DICOMDIR, Record, directory, file_ids, references
from deidpipe.dicom.encoding import EXPLICIT_LITTLE
from deidpipe.dicom.file_meta import preamble_and_meta
from deidpipe.dicom.files import NewFile, OpenFile, files_below
from deidpipe.dicom.instance import META_SOP_INSTANCE
from deidpipe.errors import DeidError
from deidpipe.identity.key import Key
from deidpipe.identity.pseudonyms import Pseudonyms
from deidpipe.run.place import Place
from deidpipe.standard.directory import DIRECTORY_STORAGE, OF_NO_PATIENT, record_type_of

_LEVELS = ("PATIENT", "STUDY", "SERIES")


class FileSet(NamedTuple):
    """A File-set that was made."""

    instances: int  # that the DICOMDIR lists
    unlisted: int  # for which no Directory Record can be made; they are in the File-set all the same
    size: int  # bytes of the DICOMDIR
    digest: str  # SHA-256 of the DICOMDIR


def make_file_set(place: Place, key: Key, uid_root: str) -> FileSet | None:
    """Make OUT/file-set of everything below OUT/public; None if nothing was released.

    Raises DeidError if the DICOMDIR that was written is not right; it is not left behind then.
    """
    names = sorted(_released(place.public))
    if not names:
        return None
    listed = _linked(names, place)
    keys = hashlib.sha256()
    for record in listed.records:
        keys.update(b"%d" % record.level + record.keys)
    uid = Pseudonyms(key, uid_root=uid_root).uid(f"{DICOMDIR} {keys.hexdigest()}")
    meta = preamble_and_meta(DIRECTORY_STORAGE, uid, EXPLICIT_LITTLE)
    data = meta + directory(listed.records, len(meta))
    with NewFile(place.drafts) as new:
        new.write([data], new.descriptor)
        _must_be_right(new.descriptor, place.file_set, len(names) - listed.unlisted)
        new.publish(os.path.join(place.file_set, DICOMDIR))
    return FileSet(len(names) - listed.unlisted, listed.unlisted, len(data), hashlib.sha256(data).hexdigest())


def _released(public: str) -> Iterator[str]:
    below = os.path.join(public, "")
    names = (path.removeprefix(below).replace(os.sep, "/") for path in files_below(public))
    return (name for name in names if not name.startswith(f"{FOLDER}/"))


class _Listed(NamedTuple):
    records: list[Record]
    unlisted: int


def _linked(names: list[str], place: Place) -> _Listed:
    """Give each released file its File ID in the File-set; return the Directory Records of all."""
    from deidpipe.run.directory_record import encoded, has_place, of_instance, read

    records: list[Record] = []
    apart: list[Record] = []
    known: list[str] = []  # the folders of the last Instance that is listed
    unlisted = 0
    for name, file_id in file_ids(names):
        path = os.path.join(place.public, name)
        link_or_copy(path, os.path.join(place.file_set, file_id))
        instance = read(path)
        record_type = record_type_of(str(instance.file_meta.MediaStorageSOPClassUID)) if instance is not None else None
        can_be_found = record_type in OF_NO_PATIENT or (instance is not None and has_place(instance))
        if instance is None or record_type is None or not can_be_found:
            unlisted += 1
            continue
        leaf = of_instance(record_type, instance, file_id.split("/"))
        if record_type in OF_NO_PATIENT:
            apart.append(Record(0, leaf))
            continue
        folders = name.split("/")[:-1]
        same = next(
            (level for level, folder in enumerate(folders) if known[level : level + 1] != [folder]), len(folders)
        )
        records += (Record(level, encoded(_LEVELS[level], instance)) for level in range(same, DEEPEST - 1))
        records.append(Record(DEEPEST - 1, leaf))
        known = folders
    return _Listed([*records, *apart], unlisted)


def link_or_copy(path: str, target: str) -> None:
    """Let a file stand in another place too; as a copy where the file system has no links."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    try:
        os.link(path, target)
    except OSError:
        shutil.copyfile(path, target)


def _must_be_right(written: int, folder: str, listed: int) -> None:
    """Raise DeidError unless a DICOMDIR as it was written leads to each file that it is to list, and to no other."""
    with OpenFile(written) as file:
        found = references(file.instance)
    if len({reference.file_id for reference in found}) != listed or len(found) != listed:
        raise DeidError(DICOMDIR, "does not list each Instance once", "please report this as a defect")
    for reference in found:
        with OpenFile(os.path.join(folder, *reference.file_id)) as file:
            uid = file.instance.meta[META_SOP_INSTANCE].rstrip(b"\0").decode("latin-1")
        if uid != reference.sop_instance:
            raise DeidError(DICOMDIR, "names another Instance than the file holds", "please report this as a defect")

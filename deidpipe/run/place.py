"""Where a run writes: OUT/public, OUT/private, at times OUT/file-set, and that this is a place where it may."""

import os

from deidpipe.audit.tables import FILE_SET, FOLDER
from deidpipe.errors import UsageError
from deidpipe.identity.key import DRAFT


class Place:
    """The folders of one run below OUT."""

    def __init__(self, out: str) -> None:
        self.out = out
        self.public = os.path.join(out, "public")
        self.statement = os.path.join(self.public, FOLDER, "conformance.html")
        self.file_set = os.path.join(out, FILE_SET)
        self.private = os.path.join(out, "private")
        self.key = os.path.join(self.private, "key")
        self.journal_file = os.path.join(self.private, "journal", "journal.sqlite")
        self.scratch = os.path.join(self.private, "journal", "audit")
        self.drafts = os.path.join(self.private, "drafts")
        self.quarantine = os.path.join(self.private, "quarantine")
        self.crosswalk = os.path.join(self.private, "crosswalk")
        self.files = os.path.join(self.private, "files.csv")
        self.review = os.path.join(self.private, "review.csv")
        self.unmapped = os.path.join(self.private, "patients_without_mapping.csv")

    def must_be_free(self, source: str) -> None:
        """Raise UsageError unless there is an input, and OUT lies apart from it and holds a run, or at most a key."""
        if not os.path.lexists(source):
            raise UsageError("IN", "there is no such file or folder", "check the path")
        here, there = os.path.realpath(self.out), os.path.realpath(source)
        if here == there or here.startswith(there + os.sep) or there.startswith(here + os.sep):
            raise UsageError("OUT", "lies in the input, or the input in it", "give a folder of its own")
        if os.path.exists(self.out) and not os.path.isdir(self.out):
            raise UsageError("OUT", "is a file", "give a new folder")
        held = set(os.listdir(self.out)) if os.path.isdir(self.out) else set()
        if self.has_run:
            return
        key = os.path.basename(self.key)
        if held - {"private"} or ("private" in held and set(os.listdir(self.private)) - {key, key + DRAFT}):
            raise UsageError("OUT", "is not empty, and holds no run to go on with", "give a new folder")

    @property
    def has_run(self) -> bool:
        """Whether a run was begun here."""
        return os.path.exists(self.journal_file)

    @staticmethod
    def root_of(source: str) -> str:
        """Return what the paths of the input have in front of their names."""
        return os.path.join(source if os.path.isdir(source) else os.path.dirname(source), "")

    def make(self) -> None:
        """Make the folders; the private one can be entered by its owner only."""
        os.makedirs(self.private, mode=0o700, exist_ok=True)
        os.chmod(self.private, 0o700)
        for folder in (self.public, self.drafts):
            os.makedirs(folder, exist_ok=True)

"""``python -m deidpipe``."""

from deidpipe.cli.main import entry

entry()

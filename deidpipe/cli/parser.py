"""argparse, with a suggestion where a word is misspelt and our own exit status."""

import argparse
import re
from collections.abc import Sequence
from typing import NoReturn

from deidpipe.errors import UsageError


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are UsageErrors."""

    def parse_known_args(  # type: ignore[override]  # argparse overloads it for namespaces of other classes
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse; an Option that is not known is told by the command that it was given to."""
        words, unknown = super().parse_known_args(args, namespace)
        if unknown:
            known = re.findall(r"(?<![\w-])--[a-z][a-z-]*", self.format_help())
            raise UsageError(self._where, f"does not know {unknown[0]}", self._advice(unknown[0], known))
        return words, unknown

    def error(self, message: str) -> NoReturn:
        """Raise UsageError."""
        choice = re.fullmatch(r"argument (\S+): invalid choice: '?([^']*?)'? \(choose from (.*)\)", message)
        if choice is None:
            raise UsageError(self._where, message, f"see {self.prog} --help")
        known = re.findall(r"[\w-]+", choice[3])
        raise UsageError(self._where, f"does not know {choice[2]}", self._advice(choice[2], known))

    @property
    def _where(self) -> str:
        return self.prog.partition(" ")[2] or "command line"

    def _advice(self, word: str, known: Sequence[str]) -> str:
        from difflib import get_close_matches

        near = get_close_matches(word.partition("=")[0], known, 1)
        return f"did you mean {near[0]}?" if near else f"see {self.prog} --help"

"""The keys, tokens and session links that a test uses, and the search for them in all that the test left behind."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.cli.settings import KEYS, TOKENS
from reconciler.text import API_KEYS

SHORTEST = 12
"""Characters. Tests use shorter keys that are ordinary words."""
EXEMPT = (".sqlite3", ".sqlite3-wal", ".sqlite3-shm", ".sqlite3-journal")
"""Ends of the names of a sandbox's data: the session link of a connection is part of what the sandbox stores."""
VARIABLES = frozenset((*KEYS.values(), *TOKENS.values()))


@dataclass
class SecretsInUse:
    """What one test must not leave behind, and the texts of it that are in no file."""

    values: set[str] = field(default_factory=set)
    texts: list[tuple[str, str]] = field(default_factory=list)
    """Name and content of every output, log and traceback."""

    def use(self, environment: Mapping[str, str]) -> None:
        """Take note of the keys and tokens in the environment of a command."""
        self.values |= {value for name, value in environment.items() if name in VARIABLES}

    def saw(self, name: str, text: str) -> None:
        """Take note of an output."""
        self.texts.append((name, text))

    def leaks(self, folder: Path) -> Iterator[str]:
        """The places where a secret is found: the noted texts, and the files in the folder. Secrets of the process count as well."""
        wanted = [value.encode() for value in self.values | API_KEYS._values if len(value) >= SHORTEST]
        if not wanted:
            return
        for name, text in self.texts:
            content = text.encode("utf-8", "surrogateescape")
            yield from (name for value in wanted if value in content)
        for path in _files(folder):
            content = path.read_bytes()
            yield from (str(path.relative_to(folder)) for value in wanted if value in content)

    def clear(self) -> None:
        """Forget all of it: the next test begins."""
        self.values.clear()
        self.texts.clear()


IN_USE = SecretsInUse()
"""Those of the running test."""


def _files(folder: Path) -> Iterator[Path]:
    """The files that the test wrote; the folder was empty before it."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if not name.endswith(EXEMPT) and path.is_file() and not path.is_symlink() and os.access(path, os.R_OK):
                yield path

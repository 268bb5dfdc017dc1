"""Which files the given paths mean, and their bytes: files, folders with all that is below them, standard input."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.errors import Problem
from reconciler.manifest.yaml.text import MOST_BYTES

STDIN = "-"
_SUFFIXES = (".yaml", ".yml")

File = tuple[str, bytes]
"""The path as messages show it, and the bytes."""


def read_files(paths: Sequence[str], stdin: Callable[[], bytes] | None) -> tuple[list[File], list[Problem]]:
    """Every file once, in the order given; in a folder sorted by path. What begins with a dot is passed over in folders."""
    reader = _Files(stdin)
    for path in dict.fromkeys(paths):
        reader.take(path)
    if not paths:
        reader.problems.append(
            Problem(".", 0, 0, "no manifest was given", "name a file, a folder, or - for standard input")
        )
    return reader.files, reader.problems


@dataclass
class _Files:
    stdin: Callable[[], bytes] | None
    files: list[File] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def take(self, path: str) -> None:
        if path == STDIN:
            self._take_stdin()
        elif Path(path).is_dir():
            self._take_folder(path)
        else:
            self._take_file(path)

    def _problem(self, path: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(path, 0, 0, message, hint))

    def _take_stdin(self) -> None:
        if self.stdin is None:
            self._problem(STDIN, "there is no standard input here", "name a file or a folder")
            return
        try:
            self.files.append((STDIN, self.stdin()))
        except (OSError, ValueError) as error:  # ValueError: a closed stream
            self._problem(STDIN, f"cannot be read: {error}")

    def _take_folder(self, folder: str) -> None:
        found = sorted(self._walk(folder, (str(Path(folder).resolve()),)))
        if not found and not any(p.path.startswith(folder) for p in self.problems):
            self._problem(folder, "this folder holds no manifest", "manifests are files named *.yaml or *.yml")
        for path in found:
            self._take_file(path)

    def _walk(self, folder: str, above: tuple[str, ...]) -> Iterator[str]:
        """The manifests of a folder and of those below it; `above` are the real paths on the way, which show a loop."""
        try:
            with os.scandir(folder) as scan:
                entries = [entry for entry in scan if not entry.name.startswith(".")]
        except OSError as error:
            self._problem(folder, f"cannot be read: {error.strerror}")
            return
        for entry in entries:
            if Path(entry.path).is_dir():  # entry.is_dir() raises on a link that leads in a ring
                real = os.path.realpath(entry.path)
                if real in above:
                    self._problem(entry.path, "a symbolic link leads back to a folder above it", "take the link away")
                else:
                    yield from self._walk(entry.path, (*above, real))
            elif entry.name.endswith(_SUFFIXES):
                if entry.is_symlink() or entry.is_file():  # a link that leads nowhere is reported when it is read
                    yield entry.path
                else:
                    self._problem(entry.path, "this is no ordinary file")

    def _take_file(self, path: str) -> None:
        try:
            real = os.path.realpath(path, strict=True)
            if real in self.seen:
                return
            self.seen.add(real)
            with Path(path).open("rb") as stream:
                self.files.append((path, stream.read(MOST_BYTES + 1)))
        except FileNotFoundError:
            self._problem(path, "there is no such file", "reconciler init writes a first manifest")
        except (OSError, ValueError) as error:  # ValueError: a path with a NUL
            self._problem(path, f"cannot be read: {getattr(error, 'strerror', None) or error}")

"""Manifest files: paths → names and bytes. A path is a file, a directory (read recursively), or - for standard input."""

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
    """Every file once, in the order given; those of a directory sorted by path, without names that begin with a dot."""
    reader = _FileReader(stdin)
    for path in dict.fromkeys(paths):
        reader.read(path)
    if not paths:
        hint = "name a file, a directory, or - for standard input"
        reader.problems.append(Problem(".", 0, 0, "no manifest given", hint))
    return reader.files, reader.problems


def is_named_pipe(path: str) -> bool:
    """Whether a path is a named pipe: opening one waits for its writer, possibly forever. `/dev/fd/N` has one already."""
    return not path.startswith(("/dev/", "/proc/")) and Path(path).is_fifo()


def printable_path(path: str) -> str:
    r"""A path with the bytes that are not UTF-8 as `\xff`: Python holds these as surrogates, which no plan file can contain."""
    return os.fsencode(path).decode(errors="backslashreplace") if not path.isascii() else path


@dataclass
class _FileReader:
    stdin: Callable[[], bytes] | None
    files: list[File] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def read(self, path: str) -> None:
        if path == STDIN:
            self._read_stdin()
        elif Path(path).is_dir():
            self._read_directory(path)
        else:
            self._read_file(path)

    def _problem(self, path: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(printable_path(path), 0, 0, message, hint))

    def _read_stdin(self) -> None:
        if self.stdin is None:
            self._problem(STDIN, "standard input is not available", "name a file or a directory")
            return
        try:
            self.files.append((STDIN, self.stdin()))
        except (OSError, ValueError) as error:  # ValueError: a closed stream
            self._problem(STDIN, f"cannot read: {error}")

    def _read_directory(self, directory: str) -> None:
        paths = sorted(self._walk(directory, (str(Path(directory).resolve()),)))
        if not paths and not any(p.path.startswith(printable_path(directory)) for p in self.problems):
            self._problem(directory, "no manifest files in the directory", "name manifests *.yaml or *.yml")
        for path in paths:
            self._read_file(path)

    def _walk(self, directory: str, ancestors: tuple[str, ...]) -> Iterator[str]:
        """The manifests in a directory, recursively; `ancestors` are real paths, compared to detect symbolic link loops."""
        try:
            with os.scandir(directory) as scan:
                entries = [entry for entry in scan if not entry.name.startswith(".")]
        except OSError as error:
            self._problem(directory, f"cannot read: {error.strerror}")
            return
        for entry in entries:
            if Path(entry.path).is_dir():  # entry.is_dir() raises on a symbolic link to itself
                real = os.path.realpath(entry.path)
                if real in ancestors:
                    self._problem(entry.path, "symbolic link to a parent directory", "remove the link")
                else:
                    yield from self._walk(entry.path, (*ancestors, real))
            elif entry.name.endswith(_SUFFIXES):
                if entry.is_symlink() or entry.is_file():  # a dangling link is reported when it is read
                    yield entry.path
                else:
                    self._problem(entry.path, "not a regular file")

    def _read_file(self, path: str) -> None:
        try:
            real = os.path.realpath(path, strict=True)
            if real in self.seen:
                return
            self.seen.add(real)
            if is_named_pipe(path):
                self._problem(path, "cannot read: it is a named pipe", "pass its content on standard input, as -")
                return
            with Path(path).open("rb") as stream:
                self.files.append((printable_path(path), stream.read(MOST_BYTES + 1)))
        except FileNotFoundError:
            self._problem(path, "no such file or directory", "write a first manifest with: reconciler init")
        except (OSError, ValueError) as error:  # ValueError: a path with a NUL
            self._problem(path, f"cannot read: {getattr(error, 'strerror', None) or error}")

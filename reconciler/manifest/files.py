"""Manifest files: paths → names and bytes. A path is a file, a directory (read recursively), or - for standard input."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.errors import Problem
from reconciler.manifest.misnamed import is_backup, looks_like_manifest
from reconciler.manifest.yaml.text import MOST_BYTES

STDIN = "-"
_SUFFIXES = (".yaml", ".yml")

File = tuple[str, bytes]
"""The path as messages show it, and the bytes."""


def read_files(paths: Sequence[str], stdin: Callable[[], bytes] | None) -> tuple[list[File], list[Problem]]:
    """Every file once, in the order given; those of a directory sorted by path, without hidden ones (`.name`).

    What a directory holds and cannot be read is a problem: it could declare something that the rest of the files do not.
    """
    reader = FileReader(stdin)
    reader.read_all(paths)
    reader.report_misnamed()
    return reader.files, reader.problems


def is_named_pipe(path: str) -> bool:
    """Whether a path is a named pipe: opening one waits for its writer, possibly forever. `/dev/fd/N` has one already."""
    return not path.startswith(("/dev/", "/proc/")) and Path(path).is_fifo()


def printable_path(path: str) -> str:
    r"""A path with the bytes that are not UTF-8 as `\xff`: Python holds these as surrogates, which no plan file can contain."""
    return os.fsencode(path).decode(errors="backslashreplace") if not path.isascii() else path


class ChangedError(Exception):
    """Raised for a file that changes while it is read."""


def read_bytes(path: str) -> bytes:
    """The bytes of a file, one more than `MOST_BYTES` at most. Raises OSError, ChangedError, and ValueError for a path with a NUL."""
    with Path(path).open("rb") as stream:
        before = os.fstat(stream.fileno())
        data = stream.read(MOST_BYTES + 1)
        after = os.fstat(stream.fileno())
    if stat.S_ISREG(after.st_mode) and (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise ChangedError("the file changed while it was read")
    return data


@dataclass
class FileReader:
    """Reads files one by one. `seen`: real paths of those that were read. `opened`: their paths as shown → as given."""

    stdin: Callable[[], bytes] | None
    files: list[File] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    opened: dict[str, str] = field(default_factory=dict)
    misnamed: dict[str, str] = field(default_factory=dict)

    def read_all(self, paths: Sequence[str]) -> None:
        """Read what a command line names; without `report_misnamed`, which is for the end."""
        for path in dict.fromkeys(paths):
            self._read(path)
        if not paths:
            hint = "name a file, a directory, or - for standard input"
            self.problems.append(Problem(".", 0, 0, "no manifest given", hint))

    def read_beside(self, path: str, real: str) -> None:
        """Read a file that a manifest includes, unless it was read. Raises as `read_bytes` does."""
        if real in self.seen:
            return
        data = read_bytes(real)
        self.seen.add(real)
        self.opened[printable_path(path)] = path
        self.files.append((printable_path(path), data))

    def _read(self, path: str) -> None:
        if path == STDIN:
            self._read_stdin()
        elif os.path.isdir(path):  # noqa: PTH112 - Path raises for one that may not be looked up
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
        count = len(self.problems)
        paths = sorted(self._walk(directory, (os.path.realpath(directory),), set()))
        if not paths and len(self.problems) == count and not self.misnamed:
            self._problem(directory, "no manifest files in the directory", "name manifests *.yaml or *.yml")
        for path in paths:
            self._read_file(path)

    def _walk(self, directory: str, ancestors: tuple[str, ...], visited: set[str]) -> Iterator[str]:
        """The manifests in a directory, recursively; `ancestors` and `visited` are real paths, compared because of symbolic links."""
        try:
            with os.scandir(directory) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            self._problem(directory, f"cannot read: {error.strerror}")
            return
        for entry in entries:
            is_hidden = entry.name.startswith(".")
            try:
                mode = entry.stat().st_mode
            except OSError as error:
                if not is_hidden and not is_backup(entry.name):
                    self._unreachable(entry, error)
                continue
            if not stat.S_ISDIR(mode):
                if self._is_manifest(entry, mode):
                    yield entry.path
            elif not is_hidden:
                real = os.path.realpath(entry.path)
                if real in ancestors:
                    self._problem(entry.path, "symbolic link to a parent directory", "remove the link")
                elif real not in visited:
                    visited.add(real)
                    yield from self._walk(entry.path, (*ancestors, real), visited)

    def _is_manifest(self, entry: os.DirEntry[str], mode: int) -> bool:
        """Whether an entry is to be read, by its name."""
        if not entry.name.startswith(".") and entry.name.lower().endswith(_SUFFIXES):
            if stat.S_ISREG(mode):
                return True
            self._problem(entry.path, "not a regular file")
        elif stat.S_ISREG(mode) and not is_backup(entry.name) and looks_like_manifest(entry.path):
            self.misnamed.setdefault(os.path.realpath(entry.path), entry.path)
        return False

    def _unreachable(self, entry: os.DirEntry[str], error: OSError) -> None:
        """Report an entry whose type is not known: it may be a manifest or a directory of manifests."""
        if error.errno == errno.ELOOP:
            self._problem(entry.path, "symbolic link to itself", "remove the link")
        elif isinstance(error, FileNotFoundError) and entry.is_symlink():
            self._problem(entry.path, "broken symbolic link", "remove the link, or restore its target")
        else:
            self._problem(entry.path, f"cannot read: {error.strerror}")

    def report_misnamed(self) -> None:
        """Report the files that look like manifests by their content and were not read, by their name or as a path."""
        for real, path in self.misnamed.items():
            if real not in self.seen:
                name = Path(path).name
                rule = "hidden files are" if name.startswith(".") else "other names than *.yaml and *.yml are"
                new = "rename it to *.yaml"
                if name.startswith("."):
                    new = "rename it without the leading dot" + (
                        "" if name.lower().endswith(_SUFFIXES) else ", to *.yaml"
                    )
                hint = f"{new}, name it as a path as well, or move it out of the directory"
                self._problem(path, f"looks like a manifest and is not read: {rule} passed over", hint)

    def _read_file(self, path: str) -> None:
        try:
            real = os.path.realpath(path, strict=True)
            if real in self.seen:
                return
            self.seen.add(real)
            if is_named_pipe(path):
                self._problem(path, "cannot read: it is a named pipe", "pass its content on standard input, as -")
                return
            self.opened[printable_path(path)] = path
            self.files.append((printable_path(path), read_bytes(path)))
        except ChangedError as error:
            self._problem(path, str(error), "run the command again")
        except FileNotFoundError:
            self._problem(path, "no such file or directory", "write a first manifest with: reconciler init")
        except (OSError, ValueError) as error:  # ValueError: a path with a NUL
            self._problem(path, f"cannot read: {getattr(error, 'strerror', None) or error}")

"""Reads and writes the files that a command line names. A failed write keeps the old file."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from reconciler.errors import ReconcilerError
from reconciler.manifest.files import is_named_pipe


def read(path: str, *, limit: int) -> bytes:
    """All bytes of a file, or of stdin for `-`. Raises ReconcilerError, also above `limit` bytes."""
    try:
        if path == "-":
            data = sys.stdin.buffer.read(limit + 1)
        elif is_named_pipe(path):
            raise ReconcilerError(
                f"cannot read {path}: it is a named pipe", hint="pass its content on standard input, as -"
            )
        else:
            with Path(path).open("rb") as file:
                data = file.read(limit + 1)
    except OSError as error:
        raise ReconcilerError(f"cannot read {path}: {error.strerror}") from error
    if len(data) > limit:
        raise ReconcilerError(f"cannot read {path}: it is larger than {limit >> 20} MiB")
    return data


def write(path: str, text: str) -> None:
    """Write a file atomically (`-`: stdout). A failure keeps the old file. Raises ReconcilerError."""
    if path == "-":
        sys.stdout.write(text)
        return
    target = Path(os.path.realpath(path))  # a symbolic link stays one
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_file():  # a device such as /dev/stdout cannot be replaced
            target.write_text(text, encoding="utf-8")
            return
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).chmod(_mode_of(target))
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink()
            raise
    except OSError as error:
        raise ReconcilerError(f"cannot write {path}: {error.strerror}") from error


def write_new(path: str, text: str) -> None:
    """Write a new file. Raises ReconcilerError if it exists, and does not change it."""
    try:
        with Path(path).open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ReconcilerError(f"{path} already exists", hint="use another path, or move that file first") from None
    except OSError as error:
        raise ReconcilerError(f"cannot write {path}: {error.strerror}") from error


def _mode_of(target: Path) -> int:
    """The mode of the file, or of a new one."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask

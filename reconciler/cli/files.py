"""Reads and writes the files that a command line names. A failed write keeps the old file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from reconciler.cli.terminal.output import document, print_result
from reconciler.errors import ReconcilerError
from reconciler.json_text import parse_json
from reconciler.manifest.files import is_named_pipe
from reconciler.planning.plan_format import is_plan_document, is_planned_document


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
        raise ReconcilerError(f"cannot read {path}: it is larger than {_size(limit)}")
    return data


def _size(limit: int) -> str:
    return f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit >> 10} KiB"


def write(path: str, text: str) -> None:
    """Write a file atomically (`-`: stdout). A failure keeps the old file. Raises ReconcilerError."""
    if path == "-":
        print_result(document(text))
        return
    require_report_target(path)
    target = Path(os.path.realpath(path))  # a symbolic link stays one
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_file():  # a device such as /dev/stdout cannot be replaced
            target.write_text(text, encoding="utf-8")
            return
        _replace(target, text.encode())
    except OSError as error:
        raise ReconcilerError(f"cannot write {path}: {error.strerror}") from error


def replace_file(path: str, before: bytes, after: bytes) -> None:
    """Replace a file that was read, as a whole: at any moment it has the old bytes or the new ones. `before`: empty for a new file.

    Raises ReconcilerError where it has other bytes by now, or cannot be written; then it stays as it is.
    """
    target = Path(os.path.realpath(path))  # a symbolic link stays one
    try:
        present = target.read_bytes() if target.exists() else b""
        if present != before:
            raise ReconcilerError(
                f"{path} changed since it was read; it is left as it is", hint="run the command again"
            )
        _replace(target, after)
    except OSError as error:
        raise ReconcilerError(f"cannot write {path}: {error.strerror}") from error


def append(path: str, text: str) -> None:
    """Add a text to the end of a file, or make the file (`-`: stdout). Raises ReconcilerError."""
    if path == "-":
        print_result(document(text))
        return
    require_report_target(path)
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ReconcilerError(f"cannot write {path}: {error.strerror}") from error


def write_plan(path: str, text: str) -> None:
    """Write a plan file as `write` does. Raises ReconcilerError where anything but a plan file would be replaced."""
    require_plan_target(path)
    write(path, text)


def require_plan_target(path: str) -> None:
    """Raise ReconcilerError unless the path is free, an empty file or a plan file (`-`: stdout)."""
    if path == "-":
        return
    require_report_target(path)
    target = Path(path)
    try:
        if not target.exists():
            return
        is_replaceable = target.is_file() and (not target.stat().st_size or _is_plan_file(target))
    except OSError as error:
        raise ReconcilerError(f"cannot write {path}: {error.strerror}") from error
    if not is_replaceable:
        raise ReconcilerError(
            f"cannot write the plan to {path}: it exists and is not a reconciler plan file",
            hint="use another path; a plan replaces nothing but an earlier plan",
        )


def require_report_target(path: str) -> None:
    """Raise ReconcilerError for a symbolic link to a file in another folder, devices excepted (`-`: stdout)."""
    link = Path(path)
    if path == "-" or not link.is_symlink():
        return
    target = Path(os.path.realpath(link))
    is_device = target.exists() and not target.is_file() and not target.is_dir()
    if target.parent != Path(os.path.realpath(link.parent)) and not is_device:
        raise ReconcilerError(
            f"cannot write {path}: it is a symbolic link to {target}", hint="use the path of the file itself"
        )


def require_new(path: str) -> None:
    """Raise ReconcilerError if the path exists, also as a broken symbolic link."""
    if os.path.lexists(path):
        raise ReconcilerError(f"{path} already exists", hint="use another path, or move that file first")


def write_new(path: str, text: str) -> None:
    """Write a new file as a whole, in a folder that is created with it. Raises ReconcilerError if it exists, and does not change it."""
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = _written(target, text.encode())
        try:
            _publish(temporary, target, text)
        finally:
            temporary.unlink()
    except FileExistsError:
        raise ReconcilerError(f"{path} already exists", hint="use another path, or move that file first") from None
    except OSError as error:
        raise ReconcilerError(f"cannot write {path}: {error.strerror}") from error


def _publish(temporary: Path, target: Path, text: str) -> None:
    """Give a file its name, at once and only if the name is free. Raises FileExistsError, and OSError."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: then the file is not written at once
        _create(target, text)


def _create(target: Path, text: str) -> None:
    with target.open("x", encoding="utf-8") as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            target.unlink()
            raise


def _written(target: Path, data: bytes) -> Path:
    """A new file with a name of its own in the folder of `target`, with the mode of `target`. Raises OSError.

    Its name is that of a temporary file, so that one that a killed process leaves is not taken for a manifest.
    """
    import tempfile  # noqa: PLC0415 - start-up: most commands write no file

    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode_of(target))
    except BaseException:
        temporary.unlink()
        raise
    return temporary


def _replace(target: Path, data: bytes) -> None:
    """The file as a whole, through a new file in the same folder. Raises OSError."""
    temporary = _written(target, data)
    try:
        temporary.replace(target)
    except BaseException:
        temporary.unlink()
        raise


def _is_plan_file(path: Path) -> bool:
    """Whether a file is a plan of any format, redacted or not, by its `format`."""
    try:
        content = parse_json(path.read_bytes())
        return is_plan_document(content) or is_planned_document(content)
    except (ValueError, RecursionError):
        return False


def _mode_of(target: Path) -> int:
    """The mode of the file, or of a new one."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask

"""Creates files and folders that were not there before, each as a whole: an interruption leaves all of one or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from reconciler.errors import ReconcilerError


def create_file(path: str, text: str) -> None:
    """Create a file and the folders above it. Raises ReconcilerError; a file that exists is not changed."""
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _create(target, text)
    except FileExistsError:
        raise ReconcilerError(f"{path} already exists", hint="use another path, or move that file first") from None
    except OSError as error:
        raise ReconcilerError(f"cannot write {path}: {error.strerror}") from error


def create_folder(path: str, files: Mapping[str, str]) -> None:
    """Create a folder with these files (relative path → text). Raises ReconcilerError, also for a folder that is not empty."""
    target = Path(path)
    temporary = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:40]}."))
        for name, text in files.items():
            file = temporary / name
            file.parent.mkdir(parents=True, exist_ok=True)
            _create(file, text)
        temporary.chmod(0o777 & ~_mask())
        temporary.replace(target)
    except OSError as error:
        raise ReconcilerError(f"cannot write {path}: {error.strerror}") from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _create(target: Path, text: str) -> None:
    """The file through a new one in the same folder. Raises FileExistsError and other errors of the system."""
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_mask())
        _move_to_free_name(Path(temporary), target)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _move_to_free_name(temporary: Path, target: Path) -> None:
    """Give a file a name that is not taken: by a hard link, which never replaces; where there are none, after a look."""
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(target):
            raise FileExistsError(str(target)) from None
        temporary.replace(target)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

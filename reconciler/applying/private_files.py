"""Files and folders that only their owner can use: 0700 and 0600 whatever the umask, and no symbolic link is followed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

# Windows has neither flag; there a link is found by its own check below.
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)
_IS_LINK = "it is a symbolic link"


def make_state_folder(path: Path) -> None:
    """Create the state folder. An existing link is accepted if its target belongs to the user. Raises OSError."""
    _require_folder(path)
    if path.is_symlink() and not _is_ours(path.stat()):
        raise OSError(errno.EPERM, "it is a symbolic link to a folder of another user")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_symlink():
        make_folder(path)


def _require_folder(path: Path) -> None:
    """Raise OSError where the path, or the closest part of it that exists, is no folder."""
    found = next((place for place in (path, *path.parents) if place.exists()), None)
    if found is not None and not found.is_dir():
        raise OSError(errno.ENOTDIR, f"{found} is not a folder")


def make_folder(path: Path, *, new: bool = False) -> None:
    """Create a folder, its name durable, or accept an existing one unless it must be `new`. Raises OSError, also for a link."""
    if path.is_symlink():
        raise OSError(errno.ELOOP, _IS_LINK)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        if new:
            raise
        if not path.is_dir():
            raise OSError(errno.ENOTDIR, f"{path} is not a folder") from None
        return
    path.chmod(0o700)
    sync_folder(path.parent)


def open_private(path: Path, flags: int) -> int:
    """A file descriptor; a new file has mode 0600.

    Raises OSError for a link, for anything but a regular file, and for writing to a file that has a second name.
    """
    if path.is_symlink():
        raise OSError(errno.ELOOP, _IS_LINK)
    descriptor = os.open(path, flags | _NO_LINK | _NO_WAIT | _BINARY, 0o600)
    try:
        status = os.fstat(descriptor)
        is_written = bool(flags & (os.O_WRONLY | os.O_RDWR))
        _require_plain(status, is_written=is_written)
        if is_written and stat.S_IMODE(status.st_mode) != 0o600 and _is_ours(status):
            path.chmod(0o600)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _require_plain(status: os.stat_result, *, is_written: bool) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    if is_written and status.st_nlink > 1:
        raise OSError(errno.EMLINK, "it is a hard link to another file")


def read_private(path: Path) -> bytes:
    """All bytes of a file. Raises OSError, also for a link."""
    with os.fdopen(open_private(path, os.O_RDONLY), "rb") as file:
        return file.read()


def write_private(path: Path, data: bytes | Iterable[bytes]) -> None:
    """A file, whole or not at all, on the disk when this returns; of bytes or of pieces, each written as it is made. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(open_private(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
        try:
            file.writelines((data,) if isinstance(data, bytes) else data)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            temporary.unlink()
            raise
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the name of a new file or folder durable, where the platform and the folder's mode let it be opened."""
    if os.name == "nt":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_ours(status: os.stat_result) -> bool:
    return os.name == "nt" or status.st_uid == os.geteuid()

"""Files of the state folder: for their owner only, whole or not at all, and never through a link."""

from __future__ import annotations

import os
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from reconciler.applying import private_files
from reconciler.applying.private_files import (
    make_folder,
    make_state_folder,
    open_private,
    read_private,
    sync_folder,
    write_private,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="modes and links are those of POSIX")


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_file_and_its_folder_are_for_their_owner_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_state_folder(tmp_path / "a" / "state")
        write_private(tmp_path / "a" / "state" / "file", b"data")
    finally:
        os.umask(before)
    assert (_mode(tmp_path / "a" / "state"), _mode(tmp_path / "a" / "state" / "file")) == (0o700, 0o600)
    assert read_private(tmp_path / "a" / "state" / "file") == b"data"
    assert [path.name for path in (tmp_path / "a" / "state").iterdir()] == ["file"]


def test_a_new_file_is_for_its_owner_before_its_mode_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "chmod", lambda *_: pytest.fail("the mode is right from the beginning"))
    before = os.umask(0)
    try:
        for flags in (os.O_RDONLY, os.O_WRONLY, os.O_RDWR):
            path = tmp_path / str(flags)
            os.close(open_private(path, flags | os.O_CREAT))
            assert _mode(path) == 0o600
    finally:
        os.umask(before)


def test_a_new_folder_is_for_its_owner_before_its_mode_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "chmod", lambda *_: None)
    before = os.umask(0)
    try:
        make_folder(tmp_path / "folder")
    finally:
        os.umask(before)
    assert _mode(tmp_path / "folder") == 0o700


def test_a_umask_that_takes_the_owner_away_leaves_the_folder_usable(tmp_path: Path) -> None:
    before = os.umask(0o777)
    try:
        make_folder(tmp_path / "folder")
    finally:
        os.umask(before)
    assert _mode(tmp_path / "folder") == 0o700


def test_a_file_that_others_may_read_is_closed_to_them_when_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"data")
    path.chmod(0o644)
    assert read_private(path) == b"data"
    assert _mode(path) == 0o644
    os.close(open_private(path, os.O_RDWR))
    assert _mode(path) == 0o600


def test_a_state_folder_may_be_a_link_to_a_folder_of_the_user_and_of_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real").mkdir(mode=0o755)
    link = tmp_path / "state"
    link.symlink_to(tmp_path / "real")
    make_state_folder(link)
    assert link.is_symlink()
    monkeypatch.setattr(os, "geteuid", lambda: (tmp_path / "real").stat().st_uid + 1)
    with pytest.raises(PermissionError, match="a symbolic link to a folder of another user"):
        make_state_folder(link)


def test_a_folder_is_no_link_and_no_file_and_new_where_it_must_be(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(OSError, match="it is a symbolic link"):
        make_folder(tmp_path / "link")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotADirectoryError, match="file is not a folder"):
        make_folder(tmp_path / "file")
    make_folder(tmp_path / "folder", new=True)
    (tmp_path / "folder").chmod(0o755)
    make_folder(tmp_path / "folder")
    assert _mode(tmp_path / "folder") == 0o755
    with pytest.raises(FileExistsError):
        make_folder(tmp_path / "folder", new=True)


def test_nothing_is_read_or_written_through_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").write_bytes(b"data")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    for flags in (os.O_RDONLY, os.O_RDWR):
        with pytest.raises(OSError, match="it is a symbolic link"):
            open_private(link, flags)
    monkeypatch.setattr(Path, "is_symlink", lambda _: False)  # it was put there after the look
    with pytest.raises(OSError, match="symbolic links"):
        open_private(link, os.O_RDWR)


def test_only_a_plain_file_is_opened_and_only_one_with_a_single_name_written(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(OSError, match="it is not a regular file"):
            open_private(path, os.O_RDONLY)
    (tmp_path / "file").write_bytes(b"data")
    (tmp_path / "second").hardlink_to(tmp_path / "file")
    assert read_private(tmp_path / "second") == b"data"
    for flags in (os.O_WRONLY, os.O_RDWR):
        with pytest.raises(OSError, match="it is a hard link to another file"):
            open_private(tmp_path / "second", flags)


def test_a_descriptor_of_what_is_refused_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[int] = []
    close = os.close

    def note(number: int) -> None:
        closed.append(number)
        close(number)

    monkeypatch.setattr(os, "close", note)
    with pytest.raises(OSError, match="regular"):
        open_private(tmp_path, os.O_RDONLY)
    assert len(closed) == 1


def test_a_write_that_fails_keeps_the_old_file_and_leaves_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    write_private(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_private(path, b"new")
    assert read_private(path) == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_synced_where_the_platform_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    sync_folder(tmp_path)
    assert len(synced) == 1
    with monkeypatch.context() as patch:
        patch.setattr(private_files, "os", SimpleNamespace(name="nt"))
        sync_folder(tmp_path)
    assert len(synced) == 1
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "nowhere")

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    sync_folder(tmp_path)
    assert len(synced) == 1


def test_a_platform_without_these_flags_opens_files_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"_NO_LINK": "O_NOFOLLOW", "_NO_WAIT": "O_NONBLOCK", "_BINARY": "O_BINARY"}
    for name in names.values():
        monkeypatch.delattr(os, name, raising=False)
    module = runpy.run_path(str(private_files.__file__))
    assert {name: module[name] for name in names} == dict.fromkeys(names, 0)

"""Files are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reconciler.cli import files
from reconciler.errors import ReconcilerError


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o600)
    files.write(str(path), "new é")
    assert path.read_text(encoding="utf-8") == "new é"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan.json"]


def test_a_failure_leaves_what_was_there_and_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        files.write(str(path), "\ud800")
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan.json"]


def test_a_link_is_written_through(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    link.symlink_to(real)
    files.write(str(link), "text")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "text"


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    files.write(str(tmp_path / "a" / "b.json"), "text")
    assert (tmp_path / "a" / "b.json").read_text(encoding="utf-8") == "text"


@pytest.mark.parametrize("name", ["folder", "file/below"])
def test_what_cannot_be_written_is_said_with_its_path(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ReconcilerError, match=name):
        files.write(str(tmp_path / name), "text")


def test_a_device_is_written_to_and_not_replaced() -> None:
    files.write(os.devnull, "text")
    assert not Path(os.devnull).is_file()


def test_a_new_file_never_replaces_one(tmp_path: Path) -> None:
    path = tmp_path / "workspace.yaml"
    files.write_new(str(path), "first")
    with pytest.raises(ReconcilerError, match="already exists"):
        files.write_new(str(path), "second")
    assert path.read_text(encoding="utf-8") == "first"


def test_a_file_over_the_limit_is_not_read_in_part(tmp_path: Path) -> None:
    path = tmp_path / "big"
    path.write_bytes(b"x" * 11)
    assert files.read(str(path), limit=11) == b"x" * 11
    with pytest.raises(ReconcilerError, match="larger"):
        files.read(str(path), limit=10)

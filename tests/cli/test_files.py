"""Files are written whole or not at all."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from reconciler.cli import files, planfiles
from reconciler.cli.manifests import load_manifests
from reconciler.errors import ManifestError, PlanFileError, ReconcilerError


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


def test_a_dash_is_stdout_and_is_escaped_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    files.write("-", "one\ntwo \x1b[31m\n")
    assert capsys.readouterr().out == "one\ntwo \\u{1b}[31m\n"
    files.write_plan("-", "{}\n")
    assert capsys.readouterr().out == "{}\n"
    files.append("-", "more \x07\n")
    assert capsys.readouterr().out == "more \\u{7}\n"
    assert not Path("-").exists()


def test_a_dash_is_stdin_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    for data, limit in ((b"x" * 11, 11), (b"x" * 12, 11)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        if len(data) <= limit:
            assert files.read("-", limit=limit) == data
        else:
            with pytest.raises(ReconcilerError, match="cannot read -: it is larger"):
                files.read("-", limit=limit)


def test_a_file_that_cannot_be_renamed_stays_and_leaves_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "workspace.yaml"
    path.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(ReconcilerError) as caught:
        files.replace_file(str(path), b"old", b"new")
    assert caught.value.message == f"cannot write {path}: Operation not permitted"
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["workspace.yaml"]


@pytest.mark.parametrize("is_full", [False, True])
def test_without_hard_links_a_new_file_is_written_or_removed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_full: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    path = tmp_path / "workspace.yaml"
    syncs: list[int] = []

    def link(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    def sync(descriptor: int) -> None:
        syncs.append(descriptor)
        if is_full and len(syncs) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", link)
    monkeypatch.setattr(os, "fsync", sync)
    if is_full:
        with pytest.raises(ReconcilerError, match="No space left on device"):
            files.write_new(str(path), "text")
    else:
        files.write_new(str(path), "text")
        with pytest.raises(ReconcilerError, match="already exists"):
            files.write_new(str(path), "other")
        assert path.read_text(encoding="utf-8") == "text"
    assert [entry.name for entry in tmp_path.iterdir()] == ([] if is_full else ["workspace.yaml"])


@pytest.mark.parametrize(
    ("content", "is_replaced"),
    [
        (None, True),
        ("", True),
        ('{"format": "reconciler.plan/1"}', True),
        ("{}", False),
        ("{", False),
        ("\ud7ff", False),
    ],
)
def test_a_plan_replaces_nothing_but_a_plan(tmp_path: Path, content: str | None, is_replaced: bool) -> None:  # noqa: FBT001 - a parameter of the test
    path = tmp_path / "plan.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    if is_replaced:
        files.write_plan(str(path), "new")
        assert path.read_text(encoding="utf-8") == "new"
    else:
        with pytest.raises(ReconcilerError, match="it exists and is not a reconciler plan file"):
            files.write_plan(str(path), "new")
        assert path.read_text(encoding="utf-8") == content


def test_a_plan_target_that_cannot_be_looked_at_is_said_with_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.json"
    path.write_text("{}", encoding="utf-8")

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ReconcilerError) as caught:
        files.require_plan_target(str(path))
    assert caught.value.message == f"cannot write {path}: Permission denied"


def test_a_new_file_that_cannot_be_written_whole_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "workspace.yaml"

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ReconcilerError) as caught:
        files.write_new(str(path), "text")
    assert caught.value.message == f"cannot write {path}: No space left on device"
    assert not path.exists()


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.json"
    path.write_text("old", encoding="utf-8")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ReconcilerError, match=r"cannot write .*plan\.json: No space left on device"):
        files.write(str(path), "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan.json"]


def test_a_link_to_another_folder_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "plan.json"
    link.symlink_to(tmp_path / "elsewhere" / "plan.json")
    with pytest.raises(ReconcilerError, match="it is a symbolic link to"):
        files.write(str(link), "text")
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_manifest_that_cannot_be_opened_is_a_problem_with_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "workspace.yaml"
    path.write_text("version: 1\n", encoding="utf-8")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(planfiles, "open", refuse, raising=False)
    with pytest.raises(ManifestError) as caught:
        load_manifests([str(path)])
    assert [(one.path, one.message) for one in caught.value.problems] == [(str(path), "cannot read: Permission denied")]


def test_a_plan_on_stdin_is_no_manifest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"format": "reconciler.plan/1"}')))
    with pytest.raises(PlanFileError) as caught:
        load_manifests(["-"])
    assert caught.value.hint == "reconciler apply --plan -"

"""What must survive a power cut is synced: the files of a run, and the entry of each new file and folder in its folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reconciler.applying import Runs
from reconciler.applying.journal.writer import Journal
from tests.applying.journal.test_writer import INTENT, OUTCOME, STARTED
from tests.planning.literals import plan_of

_FSYNC = os.fsync


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """What was synced so far, oldest first, by device and inode."""
    seen: list[tuple[int, int]] = []

    def fsync(descriptor: int) -> None:
        status = os.fstat(descriptor)
        seen.append((status.st_dev, status.st_ino))
        _FSYNC(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


def _on_disk(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def test_a_run_and_its_entry_in_the_folder_of_runs_are_synced_before_anything_is_sent(
    tmp_path: Path, synced: list[tuple[int, int]]
) -> None:
    run = Runs(tmp_path / "state").begin(plan_of({"tags": ["a"]}, {}), 0.0, ["t1"])
    for path in (run.path / "plan.json", run.path / "ids.txt", run.path, run.path.parent, tmp_path / "state", tmp_path):
        assert _on_disk(path) in synced, path
    last = [synced.index(_on_disk(path)) for path in (run.path / "ids.txt", run.path / "plan.json")]
    assert _on_disk(run.path) in synced[last[-1] :]
    synced.clear()
    Runs(tmp_path / "state").begin(plan_of({"tags": ["a"]}, {}), 0.0)
    assert _on_disk(run.path.parent) in synced
    assert _on_disk(tmp_path) not in synced


def test_an_intent_and_the_ends_of_a_session_are_synced_and_an_outcome_is_not(
    tmp_path: Path, synced: list[tuple[int, int]]
) -> None:
    path = tmp_path / "journal.jsonl"
    with Journal(path, now=lambda: 0.0) as journal:
        assert synced == [_on_disk(tmp_path)]
        journal.record(STARTED)
        journal.intent(INTENT)
        assert synced[1:] == [_on_disk(path)] * 2
        journal.record(OUTCOME)
    assert len(synced) == 3


def test_a_folder_that_may_not_be_read_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def refuse(path: Path, flags: int, mode: int = 0o777) -> int:
        if Path(path) == tmp_path:
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", refuse)
    assert Runs(tmp_path / "state").begin(plan_of({"tags": ["a"]}, {}), 0.0).plan.changes

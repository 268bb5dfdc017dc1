"""Time runs stand beside the runs of plans: they share names and order, and no guard, policy or recovery sees them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Runs
from reconciler.applying.journal.events import SessionEnded
from reconciler.applying.journal.folder import TIME
from reconciler.applying.journal.time_run import TimeRun, sealed_head
from reconciler.applying.report import RunReport
from reconciler.errors import JournalError
from tests.applying.journal.test_writer import INTENT, STARTED
from tests.planning.literals import plan_of

HEAD: dict[str, Any] = {
    "action": "add",
    "step": "create",
    "zone": "UTC",
    "gateway": "sandbox",
    "base_url": "http://sandbox.localhost",
    "workspace": {"id": "w1", "name": "Acme"},
    "user": {"id": "u1", "email": None},
    "is_own": True,
    "before": None,
    "wanted": None,
    "existed": [],
    "undoes": None,
}
PROTECTING = plan_of({"tags": ["a"], "policy": {"protect": ["tag:a"]}}, {})


def time_run(folder: Path, *, now: float = 0.0) -> TimeRun:
    """A complete time run."""
    runs = Runs(folder)
    sequence = runs.next_sequence()
    run = runs.begin_time(sealed_head(HEAD), now)
    facts: dict[str, Any] = {
        "run": run.id,
        "digest": run.content["digest"],
        "ids": run.ids_sum,
        "workspace": {"id": "w1"},
    }
    with run.journal(lambda: now) as journal:
        journal.record(replace(STARTED, sequence=sequence, **facts))
        journal.intent(INTENT)
        journal.record(replace(SessionEnded.of(RunReport("", ())), complete=True))
    return TimeRun(run.path)


def plan_run(folder: Path) -> str:
    """A complete run of a plan with a protection; its id."""
    runs = Runs(folder)
    sequence = runs.next_sequence()
    run = runs.begin(PROTECTING, 0.0)
    facts: dict[str, Any] = {"run": run.id, "digest": PROTECTING.digest, "ids": run.ids_sum}
    with run.journal(lambda: 0.0) as journal:
        workspace = {"id": PROTECTING.target.workspace_id}
        journal.record(replace(STARTED, sequence=sequence, workspace=workspace, **facts))
        journal.record(SessionEnded.of(RunReport(PROTECTING.digest, ())))
    return run.id


def test_what_guards_and_resuming_read_is_the_same_with_time_runs_between(tmp_path: Path) -> None:
    plan_run(tmp_path)
    before = Runs(tmp_path)
    workspace = PROTECTING.target.workspace_id
    state = (before.last_policy(workspace), before.protections(workspace), before.position, before.renames(workspace))
    for number in range(3):
        time_run(tmp_path, now=float(number))
    after = Runs(tmp_path)
    assert (
        after.last_policy(workspace),
        after.protections(workspace),
        after.position,
        after.renames(workspace),
    ) == state
    assert after.protections(workspace) == ("tag:a",)
    assert [run.id for run in after] == [run.id for run in before]
    assert after.of(PROTECTING, complete=True) is not None
    assert after.changed == ()
    assert len(list(after.every())) == 4


def test_both_sorts_are_numbered_together_and_found_by_name(tmp_path: Path) -> None:
    first, second = time_run(tmp_path), plan_run(tmp_path)
    third = time_run(tmp_path, now=5.0)
    runs = Runs(tmp_path)
    assert [run.id for run in runs.every()] == [third.id, second, first.id]
    assert isinstance(runs.named("latest"), TimeRun)
    assert not isinstance(runs.named(second), TimeRun)
    assert runs.next_sequence() == 4
    assert (first.problem, third.is_complete) == ("", True)
    with pytest.raises(JournalError, match="is a time run: it has no plan"):
        _ = first.plan


def test_no_file_takes_the_protections_of_a_plans_run_away(tmp_path: Path) -> None:
    run = plan_run(tmp_path)
    (tmp_path / "runs" / run / TIME).write_text(json.dumps(sealed_head(HEAD)))
    assert Runs(tmp_path).protections(PROTECTING.target.workspace_id) == ("tag:a",)
    assert not isinstance(Runs(tmp_path).named(run), TimeRun)


@pytest.mark.parametrize("file", [TIME, "journal.jsonl"])
def test_a_time_run_that_was_edited_is_not_trusted(tmp_path: Path, file: str) -> None:
    run = time_run(tmp_path)
    path = run.path / file
    path.write_bytes(path.read_bytes().replace(b"w1", b"w2"))
    again = Runs(tmp_path).named(run.id)
    with pytest.raises(JournalError, match="was changed after it was recorded"):
        again.require_trusted()


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"digest": 1}', json.dumps({**HEAD, "existed": [1], "digest": "x"})]
)
def test_a_head_that_cannot_be_read_is_a_journal_error(tmp_path: Path, content: str) -> None:
    run = time_run(tmp_path)
    (run.path / TIME).write_text(content)
    with pytest.raises(JournalError, match="cannot read"):
        _ = TimeRun(run.path).content


def test_a_folder_without_journal_counts_for_nothing(tmp_path: Path) -> None:
    run = Runs(tmp_path).begin_time(sealed_head(HEAD), 0.0)
    runs = Runs(tmp_path)
    assert [one.id for one in runs.every()] == [run.id]
    assert (runs.next_sequence(), list(runs), runs.position) == (1, [], (0, 0))


def test_the_files_of_a_run_are_for_people_to_read_too(tmp_path: Path) -> None:
    assert (time_run(tmp_path).path / TIME).read_text(encoding="utf-8").startswith('{\n "')
    plan_run(tmp_path)
    (plan,) = tmp_path.glob("runs/*/plan.json")
    assert plan.read_text(encoding="utf-8").startswith('{\n "')
    assert plan.read_text(encoding="utf-8").endswith("}\n")

"""All runs of a state folder: their order, their names, what they protect, and the ids that they know."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Runs
from reconciler.applying.journal import runs as runs_module
from reconciler.applying.journal.events import JournalEvent, SessionEnded, WriteOutcome, WriteResult
from reconciler.applying.journal.order import _seconds
from reconciler.applying.journal.run import Run
from reconciler.applying.report import RunReport
from reconciler.errors import JournalError
from reconciler.planning import Plan
from tests.applying.journal.test_writer import INTENT, STARTED
from tests.forged_runs import read_lines, write_unsealed
from tests.planning.literals import plan_of

PLAN = plan_of({"tags": ["a"]}, {})


def _run(
    folder: Path,
    sequences: Sequence[int],
    plan: Plan = PLAN,
    *,
    events: Sequence[JournalEvent] = (),
    complete: bool = False,
    ids: Sequence[str] = (),
    at: float = 0.0,
) -> Run:
    """A run of sessions with these numbers, with these events in its last one, recorded at this time."""
    run = Runs(folder).begin(plan, at, ids)
    facts: dict[str, Any] = {"run": run.id, "digest": plan.digest, "ids": run.ids_sum, "workspace": {"id": "w1"}}
    with run.journal(lambda: at) as journal:
        for sequence in sequences:
            journal.record(replace(STARTED, sequence=sequence, **facts))
        for event in events:
            journal.record(event)
        if complete:
            journal.record(SessionEnded.of(RunReport(plan.digest, ())))
    return Run(run.path)


def test_runs_are_in_the_order_of_their_first_sessions_and_a_new_session_has_the_next_number(tmp_path: Path) -> None:
    assert (Runs(tmp_path).next_sequence(), Runs(tmp_path).position) == (1, (0, 0))
    second, first = _run(tmp_path, (2, 3)), _run(tmp_path, (1, 4, 5))
    assert [run.id for run in Runs(tmp_path)] == [second.id, first.id]
    assert (Runs(tmp_path).next_sequence(), Runs(tmp_path).position) == (6, (5, 3))
    unfinished = Runs(tmp_path).begin(PLAN, 0.0)
    assert (unfinished.sequence, unfinished.position) == (0, (0, 0))
    assert [run.id for run in Runs(tmp_path)] == [second.id, first.id, unfinished.id]
    assert Runs(tmp_path).next_sequence() == 6
    write_unsealed(first.path, read_lines(first.path))
    assert Runs(tmp_path).position == (3, 2)


CREATED = (replace(INTENT, n=1), WriteOutcome(n=1, address=INTENT.address, result=WriteResult.DONE, id="made"))


def test_runs_that_two_machines_counted_apart_are_in_the_order_of_time(tmp_path: Path) -> None:
    """The store was deleted while the machine with the runs 1 and 2 applied its third; another one began with 1 again."""
    first = _run(tmp_path, (1,), at=9000.0)  # clocks decide nothing up to there
    second = _run(tmp_path, (2,), at=1000.0)
    third = _run(tmp_path, (3,), events=CREATED, ids=["seen"], at=11000.0)
    assert [run.id for run in Runs(tmp_path)] == [third.id, second.id, first.id]
    beside = _run(tmp_path, (2,), ids=["seen", "made"], at=11001.0)
    assert [run.id for run in Runs(tmp_path)] == [beside.id, third.id, second.id, first.id]
    assert Runs(tmp_path).named("latest").id == beside.id
    assert Runs(tmp_path).next_sequence() == 4


def test_the_ids_of_a_run_beside_another_are_not_from_before_it(tmp_path: Path) -> None:
    _run(tmp_path, (1,), ids=["early"], at=1000.0)
    one = _run(tmp_path, (2,), events=CREATED, at=10000.0)
    fast = _run(tmp_path, (2,), ids=["made"], at=9990.0)  # its clock is ten seconds behind
    after = _run(tmp_path, (3,), at=10301.0)
    runs = Runs(tmp_path)
    assert [run.id for run in runs][1:3] == [one.id, fast.id]
    assert runs.ids_before(one) == {"early"}
    assert runs.ids_before(after) >= {"early", "made"}


@pytest.mark.parametrize(("seconds", "known"), [(299.5, set()), (300, {"made"})])
def test_the_clocks_of_two_machines_may_differ_by_five_minutes(tmp_path: Path, seconds: float, known: set[str]) -> None:
    _run(tmp_path, (2,), ids=["made"], at=10000.0)
    after = _run(tmp_path, (2,), at=10000.0 + seconds)
    assert Runs(tmp_path).ids_before(after) == known


def test_what_a_run_did_after_another_began_is_not_from_before_that(tmp_path: Path) -> None:
    resumed = _run(tmp_path, (1, 3), events=CREATED, ids=["early"])
    between = _run(tmp_path, (2,))
    last = _run(tmp_path, (4,))
    assert Runs(tmp_path).ids_before(between) == {"early"}
    assert Runs(tmp_path).ids_before(last) == {"early", "made"}
    assert Runs(tmp_path).ids_before(resumed) == frozenset()


def test_a_changed_run_and_one_of_another_workspace_are_no_proof_of_two_counts(tmp_path: Path) -> None:
    first, second = _run(tmp_path, (1,), at=9000.0), _run(tmp_path, (2,), at=1000.0)
    changed = _run(tmp_path, (1, 1))
    assert changed.problem
    assert [run.id for run in Runs(tmp_path)] == [second.id, first.id, changed.id]
    assert (_seconds("no time"), _seconds("1970-01-01T00:00:01.000Z")) == (0.0, 1.0)


def test_a_run_that_changes_while_it_is_known_is_read_again_and_else_it_is_not(tmp_path: Path) -> None:
    run, runs = _run(tmp_path, (1,)), Runs(tmp_path)
    (before,) = runs
    assert next(iter(runs)) is before
    with Run(run.path).journal(lambda: 0.0) as journal:
        journal.record(SessionEnded.of(RunReport(PLAN.digest, ())))
    (after,) = runs
    assert (before.is_complete, after.is_complete) == (False, True)
    assert next(iter(runs)) is after


def test_a_name_that_fits_no_run_or_several_is_answered_with_the_newest_ones(tmp_path: Path) -> None:
    with pytest.raises(JournalError) as caught:
        Runs(tmp_path).named("latest")
    assert caught.value.message == f"no run 'latest' in {tmp_path / 'runs'}"
    assert caught.value.hint == "no run is recorded yet"
    ids = [_run(tmp_path, (number,)).id for number in range(1, 8)][::-1]
    assert Runs(tmp_path).named("latest").id == ids[0]
    assert Runs(tmp_path).named(ids[-1]).id == ids[-1]  # the beginning of all the others, too
    for name, message in (("x", "no run 'x'"), ("1970", "7 runs begin with '1970'")):
        with pytest.raises(JournalError) as caught:
            Runs(tmp_path).named(name)
        assert caught.value.message == f"{message} in {tmp_path / 'runs'}"
        assert caught.value.hint == f"the newest runs are: {', '.join(ids[:5])}"


def _protecting(*patterns: str, withdrawn: tuple[str, ...] = ()) -> Plan:
    plan = plan_of({"policy": {"protect": list(patterns)}, "tags": ["a"]}, {"tags": ["a"]})
    return replace(plan, withdrawn=withdrawn)


def test_what_is_protected_stays_so_until_a_complete_run_withdraws_it(tmp_path: Path) -> None:
    assert (Runs(tmp_path).protections("w1"), Runs(tmp_path).last_policy("w1")) == ((), {})
    _run(tmp_path, (1,), _protecting("tag:a", "tag:b"), complete=True)
    _run(tmp_path, (2,), _protecting("tag:c", withdrawn=("tag:a",)))
    assert Runs(tmp_path).protections("w1") == ("tag:a", "tag:b", "tag:c")
    assert Runs(tmp_path).last_policy("w1")["protect"] == ["tag:a", "tag:b"]
    _run(tmp_path, (3,), _protecting("tag:d", withdrawn=("tag:a", "tag:c")), complete=True)
    assert Runs(tmp_path).protections("w1") == ("tag:b", "tag:d")
    assert Runs(tmp_path).last_policy("w1")["protect"] == ["tag:d"]
    changed = _run(tmp_path, (4, 4), _protecting("tag:e", withdrawn=("tag:b",)), complete=True)
    assert changed.problem
    assert Runs(tmp_path).changed[0].id == changed.id
    assert Runs(tmp_path).protections("w1") == ("tag:b", "tag:d", "tag:e")
    assert Runs(tmp_path).last_policy("w1")["protect"] == ["tag:d"]
    assert (Runs(tmp_path).protections("w2"), Runs(tmp_path).last_policy("w2")) == ((), {})


def test_the_ids_before_a_run_are_those_that_earlier_runs_saw_wrote_or_planned_with(tmp_path: Path) -> None:
    manifest = {
        "clients": [{"name": "Acme", "projects": [{"name": "Site", "tasks": [{"name": "Do", "estimate": "PT1H"}]}]}]
    }
    live = {"clients": ["Acme"], "projects": ["Acme/Site"], "tasks": ["Acme/Site/Do"]}
    planned = plan_of(manifest, live)
    (change,) = planned.changes
    expected = {change.id, change.precondition.parent_id, *(a.id for a in change.precondition.ancestors)}
    assert len(expected) >= 3
    written = WriteOutcome(n=1, address=INTENT.address, result=WriteResult.DONE, id="made")
    first = _run(tmp_path, (1,), planned, events=[replace(INTENT, n=1), written], ids=["seen"])
    second = _run(tmp_path, (2,), ids=["later"])
    assert Runs(tmp_path).ids_before(second) == {*expected, "seen", "made"}
    assert Runs(tmp_path).ids_before(first) == frozenset()
    (first.path / "plan.json").write_text("{}", encoding="utf-8")  # of another version: the rest is known
    assert Runs(tmp_path).ids_before(second) == {"seen", "made"}


def test_what_a_run_of_the_first_version_made_is_known_to_the_next_one_of_it(tmp_path: Path) -> None:
    first, second = _run(tmp_path, (1,), events=CREATED), _run(tmp_path, (2,))
    for run in (first, second):
        write_unsealed(run.path, read_lines(run.path))
    assert "made" in Runs(tmp_path).ids_before(Run(second.path))


@pytest.mark.parametrize("name", ["make_state_folder", "make_folder", "write_private"])
def test_where_no_folder_can_be_made_nothing_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(runs_module, name, refused)
    with pytest.raises(JournalError, match=r"cannot create the run folder .*: Permission denied") as caught:
        Runs(tmp_path).begin(PLAN, 0.0)
    assert caught.value.hint == "make the folder writable, or choose another --state-dir; nothing was sent"


def test_a_folder_without_runs_needs_nothing_of_what_reads_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("run", "time_run"):
        monkeypatch.setitem(sys.modules, f"reconciler.applying.journal.{name}", None)
    found = spec_from_file_location("runs_again", runs_module.__file__)
    assert found is not None
    assert found.loader is not None
    again = module_from_spec(found)
    found.loader.exec_module(again)
    assert list(again.Runs(tmp_path)) == []


def test_a_folder_of_runs_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "runs").write_bytes(b"")
    with pytest.raises(JournalError) as caught:
        list(Runs(tmp_path))
    assert caught.value.message == f"cannot read the runs in {tmp_path / 'runs'}: Not a directory"
    assert caught.value.hint == "make it a readable folder, or choose another --state-dir"

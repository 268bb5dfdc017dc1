"""What proves that the record of a run was changed, although every seal fits; and files of a run that cannot be read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Runs
from reconciler.applying.journal import runs as runs_module
from reconciler.applying.journal.run import Run
from reconciler.applying.private_files import read_private
from reconciler.errors import JournalError
from reconciler.planning import Plan
from tests.applying.journal.test_writer import INTENT, STARTED
from tests.forged_runs import read_lines, write_sealed, write_unsealed
from tests.planning.literals import plan_of

PLAN = plan_of({"tags": ["a"]}, {})


def _run(folder: Path, sequences: Sequence[int] = (1,), plan: Plan = PLAN, **other: Any) -> Run:
    """A run of some sessions; `other` are facts of the last one that are not those of the run."""
    run = Runs(folder).begin(plan, 0.0, ["t1", "t2"])
    facts = {"run": run.id, "digest": plan.digest, "ids": run.ids_sum, "workspace": {"id": "w1", "name": "Studio"}}
    with run.journal(lambda: 0.0) as journal:
        for number, sequence in enumerate(sequences, 1):
            more = other if number == len(sequences) else {}
            journal.record(replace(STARTED, sequence=sequence, **{**facts, **more}))
        journal.intent(INTENT)
    return Run(run.path)


def test_a_run_as_it_was_recorded_is_trusted(tmp_path: Path) -> None:
    run = _run(tmp_path, (1, 4))
    assert run.problem == ""
    run.require_trusted()
    assert run.existed == {"t1", "t2"}
    assert (run.sequence, run.position) == (1, (4, 3))


@pytest.mark.parametrize(
    ("sequences", "other", "problem"),
    [
        ((1,), {"digest": "sha256:00"}, "its plan is not the plan of its journal"),
        ((1, 2), {"digest": "sha256:00"}, "its plan is not the plan of its journal"),
        ((1, 2), {"run": "another"}, "its journal is that of run 'another'"),
        ((0,), {}, "the numbers of its sessions do not rise"),
        ((2, 1), {}, "the numbers of its sessions do not rise"),
        ((1, 1), {}, "the numbers of its sessions do not rise"),
        ((1, 2), {"ids": "e3b0"}, "its ids.txt is not the list that its journal names"),
    ],
)
def test_sessions_that_do_not_fit_the_rest_of_the_folder_are_named(
    tmp_path: Path, sequences: tuple[int, ...], other: dict[str, Any], problem: str
) -> None:
    run = _run(tmp_path, sequences, **other)
    assert run.problem == problem
    with pytest.raises(JournalError) as caught:
        run.require_trusted()
    assert caught.value.message == f"run {run.id} was changed after it was recorded: {problem}"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", "[" * 100_000])
def test_a_plan_that_is_none_is_not_the_plan_of_the_journal(tmp_path: Path, text: str) -> None:
    run = _run(tmp_path)
    lines = read_lines(run.path)
    (run.path / "plan.json").write_text(text, encoding="utf-8")
    write_sealed(run.path, lines)
    run = Run(run.path)
    assert run.problem == "its plan is not the plan of its journal"
    assert run.exchanges_names is False
    assert run.concerns("w1")  # by its journal
    assert not run.concerns("w2")
    with pytest.raises(JournalError, match=f"cannot read the plan of run {run.id}: "):
        run.plan  # noqa: B018 - that it raises is the point
    with pytest.raises(JournalError, match="cannot read the plan") as caught:
        run.policy  # noqa: B018 - as above
    assert caught.value.hint.endswith(f"to go on without them, move {run.path} away")


@pytest.mark.parametrize(
    ("plan", "journal", "concerned"), [("{", "", True), ("", "{", True), ("{", "{", True), ("", "", False)]
)
def test_a_run_whose_record_does_not_tell_its_workspace_counts_for_every_one(
    tmp_path: Path, plan: str, journal: str, *, concerned: bool
) -> None:
    run = Runs(tmp_path).begin(PLAN, 0.0)
    (run.path / "plan.json").write_text(plan, encoding="utf-8")
    (run.path / "journal.jsonl").write_text(journal, encoding="utf-8")
    assert Run(run.path).concerns("w9") is concerned


def test_an_open_journal_leaves_the_plan_on_the_disk(tmp_path: Path) -> None:
    run = Runs(tmp_path).begin(PLAN, 0.0)
    with run.journal(lambda: 0.0):
        (run.path / "plan.json").write_text('{"policy": {"protect": ["tag:late"]}}', encoding="utf-8")
        assert run.policy == {"protect": ["tag:late"]}


@pytest.mark.parametrize(
    ("facts", "readable"),
    [
        ({"policy": {"protect": ["tag:a"]}}, True),
        ({"policy": {"protect": ["tag:a"]}, "withdrawn": ["tag:b"]}, True),
        ({"policy": {"protect": [5]}}, False),
        ({"policy": {"protect": ["tag:a"]}, "withdrawn": [None]}, False),
        ({"policy": {"protect": 5}}, False),
        ({"policy": []}, False),
        ({}, False),
    ],
)
def test_protect_patterns_are_read_also_from_a_plan_of_another_version(
    tmp_path: Path, facts: dict[str, Any], *, readable: bool
) -> None:
    run = Runs(tmp_path).begin(PLAN, 0.0)
    (run.path / "plan.json").write_text(json.dumps(facts), encoding="utf-8")
    run = Run(run.path)
    if readable:
        assert (run.policy["protect"], run.withdrawn) == (["tag:a"], tuple(facts.get("withdrawn", ())))
        return
    for name in ("policy", "withdrawn"):
        with pytest.raises(JournalError, match=f"cannot read the plan of run {run.id}: ") as caught:
            getattr(run, name)
        assert caught.value.hint == (
            f"it holds protect patterns that were applied; to go on without them, move {run.path} away"
        )


def test_a_journal_without_a_session_is_a_problem_where_it_is_sealed(tmp_path: Path) -> None:
    run = _run(tmp_path)
    intent = read_lines(run.path)[1:]
    write_sealed(run.path, intent)
    assert Run(run.path).problem == "its journal does not start with a session"
    write_unsealed(run.path, intent)
    assert Run(run.path).problem == ""
    (run.path / "journal.jsonl").write_bytes(b"")
    assert Run(run.path).problem == ""


def test_a_journal_of_the_first_version_is_held_against_its_plan_alone(tmp_path: Path) -> None:
    run = _run(tmp_path, (2, 1))
    lines = read_lines(run.path)
    write_unsealed(run.path, lines)
    assert (Run(run.path).is_sealed, Run(run.path).problem) == (False, "")
    with pytest.raises(JournalError, match="its lines have no checksums"):
        Run(run.path).journal(lambda: 0.0)
    write_unsealed(run.path, [{**lines[0], "digest": "sha256:00"}, *lines[1:]])
    assert Run(run.path).problem == "its plan is not the plan of its journal"


def test_a_journal_that_was_changed_is_not_continued_and_not_added_to(tmp_path: Path) -> None:
    run = _run(tmp_path)
    path = run.path / "journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"tag:', b'"tug:'))
    before = path.read_bytes()
    with pytest.raises(JournalError) as caught:
        Run(run.path).journal(lambda: 0.0)
    assert caught.value.message == (
        f"cannot continue the journal {path}: line 2 of its journal does not fit the lines before it"
    )
    assert path.read_bytes() == before


def test_a_run_that_is_a_link_is_not_trusted(tmp_path: Path) -> None:
    run = _run(tmp_path)
    link = run.path.with_name("link")
    link.symlink_to(run.path)
    assert Run(link).problem == "its folder is a symbolic link"


def test_a_folder_of_runs_that_is_a_link_is_not_read(tmp_path: Path) -> None:
    _run(tmp_path / "real")
    (tmp_path / "runs").symlink_to(tmp_path / "real" / "runs")
    with pytest.raises(JournalError, match="it is a symbolic link"):
        list(Runs(tmp_path))


@pytest.mark.parametrize("name", ["plan.json", "journal.jsonl", "ids.txt"])
def test_a_file_of_a_run_that_cannot_be_read_is_named_with_the_way_on(tmp_path: Path, name: str) -> None:
    run = _run(tmp_path)
    (run.path / name).unlink()
    (run.path / name).mkdir()
    with pytest.raises(JournalError) as caught:
        [Run(run.path).existed, Run(run.path).problem]
    assert caught.value.message.startswith(f"cannot read {name} of run {run.id}: ")
    assert caught.value.hint == f"make it readable; to go on without the run, move {run.path} away"


def test_a_run_that_was_cut_short_before_a_file_lacks_what_is_in_it(tmp_path: Path) -> None:
    run = Runs(tmp_path).begin(PLAN, 0.0)
    assert (run.problem, run.sequence, run.is_complete) == ("", 0, False)
    assert run.concerns("w1")
    assert not run.concerns("w2")
    for path in run.path.iterdir():
        path.unlink()
    assert not Run(run.path).concerns("w1")


def test_runs_of_one_plan_at_one_time_get_numbers_and_there_is_an_end_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [Runs(tmp_path).begin(PLAN, 0.0).id for _ in range(3)]
    assert names[1:] == [f"{names[0]}-2", f"{names[0]}-3"]

    tried: list[str] = []

    def taken(path: Path, **_: Any) -> None:
        tried.append(path.name)
        raise FileExistsError(17, "File exists")

    monkeypatch.setattr(runs_module, "make_folder", taken)
    with pytest.raises(OSError, match="too many runs of this name"):
        runs_module._make_new_folder(tmp_path / "x")
    assert (tried[:3], tried[-1]) == (["x", "x-2", "x-3"], "x-998")


@pytest.mark.parametrize("complete", [False, True])
def test_the_run_of_a_plan_is_its_newest_one_if_that_is_as_asked(tmp_path: Path, *, complete: bool) -> None:
    runs = Runs(tmp_path)
    assert runs.of(PLAN, complete=complete) is None
    run = _run(tmp_path)
    found = runs.of(PLAN, complete=complete)
    assert (found.id if found else None) == (None if complete else run.id)
    assert runs.of(plan_of({"tags": ["b"]}, {}), complete=complete) is None


def test_the_plan_of_a_run_is_what_was_approved(tmp_path: Path) -> None:
    run = _run(tmp_path)
    assert run.plan.digest == PLAN.digest
    assert json.loads(read_private(run.path / "plan.json"))["digest"] == PLAN.digest

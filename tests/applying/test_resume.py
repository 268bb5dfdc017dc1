"""The same digest resumes a run: its old approval covers what is left, a new one covers what exists now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.applying import Result, approve
from reconciler.planning import Plan
from reconciler.sandbox import Switches
from tests.killed_process import KillableSandbox, KilledError
from tests.recorded_runs import Recorded, journal_lines
from tests.sandbox_client import Stage

MANIFEST = {"tags": ["one", "two", "three"]}


def _plan(stage: Stage, recorded: Recorded) -> Plan:
    """The plan as of now."""
    return replace(stage.plan(MANIFEST)[0], made_after=recorded.runs.position)


def _cut_short(stage: Stage, folder: Path) -> tuple[Recorded, Plan]:
    """A run that created one tag and was stopped; then the tag was deleted by hand."""
    recorded = Recorded(stage, folder)
    plan = _plan(stage, recorded)
    answers = iter([False, False, True])
    report = recorded.apply(approve(plan, plan.digest), should_stop=lambda: next(answers, True))
    made = [outcome.id for outcome in report.outcomes if outcome.result is Result.DONE]
    assert 1 <= len(made) < 3
    for tag in made:
        stage.call("DELETE", f"/tags/{tag}")
    return recorded, plan


def test_what_a_run_created_and_was_deleted_is_not_created_again_by_the_same_approval(tmp_path: Path) -> None:
    with Stage() as stage:
        recorded, plan = _cut_short(stage, tmp_path)
        report = recorded.apply(approve(plan, plan.digest))
        assert report.summary["moved"] >= 1
        assert len(list(recorded.runs)) == 1


@pytest.mark.parametrize("clock_set_back", [False, True])
def test_a_newer_plan_creates_it_again_although_its_digest_is_the_same(tmp_path: Path, clock_set_back: bool) -> None:  # noqa: FBT001 - a parameter of the test
    with Stage() as stage:
        recorded, plan = _cut_short(stage, tmp_path)
        stage.time.seconds -= 86_400 * clock_set_back
        again = _plan(stage, recorded)
        assert again.digest == plan.digest
        report = recorded.apply(approve(again, again.digest))
        assert report.exit_code == 0
        assert sorted(tag["name"] for tag in stage.snapshot()["tags"]) == sorted(MANIFEST["tags"])
        assert next(iter(recorded.runs)).is_complete


def test_a_session_that_finds_nothing_left_to_write_records_who_ran_it(tmp_path: Path) -> None:
    with Stage() as stage:
        recorded = Recorded(stage, tmp_path)
        plan = _plan(stage, recorded)
        answers = iter([False, False, True])
        recorded.apply(approve(plan, plan.digest), should_stop=lambda: next(answers, True))
        present = {tag["name"] for tag in stage.snapshot()["tags"]}
        for name in {"one", "two", "three"} - present:
            stage.call("POST", "/tags", {"name": name})
        assert recorded.apply(approve(plan, plan.digest)).exit_code == 0
    first, second = next(iter(recorded.runs)).history.sessions
    assert second.started.user == first.started.user
    assert second.started.user["email"] == "jo@acme.example"
    assert second.started.connection == "conn-1"


@pytest.mark.parametrize("is_after", [False, True], ids=["before it is carried out", "before its answer"])
@pytest.mark.parametrize("requests", [0, 1])
def test_a_name_that_is_freed_and_taken_in_another_case_is_resumed(
    requests: int,
    is_after: bool,  # noqa: FBT001 - a parameter of the test
    tmp_path: Path,
) -> None:
    """The process dies at the rename or at the create; the same approval finishes both, and nothing exists twice."""
    with Stage(Switches(rate="off", names_ignore_case=True)) as stage:
        stage.apply({"clients": [{"name": "Acme", "projects": [{"name": "Site", "tasks": ["Build"]}]}]})
        acme = stage.snapshot()["clients"][0]["id"]
        manifest = {"clients": [{"name": "Gama", "was": "Acme", "projects": [{"name": "Site", "tasks": ["Build"]}]},
                                {"name": "acme", "was": "Gama"}]}  # fmt: skip
        recorded = Recorded(stage, tmp_path)
        plan, _ = stage.plan(manifest)
        assert [str(change.action) for change in plan.changes] == ["update", "create"]
        mortal = KillableSandbox(stage.app)
        stage.use(mortal)
        mortal.live(requests, is_after=is_after)
        with pytest.raises(KilledError):
            recorded.apply(approve(plan, plan.digest))
        mortal.live(None)
        report = recorded.apply(approve(plan, plan.digest))
        assert (report.exit_code, len(list(recorded.runs))) == (0, 1)
        clients = {client["name"]: client["id"] for client in stage.snapshot()["clients"]}
        assert clients.keys() == {"Gama", "acme"}
        assert clients["Gama"] == acme
        assert [project["clientId"] for project in stage.snapshot()["projects"]] == [acme]
        assert len(stage.snapshot()["tasks"]) == 1
        assert stage.plan(manifest)[0].is_empty


def test_what_became_of_a_write_without_an_answer_is_recorded_by_the_next_session(tmp_path: Path) -> None:
    with Stage() as stage:
        recorded = Recorded(stage, tmp_path)
        plan = _plan(stage, recorded)
        mortal = KillableSandbox(stage.app)
        stage.use(mortal)
        mortal.live(0, is_after=True)
        with pytest.raises(KilledError):
            recorded.apply(approve(plan, plan.digest))
        mortal.live(None)
        (made,) = stage.snapshot()["tags"]
        assert recorded.apply(approve(plan, plan.digest)).exit_code == 0
        settled = [line for line in journal_lines(tmp_path) if line["event"] == "settled"]
        assert [(line["address"], line["result"], line["id"]) for line in settled] == [
            (f"tag:{made['name']}", "found", made["id"])
        ]

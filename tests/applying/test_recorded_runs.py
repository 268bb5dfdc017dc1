"""Recorded runs: what is in the journal, and how a run is resumed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import ApplyHooks, Result, RunReport, Runs, apply_recorded, approve
from reconciler.applying.journal.summary import run_to_json, runs_to_json
from reconciler.errors import JournalError, NetworkError, StalePlanError
from reconciler.live import Reading, reread
from reconciler.planning import Plan
from reconciler.sandbox import Fault, IncomingRequest, Switches, create_app
from tests.recorded_runs import journal_lines, recorded
from tests.sandbox_client import Stage

MANIFEST: dict[str, Any] = {
    "clients": [{"name": "Acme", "cc_emails": ["a@x.example"], "projects": [{"name": "Site", "tasks": ["One"]}]}],
    "tags": ["urgent", "later"],
}


class Break:
    """Answers one request after another with a fault, from the one on that fits; `times` of them."""

    def __init__(self, fits: Callable[[IncomingRequest], bool], fault: Fault, times: int = 10**6) -> None:
        self.fits, self.fault, self.left = fits, fault, times

    def __call__(self, incoming: IncomingRequest) -> Fault | None:
        if self.left and self.fits(incoming):
            self.left -= 1
            return self.fault
        return None


def broken(stage: Stage, method: str, stop_reason: str, fault: Fault, times: int = 10**6) -> None:
    """From now on requests of a method to a path are answered with a fault."""
    fits = Break(lambda i: i.method == method and i.path.endswith(stop_reason), fault, times)
    stage.use(create_app(stage.store, Switches(rate="off"), faults=fits))


def results(report: RunReport) -> dict[str, Result]:
    return {str(outcome.change.address): outcome.result for outcome in report.outcomes}


def test_the_journal_has_who_did_what_where_with_the_values_before_and_after(tmp_path: Path) -> None:
    with Stage() as stage:
        recorded(stage, stage.plan(MANIFEST)[0], tmp_path)
        stage.time.seconds += 60
        changed = {**MANIFEST, "clients": [{**MANIFEST["clients"][0], "note": "hello"}]}
        plan = stage.plan(changed)[0]
        report = recorded(stage, plan, tmp_path)
        lines = journal_lines(tmp_path)
    assert [line["event"] for line in lines] == ["session_started", "intent", "outcome", "change", "session_ended"]
    started, intent, outcome, change, ended = lines
    assert started["user"] == {"id": started["user"]["id"], "email": "jo@acme.example"}
    assert (started["gateway"], started["connection"], started["digest"]) == ("sandbox", "conn-1", plan.digest)
    assert started["workspace"] == {"id": stage.workspace.id, "name": "Empty"}
    assert (intent["address"], intent["action"], intent["step"], intent["method"]) == (
        "client:Acme", "update", "update", "PUT",
    )  # fmt: skip
    assert intent["before"]["values"]["note"] is None
    assert intent["body"]["note"] == "hello"
    assert (outcome["result"], outcome["status"], outcome["attempts"]) == ("done", 200, 1)
    assert outcome["after"]["values"]["note"] == "hello"
    assert (change["result"], ended["complete"], ended["exit_code"]) == ("done", True, 0)
    assert report.run == started["run"]


def test_the_plan_stands_beside_the_journal_before_anything_is_sent(tmp_path: Path) -> None:
    with Stage() as stage:
        plan = stage.plan(MANIFEST)[0]
        recorded(stage, plan, tmp_path)
    run = next(iter(Runs(tmp_path)))
    assert run.plan.digest == plan.digest
    assert run.is_complete


def test_a_lost_create_is_looked_up_and_adopted(tmp_path: Path) -> None:
    with Stage() as stage:
        plan = stage.plan(MANIFEST)[0]
        broken(stage, "POST", "/clients", Fault.DROP_AFTER, times=1)
        report = recorded(stage, plan, tmp_path)
        assert report.exit_code == 0
        assert len(stage.snapshot()["clients"]) == 1
        settled = [line for line in journal_lines(tmp_path) if line["event"] == "settled"]
        assert [(line["address"], line["result"]) for line in settled] == [("client:Acme", "found")]


def test_a_create_that_never_arrived_is_sent_again(tmp_path: Path) -> None:
    with Stage() as stage:
        plan = stage.plan(MANIFEST)[0]
        broken(stage, "POST", "/clients", Fault.DROP_BEFORE, times=2)
        assert recorded(stage, plan, tmp_path).exit_code == 0
        assert len(stage.snapshot()["clients"]) == 1
        intents = [line for line in journal_lines(tmp_path) if line["event"] == "intent"]
        assert [line["address"] for line in intents].count("client:Acme") == 4  # two lost, the create, its cc_emails


def test_an_object_of_the_name_that_another_hand_created_is_not_taken_for_ours(tmp_path: Path) -> None:
    with Stage() as stage:
        plan = stage.plan({"clients": [{"name": "Acme", "note": "mine"}]})[0]
        stage.call("POST", "/clients", {"name": "Acme", "note": "theirs"})
        with pytest.raises(StalePlanError, match="stale"):
            recorded(stage, plan, tmp_path)
        assert list(Runs(tmp_path)) == []


def test_a_client_made_by_a_run_that_broke_off_before_its_second_request_is_finished(tmp_path: Path) -> None:
    with Stage() as stage:
        plan = stage.plan(MANIFEST)[0]
        breaks = Break(lambda i: i.method == "PUT" and "/clients/" in i.path, Fault.DROP_BEFORE)
        stage.use(create_app(stage.store, Switches(rate="off"), faults=breaks))
        first = recorded(stage, plan, tmp_path)
        assert first.exit_code == 4
        assert results(first)["client:Acme"] is Result.FAILED  # the client was read: the update had no effect
        assert stage.snapshot()["clients"][0]["ccEmails"] is None
        stage.use(create_app(stage.store, Switches(rate="off")))
        second = recorded(stage, plan, tmp_path)
        assert second.exit_code == 0
        assert stage.snapshot()["clients"][0]["ccEmails"] == ["a@x.example"]
        assert len(list(Runs(tmp_path))) == 1
        assert first.run == second.run
        assert len(next(iter(Runs(tmp_path))).history.sessions) == 2


def test_without_its_journal_such_a_client_is_not_ours_and_nothing_is_written(tmp_path: Path) -> None:
    with Stage() as stage:
        plan = stage.plan(MANIFEST)[0]
        breaks = Break(lambda i: i.method == "PUT" and "/clients/" in i.path, Fault.DROP_BEFORE)
        stage.use(create_app(stage.store, Switches(rate="off"), faults=breaks))
        recorded(stage, plan, tmp_path / "here")
        stage.use(create_app(stage.store, Switches(rate="off")))
        with pytest.raises(StalePlanError):
            recorded(stage, plan, tmp_path / "elsewhere")


def test_of_a_resumed_run_only_stale_changes_are_left_out(tmp_path: Path) -> None:
    with Stage() as stage:
        stage.apply({"tags": [{"name": "first"}, {"name": "second"}], "clients": ["Acme"]})
        plan = stage.plan({"tags": [{"name": "one", "was": "first"}, {"name": "two", "was": "second"}, "three"],
                           "clients": [{"name": "Acme", "note": "mine"}]})[0]  # fmt: skip
        broken(stage, "POST", "/tags", Fault.DROP_BEFORE)
        assert recorded(stage, plan, tmp_path).exit_code == 4
        stage.use(create_app(stage.store, Switches(rate="off")))
        client = stage.snapshot()["clients"][0]
        stage.call("PUT", f"/clients/{client['id']}", {"name": "Acme", "note": "theirs"})
        report = recorded(stage, plan, tmp_path)
        assert report.exit_code == 4
        assert results(report)["client:Acme"] is Result.MOVED
        assert {r for address, r in results(report).items() if address != "client:Acme"} <= {
            Result.DONE,
            Result.ALREADY,
        }
        assert stage.snapshot()["clients"][0]["note"] == "theirs"
        assert {tag["name"] for tag in stage.snapshot()["tags"]} == {"one", "two", "three"}


def test_what_a_run_created_and_was_deleted_since_is_not_created_again(tmp_path: Path) -> None:
    with Stage() as stage:
        plan = stage.plan(MANIFEST)[0]
        broken(stage, "POST", "/projects", Fault.DROP_BEFORE)
        recorded(stage, plan, tmp_path)
        stage.use(create_app(stage.store, Switches(rate="off")))
        client = stage.snapshot()["clients"][0]
        stage.call("PUT", f"/clients/{client['id']}", {"name": "Acme", "archived": True})
        stage.call("DELETE", f"/clients/{client['id']}")
        report = recorded(stage, plan, tmp_path)
        assert results(report)["client:Acme"] is Result.MOVED
        assert results(report)["project:Acme/Site"] in (Result.MOVED, Result.SKIPPED)
        assert stage.snapshot()["clients"] == []


def test_a_finished_plan_applied_again_does_nothing_and_names_the_run_that_did_it(tmp_path: Path) -> None:
    with Stage() as stage:
        plan = stage.plan(MANIFEST)[0]
        first = recorded(stage, plan, tmp_path)
        stage.sent.clear()
        again = recorded(stage, plan, tmp_path)
        assert {sent.request.method for sent in stage.sent} == {"GET"}
    assert (again.exit_code, again.run, set(results(again).values())) == (0, first.run, {Result.ALREADY})
    assert len(list(Runs(tmp_path))) == 1


def test_a_delete_of_what_is_gone_already_is_done(tmp_path: Path) -> None:
    with Stage() as stage:
        stage.apply({"tags": ["a", "b"]})
        plan, _ = stage.plan({"tags": ["a"]})
        dropped = Break(lambda i: i.method == "DELETE", Fault.DROP_AFTER, times=1)
        stage.use(create_app(stage.store, Switches(rate="off"), faults=dropped))
        assert recorded(stage, plan, tmp_path).exit_code == 0
        settled = [line["result"] for line in journal_lines(tmp_path) if line["event"] == "settled"]
        assert settled == ["gone"]


def test_a_broken_body_is_an_unknown_outcome(tmp_path: Path) -> None:
    for fault in (Fault.TRUNCATED, Fault.BAD_JSON):
        with Stage() as stage:
            plan = stage.plan(MANIFEST)[0]
            broken(stage, "POST", "/projects", fault, times=1)
            assert recorded(stage, plan, tmp_path / fault.value).exit_code == 0
            assert len(stage.snapshot()["projects"]) == 1


def test_nothing_is_sent_where_no_folder_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file where the folder should be", encoding="utf-8")
    with Stage() as stage:
        plan = stage.plan(MANIFEST)[0]
        stage.sent.clear()
        with pytest.raises(JournalError, match="runs"):
            recorded(stage, plan, tmp_path)
        assert {sent.request.method for sent in stage.sent} == {"GET"}


def test_the_record_put_together_counts_what_the_report_counted(tmp_path: Path) -> None:
    with Stage() as stage:
        plan = stage.plan(MANIFEST)[0]
        broken(stage, "POST", "/tags", Fault.ERROR_BEFORE)
        report = recorded(stage, plan, tmp_path)
        record = run_to_json(Runs(tmp_path).named("latest"))
        stage.use(create_app(stage.store, Switches(rate="off")))
        recorded(stage, plan, tmp_path)
        finished = run_to_json(Runs(tmp_path).named("latest"))
    assert record["status"] == "in_part"
    assert record["summary"] == {result: n for result, n in report.summary.items() if n}
    assert finished["status"] == "complete"
    assert finished["summary"] == {"done": len(plan.changes)}
    assert runs_to_json(Runs(tmp_path))["runs"][0]["summary"] == finished["summary"]
    json.dumps(finished)


def test_a_run_is_named_by_its_beginning_or_as_the_latest(tmp_path: Path) -> None:
    with Stage() as stage:
        recorded(stage, stage.plan(MANIFEST)[0], tmp_path)
        stage.time.seconds += 60
        recorded(stage, stage.plan({**MANIFEST, "tags": ["urgent"]})[0], tmp_path)
    newest, oldest = Runs(tmp_path)
    assert Runs(tmp_path).named("latest").id == newest.id
    assert Runs(tmp_path).named(oldest.id[:18]).id == oldest.id
    with pytest.raises(JournalError, match="2 runs begin"):
        Runs(tmp_path).named("19")
    for name in ("", "nothing", "../plan"):
        with pytest.raises(JournalError, match="no run"):
            Runs(tmp_path).named(name)


def test_the_runs_of_a_plan_are_found_behind_newer_ones_of_others(tmp_path: Path) -> None:
    with Stage() as stage:
        plan = stage.plan(MANIFEST)[0]
        recorded(stage, plan, tmp_path)
        stage.time.seconds += 60
        recorded(stage, stage.plan({**MANIFEST, "tags": ["urgent"]})[0], tmp_path)
    _, ours = Runs(tmp_path)
    digits = plan.digest.removeprefix("sha256:")
    assert [run.id for run in Runs(tmp_path).of_digest(digits)] == [ours.id]
    found = Runs(tmp_path).of(plan, complete=True)
    assert found is not None
    assert found.id == ours.id
    assert Runs(tmp_path).of(plan, complete=False) is None


def _verify_again(stage: Stage, plan: Plan, folder: Path, look: Callable[[], Reading]) -> RunReport:
    """Apply a plan with its journal, and read it again afterwards by `look`."""
    with stage.reader() as reader:
        reading = reread(reader, plan, stage.workspace)
    hooks = ApplyHooks(stage.time.clock, stage.time.clock, lambda _: None, lambda: False)
    with stage.writer() as writer:
        return apply_recorded(approve(plan, plan.digest), writer, reading, Runs(folder), hooks, reading_again=look)


def test_what_a_second_look_does_not_find_stands_in_the_journal_as_it_does_in_the_report(tmp_path: Path) -> None:
    with Stage() as stage:
        plan = stage.plan({"tags": ["one", "two"]})[0]

        def look() -> Reading:
            tag = stage.snapshot()["tags"][0]
            stage.call("PUT", f"/tags/{tag['id']}", {"name": "renamed by hand", "archived": False})
            with stage.reader() as reader:
                return reread(reader, plan, stage.workspace)

        report = _verify_again(stage, plan, tmp_path, look)
    record = run_to_json(Runs(tmp_path).named("latest"))
    assert report.exit_code == 4
    assert record["summary"] == {"not_accepted": 1, "done": 1}
    assert record["status"] == "in_part"


def test_a_second_look_that_fails_leaves_the_report_of_what_was_done(tmp_path: Path) -> None:
    with Stage() as stage:
        plan = stage.plan({"tags": ["one", "two"]})[0]

        def look() -> Reading:
            raise NetworkError("nothing answers")

        report = _verify_again(stage, plan, tmp_path, look)
    assert report.summary["done"] == 2
    assert (report.exit_code, report.unverified) == (4, "nothing answers")
    assert journal_lines(tmp_path)[-1]["event"] == "session_ended"


@pytest.mark.parametrize("text", ["", "{", "{}", '{"policy": {}}', '{"policy": {"protect": [1]}}', "[]"])
def test_protections_that_cannot_be_read_is_an_error_with_a_hint(tmp_path: Path, text: str) -> None:
    with Stage() as stage:
        report = recorded(stage, stage.plan(MANIFEST)[0], tmp_path)
        runs = Runs(tmp_path)
        assert runs.protections(stage.workspace.id) == ()
        assert runs.last_policy("another") == {}
        (runs.named(report.run).path / "plan.json").write_text(text, encoding="utf-8")
        with pytest.raises(JournalError, match=report.run) as caught:
            runs.protections(stage.workspace.id)
        assert runs.protections("another") == ()
    assert "move" in caught.value.hint

"""Runs on the sandbox: what goes wrong is known, named and counted, and the rest goes on."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying import (
    ApplyHooks,
    ApplyOptions,
    ChangeFinished,
    Event,
    Progress,
    Result,
    RunReport,
    apply,
    approve,
    guard_plan,
    verify,
)
from reconciler.errors import BlockedError, StalePlanError
from reconciler.model import Address
from reconciler.planning import plan_from_json, plan_to_json
from reconciler.sandbox import Fault, IncomingRequest, Switches, create_app
from reconciler.state import Allowances
from tests.planning.literals import desired_of
from tests.sandbox_client import Stage

MANIFEST: dict[str, Any] = {
    "clients": [{"name": "Acme", "projects": [{"name": "Site", "estimate": "PT9H", "tasks": ["Design", "Build"]}]}],
    "tags": ["urgent"],
}


def _results(report: RunReport) -> dict[str, Result]:
    return {str(outcome.change.address): outcome.result for outcome in report.outcomes}


def test_a_field_that_the_service_does_not_take_is_reported_and_not_tried_for_ever() -> None:
    with Stage(Switches(rate="off", refuse_fields=("task.estimate",))) as stage:
        manifest = {"projects": [{"name": "Ops", "tasks": [{"name": "T", "estimate": "PT2H"}]}]}
        stage.sent.clear()
        report = stage.apply(manifest)
        writes = [sent.request.method for sent in stage.sent if sent.request.method != "GET"]
        assert report.exit_code == 4
        outcome = next(o for o in report.outcomes if o.change.kind == "task")
        assert outcome.result is Result.NOT_ACCEPTED
        assert [(f.name, f.before, f.after) for f in outcome.not_accepted] == [("estimate", "PT2H", None)]
        assert writes == ["POST", "POST", "PUT"]


def test_what_is_done_is_not_written_again() -> None:
    with Stage() as stage:
        plan, reading = stage.plan(MANIFEST)
        approved = approve(plan, plan.digest)
        with stage.writer() as writer:
            first = apply(approved, writer, reading)
        assert first.exit_code == 0
        stage.sent.clear()
        with stage.writer() as writer:
            report = apply(approved, writer, stage.read(desired_of(MANIFEST)))
        assert [outcome.id for outcome in report.outcomes] == [outcome.id for outcome in first.outcomes]
        assert all(outcome.id for outcome in report.outcomes)
        assert {outcome.result for outcome in report.outcomes} == {Result.ALREADY}
        assert report.exit_code == 0
        assert {sent.request.method for sent in stage.sent} == {"GET"}


def test_a_report_counts_the_time_of_the_writes_and_the_requests_of_all() -> None:
    times = iter([100.0, 107.5])
    with Stage() as stage:
        plan, reading = stage.plan({"tags": ["a", "b"]})
        hooks = ApplyHooks(clock=lambda: next(times))
        with stage.writer() as writer:
            writer.user()
            report = apply(approve(plan, plan.digest), writer, reading, hooks=hooks)
    assert report.seconds == 7.5
    assert report.requests == reading.live.requests + 2
    assert (report.left, report.stopped, report.interrupted) == (0, "", False)


def test_a_change_that_moved_is_refused_by_name_and_nothing_is_written() -> None:
    with Stage() as stage:
        stage.apply(MANIFEST)
        changed = {"clients": [{"name": "Acme", "note": "mine"}], "tags": ["urgent", "new"]}
        plan, _ = stage.plan(changed)
        client = stage.snapshot()["clients"][0]
        stage.call("PUT", f"/clients/{client['id']}", {"name": "Acme", "note": "theirs"})
        before = stage.snapshot()
        with stage.writer() as writer, pytest.raises(StalePlanError) as caught:
            apply(approve(plan, plan.digest), writer, stage.read(desired_of(changed)))
        assert caught.value.moved == ("client:Acme: note is now 'theirs', not none",)
        assert stage.snapshot() == before


def test_an_edit_to_something_that_the_plan_does_not_touch_does_no_harm() -> None:
    with Stage() as stage:
        stage.apply({**MANIFEST, "tags": ["urgent", "other"]})
        changed = {"clients": [{"name": "Acme", "note": "mine"}]}
        plan, _ = stage.plan(changed)
        tag = next(t for t in stage.snapshot()["tags"] if t["name"] == "other")
        stage.call("PUT", f"/tags/{tag['id']}", {"name": "renamed by hand", "archived": False})
        with stage.writer() as writer:
            assert apply(approve(plan, plan.digest), writer, stage.read(desired_of(changed))).exit_code == 0


class _Breaking:
    """Breaks the answers to requests of one method on one path, once it is switched on."""

    def __init__(self, method: str, stop_reason: str, fault: Fault) -> None:
        self.wanted = (method, stop_reason, fault)
        self.on = False

    def __call__(self, incoming: IncomingRequest) -> Fault | None:
        method, stop_reason, fault = self.wanted
        return fault if self.on and incoming.method == method and incoming.path.endswith(stop_reason) else None


def _broken_run(method: str, stop_reason: str, fault: Fault) -> tuple[RunReport, list[Event]]:
    breaking = _Breaking(method, stop_reason, fault)
    events: list[Event] = []
    with Stage() as stage:
        stage.use(create_app(stage.store, Switches(rate="off"), faults=breaking))
        plan, reading = stage.plan(MANIFEST)
        breaking.on = True
        with stage.writer() as writer:
            approved = approve(plan, plan.digest)
            return apply(
                approved,
                writer,
                reading,
                hooks=ApplyHooks(on_event=events.append),
                options=ApplyOptions(max_concurrency=1),
            ), events


def test_what_needs_a_failed_change_is_skipped_and_the_rest_goes_on() -> None:
    report, events = _broken_run("POST", "/projects", Fault.ERROR_BEFORE)
    assert _results(report) == {
        "client:Acme": Result.DONE,
        "project:Acme/Site": Result.FAILED,
        "task:Acme/Site/Build": Result.SKIPPED,
        "task:Acme/Site/Design": Result.SKIPPED,
        "tag:urgent": Result.DONE,
    }
    assert report.exit_code == 4
    skipped = next(o for o in report.outcomes if o.result is Result.SKIPPED)
    assert skipped.message == "requires project:Acme/Site, which was not done"
    assert {outcome.written for outcome in report.outcomes if outcome.result is Result.SKIPPED} == {0}
    assert [event.done for event in events if isinstance(event, ChangeFinished)] == [1, 2, 3, 4, 5]


def test_the_change_that_progress_names_is_under_way_and_none_at_the_end() -> None:
    events: list[Event] = []
    with Stage() as stage:
        plan, reading = stage.plan(MANIFEST)
        with stage.writer() as writer:
            hooks, options = ApplyHooks(on_event=events.append), ApplyOptions(max_concurrency=1)
            apply(approve(plan, plan.digest), writer, reading, hooks=hooks, options=options)
    finished: list[Address] = []
    named: list[Address] = []
    for event in events:
        if isinstance(event, ChangeFinished):
            finished.append(event.outcome.change.address)
        elif isinstance(event, Progress) and event.current is not None:
            assert event.current.address not in finished
            named.append(event.current.address)
    assert named
    assert [event.current for event in events if isinstance(event, Progress)][-1] is None


def test_a_lost_connection_ends_the_run_and_the_summary_says_so() -> None:
    report, _ = _broken_run("POST", "/clients", Fault.DROP_BEFORE)
    assert _results(report)["client:Acme"] is Result.FAILED
    assert _results(report)["tag:urgent"] is Result.SKIPPED
    assert report.stopped


def test_a_change_that_is_not_begun_is_reported_with_the_id_of_its_resource() -> None:
    with Stage() as stage:
        stage.apply({"tags": ["a", "b"]})
        plan, reading = stage.plan({"tags": [{"name": "new", "was": "a"}, "b", "c"]})
        renamed = next(tag["id"] for tag in stage.snapshot()["tags"] if tag["name"] == "a")
        with stage.writer() as writer:
            hooks = ApplyHooks(should_stop=lambda: True)
            report = apply(approve(plan, plan.digest), writer, reading, hooks=hooks)
    assert {o.change.address.name: (o.id, o.result) for o in report.outcomes} == {
        "new": (renamed, Result.SKIPPED),
        "c": ("", Result.SKIPPED),
    }


def test_with_fail_fast_the_first_failure_ends_the_run_and_says_so() -> None:
    breaking = _Breaking("POST", "/clients", Fault.ERROR_BEFORE)
    with Stage() as stage:
        stage.use(create_app(stage.store, Switches(rate="off"), faults=breaking))
        plan, reading = stage.plan(MANIFEST)
        breaking.on = True
        options = ApplyOptions(max_concurrency=1, fail_fast=True)
        with stage.writer() as writer:
            report = apply(approve(plan, plan.digest), writer, reading, options=options)
    assert (report.stopped, report.exit_code) == ("client:Acme failed (fail-fast)", 1)
    assert list(_results(report).values()) == [Result.FAILED, *[Result.SKIPPED] * 4]
    assert [outcome.written for outcome in report.outcomes] == [0] * 5


def test_a_run_that_is_asked_to_stop_sends_nothing_more() -> None:
    with Stage() as stage:
        plan, reading = stage.plan(MANIFEST)
        answers = iter([False, False, True])
        with stage.writer() as writer:
            report = apply(
                approve(plan, plan.digest),
                writer,
                reading,
                hooks=ApplyHooks(should_stop=lambda: next(answers, True)),
                options=ApplyOptions(max_concurrency=1),
            )
        assert report.exit_code == 130
        assert report.summary["done"] == 2
        assert report.summary["skipped"] == 3
        again = stage.apply(MANIFEST)
        assert again.exit_code == 0
        assert stage.plan(MANIFEST)[0].is_empty


def test_a_run_with_a_reason_to_stop_sends_nothing_more_and_states_it() -> None:
    with Stage() as stage:
        plan, reading = stage.plan(MANIFEST)
        answers = iter(["", ""])
        with stage.writer() as writer:
            hooks = ApplyHooks(stopped_by=lambda: next(answers, "the claim is lost"))
            options = ApplyOptions(max_concurrency=1)
            report = apply(approve(plan, plan.digest), writer, reading, hooks=hooks, options=options)
    assert (report.stopped, report.interrupted, report.exit_code) == ("the claim is lost", False, 4)


def test_an_estimate_that_the_plan_of_the_workspace_does_not_have_is_not_accepted() -> None:
    with Stage() as stage:
        stage.apply({"projects": ["Ops"]})
        manifest = {"projects": [{"name": "Ops", "estimate": "PT5H", "note": "n"}]}
        plan, reading = stage.plan(manifest)
        stage.use(_Refusing(stage.app, "/estimate"))
        with stage.writer() as writer:
            report = apply(approve(plan, plan.digest), writer, reading)
        assert report.exit_code == 4
        assert report.outcomes[0].result is Result.NOT_ACCEPTED
        assert "not in your plan" in report.outcomes[0].message
        assert stage.snapshot()["projects"][0]["note"] == "n"


@pytest.mark.parametrize(
    ("status", "result"),
    [
        (400, Result.NOT_ACCEPTED),
        (402, Result.NOT_ACCEPTED),
        (404, Result.NOT_ACCEPTED),
        (405, Result.NOT_ACCEPTED),
        (406, Result.FAILED),
    ],
)
def test_an_endpoint_that_the_service_does_not_have_is_a_field_not_accepted(status: int, result: Result) -> None:
    with Stage() as stage:
        stage.apply({"projects": ["Ops"]})
        plan, reading = stage.plan({"projects": [{"name": "Ops", "estimate": "PT5H", "note": "n"}]})
        stage.use(_Refusing(stage.app, "/estimate", status))
        with stage.writer() as writer:
            report = apply(approve(plan, plan.digest), writer, reading)
        (outcome,) = report.outcomes
        assert outcome.result is result
        assert [change.name for change in outcome.not_accepted] == ["estimate"] * (result is Result.NOT_ACCEPTED)
        assert stage.snapshot()["projects"][0]["note"] == "n"


class _Refusing:
    """An application that answers one path with a refusal."""

    def __init__(self, app: Any, ending: str, status: int = 403) -> None:
        self.app, self.ending, self.status = app, ending, status

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not scope["path"].endswith(self.ending):
            await self.app(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"message": "This is not in your plan", "code": 4033}'})


@pytest.mark.parametrize("lacking", ["timeEstimate", "includeNonBillable"])
def test_an_option_that_the_answer_to_an_update_lacks_stays_as_it_is(lacking: str) -> None:
    with Stage() as stage:
        stage.apply({"projects": ["Ops"]})
        project = stage.snapshot()["projects"][0]
        estimate = {"active": True, "estimate": "PT1H", "type": "MANUAL", "includeNonBillable": False}
        stage.call("PATCH", f"/projects/{project['id']}/estimate", {"timeEstimate": estimate})
        plan, reading = stage.plan({"projects": [{"name": "Ops", "estimate": "PT5H", "note": "n"}]})
        stage.use(_Forgetful(stage.app, lacking))
        with stage.writer() as writer:
            apply(approve(plan, plan.digest), writer, reading)
        changed = stage.snapshot()["projects"][0]
        assert changed["timeEstimate"] == project["timeEstimate"] | estimate | {"estimate": "PT5H"}
        assert changed["note"] == "n"


class _Forgetful:
    """An application whose answers to PUT lack a key, at the top or in an object inside."""

    def __init__(self, app: Any, lacking: str) -> None:
        self.app, self.lacking = app, lacking

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        messages: list[dict[str, Any]] = []

        async def collect(message: dict[str, Any]) -> None:
            messages.append(message)

        await self.app(scope, receive, collect)
        if scope["method"] == "PUT":
            body = json.loads(messages[1]["body"], object_hook=self._without)
            messages[0]["headers"] = [(b"content-type", b"application/json")]
            messages[1]["body"] = json.dumps(body).encode()
        for message in messages:
            await send(message)

    def _without(self, value: dict[str, Any]) -> dict[str, Any]:
        return {key: item for key, item in value.items() if key != self.lacking}


def test_reading_again_finds_what_an_answer_claimed_and_the_service_did_not_keep() -> None:
    with Stage() as stage:
        report = stage.apply(MANIFEST)
        assert verify(report, stage.read(desired_of(MANIFEST))).exit_code == 0
        client = stage.snapshot()["clients"][0]
        stage.call("PUT", f"/clients/{client['id']}", {"name": "Another", "archived": False})
        checked = verify(report, stage.read(desired_of({"tags": ["urgent"]})))
        assert _results(checked)["client:Acme"] is Result.NOT_ACCEPTED
        assert checked.exit_code == 4
        assert checked.requests == report.requests + stage.read(desired_of({"tags": ["urgent"]})).live.requests


def test_the_most_steps_under_way_at_once_unless_told_otherwise() -> None:
    assert (ApplyOptions().max_concurrency, ApplyOptions().max_age, ApplyOptions().fail_fast) == (32, 60, False)


def test_a_plan_with_blocked_changes_is_refused_whole() -> None:
    with Stage() as stage:
        stage.apply({"tags": ["a"]})
        manifest = {"tags": [], "clients": ["New"]}
        reading = stage.read(desired_of(manifest))
        plan = stage.unallowed(manifest, reading)
        with pytest.raises(BlockedError):
            approve(plan, plan.digest)


def test_what_was_allowed_when_it_was_planned_holds_for_the_saved_plan() -> None:
    with Stage() as stage:
        stage.apply({"tags": ["a", "b"]})
        manifest: dict[str, Any] = {"tags": []}
        plan, reading = stage.plan(manifest)
        saved = plan_from_json(json.loads(json.dumps(plan_to_json(plan))))
        assert saved.allowances == {"tags": 2}
        assert guard_plan(saved, reading, Allowances()).summary["blocked"] == 0
        assert guard_plan(replace(saved, allowances={}), reading, Allowances()).summary["blocked"] == 2
        assert guard_plan(replace(saved, allowances={}), reading, Allowances({"tag": 2})).summary["blocked"] == 0

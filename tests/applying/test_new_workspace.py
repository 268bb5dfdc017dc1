"""The create of a workspace: what the journal has of each answer, and when none is sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from reconciler.applying import Result, RunReport, Runs, approve
from reconciler.applying.journal.events import WorkspaceEnded, WorkspaceIntent
from reconciler.applying.journal.writer import Journal
from reconciler.applying.new_workspace import _send, apply_in_new_workspace, workspace_of_plan
from reconciler.applying.options import NO_HOOKS, ApplyHooks
from reconciler.applying.report import ChangeFinished, ChangeStarted, Event
from reconciler.errors import ApiError, StalePlanError
from reconciler.live import Reading, choose_workspace, read_new, reread
from reconciler.planning import Plan, Target, make_plan
from reconciler.state import Workspace
from tests.gateway.fake_service import Reply, Service, error_reply, reader_of, writer_of
from tests.planning.literals import desired_of
from tests.recorded_runs import journal_lines
from tests.sandbox_client import Stage


class _Recorded:
    """A journal that keeps its records."""

    def __init__(self) -> None:
        self.records: list[Any] = []

    def record(self, record: Any) -> None:
        self.records.append(record)


def test_a_create_that_is_refused_ends_without_a_workspace() -> None:
    journal = _Recorded()
    with pytest.raises(ApiError):
        _send("Studio", writer_of(Service([error_reply(400, 501, "No")])), cast("Journal", journal))
    assert journal.records == [WorkspaceIntent(name="Studio"), WorkspaceEnded(name="Studio", id=None)]


def test_a_create_whose_outcome_stays_unknown_is_reported_with_what_to_do() -> None:
    journal, service = _Recorded(), Service([error_reply(502), error_reply(403)])
    with pytest.raises(ApiError) as caught:
        _send("Studio", writer_of(service), cast("Journal", journal))
    assert caught.value.hint.startswith("the workspace may have been created; run the same command again")
    assert journal.records == [WorkspaceIntent(name="Studio")]
    assert service.lines == ["POST /workspaces", "GET /workspaces"]


def _new_plan(stage: Stage) -> tuple[Plan, Reading]:
    """The plan of a tag in a workspace that does not exist yet, with the reading that it was made from."""
    desired, workspace = desired_of({"workspace": {"name": "New", "create": True}, "tags": ["a"]}), Workspace("", "New")
    with stage.reader() as reader:
        reading = read_new(reader, desired, workspace)
    target = Target("sandbox", stage.config.base_url, "", "New")
    return make_plan(desired, reading.live, {}, target=target), reading


def _apply(stage: Stage, folder: Path, plan: Plan, reading: Reading, hooks: ApplyHooks = NO_HOOKS) -> RunReport:
    def read_again(workspace: Workspace) -> Reading:
        with stage.reader() as reader:
            return reread(reader, plan, workspace)

    with stage.writer() as writer:
        approved = approve(plan, plan.digest)
        return apply_in_new_workspace(approved, writer, read_again, Runs(folder), hooks, reading=reading)


def test_a_workspace_that_another_hand_has_created_since_the_plan_stays_as_it_is(tmp_path: Path) -> None:
    with Stage() as stage:
        plan, reading = _new_plan(stage)
        stage.call("POST", "", {"name": "New"})
        with pytest.raises(StalePlanError, match="it creates the workspace 'New', which exists now"):
            _apply(stage, tmp_path, plan, reading)


def test_a_workspace_that_an_earlier_session_has_created_is_neither_looked_for_nor_created(tmp_path: Path) -> None:
    with Stage() as stage:
        plan, reading = _new_plan(stage)
        made = stage.call("POST", "", {"name": "New"})
        with stage.reader() as reader:
            reading = reread(reader, plan, choose_workspace(reader, made["id"]))
        stage.sent.clear()
        report = _apply(stage, tmp_path, plan, reading)
        assert not any(one.request.path.endswith("/workspaces") for one in stage.sent)
        assert [tag["name"] for tag in stage.store.snapshot(made["id"])["tags"]] == ["a"]
    assert [(str(one.change.address), one.result, one.id) for one in report.outcomes][:1] == [
        ("workspace:New", Result.ALREADY, made["id"])
    ]


def _refusing(stage: Stage) -> Any:
    """The application of a stage, which refuses every write."""

    async def refusing(scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "GET":
            await stage.app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 400, "headers": []})
        await send({"type": "http.response.body", "body": b'{"code": 501, "message": "No"}'})

    return refusing


def test_a_refused_create_ends_its_session_with_the_exit_code_of_a_failure(tmp_path: Path) -> None:
    with Stage() as stage:
        plan, reading = _new_plan(stage)
        stage.use(_refusing(stage))
        with pytest.raises(ApiError):
            _apply(stage, tmp_path, plan, reading)
    started, *_, ended = journal_lines(tmp_path)
    assert (ended["event"], ended["exit_code"], ended["complete"]) == ("session_ended", 1, False)
    assert started["at"] == "1970-01-01T00:00:00.000Z"  # of a caller who gives no time


def test_a_refused_create_is_told_as_one_change_that_has_ended(tmp_path: Path) -> None:
    events: list[Event] = []
    with Stage() as stage:
        plan, reading = _new_plan(stage)
        stage.use(_refusing(stage))
        with pytest.raises(ApiError):
            _apply(stage, tmp_path, plan, reading, replace(NO_HOOKS, on_event=events.append))
    assert [(type(event), event.done, event.total) for event in events] == [
        (ChangeStarted, 0, 2),
        (ChangeFinished, 1, 2),
    ]


def test_a_workspace_that_was_renamed_since_its_create_is_found_by_its_id(tmp_path: Path) -> None:
    with Stage() as stage:
        plan, reading = _new_plan(stage)
        made = _apply(stage, tmp_path, plan, reading).outcomes[0].id
    renamed = Service([Reply([{"id": "w9", "name": "New"}, {"id": made, "name": "Newer"}])])
    assert workspace_of_plan(plan, reader_of(renamed), Runs(tmp_path)) == Workspace(made, "Newer")


def test_a_create_that_was_refused_is_tried_again_in_the_same_run(tmp_path: Path) -> None:
    with Stage() as stage:
        plan, reading = _new_plan(stage)
        stage.use(_refusing(stage))
        with pytest.raises(ApiError):
            _apply(stage, tmp_path, plan, reading)
        stage.use(stage.app)
        report = _apply(stage, tmp_path, plan, reading)
    (run,) = Runs(tmp_path)
    assert (report.exit_code, run.is_complete) == (0, True)


def test_a_new_workspace_is_not_read_again_unless_that_is_asked_for(tmp_path: Path) -> None:
    with Stage() as stage:
        plan, reading = _new_plan(stage)
        _apply(stage, tmp_path, plan, reading)
        last = stage.sent[-1].request
    assert (last.method, last.path.rpartition("/")[2]) == ("POST", "tags")


def test_an_apply_in_a_new_workspace_sends_as_many_requests_as_its_plan_tells(tmp_path: Path) -> None:
    with Stage() as stage:
        plan, reading = _new_plan(stage)
        stage.sent.clear()
        _apply(stage, tmp_path, plan, reading)
        assert plan.forecast is not None
        assert len(stage.sent) == plan.forecast.requests

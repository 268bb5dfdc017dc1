"""A run that is stopped while a write is under way: what may have been carried out is in doubt, and what was never sent is not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import (
    ApplyHooks,
    ChangeStarted,
    Event,
    Result,
    RunReport,
    Runs,
    apply,
    apply_recorded,
    approve,
)
from reconciler.gateway import open_writer
from reconciler.live import reread
from reconciler.sandbox import Fault, IncomingRequest, Switches, create_app
from reconciler.sandbox.faults import DroppedError
from tests.applying.test_recorded_runs import results
from tests.recorded_runs import ONE_BY_ONE, journal_lines, recorded
from tests.sandbox_client import Stage

BEFORE: dict[str, Any] = {"tags": ["old", "gone"], "projects": [{"name": "Site", "estimate": "PT1H"}]}
AFTER: dict[str, Any] = {
    "tags": [{"name": "new", "was": "old"}, "added"],
    "projects": [{"name": "Site", "estimate": "PT2H"}],
}


def _stopped_as_the_answer_is_lost(stage: Stage, method: str, fault: Fault, folder: Path) -> RunReport:
    """A recorded run that loses the answer to its first request of a method, and is asked to stop at that moment."""
    plan = stage.plan(AFTER)[0]
    lost: list[IncomingRequest] = []

    def lose(incoming: IncomingRequest) -> Fault | None:
        if lost or incoming.method != method:
            return None
        lost.append(incoming)
        return fault

    stage.use(create_app(stage.store, Switches(rate="off"), faults=lose))
    with stage.reader() as reader:
        reading = reread(reader, plan, stage.workspace)
    hooks = ApplyHooks(stage.time.clock, stage.time.clock, should_stop=lambda: bool(lost))
    with open_writer(stage.config, clock=stage.time.stoppable(lambda: bool(lost))) as writer:
        approved = approve(plan, plan.digest)
        return apply_recorded(approved, writer, reading, Runs(folder), hooks, options=ONE_BY_ONE)


@pytest.mark.parametrize(
    ("method", "address", "fault"),
    [
        ("POST", "tag:added", Fault.DROP_AFTER),
        ("PUT", "tag:new", Fault.DROP_BEFORE),
        ("DELETE", "tag:gone", Fault.DROP_AFTER),
        ("PATCH", "project:Site", Fault.DROP_BEFORE),
    ],
)
def test_a_write_whose_answer_was_lost_as_the_run_stopped_is_in_doubt_and_never_called_not_sent(
    method: str, address: str, fault: Fault, tmp_path: Path
) -> None:
    with Stage() as stage:
        stage.apply(BEFORE)
        report = _stopped_as_the_answer_is_lost(stage, method, fault, tmp_path)
        outcome = next(outcome for outcome in report.outcomes if str(outcome.change.address) == address)
        assert (outcome.result, outcome.written, report.exit_code) == (Result.IN_DOUBT, 1, 130)
        assert f"({method} " in outcome.message
        assert "the run stopped before the outcome was read" in outcome.message
        assert "not sent" not in outcome.message
        answered = [line["result"] for line in journal_lines(tmp_path) if line["event"] == "outcome"]
        assert answered[-1] == "unknown"
        stage.use(create_app(stage.store, Switches(rate="off")))
        assert recorded(stage, Runs(tmp_path).named("latest").plan, tmp_path).exit_code == 0
        assert {tag["name"] for tag in stage.snapshot()["tags"]} == {"new", "added"}
        assert stage.snapshot()["projects"][0]["timeEstimate"]["estimate"] == "PT2H"


def test_a_run_that_is_asked_to_stop_at_once_writes_nothing() -> None:
    with Stage() as stage:
        plan, reading = stage.plan({"tags": ["a", "b"]})
        stage.sent.clear()
        with stage.writer() as writer:
            report = apply(approve(plan, plan.digest), writer, reading, hooks=ApplyHooks(should_stop=lambda: True))
        assert stage.sent == []
    assert [outcome.result for outcome in report.outcomes] == [Result.SKIPPED] * 2
    assert (report.stopped, report.interrupted, report.exit_code) == ("interrupted", True, 130)


class _Held:
    """An application that holds the first request which fits until it is let go, and then drops it."""

    def __init__(self, app: Any, fits: Callable[[Mapping[str, Any]], bool]) -> None:
        self._app, self._fits = app, fits
        self.arrived, self._let_go = threading.Event(), threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.arrived.is_set() or not self._fits(scope):
            await self._app(scope, receive, send)
            return
        self.arrived.set()
        self._let_go.wait(20)
        raise DroppedError

    @contextmanager
    def until_the_end(self) -> Iterator[None]:
        """Let the request go at the end, and wait for the threads that the run no longer waits for."""
        before = set(threading.enumerate())
        try:
            yield
        finally:
            self._let_go.set()
            for thread in set(threading.enumerate()) - before:
                thread.join(20)


def _interrupted_twice(stage: Stage, held: _Held) -> RunReport:
    """A run of two creates with a second Ctrl-C as the second is to begin, while a request of the first is held."""
    plan, reading = stage.plan({"tags": ["a", "b"]})
    stage.use(held)

    def interrupt(event: Event) -> None:
        if isinstance(event, ChangeStarted) and event.change.address.name == "b":
            assert held.arrived.wait(20)
            raise KeyboardInterrupt

    with stage.writer() as writer, held.until_the_end():
        return apply(approve(plan, plan.digest), writer, reading, hooks=ApplyHooks(on_event=interrupt))


def test_a_second_ctrl_c_leaves_the_write_in_flight_in_doubt_and_the_next_one_unsent() -> None:
    with Stage() as stage:
        report = _interrupted_twice(stage, _Held(stage.app, lambda scope: scope["method"] == "POST"))
    assert results(report) == {"tag:a": Result.IN_DOUBT, "tag:b": Result.SKIPPED}
    assert (report.stopped, report.exit_code) == ("interrupted twice", 130)


def test_a_second_ctrl_c_while_a_lost_write_is_looked_up_leaves_it_in_doubt() -> None:
    with Stage() as stage:
        written: list[bool] = []

        def lose(incoming: IncomingRequest) -> Fault | None:
            written.append(incoming.method == "POST")
            return Fault.DROP_AFTER if incoming.method == "POST" else None

        app = create_app(stage.store, Switches(rate="off"), faults=lose)
        report = _interrupted_twice(stage, _Held(app, lambda scope: scope["method"] == "GET" and any(written)))
    assert results(report) == {"tag:a": Result.IN_DOUBT, "tag:b": Result.SKIPPED}


def test_a_second_ctrl_c_before_the_first_write_leaves_everything_unsent() -> None:
    second = iter([KeyboardInterrupt])

    def interrupt(_: Event) -> None:
        for error in second:
            raise error

    with Stage() as stage:
        plan, reading = stage.plan({"tags": ["a", "b"]})
        with stage.writer() as writer:
            report = apply(approve(plan, plan.digest), writer, reading, hooks=ApplyHooks(on_event=interrupt))
        assert stage.snapshot()["tags"] == []
    assert [outcome.result for outcome in report.outcomes] == [Result.SKIPPED] * 2

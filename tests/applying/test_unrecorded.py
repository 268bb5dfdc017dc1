"""A journal that cannot be written: nothing leaves unrecorded, and what left without its outcome recorded is in doubt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Intent, JournalSink, Result, RunReport, WriteOutcome, apply, approve
from reconciler.applying.journal.events import ChangeEnded, JournalEvent, SessionEnded
from reconciler.applying.journal.writer import Journal, NullJournal
from reconciler.errors import JournalError
from reconciler.sandbox import Fault, IncomingRequest, Switches, create_app
from tests.applying.test_recorded_runs import Break, results
from tests.recorded_runs import ONE_BY_ONE, recorded
from tests.sandbox_client import Stage

FULL = "cannot write the journal: no space left"


class _Full(NullJournal):
    """A journal that has no space for the events that fit."""

    def __init__(self, fits: Callable[[Any], bool]) -> None:
        self._fits = fits

    def intent(self, intent: Intent) -> int:
        self.record(intent)
        return 1

    def record(self, event: JournalEvent) -> None:
        if self._fits(event):
            raise JournalError(FULL)


def _apply(stage: Stage, journal: JournalSink) -> RunReport:
    plan, reading = stage.plan({"tags": ["a", "b"]})
    with stage.writer() as writer:
        return apply(approve(plan, plan.digest), writer, reading, journal=journal, options=ONE_BY_ONE)


def _names(stage: Stage) -> list[str]:
    return [tag["name"] for tag in stage.snapshot()["tags"]]


def test_a_write_whose_intent_cannot_be_recorded_is_not_sent_and_the_run_ends() -> None:
    with Stage() as stage:
        report = _apply(stage, _Full(lambda event: isinstance(event, Intent)))
        assert _names(stage) == []
    assert results(report) == {"tag:a": Result.FAILED, "tag:b": Result.SKIPPED}
    assert (report.stopped, report.outcomes[0].written) == (FULL, 0)


def test_a_write_whose_outcome_cannot_be_recorded_is_in_doubt_and_the_run_ends() -> None:
    with Stage() as stage:
        report = _apply(stage, _Full(lambda event: isinstance(event, WriteOutcome)))
        assert _names(stage) == ["a"]
    assert results(report) == {"tag:a": Result.IN_DOUBT, "tag:b": Result.SKIPPED}
    assert (report.stopped, report.exit_code, report.outcomes[0].written) == (FULL, 4, 1)


def test_a_lost_write_whose_outcome_cannot_be_recorded_either_is_in_doubt() -> None:
    with Stage() as stage:
        stage.use(create_app(stage.store, Switches(rate="off"), faults=Break(_is_post, Fault.DROP_BEFORE)))
        report = _apply(stage, _Full(lambda event: isinstance(event, WriteOutcome)))
    assert results(report) == {"tag:a": Result.IN_DOUBT, "tag:b": Result.SKIPPED}
    assert report.outcomes[0].message == FULL


def test_a_refused_write_whose_outcome_cannot_be_recorded_failed() -> None:
    with Stage() as stage:
        stage.use(create_app(stage.store, Switches(rate="off"), faults=Break(_is_post, Fault.THROTTLE)))
        report = _apply(stage, _Full(lambda event: isinstance(event, WriteOutcome)))
        assert _names(stage) == []
    assert results(report) == {"tag:a": Result.FAILED, "tag:b": Result.SKIPPED}
    assert report.outcomes[0].written == 0


def _is_post(incoming: IncomingRequest) -> bool:
    return incoming.method == "POST"


def test_after_a_result_that_cannot_be_recorded_the_run_ends() -> None:
    with Stage() as stage:
        report = _apply(stage, _Full(lambda event: isinstance(event, ChangeEnded)))
        assert _names(stage) == ["a"]
    assert results(report) == {"tag:a": Result.DONE, "tag:b": Result.SKIPPED}
    assert report.stopped == FULL


def test_what_was_done_is_reported_where_the_end_of_the_session_cannot_be_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Journal.record

    def record(journal: Journal, event: JournalEvent) -> None:
        if isinstance(event, SessionEnded):
            raise JournalError(FULL)
        write(journal, event)

    monkeypatch.setattr(Journal, "record", record)
    with Stage() as stage:
        report = recorded(stage, stage.plan({"tags": ["a", "b"]})[0], tmp_path)
    assert set(results(report).values()) == {Result.DONE}
    assert report.stopped == FULL

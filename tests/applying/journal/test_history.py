"""What a journal proves: created, in doubt, or not written at all."""

from __future__ import annotations

import pytest

from reconciler.applying import Result
from reconciler.applying.journal.events import (
    ChangeEnded,
    Intent,
    JournalEvent,
    Resolution,
    Resolved,
    SessionEnded,
    SessionStarted,
    WriteOutcome,
    WriteResult,
)
from reconciler.applying.journal.history import EMPTY_HISTORY, history_of
from reconciler.model import Address

CLIENT, PROJECT = Address("client", ("Acme",)), Address("project", ("Acme", "Site"))
TASK = PROJECT.child("task", "Design")


def intent(n: int, address: Address = CLIENT, step: str = "create", *, covers: tuple[Address, ...] = ()) -> Intent:
    action = "create" if step == "create" else "update"
    return Intent(n=n, address=address, action=action, step=step, covers=covers)


def outcome(n: int, result: str, address: Address = CLIENT, resource_id: str | None = None) -> WriteOutcome:
    return WriteOutcome(n=n, address=address, result=WriteResult(result), id=resource_id, at="later")


def settled(
    result: str, address: Address = CLIENT, resource_id: str | None = None, *, n: int | None = None
) -> Resolved:
    return Resolved(n=n, address=address, result=Resolution(result), id=resource_id)


def change(result: Result) -> ChangeEnded:
    return ChangeEnded(address=CLIENT, action="create", result=result, id="c1")


def started(at: str) -> SessionStarted:
    return SessionStarted(at=at, run="r", digest="d", approved_as=None, user={}, gateway="g", base_url="u", pid=1,
                          connection=None, workspace={}, tool_version="v", host="h")  # fmt: skip


def ended(at: str, *, complete: bool) -> SessionEnded:
    return SessionEnded(at=at, summary={}, requests=1, seconds=0.0, stopped=None, interrupted=False, exit_code=0,
                        complete=complete)  # fmt: skip


def test_an_empty_journal_proves_nothing() -> None:
    assert history_of([]) == EMPTY_HISTORY
    assert (EMPTY_HISTORY.wrote, EMPTY_HISTORY.is_complete, EMPTY_HISTORY.ended_at) == (False, False, None)


def test_what_was_created_is_known_by_its_id() -> None:
    history = history_of([intent(1), outcome(1, "done", resource_id="c1")])
    assert (dict(history.created), set(history.doubtful), history.wrote) == ({CLIENT: "c1"}, set(), True)


def test_an_intent_without_outcome_is_in_doubt_and_may_have_been_written() -> None:
    history = history_of([intent(1)])
    assert (dict(history.created), set(history.doubtful), history.wrote) == ({}, {CLIENT}, True)
    assert history.in_doubt == (intent(1),)


@pytest.mark.parametrize("result", ["refused", "not_sent"])
def test_what_was_refused_was_not_written(result: str) -> None:
    history = history_of([intent(1), outcome(1, result)])
    assert (history.created, history.doubtful, history.in_doubt, history.wrote) == ({}, frozenset(), (), False)
    assert [write.result for write in history.writes] == [result]


def test_an_unknown_outcome_stays_in_doubt_until_a_look_settles_it() -> None:
    lost: list[JournalEvent] = [intent(1), outcome(1, "unknown")]
    assert history_of(lost).doubtful == {CLIENT}
    assert history_of([*lost, settled("found", resource_id="c1")]).created == {CLIENT: "c1"}
    absent = history_of([*lost, settled("absent")])
    assert (absent.created, absent.doubtful, absent.in_doubt) == ({}, frozenset(), ())
    assert absent.wrote  # the service may have been slow: it was lost, and then not there


@pytest.mark.parametrize(
    ("resolution", "result"), [("found", "done"), ("gone", "done"), ("absent", "not_done"), ("moved", "in_doubt")]
)
def test_a_write_without_an_outcome_is_in_doubt_until_a_look_settles_it(resolution: str, result: str) -> None:
    assert [write.result for write in history_of([intent(1)]).writes] == ["in_doubt"]
    history = history_of([intent(1), settled(resolution)])
    assert [write.result for write in history.writes] == [result]
    assert bool(history.in_doubt) is (result == "in_doubt")


def test_a_write_that_a_killed_session_left_and_a_look_found_was_written() -> None:
    assert history_of([intent(1), settled("found", resource_id="c1", n=1)]).wrote
    assert not history_of([intent(1), settled("absent", n=1)]).wrote


def test_a_write_has_the_latest_id_that_is_known() -> None:
    ids: list[list[JournalEvent]] = [
        [intent(1)],
        [outcome(1, "unknown", resource_id="c1")],
        [settled("found", resource_id="c2")],
    ]
    events: list[JournalEvent] = []
    known = []
    for more in ids:
        events += more
        known.append(history_of(events).writes[0].id)
    assert known == [None, "c1", "c2"]


def test_an_update_in_doubt_creates_nothing() -> None:
    resolved = Resolved(address=CLIENT, action="update", result=Resolution.FOUND, id="c1")
    history = history_of([intent(1, step="update"), resolved])
    assert (history.created, history.in_doubt) == ({}, ())
    assert history_of([intent(1, step="update")]).doubtful == frozenset()


def test_what_went_along_is_in_doubt_until_it_is_read_back() -> None:
    made: list[JournalEvent] = [intent(1, PROJECT, covers=(TASK,)), outcome(1, "done", PROJECT, "p1")]
    assert history_of(made).doubtful == {TASK}
    assert history_of([*made, settled("found", TASK, "t1")]).created == {PROJECT: "p1", TASK: "t1"}
    assert history_of([*made, settled("absent", TASK)]).doubtful == frozenset()


def test_a_parent_found_after_a_loss_leaves_its_children_in_doubt() -> None:
    history = history_of(
        [intent(1, PROJECT, covers=(TASK,)), outcome(1, "unknown", PROJECT), settled("found", PROJECT, "p1")]
    )
    assert (dict(history.created), set(history.doubtful)) == ({PROJECT: "p1"}, {TASK})


def test_a_create_that_was_answered_without_an_id_is_in_doubt() -> None:
    assert history_of([intent(1), outcome(1, "done")]).doubtful == {CLIENT}


@pytest.mark.parametrize("n", [None, 1])
@pytest.mark.parametrize("resolution", ["found", "gone", "absent", "moved"])
def test_a_look_at_an_update_or_at_what_nobody_created_creates_nothing(resolution: str, n: int | None) -> None:
    resolved = Resolved(n=n, address=CLIENT, action="update", result=Resolution(resolution), id="c1")
    journals: list[list[JournalEvent]] = [
        [intent(1, step="update"), resolved],
        [resolved],
        [settled(resolution, CLIENT, "c1")],
    ]
    for events in journals:
        history = history_of(events)
        assert (dict(history.created), set(history.doubtful)) == ({}, set())


def test_a_look_at_an_update_leaves_the_create_of_the_same_address_in_doubt() -> None:
    made: list[JournalEvent] = [intent(1, PROJECT, covers=(TASK,)), outcome(1, "done", PROJECT, "p1")]
    update = Resolved(address=TASK, action="update", result=Resolution.FOUND, id="t9")
    history = history_of([*made, update])
    assert (dict(history.created), set(history.doubtful)) == ({PROJECT: "p1"}, {TASK})


@pytest.mark.parametrize("resolution", ["absent", "moved", "gone"])
def test_a_create_that_a_look_did_not_find_has_no_id(resolution: str) -> None:
    history = history_of([intent(1), outcome(1, "unknown"), settled(resolution, CLIENT, "c9")])
    assert dict(history.created) == {}
    assert [write.resolved is not None for write in history.writes] == [True]


def test_a_parent_that_was_not_made_took_no_children_along() -> None:
    lost: list[JournalEvent] = [intent(1, PROJECT, covers=(TASK,)), outcome(1, "unknown", PROJECT)]
    assert history_of([*lost, settled("absent", PROJECT)]).doubtful == frozenset()
    assert history_of([*lost, settled("moved", PROJECT)]).doubtful == {PROJECT, TASK}


def test_an_outcome_without_its_intent_is_ignored() -> None:
    history = history_of([outcome(7, "done", resource_id="c1")])
    assert (history.writes, history.created, history.wrote) == ((), {}, False)


def test_what_a_later_session_finds_done_was_done_before() -> None:
    results = [Result.FAILED, Result.DONE, Result.ALREADY, Result.ALREADY]
    assert [change.result for change in history_of(map(change, results)).changes] == [Result.DONE]
    assert [c.result for c in history_of([change(Result.DONE), change(Result.NOT_ACCEPTED)]).changes] == [
        Result.NOT_ACCEPTED
    ]


def test_a_run_is_complete_by_the_end_of_its_last_session() -> None:
    first: list[JournalEvent] = [started("1"), ended("2", complete=False)]
    last: list[JournalEvent] = [started("3"), ended("4", complete=True)]
    history = history_of([*first, *last])
    assert (history.is_complete, history.ended_at, history.last_at) == (True, "4", "4")
    assert [session.started.at for session in history.sessions] == ["1", "3"]
    cut_short = history_of([*first, last[0]])
    assert (cut_short.is_complete, cut_short.end, cut_short.ended_at) == (False, None, "2")

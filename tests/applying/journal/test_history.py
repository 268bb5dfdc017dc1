"""What a journal proves: created, in doubt, or not written at all."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.applying.journal.history import EMPTY_HISTORY, history_of
from reconciler.model import Address

CLIENT, PROJECT = Address("client", ("Acme",)), Address("project", ("Acme", "Site"))
TASK = PROJECT.child("task", "Design")


def intent(n: int, address: Address = CLIENT, step: str = "create", **more: Any) -> dict[str, Any]:
    return {"event": "intent", "n": n, "address": str(address), "step": step, **more}


def outcome(n: int, result: str, address: Address = CLIENT, **more: Any) -> dict[str, Any]:
    return {"event": "outcome", "n": n, "address": str(address), "result": result, **more}


def settled(result: str, address: Address = CLIENT, **more: Any) -> dict[str, Any]:
    return {"event": "settled", "address": str(address), "result": result, **more}


def test_an_empty_journal_proves_nothing() -> None:
    assert history_of([]) == EMPTY_HISTORY


def test_what_was_created_is_known_by_its_id() -> None:
    history = history_of([intent(1), outcome(1, "done", id="c1")])
    assert (dict(history.created), set(history.doubtful), history.wrote) == ({CLIENT: "c1"}, set(), True)


def test_an_intent_without_outcome_is_in_doubt_and_may_have_been_written() -> None:
    history = history_of([intent(1)])
    assert (dict(history.created), set(history.doubtful), history.wrote) == ({}, {CLIENT}, True)
    assert [line["n"] for line in history.in_doubt] == [1]


@pytest.mark.parametrize("result", ["refused", "not_sent"])
def test_what_was_refused_was_not_written(result: str) -> None:
    assert history_of([intent(1), outcome(1, result)]) == EMPTY_HISTORY


def test_an_unknown_outcome_stays_in_doubt_until_a_look_settles_it() -> None:
    lost = [intent(1), outcome(1, "unknown")]
    assert history_of(lost).doubtful == {CLIENT}
    assert history_of([*lost, settled("found", id="c1")]).created == {CLIENT: "c1"}
    absent = history_of([*lost, settled("absent")])
    assert (absent.created, absent.doubtful, absent.in_doubt) == ({}, frozenset(), ())


def test_an_update_in_doubt_creates_nothing() -> None:
    history = history_of([intent(1, step="update", id="c1"), settled("found", id="c1")])
    assert history.created == {}
    assert history_of([intent(1, step="update", id="c1")]).doubtful == frozenset()


def test_what_went_along_is_in_doubt_until_it_is_read_back() -> None:
    made = [intent(1, PROJECT, covers=[str(TASK)]), outcome(1, "done", PROJECT, id="p1")]
    assert history_of(made).doubtful == {TASK}
    assert history_of([*made, settled("found", TASK, id="t1")]).created == {PROJECT: "p1", TASK: "t1"}
    assert history_of([*made, settled("absent", TASK)]).doubtful == frozenset()


def test_a_parent_found_after_a_loss_leaves_what_went_along_in_doubt() -> None:
    lines = [intent(1, PROJECT, covers=[str(TASK)]), outcome(1, "unknown", PROJECT), settled("found", PROJECT, id="p1")]
    assert (dict(history_of(lines).created), set(history_of(lines).doubtful)) == ({PROJECT: "p1"}, {TASK})


def test_a_create_that_was_answered_without_an_id_is_in_doubt() -> None:
    assert history_of([intent(1), outcome(1, "done")]).doubtful == {CLIENT}


def test_an_outcome_without_its_intent_is_passed_over() -> None:
    assert history_of([outcome(7, "done", id="c1")]) == EMPTY_HISTORY

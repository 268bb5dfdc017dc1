"""What a write leaves in its journal and its item, however it ends."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.applying.journal.events import Intent, JournalEvent, WriteOutcome
from reconciler.applying.writes.intent import WorkItem, record_write
from reconciler.errors import ApiError, GatewayError, JournalError, NetworkError, StoppedError
from reconciler.gateway.messages import Request
from reconciler.kinds import BY_NAME
from reconciler.model import Address
from reconciler.planning.plan import Action, Change, Step

CHANGE = Change(Address("tag", ("a",)), Action.UPDATE, (Step.UPDATE,), id="t1")
REQUEST = Request("PUT", "/tags/t1", body={"name": "b"})


class _Journal:
    """Keeps what is recorded. Intents or outcomes cannot be recorded once `fails` names them."""

    def __init__(self, fails: str = "") -> None:
        self.events: list[JournalEvent] = []
        self.fails = fails

    def intent(self, intent: Intent) -> int:
        if self.fails == "intent":
            raise JournalError("full")
        self.events.append(intent)
        return 7

    def record(self, event: JournalEvent) -> None:
        if self.fails == "outcome":
            raise JournalError("full")
        self.events.append(event)


def _item() -> WorkItem:
    return WorkItem(CHANGE, BY_NAME["tag"], "t1")


LOST, REFUSED = NetworkError("lost"), ApiError("no", status=400)


@pytest.mark.parametrize(
    ("error", "status", "attempts", "outcome", "written", "in_doubt"),
    [
        (None, 200, 1, ("done", 200, ""), 1, False),
        (None, 0, 2, ("done", None, ""), 1, False),
        (LOST, 0, 1, ("unknown", None, "lost"), 1, True),
        (LOST, 0, 3, ("unknown", None, "lost"), 1, True),
        (LOST, 0, 0, ("unknown", None, "lost"), 0, False),
        (REFUSED, 400, 1, ("refused", 400, "no"), 0, False),
        (StoppedError("stopped"), 0, 0, ("not_sent", None, "stopped"), 0, False),
        (NetworkError("no route", sent=False), 0, 1, ("not_sent", None, "no route"), 0, False),
    ],
)
def test_a_write_counts_where_it_was_or_may_have_been_carried_out(
    error: GatewayError | None, status: int, attempts: int, outcome: Any, written: int, *, in_doubt: bool
) -> None:
    item, journal, raised = _item(), _Journal(), None
    try:
        with record_write(journal, item, Step.UPDATE, before={"name": "a"}) as intent:
            intent.on_send(REQUEST)
            assert item.is_in_flight
            intent.on_response(status, attempts)
            if error is not None:
                raise error
    except GatewayError as caught:
        raised = caught
    assert raised is error
    sent, ended = journal.events
    assert isinstance(sent, Intent)
    assert (sent.method, sent.path, sent.body, sent.before) == ("PUT", "/tags/t1", {"name": "b"}, {"name": "a"})
    assert (sent.id, sent.action, sent.step) == ("t1", Action.UPDATE, Step.UPDATE)
    assert isinstance(ended, WriteOutcome)
    assert (ended.n, str(ended.result), ended.status, ended.message) == (7, *outcome)
    assert ended.attempts == attempts
    assert (item.written, item.in_doubt, item.is_in_flight) == (written, in_doubt, False)


def test_a_request_that_cannot_be_recorded_has_no_outcome() -> None:
    item, journal = _item(), _Journal("intent")
    with pytest.raises(JournalError), record_write(journal, item, Step.UPDATE) as intent:
        intent.on_send(REQUEST)
    assert (journal.events, item.written, item.in_doubt, item.is_in_flight) == ([], 0, False, False)


@pytest.mark.parametrize("error", [None, LOST])
def test_a_write_whose_outcome_cannot_be_recorded_is_in_doubt(error: GatewayError | None) -> None:
    item, journal = _item(), _Journal("outcome")

    def write() -> None:
        with record_write(journal, item, Step.UPDATE) as intent:
            intent.on_send(REQUEST)
            intent.on_response(200, 1)
            if error is not None:
                raise error

    with pytest.raises(JournalError) as caught:
        write()
    assert caught.value.__cause__ is error
    assert (item.written, item.in_doubt, item.is_in_flight) == (1, True, False)


def test_what_an_answer_lacks_is_as_it_was() -> None:
    project = WorkItem(CHANGE, BY_NAME["project"], wire={"id": "p1", "note": "n", "timeEstimate": {"a": 1, "b": 2}})
    assert project.merged({"id": "p1", "name": "x"}) == {**project.wire, "name": "x"}
    assert project.merged({"timeEstimate": {"a": 3}})["timeEstimate"] == {"a": 3, "b": 2}
    assert project.merged({"timeEstimate": None})["timeEstimate"] is None
    assert project.merged({"note": "m"})["note"] == "m"
    without = WorkItem(CHANGE, BY_NAME["project"], wire={"id": "p1"})
    assert without.merged({"timeEstimate": {"a": 3}}) == {"id": "p1", "timeEstimate": {"a": 3}}


@pytest.mark.parametrize(("kind", "nested_in"), [("task", "p1"), ("project", "")])
def test_a_resource_is_nested_in_its_parent_where_its_path_has_it(kind: str, nested_in: str) -> None:
    item = WorkItem(CHANGE, BY_NAME[kind], parent_id="p1")
    assert item.nested_in == nested_in
    assert (item.written, item.read_at, item.in_doubt, item.is_found) == (0, None, False, False)

"""One write at a time, before a service that answers as the test says: what is sent again, what counts as done, what is recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import pytest

from reconciler.applying.journal.events import Intent, JournalEvent, Resolved, WriteOutcome
from reconciler.applying.writes.compare import snapshot_of
from reconciler.applying.writes.intent import WorkItem
from reconciler.applying.writes.send import WriteSender
from reconciler.errors import ApiError, ForbiddenError, GatewayError, NetworkError, StoppedError
from reconciler.gateway import Writer
from reconciler.gateway.messages import Request
from reconciler.kinds import BY_NAME
from reconciler.model import Address
from reconciler.planning.plan import Action, Change, Step
from reconciler.state import Live, Workspace
from tests.planning.literals import plan_of

OLD = {"id": "t1", "name": "old", "archived": False}
NEW = {**OLD, "name": "new"}
THEIRS = {**OLD, "name": "theirs"}
ARCHIVED = {**OLD, "archived": True}
BODY = {"name": "new", "archived": False}
TAG = BY_NAME["tag"]
BEFORE = snapshot_of(TAG, OLD, {})
LIVE = Live(Workspace("w1", "Acme"), {})

LOST = NetworkError("no answer")
STOPPED = StoppedError("the run was asked to stop")
REFUSED = ApiError("not so", status=400)
MISSING = ApiError("not found", status=404)
CONFLICT = ApiError("conflict", status=409)
BROKEN = ApiError("broken", status=500)
FORBIDDEN = ForbiddenError("not yours", status=403)
LOST_THEN_REFUSED = NetworkError("no answer", rejection=REFUSED)


class _Journal:
    """Keeps what is recorded."""

    def __init__(self) -> None:
        self.events: list[JournalEvent] = []

    def intent(self, intent: Intent) -> int:
        self.events.append(intent)
        return len(self.events)

    def record(self, event: JournalEvent) -> None:
        self.events.append(event)

    @property
    def resolved(self) -> list[str]:
        return [str(event.result) for event in self.events if isinstance(event, Resolved)]


class _Service:
    """Stands in for a Writer: answers in the order of the script, and says what was asked."""

    def __init__(self, *script: tuple[str, Any]) -> None:
        self.script, self.asked = list(script), list[str]()

    def _next(self, name: str, observer: Any = None) -> Any:
        self.asked.append(name)
        wanted, answer = self.script.pop(0)
        assert wanted == name
        if observer is not None:
            observer.on_send(Request("WRITE", f"/tags/{len(self.asked)}"))
            observer.on_response(getattr(answer, "status", 0), 1)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def create(self, *_: Any, observer: Any) -> Any:
        return self._next("create", observer)

    def update(self, *_: Any, observer: Any) -> Any:
        return self._next("update", observer)

    def patch(self, *_: Any, observer: Any, method: str) -> Any:
        return self._next(method, observer)

    def delete(self, *_: Any, observer: Any) -> Any:
        return self._next("delete", observer)

    def get(self, *_: Any) -> Any:
        return self._next("get")

    def named(self, *_: Any) -> Any:
        return self._next("named")

    def pause(self, attempt: int) -> None:
        self.asked.append(f"pause {attempt}")


Script = Sequence[tuple[str, Any]]
Write = Callable[[WriteSender, WorkItem], Any]


def _put(sender: WriteSender, item: WorkItem) -> Any:
    return sender.put(item, Step.UPDATE, BODY, BEFORE)


def _patch(sender: WriteSender, item: WorkItem) -> Any:
    return sender.patch(item, Step.PATCH, "PATCH", "name", BODY, BEFORE)


def _delete(sender: WriteSender, item: WorkItem) -> Any:
    return sender.delete(item, BEFORE)


def _send(write: Write, script: Script) -> tuple[Any, WorkItem, list[str], list[str]]:
    """What the write returns or raises, its item, what was asked of the service, and what was resolved."""
    action = Action.DELETE if write is _delete else Action.UPDATE
    change = Change(Address("tag", ("old",)), action, (Step.DELETE if write is _delete else Step.UPDATE,), id="t1")
    item, journal, service = WorkItem(change, TAG, "t1", wire=OLD), _Journal(), _Service(*script)
    result: Any
    try:
        result = write(WriteSender(cast("Writer", service), LIVE, journal), item)
    except GatewayError as error:
        result = error
    assert service.script == []
    return result, item, service.asked, journal.resolved


@pytest.mark.parametrize("answer", [NEW, None])
@pytest.mark.parametrize(("write", "method"), [(_put, "update"), (_patch, "PATCH")])
def test_what_a_write_answers_is_recorded_with_its_outcome(write: Write, method: str, answer: Any) -> None:
    change = Change(Address("tag", ("old",)), Action.UPDATE, (Step.UPDATE,), id="t1")
    journal = _Journal()
    service = _Service((method, answer), *([] if answer else [("get", NEW)]))
    write(WriteSender(cast("Writer", service), LIVE, journal), WorkItem(change, TAG, "t1", wire=OLD))
    (outcome,) = [event for event in journal.events if isinstance(event, WriteOutcome)]
    assert outcome.after == (snapshot_of(TAG, NEW, {}) if answer else None)


LOST_PUT, LOST_PATCH = ("update", LOST), ("PATCH", LOST)
AGAIN = ["update", "get", "pause 1", "update"]


@pytest.mark.parametrize(
    ("script", "result", "asked", "resolved", "written", "in_doubt"),
    [
        ([("update", NEW)], NEW, ["update"], [], 1, False),
        ([("update", None), ("get", NEW)], NEW, ["update", "get"], [], 1, False),
        ([("update", REFUSED)], REFUSED, ["update"], [], 0, False),
        ([LOST_PUT, ("get", NEW)], NEW, ["update", "get"], ["found"], 1, False),
        ([LOST_PUT, ("get", OLD), ("update", NEW)], NEW, AGAIN, ["absent"], 1, False),
        ([LOST_PUT, ("get", OLD), ("update", REFUSED)], REFUSED, AGAIN, ["absent"], 0, False),
        ([LOST_PUT, ("get", OLD), LOST_PUT, ("get", NEW)], NEW, [*AGAIN, "get"], ["absent", "found"], 1, False),
        ([LOST_PUT, ("get", OLD), LOST_PUT, ("get", OLD)], LOST, [*AGAIN, "get"], ["absent", "absent"], 0, False),
        (
            [("update", LOST_THEN_REFUSED), ("get", OLD), ("update", LOST_THEN_REFUSED), ("get", OLD)],
            REFUSED,
            [*AGAIN, "get"],
            ["absent", "absent"],
            0,
            False,
        ),
        ([LOST_PUT, ("get", THEIRS)], LOST, ["update", "get"], ["moved"], 1, True),
        ([LOST_PUT, ("get", BROKEN)], BROKEN, ["update", "get"], [], 1, True),
    ],
)
def test_an_update_is_sent_again_only_where_a_reading_shows_that_nothing_happened(
    script: Script, result: Any, asked: list[str], resolved: list[str], written: int, *, in_doubt: bool
) -> None:
    got, item, *rest = _send(_put, script)
    assert (got, *rest) == (result, asked, resolved)
    assert (item.written, item.in_doubt, item.is_in_flight) == (written, in_doubt, False)


def test_an_update_of_which_the_service_kept_a_part_is_found_and_left_to_the_comparison() -> None:
    def put(sender: WriteSender, item: WorkItem) -> Any:
        return sender.put(item, Step.UPDATE, {"name": "new", "archived": True}, BEFORE)

    got, item, asked, resolved = _send(put, [LOST_PUT, ("get", NEW)])
    assert (got, asked, resolved) == (NEW, ["update", "get"], ["found"])
    assert (item.written, item.in_doubt) == (1, False)


@pytest.mark.parametrize(
    ("script", "result", "resolved", "in_doubt"),
    [
        ([("PATCH", NEW)], NEW, [], False),
        ([("PATCH", None), ("get", NEW)], NEW, [], False),
        ([("PATCH", REFUSED)], REFUSED, [], False),
        ([LOST_PATCH, ("get", NEW)], NEW, ["found"], False),
        ([LOST_PATCH, ("get", OLD)], OLD, ["absent"], False),
        ([LOST_PATCH, ("get", THEIRS)], LOST, ["moved"], True),
    ],
)
def test_a_write_of_an_endpoint_is_sent_once_and_read_where_its_answer_is_lost(
    script: Script, result: Any, resolved: list[str], *, in_doubt: bool
) -> None:
    got, item, asked, recorded = _send(_patch, script)
    assert (got, recorded, item.in_doubt) == (result, resolved, in_doubt)
    assert asked == [name for name, _ in script]


@pytest.mark.parametrize(
    ("script", "result", "resolved", "written"),
    [
        ([LOST_PATCH, ("get", ARCHIVED)], ARCHIVED, ["found"], 1),
        ([LOST_PATCH, ("get", OLD)], OLD, ["absent"], 0),
        ([("PATCH", REFUSED)], REFUSED, [], 0),
        ([LOST_PATCH, ("get", BROKEN)], BROKEN, [], 1),
    ],
)
def test_a_lost_write_whose_body_has_no_declared_field_was_carried_out_if_the_object_changed(
    script: Script, result: Any, resolved: list[str], written: int
) -> None:
    def write(sender: WriteSender, item: WorkItem) -> Any:
        return sender.patch(item, Step.UNDECLARED, "PATCH", "template", {"isTemplate": True}, BEFORE)

    got, item, asked, recorded = _send(write, script)
    assert (got, recorded, item.written) == (result, resolved, written)
    assert asked == [name for name, _ in script]


@pytest.mark.parametrize(
    ("script", "result", "resolved", "in_doubt"),
    [
        ([("delete", None)], None, [], False),
        ([("delete", CONFLICT)], CONFLICT, [], False),
        ([("delete", FORBIDDEN)], FORBIDDEN, [], False),
        ([("delete", LOST), ("get", MISSING), ("named", [])], None, ["gone"], False),
        ([("delete", LOST), ("get", REFUSED), ("named", [{"id": "t2"}])], None, ["gone"], False),
        ([("delete", LOST), ("get", OLD)], LOST, ["absent"], False),
        ([("delete", LOST_THEN_REFUSED), ("get", OLD)], REFUSED, ["absent"], False),
        ([("delete", LOST), ("get", MISSING), ("named", [OLD])], LOST, ["absent"], False),
        ([("delete", LOST), ("get", FORBIDDEN)], FORBIDDEN, [], True),
        ([("delete", LOST), ("get", BROKEN)], BROKEN, [], True),
        ([("delete", MISSING), ("get", MISSING), ("named", [])], None, ["gone"], False),
        ([("delete", REFUSED), ("get", MISSING), ("named", [OLD])], REFUSED, [], False),
        ([("delete", REFUSED), ("get", OLD)], REFUSED, [], False),
        ([("delete", MISSING), ("get", STOPPED)], STOPPED, [], False),
    ],
)
def test_a_delete_is_done_only_where_neither_the_id_nor_the_list_has_the_object(
    script: Script, result: Any, resolved: list[str], *, in_doubt: bool
) -> None:
    got, item, asked, recorded = _send(_delete, script)
    assert (got, recorded, item.in_doubt) == (result, resolved, in_doubt)
    assert asked == [name for name, _ in script]
    assert item.written == (in_doubt or (result is None and script[0][1] is not MISSING))


@pytest.mark.parametrize(("write", "name"), [(_put, "update"), (_patch, "PATCH"), (_delete, "delete")])
def test_a_stop_before_the_outcome_is_read_speaks_of_the_write_and_leaves_it_in_doubt(write: Write, name: str) -> None:
    got, item, asked, recorded = _send(write, [(name, LOST), ("get", STOPPED)])
    assert isinstance(got, StoppedError)
    assert got.message == "no answer; the run stopped before the outcome was read"
    assert (asked, recorded, item.written, item.in_doubt) == ([name, "get"], [], 1, True)


CLIENT: dict[str, Any] = {
    "id": "c1", "name": "A", "email": None, "address": None, "note": "n", "ccEmails": None, "archived": False,
}  # fmt: skip
BARE = {**CLIENT, "note": None}
FOREIGN = {**CLIENT, "note": "theirs"}
POST = ("create", REFUSED)


@pytest.mark.parametrize(
    ("script", "result", "is_found"),
    [
        ([("create", CLIENT)], CLIENT, False),
        ([POST, ("named", [CLIENT])], CLIENT, True),
        ([POST, ("named", [BARE])], REFUSED, False),
        ([POST, ("named", [FOREIGN])], REFUSED, False),
        ([POST, ("named", [])], REFUSED, False),
        ([POST, ("named", [CLIENT, {**CLIENT, "id": "c2"}])], REFUSED, True),
        ([("create", CONFLICT)], CONFLICT, False),
        ([("create", LOST), ("named", [BARE])], BARE, False),
        ([("create", LOST), ("named", []), POST, ("named", [BARE])], BARE, False),
        ([("create", LOST), ("named", []), ("create", CLIENT)], CLIENT, False),
    ],
)
def test_a_refused_create_is_done_only_where_the_whole_resource_is_there(
    script: Script, result: Any, *, is_found: bool
) -> None:
    (change,) = plan_of({"clients": [{"name": "A", "note": "n"}]}, {}).changes
    item, service = WorkItem(change, BY_NAME["client"]), _Service(*script)
    got: Any
    try:
        got = WriteSender(cast("Writer", service), LIVE, _Journal()).create(item, {"name": "A", "note": "n"})
    except GatewayError as error:
        got = error
    assert got == result
    assert (service.script, item.is_found) == ([], is_found)


def test_a_create_is_tried_so_often_with_a_longer_pause_each_time_and_then_the_error_is_raised() -> None:
    (change,) = plan_of({"clients": [{"name": "A", "note": "n"}]}, {}).changes
    service = _Service(*[("create", LOST), ("named", [])] * 5)
    with pytest.raises(NetworkError):
        WriteSender(cast("Writer", service), LIVE, _Journal()).create(
            WorkItem(change, BY_NAME["client"]), {"name": "A"}
        )
    pauses = [asked for asked in service.asked if asked.startswith("pause")]
    assert pauses == ["pause 1", "pause 2", "pause 3", "pause 4"]
    assert not service.script


def test_a_create_that_was_lost_before_takes_what_it_made_although_a_later_attempt_is_refused() -> None:
    (change,) = plan_of({"clients": [{"name": "A", "note": "n"}]}, {}).changes
    item = WorkItem(change, BY_NAME["client"])
    service = _Service(("create", LOST), ("named", []), POST, ("named", [CLIENT]))
    made = WriteSender(cast("Writer", service), LIVE, _Journal()).create(item, {"name": "A", "note": "n"})
    assert (made, item.is_found) == (CLIENT, False)

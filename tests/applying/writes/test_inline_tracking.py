"""Which of the tasks that went along with their project count as created, by what the service lists afterwards."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from reconciler.applying.journal.writer import NullJournal
from reconciler.applying.writes.inline_children import InlineChildren
from reconciler.gateway import Writer
from reconciler.model import Address
from reconciler.planning.plan import Change
from reconciler.state import ListProof
from tests.planning.literals import plan_of

NAMES = ("a", "b", "c")
TASKS = [{"name": name, "estimate": f"PT{at}H"} for at, name in enumerate(NAMES, 1)]
CHANGES = plan_of({"projects": [{"name": name, "tasks": TASKS} for name in ("First", "Other")]}, {}).changes
FIRST, OTHER = Address.parse("project:First"), Address.parse("project:Other")


def _task(name: str, hours: int) -> dict[str, Any]:
    plain = {"status": "ACTIVE", "billable": False, "assigneeIds": []}
    return {"id": f"{name}-{hours}", "name": name, "estimate": f"PT{hours}H", **plain}


ALL = [_task(name, at) for at, name in enumerate(NAMES, 1)]


class _Service:
    """Stands in for a Writer: the tasks of projects by their id, and the lists that were asked for."""

    def __init__(self, **tasks: list[dict[str, Any]]) -> None:
        self.tasks, self.asked = tasks, list[str]()

    def list(self, _: Any, __: str, parent_id: str = "") -> Any:
        self.asked.append(parent_id)
        return SimpleNamespace(items=tuple(self.tasks[parent_id]))

    def pages(self, _: Any, __: str, *, most: int) -> Any:
        self.asked.append(f"all by {most}")
        yield [{"id": parent_id, "name": "x", "tasks": tasks} for parent_id, tasks in self.tasks.items()]

    def now(self) -> float:
        return 7.0


def _inline(service: _Service, changes: tuple[Change, ...] = CHANGES, pages: int = 0) -> InlineChildren:
    proofs = [ListProof("projects", 1, pages, "Last-Page: true")] if pages else []
    return InlineChildren(changes, cast("Writer", service), "w1", {}, NullJournal(), proofs)


def _received(inline: InlineChildren, parent: Address) -> dict[str, str]:
    """The name under which each task was found."""
    found = {name: inline.received(parent.child("task", name)) for name in NAMES}
    return {name: read[0]["name"] for name, read in found.items() if read is not None}


@pytest.mark.parametrize(
    ("listed", "received", "refused"),
    [
        (ALL, {"a": "a", "b": "b", "c": "c"}, False),
        ([], {}, True),
        (ALL[:2], {"a": "a", "b": "b"}, True),
        ([*ALL[:2], _task("x", 3)], {"a": "a", "b": "b", "c": "x"}, False),
        ([*ALL[:2], _task("x", 9)], {"a": "a", "b": "b"}, True),
        ([ALL[0], _task("x", 3), _task("y", 2)], {"a": "a", "b": "y", "c": "x"}, False),
        ([ALL[0], _task("x", 3), _task("y", 3)], {"a": "a", "c": "x"}, True),
        ([*ALL[:2], _task("x", 9), _task("y", 3)], {"a": "a", "b": "b", "c": "y"}, False),
        ([_task("x", 1), _task("y", 2), _task("z", 3)], {}, True),
        ([*ALL[:2], _task("c", 9)], {"a": "a", "b": "b", "c": "c"}, True),
    ],
)
def test_the_first_parent_shows_whether_the_service_keeps_inline_children(
    listed: list[dict[str, Any]], received: dict[str, str], *, refused: bool
) -> None:
    service = _Service(p1=listed)
    inline = _inline(service)
    assert [change.address.name for change in inline.children_to_send(FIRST)] == list(NAMES)
    inline.created(FIRST, {"id": "p1"})
    assert _received(inline, FIRST) == received
    assert service.asked == ["p1"]
    assert len(inline.children_to_send(OTHER)) == (0 if refused else 3)
    assert not any(inline.is_unread(change.address) for change in CHANGES)


def test_the_others_are_unread_until_they_are_read_back() -> None:
    service = _Service(p1=ALL, p2=[_task("x", 1), _task("y", 2), _task("z", 3)])
    inline = _inline(service)
    for parent, parent_id in ((FIRST, "p1"), (OTHER, "p2")):
        inline.children_to_send(parent)
        inline.created(parent, {"id": parent_id})
    unread = {str(change.address) for change in CHANGES if inline.is_unread(change.address)}
    assert unread == {f"task:Other/{name}" for name in NAMES}
    assert not inline.is_unread(OTHER.child("task", "never sent"))
    assert service.asked == ["p1"]
    inline.read_back()
    assert service.asked == ["p1", "p2"]
    assert _received(inline, OTHER) == {"a": "x", "b": "y", "c": "z"}  # it keeps them: so these were renamed
    assert not any(inline.is_unread(change.address) for change in CHANGES)
    inline.read_back()
    assert service.asked == ["p1", "p2"]


@pytest.mark.parametrize(("pages", "asked"), [(0, ["all by 1000"]), (1, ["all by 1000"]), (2, ["p1", "p2"])])
def test_two_are_read_with_one_list_unless_it_has_as_many_pages(pages: int, asked: list[str]) -> None:
    projects = [{"name": name, "tasks": TASKS} for name in ("First", "Other", "Third")]
    service = _Service(p0=ALL, p1=ALL, p2=ALL)
    inline = _inline(service, plan_of({"projects": projects}, {}).changes, pages)
    for at, name in enumerate(("First", "Other", "Third")):
        parent = Address.parse(f"project:{name}")
        inline.children_to_send(parent)
        inline.created(parent, {"id": f"p{at}"})
    service.asked.clear()
    inline.read_back()
    assert service.asked == asked
    assert _received(inline, OTHER) == {"a": "a", "b": "b", "c": "c"}


def test_what_was_received_may_have_text_that_no_file_can_have() -> None:
    odd = {**ALL[0], "note": "\ud800"}
    inline = _inline(_Service(p1=[odd, *ALL[1:]]))
    inline.children_to_send(FIRST)
    inline.created(FIRST, {"id": "p1"})
    assert inline.received(FIRST.child("task", "a")) == (odd, 7.0)


def test_two_tasks_of_the_same_values_that_were_renamed_are_two() -> None:
    changes = plan_of({"projects": [{"name": "First", "tasks": ["a", "b", "c"]}]}, {}).changes
    plain = [{**_task(name, 1), "estimate": None} for name in ("a", "x", "y")]
    inline = _inline(_Service(p1=plain), changes)
    inline.children_to_send(FIRST)
    inline.created(FIRST, {"id": "p1"})
    assert _received(inline, FIRST) == {"a": "a", "b": "x", "c": "y"}


def test_a_field_that_a_create_drops_does_not_count_as_missing() -> None:
    tasks = [{"name": name, "billable": True} for name in NAMES]
    changes = plan_of({"projects": [{"name": name, "tasks": tasks} for name in ("First", "Other")]}, {}).changes
    inline = _inline(_Service(p1=ALL), changes)  # ours are not billable
    inline.children_to_send(FIRST)
    inline.created(FIRST, {"id": "p1"})
    assert len(inline.children_to_send(OTHER)) == len(NAMES)


def test_a_parent_that_sent_none_is_not_read_back() -> None:
    service = _Service(p1=ALL)
    inline = _inline(service)
    inline.created(FIRST, {"id": "p1"})
    assert service.asked == []
    assert inline.children_to_send(Address.parse("client:Acme")) == ()


def test_where_the_request_was_refused_nothing_went_along() -> None:
    service = _Service(p1=ALL)
    inline = _inline(service)
    inline.children_to_send(FIRST)
    inline.disable(FIRST)
    inline.created(FIRST, {"id": "p1"})
    assert not any(inline.is_unread(change.address) for change in CHANGES)
    inline.read_back()
    assert service.asked == []
    assert inline.children_to_send(OTHER) == ()

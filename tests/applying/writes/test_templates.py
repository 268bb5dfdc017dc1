"""When a new project may be made as a copy of which one, as the changes of a run end."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from reconciler.applying.journal.writer import NullJournal
from reconciler.applying.writes.copies import Copies, copy_body, not_approved
from reconciler.applying.writes.inline_children import InlineChildren
from reconciler.gateway import Writer
from reconciler.kinds import PROJECT, TASK
from reconciler.model import Address
from reconciler.planning.plan import Change
from tests.planning.literals import plan_of

TASKS = ["a", "b", "c"]
PROJECTS = [{"name": name, "tasks": TASKS} for name in ("P1", "P2", "P3")]
CHANGES = plan_of({"clients": ["Acme"], "projects": [{"name": "P0"}, *PROJECTS], "tags": ["t"]}, {}).changes
P1, P2, P3 = (Address.parse(f"project:{name}") for name in ("P1", "P2", "P3"))
FAMILY = (P1, *(P1.child("task", name) for name in TASKS))
WIRE = {"id": "p1", "name": "P1"}


def _end(copies: Copies, *addresses: Address, wire: Any = WIRE) -> None:
    for address in addresses:
        copies.ended(address, wire)


def test_the_first_project_of_a_group_waits_for_nothing_and_the_others_for_all_its_changes() -> None:
    copies = Copies(CHANGES)
    assert copies.waits_for(P2) == ()  # the first that is asked for
    assert copies.waits_for(P1) == (P2, *(P2.child("task", name) for name in TASKS))
    assert copies.waits_for(P2) == ()
    assert copies.template_of(P2) is None


def test_a_project_that_was_created_before_is_the_template() -> None:
    copies = Copies(CHANGES)
    copies.created(P1, WIRE)
    copies.created(P3, WIRE)
    assert copies.waits_for(P2) == FAMILY
    for address in FAMILY:
        assert copies.template_of(P2) is None
        assert copies.waits_for(P2) == FAMILY
        _end(copies, address)
    assert copies.template_of(P2) == WIRE
    assert copies.template_of(P1) is None
    assert copies.source_of(P2) == P1
    last = {**WIRE, "note": "now"}
    _end(copies, *FAMILY, wire=last)
    assert copies.original_of(P2, P2) == (WIRE, last)
    assert copies.original_of(P2.child("task", "b"), P2) == ({}, last)
    _end(copies, P1, wire=None)
    assert copies.original_of(P2, P2) == (WIRE, {})


def test_one_copy_is_made_first_and_the_others_wait_until_it_has_ended() -> None:
    copies = Copies(CHANGES)
    copies.created(P1, WIRE)
    _end(copies, *FAMILY)
    assert copies.waits_for(P2) == ()
    assert copies.waits_for(P3) == (P2,)
    assert copies.waits_for(P2) == ()
    copies.works = True
    assert copies.waits_for(P3) == ()
    assert copies.template_of(P3) == WIRE


@pytest.mark.parametrize("failed", FAMILY, ids=str)
def test_nothing_is_copied_of_a_project_that_is_not_as_approved(failed: Address) -> None:
    copies = Copies(CHANGES)
    copies.created(P1, WIRE)
    _end(copies, *FAMILY)
    _end(copies, failed, wire=None)
    assert copies.waits_for(P2) == ()
    assert copies.waits_for(P3) == ()
    assert copies.template_of(P2) is None


def test_after_a_refusal_nothing_waits_and_nothing_is_copied() -> None:
    copies = Copies(CHANGES)
    copies.created(P1, WIRE)
    assert copies.waits_for(P2) == FAMILY
    _end(copies, *FAMILY)
    copies.refuse()
    assert copies.waits_for(P2) == ()
    assert copies.template_of(P2) is None


def test_what_belongs_to_no_group_waits_for_nothing() -> None:
    copies = Copies(CHANGES)
    other = Address.parse("client:Acme")
    copies.created(other, WIRE)
    _end(copies, other)
    assert copies.waits_for(other) == ()
    assert copies.template_of(other) is None


def test_where_children_are_kept_inline_nothing_is_copied() -> None:
    inline = InlineChildren(CHANGES, cast("Writer", None), "w1", {}, NullJournal())
    inline.copies.created(P1, WIRE)
    _end(inline.copies, *FAMILY)
    assert (inline.waits_for(P3), inline.template_of(P2)) == ((), None)
    inline.disable(P1)
    assert inline.template_of(P2) == WIRE
    assert inline.waits_for(P3) == ()
    assert inline.waits_for(P2) == (P3,)


@pytest.mark.parametrize("is_copy", [False, True])
def test_of_two_probes_at_once_one_that_fails_decides(*, is_copy: bool) -> None:
    """Where an earlier session ended before the others, each parent is one."""

    class Service:
        def list(self, _kind: Any, _workspace: str, parent_id: str) -> Any:
            inline.disable(P3)  # meanwhile
            return SimpleNamespace(items=[{"id": f"{parent_id}{name}", "name": name} for name in TASKS])

        def now(self) -> float:
            return 7.0

    inline = InlineChildren(CHANGES, cast("Writer", Service()), "w1", {}, NullJournal())
    if is_copy:
        inline.disable(P1)
    for parent in (P2, P3):
        (inline.children_to_copy if is_copy else inline.children_to_send)(parent)
    inline.created(P2, {"id": "p2"})
    assert inline.children_to_send(P1) == ()
    assert inline.copies.works is (False if is_copy else None)


def test_what_is_not_read_back_yet_is_no_template() -> None:
    """Its tasks wait for the reading, which waits for the projects that would wait for it."""

    class Service:
        def list(self, _kind: Any, _workspace: str, _parent_id: str) -> Any:
            return SimpleNamespace(items=[])

    inline = InlineChildren(CHANGES, cast("Writer", Service()), "w1", {}, NullJournal())
    for parent in (P1, P2):  # both under way
        inline.children_to_send(parent)
    inline.created(P1, WIRE)
    inline.created(P2, {"id": "p2"})
    assert inline.is_unread(P2.child("task", "a"))
    assert inline.waits_for(P3) == FAMILY
    inline = InlineChildren(CHANGES, cast("Writer", Service()), "w1", {}, NullJournal())
    inline.children_to_send(P2)
    inline.children_to_send(P1)
    inline.disable(P1)
    inline.created(P2, {"id": "p2"})
    assert inline.is_unread(P2.child("task", "a"))
    assert inline.waits_for(P3) == ()


def test_the_body_of_a_copy_has_what_differs_and_the_access_of_the_template() -> None:
    body = {"name": "P2", "clientId": "c1", "color": "#112233", "note": "n", "billable": True}
    template = {"id": "p1", "name": "P1", "clientId": "", "color": "#000000", "public": True, "billable": True}
    assert copy_body(PROJECT, body, template) == {
        "name": "P2",
        "clientId": "c1",
        "color": "#112233",
        "isPublic": True,
        "templateProjectId": "p1",
    }
    assert copy_body(PROJECT, {"name": "P2"}, WIRE) == {"name": "P2", "templateProjectId": "p1"}
    assert copy_body(PROJECT, {"name": "P2", "isPublic": False}, template) == {
        "name": "P2",
        "isPublic": False,
        "templateProjectId": "p1",
    }


def _change(kind: str = "project") -> Change:
    return next(change for change in CHANGES if change.kind == kind)


@pytest.mark.parametrize(
    ("template", "copy", "names"),
    [
        ({"note": "a"}, {"note": "a"}, ()),
        ({"note": "a"}, {"note": "b"}, ("note",)),
        ({"note": "a"}, {}, ()),
        ({}, {"note": "b"}, ()),
        ({"color": "#112233"}, {"color": "#445566"}, ()),
        ({"public": True}, {"public": False}, ("public",)),
        ({"template": False}, {"template": True}, ("template",)),
        ({"archived": False, "costRate": None}, {"archived": True, "costRate": {"amount": 5}}, ("cost_rate", "archived")),
        ({"timeEstimate": {"active": False, "estimate": "PT0S"}}, {"timeEstimate": {"active": False, "estimate": "PT9H"}}, ()),
        ({"timeEstimate": {"active": False}}, {"timeEstimate": {"active": True, "estimate": "PT9H", "type": "MANUAL"}}, ("estimate",)),
    ],
)  # fmt: skip
def test_a_copy_may_differ_in_name_place_and_color_alone(
    template: dict[str, Any], copy: dict[str, Any], names: tuple[str, ...]
) -> None:
    assert not_approved(_change(), template, template, {"name": "P2", "clientId": "c", "id": "p2", **copy}, {}) == names


def test_declared_values_are_compared_elsewhere() -> None:
    change = next(c for c in plan_of({"projects": [{"name": "P1", "note": "n"}]}, {}).changes if c.kind == PROJECT.name)
    assert not_approved(change, {"note": "a"}, {"note": "a"}, {"note": "b"}, {}) == ()


def test_undeclared_values_of_a_task_are_compared() -> None:
    assert not_approved(_change(TASK.name), {"budgetEstimate": 0}, {}, {"budgetEstimate": 5}, {}) == ("budget",)

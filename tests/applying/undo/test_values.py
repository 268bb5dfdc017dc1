"""Which values an undo gives back, and what it says of the others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying.undo.places import Item
from reconciler.applying.undo.values import ValueRestorer
from reconciler.kinds import BY_NAME
from reconciler.model import Address
from tests.planning.literals import live_of

LIVE = replace(live_of({"tags": ["t"]}), users={"u1": "jo@x.example", "u2": "al@x.example"})
TASK, PROJECT = Address.parse("task:Site/Do"), Address.parse("project:Site")


def _item(kind: str) -> Item:
    return Item(BY_NAME[kind], "x", "")


@pytest.mark.parametrize(
    ("value", "restored", "gone"),
    [
        (("u1", "al@x.example"), ("al@x.example", "jo@x.example"), []),
        (("u9", "jo@x.example"), ("jo@x.example",), ["u9"]),
        (("left@x.example",), (), ["left@x.example"]),
        ((), (), []),
    ],
)
def test_who_left_is_not_assigned_again_and_named(
    value: tuple[str, ...], restored: tuple[str, ...], gone: list[str]
) -> None:
    item = _item("task")
    assert ValueRestorer(LIVE).value(item, TASK, "assignees", value) == restored
    assert item.notes == [
        f"task:Site/Do is not assigned to {one} again: no longer a member of the workspace" for one in gone
    ]


def test_a_value_that_names_nobody_is_given_back_as_it_was() -> None:
    item = _item("project")
    assert ValueRestorer(LIVE).value(item, PROJECT, "note", "u9") == "u9"
    assert item.notes == []


def test_members_who_left_are_named_and_groups_return() -> None:
    item = _item("project")
    people = "members"
    assert ValueRestorer(LIVE).value(item, PROJECT, people, ("u1", "u9", "group g1")) == ("group g1", "jo@x.example")
    assert item.notes == [f"project:Site is created without u9 in {people}: no longer a member of the workspace"]


@pytest.mark.parametrize(
    ("values", "given"),
    [
        ({"note": "n", "color": "#112233"}, {"note": "n", "color": "#112233"}),
        ({"note": None, "estimate": None}, {}),
        ({"note": "", "billable": False}, {"note": "", "billable": False}),
    ],
)
def test_values_that_are_none_are_left_to_the_create(values: dict[str, Any], given: dict[str, Any]) -> None:
    item = _item("project")
    ValueRestorer(LIVE).fill(item, PROJECT, values, None)
    assert item.values == given
    fields = BY_NAME["project"].every_field
    names = ", ".join(f.name for f in fields if f.name not in values and f.name != "archived")
    assert item.notes == [f"project:Site is created without its {names}: the journal of the run does not have them"]


def test_a_kind_without_undeclared_values_needs_no_copy() -> None:
    kinds = [kind for kind in BY_NAME.values() if not kind.undeclared]
    for kind in kinds:
        item = _item(kind.name)
        ValueRestorer(LIVE).fill(item, Address(kind.name, ("x",)), {}, None)
        assert item.notes == []
    assert kinds


def test_what_no_manifest_declares_is_given_back_from_the_copy() -> None:
    item = _item("project")
    copy = {"id": "p1", "name": "Site", "costRate": {"amount": 500}, "memberships": [], "template": False}
    ValueRestorer(LIVE).fill(item, PROJECT, {}, copy)
    assert item.values == {"cost_rate": "5.00", "template": False}
    assert item.notes[0] == "the user of the API key becomes a member of project:Site, which had none"
    assert item.notes[1].startswith("project:Site is created again without the dates since which rates apply")
    assert len(item.notes) == 2


def test_a_recorded_value_that_cannot_be_read_is_named() -> None:
    item = _item("project")
    ValueRestorer(LIVE).fill(item, PROJECT, {}, {"id": "p1", "name": "Site", "costRate": {"amount": "a lot"}})
    assert item.values == {}
    assert "project:Site is created without its cost_rate: the recorded value cannot be read" in item.notes


@pytest.mark.parametrize(("members", "notes"), [((), 1), (("u1",), 0), (None, 0)])
def test_a_project_that_is_recorded_without_members_gets_one_and_that_is_said(members: object, notes: int) -> None:
    item = _item("project")
    ValueRestorer(LIVE).fill(item, PROJECT, {"members": members}, None)
    note = "the user of the API key becomes a member of project:Site, which had none"
    assert item.notes.count(note) == notes


@pytest.mark.parametrize(
    ("memberships", "notes"),
    [
        ({}, []),
        ({"memberships": []}, ["the user of the API key becomes a member of project:Site, which had none"]),
        ({"memberships": [{"userId": "u1", "membershipStatus": "ACTIVE"}]}, []),
    ],
)
def test_only_a_project_whose_members_are_known_to_be_none_gets_one_more(
    memberships: dict[str, Any], notes: list[str]
) -> None:
    item = _item("project")
    ValueRestorer(LIVE).fill(item, PROJECT, {}, {"id": "p1", "name": "Site", "template": False, **memberships})
    assert [note for note in item.notes if "becomes a member" in note] == notes

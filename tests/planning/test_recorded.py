"""A rename that a run has recorded counts as long as the resource has the name that the run gave it, in its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.model import Address, Resource
from reconciler.planning.recorded import renamed_to
from tests.planning.literals import live_of


@pytest.mark.parametrize(
    ("wanted", "parent", "parked", "name", "found"),
    [
        ("tag:new", "", "~t1 old", "new", True),
        ("tag:new", "", "~t1 old", "~t1 old", True),
        ("tag:new", "", "~t1 old", "old", False),
        ("tag:new", "", "~t1 old", "newer", False),
        ("tag:new", "c1", "~t1 old", "new", False),
        ("tag:new", "c1", "~t1 old", "~t1 old", True),
        ("client:new", "", "~t1 old", "new", False),
    ],
)
def test_a_recorded_rename_counts_under_the_new_name_and_the_temporary_one(
    wanted: str, parent: str, parked: str, name: str, found: object
) -> None:
    live = live_of({"tags": [name]})
    resource = Resource(Address.parse(wanted), {})
    current = renamed_to(resource, parent, {resource.address: ("t1", parked)}, live)
    assert (current is not None) is found
    assert renamed_to(resource, parent, {}, live) is None
    assert renamed_to(resource, parent, {resource.address: ("t9", parked)}, live) is None


@pytest.mark.parametrize(
    ("name", "parent", "found"), [("new", "p1", True), ("new", "p2", False), ("~x", "p1", True), ("~x", "p2", False)]
)
def test_a_task_cannot_have_moved(name: str, parent: str, found: object) -> None:
    live = live_of({"projects": ["Web", "App"], "tasks": [f"Web/{name}"]})
    resource = Resource(Address.parse("task:Web/new"), {})
    assert (renamed_to(resource, parent, {resource.address: ("k1", "~x")}, live) is not None) is found


def test_one_of_two_of_the_same_name_is_not_taken_for_the_other() -> None:
    live = live_of({"tags": ["new"]})
    (tag,) = live.everything
    twins = replace(live, duplicates=(replace(tag, id="t9"),))
    assert renamed_to(Resource(tag.address, {}), "", {tag.address: ("t9", "~x")}, twins) is None
    assert renamed_to(Resource(tag.address, {}), "", {tag.address: ("t1", "~x")}, twins) is tag


@pytest.mark.parametrize("name", ["new", "~t1 old"])
def test_the_second_of_two_with_one_address_is_not_taken_for_the_renamed_one(name: str) -> None:
    live = live_of({"tags": [name]})
    current = live.resources[Address("tag", (name,))]
    twins = replace(live, resources={current.address: replace(current, id="t2")}, duplicates=(current,))
    wanted = Resource(Address("tag", ("new",)), {})
    assert renamed_to(wanted, "", {wanted.address: ("t1", "~t1 old")}, twins) is None

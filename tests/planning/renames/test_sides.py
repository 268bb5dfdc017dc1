"""What shows the structure of each side of a pair: the children that come or go with it, and those that a run removed before."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.planning.plan import Change
from reconciler.planning.renames.sides import SideBuilder
from reconciler.state import Live
from tests.planning.literals import live_of, plan_of

WORLD: dict[str, Any] = {
    "clients": ["Old"],
    "projects": ["Old/Site", {"at": "Old/Shop", "archived": True}],
    "tasks": ["Old/Site/Plan"],
}
DELETING = {"policy": {"prune": {"clients": "delete", "projects": "delete"}}, "clients": ["Kept"], "projects": []}


def _removals(manifest: dict[str, Any]) -> tuple[dict[str, Change], SideBuilder]:
    """The removals of a plan by address, and a builder before any of them is carried out."""
    changes = plan_of(manifest, WORLD).changes
    removals = {str(change.address): change for change in changes if change.removal}
    return removals, SideBuilder(changes, live_of(WORLD), {change.id for change in removals.values()})


def test_every_child_that_is_removed_counts_and_an_archived_one_too_if_it_has_a_change_of_its_own() -> None:
    removals, sides = _removals(DELETING)
    assert set(removals) == {"client:Old", "project:Old/Shop", "project:Old/Site"}
    client, project = sides.old(removals["client:Old"]), sides.old(removals["project:Old/Site"])
    assert client is not None
    assert client.inside == {frozenset({"shop", "site"})}
    assert project is not None
    assert project.inside == {frozenset({"plan"})}


def test_a_child_that_moves_away_shows_nothing_of_its_parent() -> None:
    moved = {"name": "Kept", "projects": [{"name": "Site", "was": "Old/Site", "tasks": ["Plan"]}]}
    removals, sides = _removals({**DELETING, "clients": [moved]})
    client = sides.old(removals["client:Old"])
    assert client is not None
    assert client.children == {"shop", "site"}
    assert client.inside == {frozenset({"shop"})}


def test_what_an_interrupted_run_removed_is_known_by_the_plan_alone() -> None:
    changes = plan_of(DELETING, WORLD).changes
    left = live_of({"clients": ["Else"]})
    sides = SideBuilder(changes, Live(left.workspace, {}), set())
    by_address = {str(change.address): change for change in changes}
    client, project = sides.gone(by_address["client:Old"]), sides.gone(by_address["project:Old/Site"])
    assert client is not None
    assert client.inside == {frozenset({"shop", "site"})}
    assert project is not None
    assert project.children == {"plan"}
    assert project.inside == {frozenset({"plan"})}
    assert sides.old(by_address["client:Old"]) is None


def test_what_is_created_below_a_new_parent_has_a_side_for_each_of_the_likeliest_live_ones() -> None:
    changes = plan_of({"clients": [{"name": "New", "projects": ["Site"]}]}, {}).changes
    sides = SideBuilder(changes, live_of({}), set())
    client, project = changes
    assert [side.home for side in sides.new(project)] == ["new:client:New"]
    sides.renamed[client.address] = [f"c{number}" for number in range(101)]
    assert [side.home for side in sides.new(project)] == [f"c{number}" for number in range(100)]


def test_all_that_goes_with_a_removal_shows_its_structure_and_the_active_ones_alone_do_too() -> None:
    world = {**WORLD, "tasks": ["Old/Site/Plan", {"at": "Old/Site/Done", "status": "done"}]}
    changes = plan_of(DELETING, world).changes
    (site,) = (change for change in changes if str(change.address) == "project:Old/Site")
    side = SideBuilder(changes, live_of(world), {site.id}).old(site)
    assert side is not None
    assert side.inside == {frozenset({"plan", "done"}), frozenset({"plan"})}


@pytest.mark.parametrize(("other", "was"), [("beside", "caf\xe9"), ("CAF\xc9", "cafe\u0301")])
def test_an_earlier_name_is_spelled_as_a_manifest_may_have_it_unless_another_one_differs_in_spelling_alone(
    other: str, was: str
) -> None:
    live = live_of({"tags": ["cafe\u0301", other]})
    changes = plan_of({"tags": ["bistro"]}, {"tags": ["cafe\u0301", other]}).changes
    sides = SideBuilder(changes, live, set())
    created, removed = (next(c for c in changes if c.address.name == name) for name in ("bistro", "cafe\u0301"))
    old = sides.old(removed)
    assert old is not None
    assert sides.was(next(sides.new(created)), old) == (was,)

"""Hints for a parent that the manifests name wrongly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.errors import PlanningError
from reconciler.model import Address
from reconciler.planning.match import match
from tests.planning.literals import desired_of, live_of, plan_of


@pytest.mark.parametrize(
    ("live", "hint"),
    [
        (
            ["Acme Corp", "Globex"],
            "did you mean 'Acme Corp'? there are: 'Acme Corp', 'Globex'; or declare client:Acme Crop",
        ),
        (["Zeta"], "there are: 'Zeta'; or declare client:Acme Crop"),
        ([], "declare client:Acme Crop"),
        ([f"c{n}" for n in range(7)], "there are: 'c0', 'c1', 'c2', 'c3', 'c4', …; or declare client:Acme Crop"),
    ],
)
def test_an_unknown_client_lists_the_nearest_and_the_first_ones(live: list[str], hint: str) -> None:
    with pytest.raises(PlanningError) as error:
        plan_of({"projects": [{"name": "Site", "client": "Acme Crop"}]}, {"clients": live})
    assert [problem.hint for problem in error.value.problems] == [hint]


def test_a_client_that_is_used_under_its_earlier_name_is_named_with_the_line_to_write() -> None:
    manifest = {"clients": [{"name": "New", "was": "Old"}], "projects": [{"name": "Site", "client": "Old"}]}
    with pytest.raises(PlanningError) as error:
        plan_of(manifest, {"clients": ["Old"]})
    (problem,) = error.value.problems
    assert problem.message == "project:Old/Site: its parent client:Old is declared under another name, as client:New"
    assert problem.hint == "write `client: New`"


def test_what_is_made_in_a_live_client_or_moves_into_it_arrives_there() -> None:
    acme = {
        "name": "Acme",
        "projects": [{"name": "Site", "tasks": ["New task"]}, "Shop", {"name": "Fair", "was": "Beta/Fair"}],
    }
    manifest = {"clients": [acme, "Beta"], "projects": ["Alone"]}
    live = {"clients": ["Acme", "Beta"], "projects": ["Acme/Site", "Beta/Fair"]}
    arrivals = match(desired_of(manifest), live_of(live)).arrivals
    assert {parent: sorted(map(str, those)) for parent, those in arrivals.items()} == {
        "c1": ["project:Acme/Fair", "project:Acme/Shop"]
    }


@pytest.mark.parametrize(
    ("was", "alias"),
    [
        ("Old", "project:acme/old"),
        ("Beta/Old", "project:beta/old"),
        ("/Old", "project:old"),
    ],
)
def test_an_earlier_name_is_an_alias_in_the_place_that_it_gives(was: str, alias: str) -> None:
    manifest = {"clients": [{"name": "Acme", "projects": [{"name": "Site", "was": was}]}, "Beta"]}
    aliases = match(desired_of(manifest), live_of({})).aliases
    assert {str(earlier): list(map(str, those)) for earlier, those in aliases.items()} == {alias: ["project:Acme/Site"]}


def test_an_earlier_name_is_that_of_the_project_and_not_of_its_client() -> None:
    place = {"name": "Place", "was": "Beta/Site"}
    manifest = {"clients": [{"name": "Acme", "projects": [place]}, "Beta"]}
    world = {"clients": ["Acme", "Beta"], "projects": ["Beta/Beta", "Beta/Site"]}
    plan = plan_of(manifest, world)
    assert {change.id: str(change.address) for change in plan.changes if not change.removal} == {
        "p2": "project:Acme/Place"
    }


def test_what_is_removed_by_its_id_is_not_matched_by_its_name() -> None:
    desired = desired_of({"tags": ["new"], "removed": [{"tag": "old"}]})
    removed = tuple(replace(entry, id="t1") for entry in desired.removed)
    live = live_of({"tags": ["new"]})
    assert match(replace(desired, removed=removed), live).pairs == {}
    assert [str(address) for address in match(desired, live).pairs] == ["tag:new"]


def test_what_a_run_left_with_a_temporary_name_in_another_client_is_what_it_was_there() -> None:
    manifest = {"clients": [{"name": "Acme", "projects": [{"name": "Site", "was": "Beta/Web"}]}, "Beta"]}
    live = live_of({"clients": ["Acme", "Beta"], "projects": ["Beta/~p1 Web", "Beta/~p2 Beta"]})
    pairs = match(desired_of(manifest), live).pairs
    assert pairs[Address.parse("project:Acme/Site")].id == "p1"

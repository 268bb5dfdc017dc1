"""Rings of names: what belongs to them and what a reading of them costs; under random edits, the reading that needs less is planned,
and once it is applied nothing is left.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.errors import PlanningError
from reconciler.model import Address
from reconciler.planning import Plan
from reconciler.planning.rings import Cost, Ring, Subtrees
from reconciler.planning.simulate import simulate
from tests.planning.literals import desired_of, live_of, plan_of

NAMES = ("A", "B", "C")
TURNS = [turn for turn in itertools.permutations(NAMES) if sum(a != b for a, b in zip(turn, NAMES, strict=True)) > 1]

_contents = st.dictionaries(
    st.sampled_from(["p1", "p2", "p3", "p4"]), st.sets(st.sampled_from(["t1", "t2", "t3"])), max_size=3
)
_clients = st.tuples(_contents, _contents, _contents)


def _missing(plan: Plan) -> int:
    """Creates and removals, with the tasks that are deleted along."""
    return sum(
        1 + len(change.impact.embedded) for change in plan.changes if change.action == "create" or change.removal
    )


def _world(contents: dict[str, dict[str, set[str]]]) -> dict[str, list[Any]]:
    projects = [(client, project) for client in contents for project in sorted(contents[client])]
    tasks = [f"{client}/{project}/{task}" for client, project in projects for task in sorted(contents[client][project])]
    return {"clients": list(contents), "projects": [f"{c}/{p}" for c, p in projects], "tasks": tasks}


def _manifest(contents: dict[str, dict[str, set[str]]], was: dict[str, str]) -> dict[str, Any]:
    return {
        "clients": [
            {
                "name": name,
                **({"was": was[name]} if was.get(name, name) != name else {}),
                "projects": [{"name": project, "tasks": sorted(tasks)} for project, tasks in inside.items()],
            }
            for name, inside in contents.items()
        ]
    }


@settings(max_examples=12)
@given(_clients, st.sampled_from(TURNS))
def test_an_exchange_of_clients_that_differ_is_renames_alone(
    contents: tuple[dict[str, set[str]], ...], turn: tuple[str, ...]
) -> None:
    live = {
        name: {f"{name}-{project}": tasks for project, tasks in inside.items()} | {f"{name}-only": {"t"}}
        for name, inside in zip(NAMES, contents, strict=True)
    }
    was = dict(zip(NAMES, turn, strict=True))
    plan = plan_of(_manifest({name: live[was[name]] for name in NAMES}, was), _world(live))
    assert {str(change.address) for change in plan.changes} == {f"client:{n}" for n in NAMES if was[n] != n}
    assert {field.name for change in plan.changes for field in change.fields} == {"name"}


@settings(max_examples=40)
@given(_clients, _clients, st.sampled_from(TURNS))
def test_with_any_edits_no_more_is_created_and_removed_than_by_the_names(
    before: tuple[dict[str, set[str]], ...], after: tuple[dict[str, set[str]], ...], turn: tuple[str, ...]
) -> None:
    world = _world(dict(zip(NAMES, before, strict=True)))
    contents = dict(zip(NAMES, after, strict=True))
    by_names = plan_of(_manifest(contents, {}), world)
    plan = plan_of(_manifest(contents, dict(zip(NAMES, turn, strict=True))), world)
    # Planning itself simulates each of these plans, and plans to nothing from the result.
    assert _missing(plan) <= _missing(by_names)
    is_turned = any(change.field_named("name") for change in plan.changes if change.kind == "client")
    assert is_turned is (_missing(plan) < _missing(by_names))
    if not is_turned:
        assert [c.meaning() for c in plan.changes] == [c.meaning() for c in by_names.changes]


@settings(max_examples=8)
@given(st.permutations(["n1", "n2", "n3", "n4"]), st.permutations(["n1", "n2", "n3", "n4"]))
def test_rings_in_rings_are_unravelled(turned: list[str], order: list[str]) -> None:
    """Projects under exchanged clients exchange their names too."""
    names = ["n1", "n2", "n3", "n4"]

    projects = [
        {"name": new, "tasks": [f"in {old}"], **({"was": old} if old != new else {})}
        for new, old in zip(names, turned, strict=True)
    ]
    manifest = {
        "clients": [
            {"name": "A", "was": "B", "projects": projects},
            {"name": "B", "was": "A", "projects": [{"name": "other", "tasks": ["t"]}]},
        ]
    }
    world = {
        "clients": ["A", "B"],
        "projects": ["A/other", *(f"B/{name}" for name in order)],
        "tasks": ["A/other/t", *(f"B/{name}/in {name}" for name in order)],
    }
    plan = plan_of(manifest, world)
    assert {(field.name, str(change.action)) for change in plan.changes for field in change.fields} == {
        ("name", "update")
    }
    after = simulate(plan.changes, live_of(world))
    assert {str(r.address) for r in after.of_kind("task")} == {
        "task:B/other/t",
        *(f"task:A/{new}/in {old}" for new, old in zip(names, turned, strict=True)),
    }


ACME, GLOBEX = Address.parse("client:Acme"), Address.parse("client:Globex")


@pytest.mark.parametrize(
    ("manifest", "world", "wanted", "live"),
    [
        pytest.param(
            {"clients": [{"name": "Acme", "projects": [{"name": "Alpha", "tasks": ["a"]}]}, "Globex"]},
            {"projects": ["Globex/Beta", "Third/Else"], "tasks": ["Globex/Beta/b", "Third/Else/e"]},
            {"Acme/Alpha", "Acme/Alpha/a"},
            {"Globex/Beta", "Globex/Beta/b"},
            id="whole subtrees in both states, and nothing beside them",
        ),
        pytest.param(
            {
                "clients": [
                    "Acme",
                    "Globex",
                    {"name": "Third", "projects": [{"name": "Delta", "was": "Globex/Delta", "tasks": ["d"]}]},
                ]
            },
            {},
            {"Third/Delta", "Third/Delta/d"},
            set(),
            id="a project that left one of them, with its tasks",
        ),
        pytest.param(
            {"clients": ["Acme", "Globex", {"name": "Third", "projects": [{"name": "Delta", "was": "Old"}]}]},
            {},
            set(),
            set(),
            id="a project elsewhere with another name",
        ),
        pytest.param(
            {
                "clients": [
                    {"name": "Acme", "projects": [{"name": "In", "was": "Third/Site"}]},
                    "Globex",
                    {"name": "Third", "projects": [{"name": "Site", "tasks": ["new"]}]},
                ]
            },
            {"projects": ["Third/Site"], "tasks": ["Third/Site/old"]},
            {"Acme/In", "Third/Site", "Third/Site/new"},
            {"Third/Site", "Third/Site/old"},
            id="a project that comes from a third client, and what takes its place there",
        ),
        pytest.param(
            {"clients": [{"name": "Acme", "projects": [{"name": "In", "was": "/Site"}]}, "Globex"]},
            {"projects": ["Site"], "tasks": ["Site/old"]},
            {"Acme/In"},
            {"Site", "Site/old"},
            id="a project that had no client",
        ),
        pytest.param(
            {"clients": [{"name": "Acme", "projects": [{"name": "In", "was": "Site"}]}, "Globex"]},
            {"projects": ["Site"]},
            {"Acme/In"},
            set(),
            id="an earlier name alone is one under the same client",
        ),
    ],
)
def test_below_a_ring_is_what_stands_in_it_and_what_moves_into_it_or_out_of_it(
    manifest: dict[str, Any], world: dict[str, Any], wanted: set[str], live: set[str]
) -> None:
    state = live_of({"clients": ["Acme", "Globex", "Third"], **world})
    ring = Ring({address: state.resources[address] for address in (ACME, GLOBEX)}, {})
    declared, present = Subtrees(desired_of(manifest), state).below(ring)
    assert {str(resource.address).partition(":")[2] for resource in declared} == wanted
    assert {str(resource.address).partition(":")[2] for resource in present} == live


def test_of_two_live_resources_with_one_name_the_first_belongs_to_a_ring() -> None:
    state = live_of({"clients": ["Acme", "Globex"], "projects": ["Acme/Site"]})
    site = state.resources[Address.parse("project:Acme/Site")]
    state = replace(state, duplicates=(replace(site, id="p9"),))
    ring = Ring({ACME: state.resources[ACME]}, {})
    assert Subtrees(desired_of({"clients": ["Acme"]}), state).below(ring) == ([], [site])


@pytest.mark.parametrize(
    ("site", "cost"),
    [
        pytest.param({}, Cost(3, 0), id="a project that is removed takes its tasks with it"),
        pytest.param({"archived": True}, Cost(0, 0), id="an archived project stays as it is, with its tasks"),
    ],
)
def test_what_a_reading_costs_that_removes_a_project(site: dict[str, Any], cost: Cost) -> None:
    state = live_of(
        {"clients": ["Acme"], "projects": [{"at": "Acme/Site", **site}], "tasks": ["Acme/Site/a", "Acme/Site/b"]}
    )
    desired = desired_of({"clients": [{"name": "Acme", "projects": []}]})
    below = [resource for resource in state.resources.values() if resource.kind != "client"]
    assert Subtrees(desired, state).cost((), below, {ACME: state.resources[ACME]}) == cost


def test_what_several_spellings_leave_open_counts_as_there_and_is_asked_about() -> None:
    """Exchanged, one project is missing; as they are, another one is, and the two spellings are left over."""
    manifest = {
        "clients": [
            {"name": "A", "was": "B", "projects": ["Kept"]},
            {"name": "B", "was": "A", "projects": ["Site"]},
        ]
    }
    with pytest.raises(PlanningError) as caught:
        plan_of(manifest, {"clients": ["A", "B"], "projects": ["A/Kept", "A/site", "A/SITE"]})
    assert "project:B/Site" in caught.value.problems[0].message

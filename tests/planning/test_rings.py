"""Rings of names under random edits: the reading that needs less is planned, and once it is applied nothing is left."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.planning import Plan
from reconciler.planning.simulate import simulate
from tests.planning.literals import live_of, plan_of

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

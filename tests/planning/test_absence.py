"""What the absence of a resource proves, by the lists that were read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.planning.absence import proves_absence, unread_parents
from reconciler.state import Live
from tests.planning.literals import live_of, plan_of

WORLD = {"clients": ["Acme"], "projects": ["Acme/Site", "Acme/Shop"], "tasks": ["Acme/Site/a", "Acme/Site/b"]}


def _only(*proven: str) -> Live:
    """The workspace where only the tasks of these projects were read to the end."""
    return replace(live_of(WORLD), tasks_proven=frozenset(proven))


def test_a_task_is_absent_where_its_project_was_listed_or_is_gone() -> None:
    live = _only("p1")
    assert [proves_absence(live, "task", project) for project in ("p1", "p2", "p9", "")] == [True, False, True, False]
    nothing_read = replace(live, proofs=())
    assert [proves_absence(nothing_read, "task", project) for project in ("p1", "p9")] == [True, False]


def test_anything_else_is_absent_where_the_list_of_its_kind_has_an_end() -> None:
    live = _only()
    without = replace(live, proofs=tuple(proof for proof in live.proofs if proof.what != "tags"))
    assert [proves_absence(live, kind, "") for kind in ("client", "project", "tag")] == [True] * 3
    assert [proves_absence(without, kind, "") for kind in ("client", "project", "tag")] == [True, True, False]


@pytest.mark.parametrize(
    ("tasks", "unread"),
    [
        (["a", "b"], {}),
        (["a", {"name": "b", "status": "done"}], {}),
        (["a", "b", "new"], {0: "p1"}),
        (["a", {"name": "c", "was": "b"}], {0: "p1"}),
        (["a"], {0: "p1"}),
    ],
    ids=["no change", "an update", "a create", "a rename", "a removal"],
)
def test_a_change_needs_the_list_of_tasks_where_it_rests_on_absence(
    tasks: list[object], unread: dict[int, str]
) -> None:
    projects = [{"name": "Site", "client": "Acme", "tasks": tasks}, {"name": "Shop", "client": "Acme"}]
    plan = plan_of({"projects": projects}, WORLD)
    assert unread_parents(plan.changes, _only("p2")) == unread
    assert unread_parents(plan.changes, live_of(WORLD)) == {}


def test_a_task_that_is_finished_instead_of_deleted_is_seen_and_needs_no_list() -> None:
    projects = [{"name": "Site", "client": "Acme", "tasks": ["a"]}, {"name": "Shop", "client": "Acme"}]
    plan = plan_of({"policy": {"prune": {"tasks": "archive"}}, "projects": projects}, WORLD)
    assert [(str(change.address), change.is_removal) for change in plan.changes] == [("task:Acme/Site/b", True)]
    assert unread_parents(plan.changes, _only("p2")) == {}
    hidden = {**WORLD, "tasks": ["Acme/Site/a"]}
    assert unread_parents(plan.changes, replace(live_of(hidden), tasks_proven=frozenset())) == {0: "p1"}


def test_the_list_is_that_of_the_project_whatever_it_is_called_now() -> None:
    projects = [{"name": "Home", "was": "Site", "tasks": ["a"]}]
    manifest = {"clients": [{"name": "Acme Inc", "was": "Acme", "projects": [*projects, "Shop"]}]}
    plan = plan_of(manifest, WORLD)
    positions = {str(change.address): at for at, change in enumerate(plan.changes)}
    renamed = replace(
        live_of({"clients": ["Acme Inc"], "projects": ["Acme Inc/Home", "Acme Inc/Shop"]}), tasks_proven=frozenset()
    )
    assert unread_parents(plan.changes, renamed) == {positions["task:Acme/Site/b"]: "p1"}


def test_below_what_an_earlier_session_created_names_are_looked_for_too() -> None:
    plan = plan_of({"projects": [{"name": "New", "tasks": ["x", "y"]}]}, {})
    live = replace(live_of({"projects": ["New"], "tasks": ["New/x"]}), tasks_proven=frozenset())
    assert {str(plan.changes[at].address): parent for at, parent in unread_parents(plan.changes, live).items()} == {
        "task:New/y": "p1"
    }


def test_a_new_project_with_the_name_of_one_that_is_renamed_needs_no_list_of_that_one() -> None:
    projects = [{"name": "Home", "was": "Site", "tasks": ["a", "b"]}, "Shop", {"name": "Site", "tasks": ["x"]}]
    plan = plan_of({"clients": [{"name": "Acme", "projects": projects}]}, WORLD)
    assert [str(change.address) for change in plan.changes if change.id == ""] == [
        "project:Acme/Site", "task:Acme/Site/x",
    ]  # fmt: skip
    assert unread_parents(plan.changes, _only("p2")) == {}

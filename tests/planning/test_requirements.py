"""What a plan requires besides the lists: lists of single projects, time entries, and objects that must be read on their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from reconciler.model import Address
from reconciler.planning import make_draft
from reconciler.planning.draft import Draft
from reconciler.planning.requirements import has_removals, mentions_members, mentions_people, requirements, usage_inside
from reconciler.state import Usage
from tests.planning.literals import desired_of, live_of, plan_of


def _draft(manifest: Mapping[str, Any], world: Mapping[str, Any], *, lacking: Mapping[str, str] | None = None) -> Draft:
    """A draft where no list of tasks is proven; `lacking`: address → the field that its answer lacks."""
    live = live_of(world)
    resources = dict(live.resources)
    for text, field in (lacking or {}).items():
        address = Address.parse(text)
        values = {name: value for name, value in resources[address].values.items() if name != field}
        resources[address] = replace(resources[address], values=values)
    return make_draft(desired_of(manifest), replace(live, resources=resources, tasks_proven=frozenset()))


def _names(draft: Draft, ids: Any) -> set[str]:
    return {str(draft.live.by_id[each].address) for each in ids}


@pytest.mark.parametrize(
    ("manifest", "lacking", "objects"),
    [
        pytest.param({"clients": [{"name": "A", "note": "n"}]}, "note", {"client:A"}, id="a declared value"),
        pytest.param(
            {"clients": [{"name": "A", "email": "a@x.example"}]}, "note", {"client:A"}, id="an update resets it"
        ),
        pytest.param({"clients": ["A"]}, "note", set(), id="nothing is written"),
        pytest.param({"clients": []}, "note", {"client:A"}, id="a removal archives first"),
        pytest.param({"policy": {"prune": {"clients": "keep"}}, "clients": []}, "note", set(), id="a kept one"),
    ],
)
def test_an_object_is_read_whose_answer_lacks_what_the_plan_declares_or_would_reset(
    manifest: dict[str, Any], lacking: str, objects: set[str]
) -> None:
    draft = _draft(manifest, {"clients": ["A"]}, lacking={"client:A": lacking})
    assert {str(resource.address) for resource in requirements(draft).objects} == objects


def test_what_is_archived_already_is_not_read_before_its_removal() -> None:
    world = {"clients": [{"at": "A", "archived": True}]}
    manifest = {"policy": {"prune": {"clients": "delete"}}, "clients": []}
    assert requirements(_draft(manifest, world, lacking={"client:A": "note"})).objects == ()


@pytest.mark.parametrize(
    ("manifest", "lists"),
    [
        pytest.param([{"name": "PP", "tasks": ["a"]}, "QQ"], set(), id="nothing changes"),
        pytest.param([{"name": "PP", "tasks": ["a", "new"]}, "QQ"], {"project:PP"}, id="a new task"),
        pytest.param([{"name": "PP", "tasks": []}, "QQ"], {"project:PP"}, id="a task is removed"),
        pytest.param(
            [{"name": "PP", "tasks": [{"name": "b", "was": "a"}]}, "QQ"], {"project:PP"}, id="a task is renamed"
        ),
        pytest.param(
            [{"name": "PP", "tasks": [{"name": "a", "status": "done"}]}, "QQ"], {"project:PP"}, id="a task ends"
        ),
        pytest.param([{"name": "PP", "tasks": ["a"]}], {"project:QQ"}, id="a project is deleted with its tasks"),
    ],
)
def test_the_tasks_of_a_project_are_listed_where_a_finished_one_matters(manifest: list[Any], lists: set[str]) -> None:
    draft = _draft({"projects": manifest}, {"projects": ["PP", "QQ"], "tasks": ["PP/a"]})
    assert _names(draft, requirements(draft).task_lists) == lists
    proven = replace(draft, live=replace(draft.live, tasks_proven=frozenset({"p1", "p2"})))
    assert requirements(proven).task_lists == frozenset()


def test_the_tasks_of_a_project_are_listed_for_an_entry_that_removes_one() -> None:
    manifest = {"removed": [{"task": "pp/Old"}]}
    draft = _draft(manifest, {"projects": ["PP", "QQ"], "tasks": ["PP/a"]})
    assert _names(draft, requirements(draft).task_lists) == {"project:PP"}


@pytest.mark.parametrize("prune", ["keep", "archive"])
def test_a_task_that_ends_needs_no_list_where_finished_ones_are_not_deleted(prune: str) -> None:
    manifest = {
        "policy": {"prune": {"tasks": prune}},
        "projects": [{"name": "PP", "tasks": [{"name": "a", "status": "done"}]}],
    }
    assert requirements(_draft(manifest, {"projects": ["PP"], "tasks": ["PP/a"]})).task_lists == frozenset()


def test_tasks_that_are_finished_instead_of_deleted_need_no_list() -> None:
    state = {"projects": ["PP"], "tasks": ["PP/a"]}
    manifest = {"policy": {"prune": {"tasks": "archive"}}, "projects": [{"name": "PP", "tasks": []}]}
    assert requirements(_draft(manifest, state)).task_lists == frozenset()
    renewed = {**manifest, "projects": [{"name": "PP", "tasks": ["new"]}]}
    assert requirements(_draft(renewed, state)).task_lists == {"p1"}  # a finished one may have the name


def test_tasks_inside_a_removed_project_are_asked_for_only_where_the_project_stays() -> None:
    manifest = {"projects": [], "removed": [{"task": "PP/a"}]}
    draft = _draft(manifest, {"projects": ["PP"], "tasks": ["PP/a"]})
    assert _names(draft, (resource.id for resource in requirements(draft).usage)) == {"project:PP"}
    used, unused = {"p1": Usage(0, 3)}, {"p1": Usage(0, 0)}
    assert [resource.id for resource in usage_inside(draft, used)] == ["k1"]
    assert usage_inside(draft, unused) == []


@pytest.mark.parametrize(("tags", "is_removed"), [(["a"], False), ([], True)])
def test_a_plan_removes_something_or_does_not(tags: list[str], is_removed: object) -> None:
    draft = _draft({"tags": tags}, {"tags": ["a"]})
    assert has_removals(draft, {"t1": Usage(0, 0)}) is is_removed


@pytest.mark.parametrize(
    ("goal", "manifest", "world", "asked"),
    [
        pytest.param("delete", {"tags": []}, {"tags": ["a"]}, {"tag:a"}, id="a tag that is deleted"),
        pytest.param("archive", {"tags": []}, {"tags": ["a"]}, {"tag:a"}, id="a tag that is archived"),
        pytest.param("archive", {"tags": []}, {"tags": [{"at": "a", "archived": True}]}, set(), id="one that is so already"),
        pytest.param("keep", {"tags": []}, {"tags": ["a"]}, set(), id="a tag that is kept"),
        pytest.param("keep", {"tags": [{"name": "a", "archived": True}]}, {"tags": ["a"]}, {"tag:a"}, id="declared archived"),
        pytest.param("keep", {"tags": ["a"]}, {"tags": ["a"]}, set(), id="declared active"),
        pytest.param("keep", {"tags": [{"name": "a", "archived": True}]}, {"tags": [{"at": "a", "archived": True}]}, set(), id="declared and archived"),
        pytest.param("delete", {"projects": []}, {"projects": ["PP"]}, {"project:PP"}, id="a project without time"),
        pytest.param("delete", {"projects": []}, {"projects": [{"at": "PP", "seconds": 60}]}, set(), id="a project with time"),
        pytest.param("archive", {"projects": []}, {"projects": ["PP"]}, set(), id="a project that is archived"),
        pytest.param("keep", {"projects": [{"name": "PP", "archived": True}]}, {"projects": ["PP"]}, set(), id="a declared one"),
        pytest.param("delete", {"clients": []}, {"clients": ["A"]}, set(), id="a client has no entries of its own"),
    ],
)  # fmt: skip
def test_time_entries_are_asked_for_where_the_lists_do_not_tell_whether_there_are_any(
    goal: str, manifest: dict[str, Any], world: dict[str, Any], asked: set[str]
) -> None:
    policy = {"prune": dict.fromkeys(manifest, goal)}
    assert {str(r.address) for r in requirements(_draft({"policy": policy, **manifest}, world)).usage} == asked


@pytest.mark.parametrize(
    ("live", "declared", "people"),
    [
        ((), ["jo@x.example"], True),
        (["jo@x.example"], [], True),
        (["jo@x.example"], None, False),
        (["u2"], [], False),
        ((), [], False),
    ],
)
def test_a_change_mentions_people_where_it_knows_an_address(live: Any, declared: Any, people: object) -> None:
    task = {"name": "a", "billable": False, **({} if declared is None else {"assignees": declared})}
    world = {
        "users": {"u1": "jo@x.example"},
        "projects": ["PP"],
        "tasks": [{"at": "PP/a", "billable": True, "assignees": live}],
    }
    (change,) = plan_of({"projects": [{"name": "PP", "tasks": [task]}]}, world).changes
    assert (mentions_people(change), mentions_members(change)) == (people, False)

"""A plan through reading and planning matches its two states once, and once more to prove itself in the simulation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.live import read
from reconciler.planning import draft as draft_module
from reconciler.planning import make_draft, make_plan
from reconciler.planning.draft import addresses_by_place
from reconciler.planning.match import match
from reconciler.state import Desired, Live
from tests.live.fake_workspace import HOME, FakeWorkspace, client, desired, project, tag
from tests.planning.literals import TARGET, desired_of, live_of, plan_of


@pytest.fixture
def matched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Desired, Live]]:
    """The pairs of states that were matched, in order."""
    calls: list[tuple[Desired, Live]] = []

    def spy(wanted: Desired, live: Live) -> Any:
        calls.append((wanted, live))
        return match(wanted, live)

    monkeypatch.setattr(draft_module, "match", spy)
    return calls


def _world(**more: Any) -> FakeWorkspace:
    world = FakeWorkspace(**more)
    world.clients.append(client("c1", "Acme"))
    world.projects.append(project("p1", "Web", "c1"))
    world.tags.append(tag("g1", "urgent", archived=False))
    return world


def test_a_plan_without_changes_matches_once(matched: list[tuple[Desired, Live]]) -> None:
    wanted = desired("client:Acme", "project:Acme/Web", "tag:urgent")
    reading = read(_world().reader, wanted, HOME)
    plan = make_plan(wanted, reading.live, reading.usage, target=TARGET, draft=reading.draft)
    assert plan.is_empty
    assert len(matched) == 1


def test_a_plan_with_changes_matches_once_and_its_simulation_once(matched: list[tuple[Desired, Live]]) -> None:
    wanted = desired("client:Acme", "project:Acme/Web", "tag:new", sections=frozenset({("tag", None)}))
    reading = read(_world().reader, wanted, HOME)
    plan = make_plan(wanted, reading.live, reading.usage, target=TARGET, draft=reading.draft)
    assert [str(change.address) for change in plan.changes if change.removal] == ["tag:urgent"]
    assert [live.resources == reading.live.resources for _, live in matched] == [True, False]


def test_task_lists_that_a_plan_requires_are_matched_once_more(matched: list[tuple[Desired, Live]]) -> None:
    wanted = desired("client:Acme", sections=frozenset({("project", None)}))
    reading = read(_world().reader, wanted, HOME)
    assert len(matched) == 2  # with and without the tasks of the projects that may be removed
    make_plan(wanted, reading.live, reading.usage, target=TARGET, draft=reading.draft)
    assert len(matched) == 3


def test_a_draft_of_other_states_is_not_used() -> None:
    world = {"tags": ["a"]}
    other = make_draft(desired_of({"tags": ["b"]}), live_of(world))
    wanted, live = desired_of({"tags": ["a"]}), live_of(world)
    assert make_plan(wanted, live, target=TARGET, draft=other).is_empty
    assert plan_of({"tags": ["a"]}, world).is_empty


def test_a_task_that_the_policy_removes_goes_with_its_project_and_a_listed_one_by_itself() -> None:
    world = {"projects": ["Old", "Site"], "tasks": ["Old/Plan", "Old/Test", "Site/Plan"]}
    manifest: dict[str, Any] = {"projects": [{"name": "Site", "tasks": ["Build"]}]}
    draft = make_draft(desired_of(manifest), live_of(world))
    assert [str(c.resource.address) for c in draft.candidates] == ["project:Old", "task:Site/Plan"]
    listed = make_draft(desired_of({**manifest, "removed": [{"task": "Old/Test"}]}), live_of(world))
    assert [str(c.resource.address) for c in listed.candidates] == ["project:Old", "task:Old/Test", "task:Site/Plan"]


def test_rows_of_a_template_that_do_not_fill_in_the_name_share_one_place() -> None:
    desired = desired_of({"tags": ["a", "b"]})
    one, two = desired.resources.values()
    assert one.source is not None
    rows = {r.address: replace(r, source=one.source._replace(row=f"row {r.name}")) for r in (one, two)}
    assert dict(addresses_by_place(replace(desired, resources=rows))) == {one.source: [one.address, two.address]}

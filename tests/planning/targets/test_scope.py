"""What is read for a plan with targets, besides the lists: as much as its changes rest on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.model import Address
from reconciler.planning import make_draft
from reconciler.planning.targets.patterns import TargetPatterns
from reconciler.planning.targets.scope import target_requirements
from reconciler.state import Usage
from tests.planning.literals import desired_of, live_of

PROJECTS: dict[str, Any] = {"projects": ["Web", "Shop"], "tasks": ["Web/Do"]}


@pytest.mark.parametrize(
    ("unfinished", "target", "listed"),
    [
        ({"k9": "p1"}, "task:Web/*", {"p1"}),
        ({"k9": "p1"}, "task:Shop/*", set()),  # outside the targets
        ({"k1": "p1"}, "task:Web/*", set()),  # it was seen
        ({"k9": "p9"}, "task:Web/*", set()),  # its project is gone
    ],
)
def test_tasks_are_listed_where_one_that_a_run_left_unfinished_was_not_seen(
    unfinished: dict[str, str], target: str, listed: set[str]
) -> None:
    live = replace(live_of(PROJECTS), tasks_proven=frozenset())
    manifest = {"projects": [{"name": "Web", "tasks": ["Do"]}, "Shop"]}
    draft = make_draft(desired_of(manifest), live)
    wanted = target_requirements(draft, {}, TargetPatterns((target,)), unfinished)
    assert wanted.required.task_lists == listed


@pytest.mark.parametrize(
    ("target", "read"),
    [
        ("client:Acme", ["c1"]),
        ("project:Acme/Site", ["c1"]),  # the new project needs its client, which is restored first
        ("client:Globex", []),
    ],
)
def test_what_lacks_a_declared_value_is_read_if_a_target_covers_it_or_needs_it(target: str, read: list[str]) -> None:
    live = live_of({"clients": [{"at": "Acme", "archived": True}, "Globex"]})
    acme = live.resources[Address("client", ("Acme",))]
    lacking = replace(acme, values={name: value for name, value in acme.values.items() if name != "note"})
    live = replace(live, resources={**live.resources, lacking.address: lacking})
    manifest = {"clients": [{"name": "Acme", "note": "n", "projects": ["Site"]}, "Globex"]}
    wanted = target_requirements(make_draft(desired_of(manifest), live), {}, TargetPatterns((target,)))
    assert [resource.id for resource in wanted.required.objects] == read


@pytest.mark.parametrize(
    ("target", "usage", "asked"),
    [
        ("task:Web/Do", {"p1": Usage(0, 3)}, ["k1"]),
        ("task:Shop/*", {"p1": Usage(0, 3)}, []),
        ("task:Web/Do", {}, ["p1"]),  # whether the project is deleted decides whether its task is a change
        ("task:Shop/*", {}, []),
    ],
)
def test_time_is_asked_for_of_a_targeted_task_whose_project_stays_as_it_has_time(
    target: str, usage: dict[str, Usage], asked: list[str]
) -> None:
    manifest = {"projects": ["Shop"], "removed": [{"task": "Web/Do"}]}
    live = live_of({**PROJECTS, "tasks": ["Web/Do", "Shop/Do"]})
    draft = make_draft(desired_of(manifest), live)
    wanted = target_requirements(draft, usage, TargetPatterns((target,)))
    assert [resource.id for resource in wanted.required.usage] == asked


@pytest.mark.parametrize(
    ("address", "pattern", "may_cover"),
    [
        ("project:Web", "task:Web/*", True),
        ("project:Web", "task:Shop/*", False),
        ("client:Acme", "project:Acme/*", False),  # a project stands in its client, and is read with all projects
        ("client:Acme", "task:Acme/*", False),
        ("tag:a", "task:*", False),
    ],
)
def test_only_tasks_are_in_the_resource_that_they_are_read_with(address: str, pattern: str, *, may_cover: bool) -> None:
    assert TargetPatterns((pattern,)).may_cover_inside(Address.parse(address)) is may_cover

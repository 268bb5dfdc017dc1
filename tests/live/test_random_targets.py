"""At random: what is read for targets is enough. The plan is the one that a reading of everything leads to, and counts no more outside.

By hand, thousands: `RECONCILER_READINGS=5000 pytest tests/live/test_random_targets.py -m slow`.
"""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest

from reconciler.errors import ManifestError, PlanningError, TargetError
from reconciler.live import read
from reconciler.planning import Plan, PlanOptions, make_plan
from reconciler.state import Desired, Workspace
from tests.live.fake_workspace import FakeWorkspace, client, project, tag, task
from tests.planning.literals import TARGET, AnyNumber, desired_of, live_of
from tests.planning.test_random_plans import _manifest, _world

HOME = Workspace("w", "Acme Studio", shows_members=True)
FEW, MANY = 12, int(os.environ.get("RECONCILER_READINGS", "60"))
SHAPES = ("client:*", "project:*", "task:*", "tag:*", "*:Acme/*", "*site*", "*a*")


def _workspace(world: dict[str, list[Any]], random: Random) -> FakeWorkspace:
    """The world as a service shows it: tasks come with their projects or not, finished ones never do; some have time entries."""
    found = FakeWorkspace(users=[{"id": "u1", "email": "jo@acme.example"}], role="OWNER")
    found.workspaces = [{"id": "w", "name": "Acme Studio"}]
    embeds = random.random() < 0.5
    for resource in live_of(world).resources.values():
        seconds = {"duration": f"PT{resource.tracked_seconds or 0}S"}
        archived = bool(resource.values.get("archived"))
        match resource.kind:
            case "client":
                found.clients.append(client(resource.id, resource.name, archived=archived))
            case "project":
                tasks = {} if embeds else {"tasks": None}
                found.projects.append(
                    project(resource.id, resource.name, resource.parent_id, archived=archived, **seconds, **tasks)
                )
            case "task":
                is_done = resource.values["status"] == "done"
                made = task(resource.id, resource.name, status="DONE" if is_done else "ACTIVE", **seconds)
                parent = next(each for each in found.projects if each["id"] == resource.parent_id)
                shown = embeds and not is_done
                (parent["tasks"] if shown else found.finished.setdefault(parent["id"], [])).append(made)
            case _:
                found.tags.append(tag(resource.id, resource.name, archived=archived))
    used = {resource.id for resource in live_of(world).everything if random.random() < 0.3}
    found.entries = lambda _, params: [{"id": "e1", "timeInterval": {}}] if used & set(params.values()) else []
    return found


def _plan(found: FakeWorkspace, desired: Desired, reads: tuple[str, ...], plans: tuple[str, ...]) -> Plan | str:
    """The plan of some targets on a reading for some; the message where there is none."""
    try:
        reading = read(found.reader, desired, HOME, targets=reads)
        options = PlanOptions(targets=plans, allowed=AnyNumber())
        return make_plan(desired, reading.live, reading.usage, target=TARGET, options=options, draft=reading.draft)
    except (PlanningError, TargetError) as error:
        return error.message


def _try(seed: int) -> bool:
    random = Random(seed)  # noqa: S311 -- a seeded search, nothing secret
    world, manifest = _world(random), _manifest(random)
    found = _workspace(world, random)
    try:
        desired = desired_of(manifest)
    except ManifestError:
        return False
    whole = _plan(found, desired, (), ())
    if isinstance(whole, str) or not whole.changes:
        return False
    targets = (random.choice([*map(str, (change.address for change in whole.changes)), *SHAPES]),)
    expected, made = _plan(found, desired, (), targets), _plan(found, desired, targets, targets)
    if isinstance(expected, str) or isinstance(made, str):
        assert made == expected
        return True
    assert [(str(c.address), c.meaning()) for c in made.changes] == [
        (str(c.address), c.meaning()) for c in expected.changes
    ]
    assert [c.blocked for c in made.changes] == [c.blocked for c in expected.changes]
    assert made.digest == expected.digest
    assert made.forecast.reading <= expected.forecast.reading
    assert made.targeting is not None
    assert expected.targeting is not None
    assert made.targeting.left_out <= expected.targeting.left_out
    assert not made.targeting.is_exact or made.targeting.left_out == expected.targeting.left_out
    return True


def test_what_is_read_for_targets_is_enough() -> None:
    assert sum(map(_try, range(FEW))) > FEW // 4


@pytest.mark.slow
def test_what_is_read_for_many_targets_is_enough() -> None:
    assert sum(map(_try, range(FEW, FEW + MANY))) > MANY // 4

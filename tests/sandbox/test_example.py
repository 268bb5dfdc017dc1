"""`examples/workspace.yaml` against the seeded workspace: every action at least once, as its comments explain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.manifest import load
from reconciler.planning import Action, Plan, Target, make_plan
from reconciler.state import Desired
from tests.sandbox_client import Stage

EXAMPLE = Path(__file__).parents[2] / "examples" / "workspace.yaml"


@pytest.fixture(scope="module")
def desired() -> Desired:
    return load([str(EXAMPLE)])


@pytest.fixture
def stage() -> Iterator[Stage]:
    with Stage(seeded=True) as stage:
        yield stage


def _plan(stage: Stage, desired: Desired) -> Plan:
    """The plan of `reconciler plan`, without allowances."""
    reading = stage.read(desired)
    target = Target("sandbox", "http://sandbox", stage.workspace.id, stage.workspace.name)
    return make_plan(desired, reading.live, reading.usage, target=target)


def test_the_plan_has_every_action_and_nothing_is_blocked(stage: Stage, desired: Desired) -> None:
    summary = _plan(stage, desired).summary
    assert summary["blocked"] == 0
    assert {action for action in Action if not summary[str(action)]} == set()


REASONS = {
    "client:Lighthouse Books": Action.CREATE,
    "project:Lighthouse Books/Catalogue relaunch": Action.CREATE,
    "task:Lighthouse Books/Catalogue relaunch/QA": Action.CREATE,
    "tag:workshop": Action.CREATE,
    "client:Acme Corp": Action.UPDATE,
    "client:Foxglove Pictures": Action.UPDATE,
    "client:Evergreen Trust": Action.UPDATE,
    "project:Harbor Health/Brand film": Action.UPDATE,
    "project:Acme Corp/Website": Action.UPDATE,
    "tag:onsite": Action.UPDATE,
    "client:Initech": Action.RESTORE,
    "project:Initech/Portal": Action.RESTORE,
    "task:Evergreen Trust/Donor portal/Accessibility review": Action.RESTORE,
    "project:Acme Corp/Retainer 2025": Action.ARCHIVE,
    "project:Acme Corp/Old microsite": Action.ARCHIVE,
    "tag:legacy": Action.ARCHIVE,
    "task:Cobalt Energy/Grid dashboard/Alerts": Action.ARCHIVE,
    "project:Scratchpad": Action.DELETE,
    "task:Acme Corp/Website/Cookie banner": Action.DELETE,
    "tag:beta-test": Action.DELETE,
    "client:Kestrel Drones": Action.DELETE,
}


def test_every_comment_of_the_example_names_its_change(stage: Stage, desired: Desired) -> None:
    actions = {str(change.address): change.action for change in _plan(stage, desired).changes}
    assert {address: actions.get(address) for address in REASONS} == REASONS


def test_resources_outside_the_changes_are_unchanged(stage: Stage, desired: Desired) -> None:
    actions = {str(change.address) for change in _plan(stage, desired).changes}
    for address in (
        "client:Bluebird Bakery",
        "project:Acme Corp/Mobile app",
        "project:Hiring",
        "tag:urgent",
        "client:Juniper Law",
    ):
        assert address not in actions


def test_after_the_apply_a_new_plan_has_no_changes(stage: Stage, desired: Desired) -> None:
    stage.apply(desired)
    assert _plan(stage, desired).is_empty

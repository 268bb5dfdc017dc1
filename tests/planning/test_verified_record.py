"""Records of planned changes are verified before they are shown: what no plan has is refused, whatever its checksum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import PlanFileError
from reconciler.planning.plan import Action, Plan
from reconciler.planning.plan_record import PlannedRecord, planned_record
from reconciler.planning.verified_record import record_problems, require_possible
from tests.planning.literals import plan_of

MANIFEST: dict[str, Any] = {
    "policy": {"prune": {"tags": "delete", "projects": "archive"}},
    "clients": [
        {"name": "Acme", "projects": [{"name": "Site", "note": "new"}, {"name": "Old", "archived": True}]},
        "New",
    ],
    "tags": ["urgent"],
}
WORLD: dict[str, Any] = {
    "clients": ["Acme"],
    "projects": [{"at": "Acme/Site", "note": "secret"}, "Acme/Old", "Acme/Gone"],
    "tags": ["old"],
}
PLAN: Plan = plan_of(MANIFEST, WORLD)
RECORD = planned_record(PLAN)


def at(address: str) -> int:
    return next(number for number, change in enumerate(RECORD.changes) if str(change.address) == address)


def with_change(address: str, **changed: Any) -> PlannedRecord:
    number = at(address)
    changed = {name: Action(value) if name == "action" else value for name, value in changed.items()}
    changes = list(RECORD.changes)
    changes[number] = replace(changes[number], **changed)
    return replace(RECORD, changes=tuple(changes))


def parts(address: str, **changed: str) -> dict[str, str]:
    return {**RECORD.changes[at(address)].parts, **changed}


def test_a_plan_has_the_record_that_it_makes() -> None:
    actions = {str(change.address): (str(change.action), change.removal) for change in RECORD.changes}
    assert actions == {
        "client:New": ("create", False),
        "tag:urgent": ("create", False),
        "project:Acme/Site": ("update", False),
        "project:Acme/Old": ("archive", False),
        "project:Acme/Gone": ("archive", True),
        "tag:old": ("delete", True),
    }
    require_possible(RECORD)


FORGED: dict[str, tuple[Callable[[], PlannedRecord], str]] = {
    "a delete that is shown as a create": (
        lambda: with_change("tag:old", action="create", removal=False),
        "its action is create, and it is of a resource that exists (tag:old)",
    ),
    "a create of what has an id": (
        lambda: with_change("tag:urgent", parts=parts("tag:urgent", id="0000")),
        "its action is create, and it is of a resource that exists (tag:urgent)",
    ),
    "a create of what has a value": (
        lambda: with_change("tag:urgent", fields={"archived": ("0000", "zzzz")}),
        "its action is create, and it is of a resource that exists (tag:urgent)",
    ),
    "a removal that is shown as an update": (
        lambda: with_change("tag:old", action="update"),
        "a removal of a tag does not update it",
    ),
    "an archive that is shown as an update": (
        lambda: with_change("project:Acme/Old", action="update"),
        "its action is update, which does not follow from its fields",
    ),
    "an update that is shown as a delete": (
        lambda: with_change("project:Acme/Site", action="delete"),
        "its action is delete, and it is no removal",
    ),
    "a change of nothing": (
        lambda: with_change("project:Acme/Site", fields={}),
        "its action is update, and it changes nothing",
    ),
    "another field": (
        lambda: with_change("project:Acme/Site", fields={"tag": ("0000", "0000")}),
        "tag: not what the action update changes of a project",
    ),
    "a comparison that is left out": (
        lambda: with_change("project:Acme/Site", live={}),
        "it compares nothing, not archived, note",
    ),
    "fields of a delete": (
        lambda: with_change("tag:old", fields={"name": ("0000", "0000")}),
        "a removal with the action delete changes other fields",
    ),
    "an archive that restores": (
        lambda: with_change("project:Acme/Old", fields={"archived": ("0000", "zzzz")}),
        "an archive leads to another value",
    ),
    "an update that deletes with it": (
        lambda: with_change("project:Acme/Site", parts=parts("project:Acme/Site", along="0000")),
        "it has what only a delete has, and its action is update",
    ),
    "an unknown guard": (lambda: with_change("tag:old", blocked="another"), "it is blocked by an unknown guard"),
    "a new workspace with a delete": (
        lambda: replace(RECORD, workspace_id=""),
        "a new workspace has nothing to ",
    ),
    "a change twice": (
        lambda: replace(RECORD, changes=(*RECORD.changes, RECORD.changes[at("client:New")])),
        "another change leads to the same address (client:New)",
    ),
}


@pytest.mark.parametrize("case", FORGED)
def test_what_no_plan_has_is_refused(case: str) -> None:
    make, message = FORGED[case]
    with pytest.raises(PlanFileError, match="is not one that a plan has: changes") as caught:
        require_possible(make())
    assert any(message in line for line in (caught.value.message, *caught.value.problems)), caught.value.message


def test_a_record_of_another_version_is_not_judged_by_these_rules() -> None:
    assert list(record_problems(replace(with_change("tag:old", action="update"), digest_version=1))) == []

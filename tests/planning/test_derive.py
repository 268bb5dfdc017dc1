"""What follows from the fields of a change: its action, its steps, and what an update would reset."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.kinds import BY_NAME
from reconciler.model import Address
from reconciler.planning.derive import (
    action_of,
    archive_step,
    create_steps,
    delete_steps,
    differs,
    fields_reset,
    fields_reset_by,
    goal_of,
    lacks_patched_keys,
    reset_reason,
    update_steps,
)
from reconciler.planning.plan import Action, FieldChange, Step
from reconciler.state import Policy, Prune
from tests.planning.literals import plan_of

PROJECT, TASK, TAG, CLIENT = (BY_NAME[name] for name in ("project", "task", "tag", "client"))
PATCHED = next(field.name for field in PROJECT.fields if field.endpoint)


@pytest.mark.parametrize(
    ("action", "names", "steps"),
    [
        (Action.UPDATE, ["note"], (Step.UPDATE,)),
        (Action.UPDATE, ["name", "client"], (Step.UPDATE,)),
        (Action.UPDATE, [PATCHED], (Step.PATCH,)),
        (Action.UPDATE, ["note", PATCHED], (Step.UPDATE, Step.PATCH)),
        (Action.RESTORE, ["archived", PATCHED], (Step.RESTORE, Step.PATCH)),
        (Action.ARCHIVE, ["archived", PATCHED], (Step.PATCH, Step.ARCHIVE)),
        (Action.ARCHIVE, ["archived"], (Step.ARCHIVE,)),
    ],
)
def test_an_update_takes_the_fewest_requests(action: Action, names: list[str], steps: tuple[Step, ...]) -> None:
    assert update_steps(action, PROJECT, names) == steps


@pytest.mark.parametrize(("is_archived", "steps"), [(False, (Step.ARCHIVE, Step.DELETE)), (True, (Step.DELETE,))])
def test_what_is_archived_is_not_archived_again_before_its_delete(is_archived: Any, steps: tuple[Step, ...]) -> None:
    assert delete_steps(PROJECT, is_archived=is_archived) == steps
    assert delete_steps(TAG, is_archived=is_archived)[-1] is Step.DELETE


def test_a_task_is_done_and_anything_else_archived() -> None:
    assert [archive_step(kind) for kind in (TASK, PROJECT, CLIENT, TAG)] == [Step.DONE, *[Step.ARCHIVE] * 3]


@pytest.mark.parametrize(
    ("fields", "action"),
    [
        ([], Action.UPDATE),
        ([FieldChange("note", "a", "b")], Action.UPDATE),
        ([FieldChange("note", "a", "b"), FieldChange("archived", before=False, after=True)], Action.ARCHIVE),
        ([FieldChange("archived", before=True, after=False)], Action.RESTORE),
    ],
)
def test_the_lifecycle_decides_the_action(fields: list[FieldChange], action: Action) -> None:
    assert action_of(PROJECT, fields) is action


def test_a_create_is_followed_by_an_update_of_what_it_drops() -> None:
    dropped = next(field for field in TAG.fields if field.dropped_on_create)
    assert create_steps(TAG, []) == (Step.CREATE,)
    assert create_steps(TAG, [FieldChange(dropped.name, before=None, after=True)]) == (Step.CREATE, Step.UPDATE)
    assert create_steps(TAG, [FieldChange(dropped.name, None, dropped.created_as)]) == (Step.CREATE,)


@pytest.mark.parametrize(
    ("live", "declared", "differing"),
    [({"note": "a"}, "a", False), ({"note": "a"}, "b", True), ({"note": None}, "a", True), ({}, "a", True), ({}, None, False), ({}, (), False)],
)  # fmt: skip
def test_a_value_that_is_not_returned_differs_unless_none_is_declared(
    live: dict[str, Any], declared: Any, differing: object
) -> None:
    assert differs(live, "note", declared) is differing


@pytest.mark.parametrize("goal", list(Prune))
def test_what_has_no_archive_is_kept_where_the_policy_archives(goal: Prune) -> None:
    policy = replace(Policy(), prune={**Policy().prune, "tag": goal})
    assert goal_of(policy, TAG) is goal
    assert goal_of(policy, replace(TAG, fields=())) is (Prune.KEEP if goal is Prune.ARCHIVE else goal)


def test_an_update_resets_what_is_neither_known_nor_sent() -> None:
    every = [field.name for field in PROJECT.fields if field.reset_if_omitted]
    assert every
    assert [field.name for field in fields_reset(PROJECT, (), ())] == every
    assert [field.name for field in fields_reset(PROJECT, every[:1], every[1:2])] == every[2:]
    update = plan_of({"projects": [{"name": "Web", "note": "n"}]}, {"projects": ["Web"]}).changes[0]
    assert [f.name for f in fields_reset_by(update, ())] == [name for name in every if name != "note"]
    assert fields_reset_by(update, every) == ()
    create = plan_of({"projects": ["Web"]}, {}).changes[0]
    assert fields_reset_by(create, ()) == ()
    patch = plan_of({"projects": [{"name": "Web", PATCHED: "PT8H"}]}, {"projects": ["Web"]}).changes[0]
    assert (patch.steps, fields_reset_by(patch, ())) == ((Step.PATCH,), ())


def test_the_reason_names_the_keys_that_the_service_does_not_return() -> None:
    color, note = (PROJECT.field_named(name) for name in ("color", "note"))
    assert reset_reason([note]) == "the service does not return 'note'; an update would reset it"
    assert reset_reason([color, note], " of it") == (
        "the service does not return 'color', 'note' of it; an update would reset them"
    )


def test_a_patch_needs_the_keys_that_its_endpoint_writes_as_well() -> None:
    patch = plan_of({"projects": [{"name": "Web", PATCHED: "PT8H"}]}, {"projects": ["Web"]}).changes[0]
    keys = PROJECT.field_named(PATCHED).also_patches
    assert keys
    assert lacks_patched_keys(patch, {})
    assert not lacks_patched_keys(patch, dict.fromkeys(keys))
    assert not lacks_patched_keys(replace(patch, id=""), {})
    other = plan_of({"projects": [{"name": "Web", "note": "n"}]}, {"projects": ["Web"]}).changes[0]
    assert not lacks_patched_keys(other, {})


@pytest.mark.parametrize("kind", [CLIENT, TASK, TAG, PROJECT], ids=lambda kind: kind.name)
def test_the_archive_before_a_delete_sets_the_lifecycle_itself(kind: Any) -> None:
    change = plan_of({"tags": []}, {"tags": ["a"]}).changes[0]
    delete = replace(change, address=Address(kind.name, ("a",)), steps=(Step.ARCHIVE, Step.DELETE))
    reset = {field.name for field in kind.fields if field.reset_if_omitted}
    assert {field.name for field in fields_reset_by(delete, ())} == reset - set(kind.archived_values)

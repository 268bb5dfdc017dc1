"""Every kind, whole: its file, the registry, the schema and the sandbox agree, and it goes through its life on the sandbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reconciler.kinds import BY_NAME, KINDS
from reconciler.manifest import manifest_schema
from reconciler.model import Address, Field, FieldRole, Kind
from reconciler.planning import Action
from reconciler.state import Desired
from reconciler.value_types import PatchType
from tests.planning.literals import desired_of
from tests.sandbox_client import Stage

ROOT = Path(__file__).parent.parent
NOT_KINDS = {
    "__init__",
    "people",
    "members",
    "managers",
    "undeclared",
    "durations",
    "field_types",
    "rates",
    "estimates",
    "json_values",
    "hierarchy",
    "registry",
}


SAMPLES: dict[str, tuple[Any, Any]] = {
    "address": ("Street 1", "Street 2"),
    "note": ("one", "two"),
    "email": ("a@x.example", "b@x.example"),
    "cc_emails": (["a@x.example"], ["b@x.example", "c@x.example"]),
    "color": ("#112233", "#445566"),
    "public": (True, False),
    "billable": (False, True),
    "estimate": ("PT10H", "PT12H30M"),
    "estimate_reset": ("weekly", "monthly"),
    "estimate_non_billable": (False, True),
    "budget": (None, None),
    "budget_reset": ("yearly", None),
    "budget_expenses": (True, False),
    "hourly_rate": ("10.00", {"amount": "20.50", "since": "2026-01-01"}),
    "cost_rate": ("5.00", "7.25"),
    "assignees": (["jo@acme.example"], []),
    "members": (["jo@acme.example"], [{"email": "jo@acme.example", "hourly_rate": "9.50"}]),
}


def test_each_file_of_the_room_is_one_registered_kind_and_the_other_way_round() -> None:
    files = {path.stem for path in (ROOT / "reconciler" / "kinds").glob("*.py")} - NOT_KINDS
    assert files == set(BY_NAME)


def test_parents_are_registered_before_their_children() -> None:
    names = [kind.name for kind in KINDS]
    for kind in KINDS:
        assert not kind.parent or names.index(kind.parent) < names.index(kind.name)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_is_declared_in_full(kind: Kind) -> None:
    assert [f.role for f in kind.fields].count(FieldRole.LIFECYCLE) <= 1
    assert kind.removal[-1] == "delete"
    assert kind.lifecycle is None or kind.lifecycle.default is not None
    assert kind.is_archivable or kind.removal == ("delete",)
    assert all(f.description.endswith(".") for f in kind.fields)
    assert not kind.is_embedded or (kind.parent and "{parent}" in kind.collection)


@pytest.mark.parametrize(
    ("kind", "field"),
    [(kind, field) for kind in KINDS for field in kind.fields if field.endpoint],
    ids=lambda value: value.name,
)
def test_the_type_of_a_field_with_an_endpoint_builds_its_patch(kind: Kind, field: Field) -> None:
    assert isinstance(field.type, PatchType), kind.name
    for value in (SAMPLES[field.name][0], None):
        body = field.type.patch_body({}, field.type.parse(value))
        # The endpoint of a rate takes the rate itself.
        answer = body.get(field.answer_key, body)
        assert field.type.read(answer) == field.answered(field.type.parse(value))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_schema_has_the_fields_of_the_kind_and_a_file_of_its_own(kind: Kind) -> None:
    definition = manifest_schema()["$defs"][kind.name]
    mapping = next(
        option for option in definition.get("anyOf", definition.get("oneOf", [definition])) if "properties" in option
    )
    assert {f.name for f in kind.fields} | {"name", "was"} <= set(mapping["properties"])
    assert all(value.get("description") for value in mapping["properties"].values())
    file = json.loads((ROOT / "schemas" / f"{kind.name}.schema.json").read_text(encoding="utf-8"))
    assert file["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def _manifest(kind: Kind, item: dict[str, Any] | None) -> dict[str, Any]:
    """A manifest around one resource of the kind, or around its absence; parents are there either way."""
    items = [] if item is None else [item]
    if kind.name == "task":
        return {"projects": [{"name": "Parent", "tasks": items}]}
    if kind.name == "project":
        return {"clients": [{"name": "Parent", "projects": items}]}
    return {kind.plural: items}


def _actions(stage: Stage, manifest: dict[str, Any], kind: Kind) -> list[Action]:
    """What is done to resources of the kind by one plan and apply; the next plan must be empty."""
    plan, _ = stage.plan(manifest)
    report = stage.apply(manifest)
    assert report.exit_code == 0, [(o.change.address, o.result, o.message, o.not_accepted) for o in report.outcomes]
    assert stage.plan(manifest)[0].changes == ()
    return [change.action for change in plan.changes if change.kind == kind.name]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_resource_is_created_updated_archived_restored_and_deleted(kind: Kind) -> None:
    plain = [f for f in kind.fields if f.role is not FieldRole.LIFECYCLE]
    first = {"name": "It is", **{f.name: SAMPLES[f.name][0] for f in plain}}
    second = {"name": "It was", "was": "It is", **{f.name: SAMPLES[f.name][1] for f in plain}}
    with Stage() as stage:
        assert _actions(stage, _manifest(kind, first), kind) == [Action.CREATE]
        assert _actions(stage, _manifest(kind, second), kind) == [Action.UPDATE]
        assert _actions(stage, _manifest(kind, {**second, **kind.archived_values}), kind) == [Action.ARCHIVE]
        assert _actions(stage, _manifest(kind, second), kind) == [Action.RESTORE]
        cleared = {"name": "It was", **{f.name: None for f in plain if f.clearable}}
        assert _actions(stage, _manifest(kind, cleared), kind) == ([Action.UPDATE] if len(cleared) > 1 else [])
        assert _actions(stage, _manifest(kind, None), kind) == [Action.DELETE]
        assert not [r for r in stage.read(_desired(kind)).live.of_kind(kind.name) if r.name == "It was"]


def _desired(kind: Kind) -> Desired:
    return desired_of(_manifest(kind, None))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_update_leaves_alone_what_no_manifest_names(kind: Kind) -> None:
    plain = [f for f in kind.fields if f.role is not FieldRole.LIFECYCLE]
    full = {"name": "It is", **{f.name: SAMPLES[f.name][0] for f in plain}}
    with Stage() as stage:
        stage.apply(_manifest(kind, full))
        before = _one(stage, kind, "It is")
        stage.apply(_manifest(kind, {"name": "It is renamed", "was": "It is"}))
        after = _one(stage, kind, "It is renamed")
    changed = {key for key in before if before[key] != after.get(key)}
    assert changed == {"name"}


def _one(stage: Stage, kind: Kind, name: str) -> dict[str, Any]:
    live = stage.read(_desired(kind)).live
    found = [r for r in live.resources.values() if r.kind == kind.name and r.name == name]
    assert len(found) == 1
    return dict(found[0].wire)


def test_addresses_come_back_from_their_text() -> None:
    for text in ("client:A", r"project:A\/B/C\\D", "task:A/B/C", "tag:x"):
        assert str(Address.parse(text)) == text

"""What differs: the fields of a change, before and after, and the reason that it states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from reconciler.kinds import CLIENT, PROJECT
from reconciler.model import Address, Kind
from reconciler.planning import diff
from reconciler.planning.diff import declared_changes, declared_updates, field_changes
from reconciler.planning.match import match
from reconciler.planning.plan import Change, FieldChange
from reconciler.planning.precondition import ABSENT
from tests.planning.literals import desired_of, live_of

REASONS: list[tuple[dict[str, Any], dict[str, list[Any]], str]] = [
    ({"clients": ["A"]}, {}, "in the manifests, not in the workspace"),
    ({"clients": [{"name": "B", "was": "A"}]}, {"clients": ["A"]}, "`was: A`"),
    ({"clients": [{"name": "B", "was": ["A", "C"]}]}, {"clients": ["C"]}, "`was: C`"),
    ({"clients": [{"name": "a"}]}, {"clients": ["A"]}, "differs from the manifests"),
    ({"clients": [{"name": "B", "was": "A", "note": "n"}]}, {"clients": ["B"]}, "differs from the manifests"),
    ({"clients": [{"name": "A", "archived": True}]}, {"clients": ["A"]}, "declared as archived"),
    (
        {"clients": [{"name": "A", "archived": False}]},
        {"clients": [{"at": "A", "archived": True}]},
        "declared active, archived in the workspace",
    ),
    (
        {"projects": [{"name": "One", "tasks": [{"name": "T", "status": "done"}]}]},
        {"projects": ["One"], "tasks": ["One/T"]},
        "declared as done",
    ),
]


def _changes(manifest: dict[str, Any], world: dict[str, list[Any]]) -> list[Change]:
    desired, live = desired_of(manifest), live_of(world)
    return list(declared_changes(desired, match(desired, live)))


@pytest.mark.parametrize(("manifest", "world", "reason"), REASONS)
def test_a_change_states_its_reason(manifest: dict[str, Any], world: dict[str, list[Any]], reason: str) -> None:
    assert [change.reason for change in _changes(manifest, world)] == [reason]


def test_only_declared_fields_that_differ_are_changed_in_the_order_of_the_kind() -> None:
    live = {"address": "1 Road", "note": "old", "email": "a@b.example"}
    assert field_changes(CLIENT, {"note": "new", "address": None, "email": "a@b.example"}, live) == [
        FieldChange("address", "1 Road", None),
        FieldChange("note", "old", "new"),
    ]


def test_a_create_sets_only_values_that_a_new_resource_does_not_have() -> None:
    (change,) = _changes(
        {"clients": [{"name": "A", "note": "n", "email": None, "cc_emails": [], "archived": False}]}, {}
    )
    assert change.fields == (FieldChange("note", None, "n"),)
    assert (change.precondition, change.source) == (ABSENT, "-:3:3")


@pytest.mark.parametrize(
    ("manifest", "field"),
    [
        ({"clients": ["A"], "projects": [{"name": "One", "was": "A/One"}]}, FieldChange("client", "A", None)),
        ({"clients": ["A", {"name": "B", "projects": [{"name": "One", "was": "A/One"}]}]}, FieldChange("client", "A", "B")),
    ],
)  # fmt: skip
def test_a_move_changes_the_parent_alone(manifest: dict[str, Any], field: FieldChange) -> None:
    (change,) = _changes(manifest, {"clients": ["A", "B"], "projects": ["A/One"]})
    assert change.fields == (field,)


def test_a_project_under_a_renamed_client_does_not_move() -> None:
    manifest = {"clients": [{"name": "B", "was": "A", "projects": ["One"]}]}
    changes = _changes(manifest, {"clients": ["A"], "projects": ["A/One"]})
    assert [str(change.address) for change in changes] == ["client:B"]


def test_what_an_undo_creates_again_may_stand_beside_another_spelling() -> None:
    desired, live = desired_of({"tags": ["News"]}), live_of({"tags": ["news"]})
    again = replace(desired, identified={Address("tag", ("News",)): ""})
    (change,) = declared_changes(again, match(again, live))
    assert change.precondition.beside


def test_updates_come_with_the_live_resource_that_they_change() -> None:
    desired, live = desired_of({"tags": ["new", {"name": "b", "was": "a"}, "same"]}), live_of({"tags": ["a", "same"]})
    (pair,) = declared_updates(desired, match(desired, live))
    assert (pair[0].id, str(pair[1].address)) == ("t1", "tag:b")


def test_what_only_a_create_sets_is_no_difference_of_what_is_there() -> None:
    desired, live = desired_of({"projects": ["Site"]}), live_of({"projects": ["Site"]})
    address = Address.parse("project:Site")
    resource = desired.resources[address]
    (field, *_) = PROJECT.undeclared
    again = replace(desired, resources={address: replace(resource, values={**resource.values, field.name: "x"})})
    assert list(declared_changes(again, match(again, live))) == []
    assert list(declared_updates(again, match(again, live))) == []


def test_of_what_is_as_declared_no_change_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []

    def counting(kind: Kind, declared: Mapping[str, Any], live: Mapping[str, Any]) -> list[FieldChange]:
        built.append(kind.name)
        return field_changes(kind, declared, live)

    monkeypatch.setattr(diff, "field_changes", counting)
    manifest = {"clients": [{"name": "Acme", "note": "n"}], "tags": ["a", {"name": "b", "archived": True}]}
    changes = _changes(manifest, {"clients": [{"at": "Acme", "note": "n"}], "tags": ["a", "b"]})
    assert [str(change.address) for change in changes] == ["tag:b"]
    assert built == ["tag"]

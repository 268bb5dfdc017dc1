"""A kind without archive, from reading over planning to payloads: it is deleted or kept, never archived."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying.preconditions import PreconditionStatus, evaluate_preconditions
from reconciler.applying.writes.compare import could_be_ours, matches_body
from reconciler.applying.writes.payloads import create_body, update_body
from reconciler.kinds import BY_NAME, BY_PLURAL, KINDS
from reconciler.kinds.field_types import Text
from reconciler.live.build import Fetched, build
from reconciler.manifest import ExportOptions, export_manifest
from reconciler.manifest.schema.manifest import manifest_schema, validation_schema
from reconciler.model import Address, Field, Kind, Resource, Source
from reconciler.planning import Action, Plan, PlanOptions, make_plan
from reconciler.planning.plan_record import planned_record
from reconciler.planning.planfile import plan_from_json, plan_to_json
from reconciler.planning.simulate import simulate
from reconciler.planning.verified_record import record_problems
from reconciler.render import words
from reconciler.state import AccessRole, Desired, ListProof, Live, Policy, Prune, Removed, TrackedTime, Usage, Workspace
from tests.planning.literals import TARGET

LABEL = Kind(
    name="label",
    plural="labels",
    title="Label",
    description="A label.",
    collection="labels",
    name_limits=(1, 100),
    fields=(Field("note", Text(100), "note", "Free text."),),
    removal=("delete",),
    usage_param="labels",
)
A, B = Address("label", ("a",)), Address("label", ("b",))


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The registry with one kind more, wherever a module has imported it."""
    positions = {kind.name: position for position, kind in enumerate(KINDS)}
    monkeypatch.setitem(BY_NAME, "label", LABEL)
    monkeypatch.setitem(BY_PLURAL, "labels", LABEL)
    for name, module in list(sys.modules.items()):
        for attribute, value in list(vars(module).items()) if name.startswith("reconciler") else ():
            if value is KINDS:
                monkeypatch.setattr(module, attribute, (*KINDS, LABEL))
            elif value == positions:
                monkeypatch.setitem(value, "label", len(KINDS))
    manifest_schema.cache_clear()
    validation_schema.cache_clear()
    yield
    monkeypatch.undo()
    manifest_schema.cache_clear()
    validation_schema.cache_clear()


def _live(*names: str, **values: Any) -> Live:
    wires = tuple({"id": f"l{number}", "name": name, "note": "", **values} for number, name in enumerate(names, 1))
    live = build(Workspace("w1", "Studio"), Fetched({"label": {"": wires}}), {})
    proofs = tuple(ListProof(kind.plural, 0, 1, "Last-Page: true") for kind in BY_NAME.values())
    return replace(live, proofs=proofs, access_role=AccessRole.OWNER)


def _desired(*names: str, policy: Policy | None = None, removed: tuple[Removed, ...] = (), **values: Any) -> Desired:
    resources = {Address("label", (name,)): Resource(Address("label", (name,)), values) for name in names}
    return Desired(resources, frozenset({("label", None)}), removed, policy or Policy())


def _plan(desired: Desired, live: Live, entries: Mapping[str, int] | None = None) -> Plan:
    usage = {r.id: Usage(0, (entries or {}).get(r.id, 0)) for r in live.resources.values()}
    return make_plan(desired, live, usage, target=TARGET, options=PlanOptions(allowed={"label": 1}))


def _steps(plan: Plan) -> list[str]:
    return [f"{step} {change.address}" for change in plan.changes for step in change.steps]


def test_it_is_never_archived() -> None:
    assert (LABEL.lifecycle, LABEL.lifecycle_name, LABEL.archived_values) == (None, "", {})
    assert not LABEL.is_archivable
    assert not LABEL.is_archived({"archived": True, "": True})


def test_it_is_created_updated_and_deleted() -> None:
    assert _steps(_plan(_desired("a", note="n"), _live())) == ["create label:a"]
    assert _steps(_plan(_desired("a", note="n"), _live("a"))) == ["update label:a"]
    plan = _plan(_desired("a"), _live("a", "b"))
    assert _steps(plan) == ["delete label:b"]
    assert not plan.changes[0].blocked
    assert plan_from_json(plan_to_json(plan)) == plan
    assert words.shown_fields(plan.changes[0]) == ()


@pytest.mark.parametrize(
    ("action", "problems"),
    [
        (Action.DELETE, []),
        (Action.ARCHIVE, ["changes[0]: a removal of a label does not archive it (label:b)"]),
    ],
)
def test_a_redacted_plan_may_delete_it_and_may_not_archive_it(action: Action, problems: list[str]) -> None:
    record = planned_record(_plan(_desired("a"), _live("a", "b")))
    (change,) = record.changes
    found = record_problems(replace(record, changes=(replace(change, action=action),)))
    assert [problem for problem in found if "a removal" in problem] == problems


def test_simulating_its_plan_leads_to_the_desired_state() -> None:
    live, desired = _live("b"), _desired("a", note="n")
    after = simulate(_plan(desired, live).changes, live)
    assert {address: dict(r.values) for address, r in after.resources.items()} == {A: {"note": "n"}}


@pytest.mark.parametrize("goal", [Prune.ARCHIVE, Prune.KEEP])
def test_where_the_policy_archives_it_is_kept_with_a_warning_and_counted_as_unmanaged(goal: Prune) -> None:
    policy = Policy()
    plan = _plan(_desired("a", policy=replace(policy, prune={**policy.prune, "label": goal})), _live("a", "b"))
    assert plan.changes == ()
    assert plan.unmanaged["labels"] == 1
    expected = ("unlisted labels are kept: a label cannot be archived",) if goal is Prune.ARCHIVE else ()
    assert plan.warnings == expected


def test_where_time_entries_use_it_it_is_kept_with_the_reason() -> None:
    plan = _plan(_desired("a"), _live("a", "b"), {"l2": 3})
    assert plan.changes == ()
    assert plan.warnings == ("label:b is kept: 3 time entries use it, and a label cannot be archived",)
    listed = (Removed(B, Source("m.yaml", 1, 1)),)
    assert _plan(_desired("a", removed=listed), _live("a", "b"), {"l2": 1}).changes == ()
    policy = replace(Policy(), tracked_time=TrackedTime.DELETE)
    assert _steps(_plan(_desired("a", policy=policy), _live("a", "b"), {"l2": 3})) == ["delete label:b"]


def test_its_requests_contain_no_lifecycle() -> None:
    (create,) = _plan(_desired("a", note="n"), _live()).changes
    assert create_body(LABEL, create, "", {}, {}) == {"name": "a", "note": "n"}
    assert update_body(LABEL, {"name": "a", "note": "n"}, {"note": None}, {}) == {"name": "a", "note": ""}
    assert could_be_ours(create, LABEL, {"name": "a", "note": "n"}, "", {})
    assert matches_body(LABEL, {"name": "a", "note": "n"}, {"name": "a", "note": "n"})


@pytest.mark.parametrize(
    ("names", "status"), [(("b",), PreconditionStatus.READY), ((), PreconditionStatus.ALREADY)], ids=["there", "gone"]
)
def test_the_preconditions_of_its_removal_hold(names: tuple[str, ...], status: PreconditionStatus) -> None:
    plan = _plan(_desired(), _live("b"))
    assert [change.action for change in plan.changes] == [Action.DELETE]
    (result,) = evaluate_preconditions(plan.changes, _live(*names), {"l1": Usage(0, 0)})
    assert result.status is status


def test_the_schema_does_not_offer_to_archive_it() -> None:
    prune = validation_schema()["$defs"]["policy"]["properties"]["prune"]["properties"]
    assert set(prune["labels"]["enum"]) == {"delete", "keep"}
    assert set(prune["tags"]["enum"]) == {"delete", "archive", "keep"}


def test_two_of_one_name_are_told_apart_by_their_ids() -> None:
    live = _live("a", "a")
    assert [resource.id for resource in live.duplicates] == ["l2"]


def test_an_export_declares_it_and_keeps_what_it_cannot_declare() -> None:
    exported = export_manifest(_live("a", "b\u200b", note="x"), ExportOptions())
    text = exported.files["workspace.yaml"]
    assert "tags: archive, labels: keep}" in text
    assert "labels:\n  - {name: a, note: x}\n" in text
    assert exported.counts["labels"] == 1

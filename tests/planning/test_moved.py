"""What moved between two plans: named by address and field, from records without values."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import PlanFileError
from reconciler.planning import Plan
from reconciler.planning.moved import moved_since
from reconciler.planning.plan import Blocked, Excluded, Targeting
from reconciler.planning.plan_record import planned_record
from reconciler.planning.plan_record_json import parse_record, record_from_json, record_to_json
from tests.planning.literals import plan_of

MANIFEST: dict[str, Any] = {
    "clients": [{"name": "Acme", "projects": [{"name": "Site", "note": "new", "tasks": ["T"]}]}, "New"],
    "tags": ["urgent"],
}
WORLD: dict[str, Any] = {
    "clients": ["Acme"],
    "projects": [{"at": "Acme/Site", "note": "secret note"}],
    "tasks": ["Acme/Site/T"],
    "tags": ["old", "urgent"],
}
BEFORE = plan_of(MANIFEST, WORLD)


def moved(after: Plan, before: Plan = BEFORE) -> tuple[str, ...]:
    """What moved, with both records read back from JSON: they are all that `apply` has."""
    old, new = planned_record(before), planned_record(after, before.digest)
    read = [record_from_json(json.loads(json.dumps(record_to_json(record)))) for record in (old, new)]
    assert read == [old, new]
    return moved_since(*read)


def world(**changed: Any) -> Plan:
    return plan_of(MANIFEST, {**WORLD, **changed})


def manifest(**changed: Any) -> Plan:
    return plan_of({**MANIFEST, **changed}, WORLD)


SITE = {"at": "Acme/Site", "note": "secret note"}
CASES: dict[str, tuple[Plan, set[str]]] = {
    "a note": (world(projects=[{**SITE, "note": "other"}]), {"project:Acme/Site note changed live"}),
    "a create by hand": (world(clients=["Acme", "New"]), {"client:New is no longer created"}),
    "a delete by hand": (world(tags=["urgent"]), {"tag:old is no longer deleted"}),
    "a new tag": (world(tags=["old", "urgent", "newer"]), {"tag:newer is now deleted as well"}),
    "a change by hand": (world(projects=[{**SITE, "note": "new"}]), {"project:Acme/Site is no longer updated"}),
    "a field more": (
        world(projects=[{**SITE, "archived": True}]),
        {"project:Acme/Site is now restored instead of updated"},
    ),
    "a manifest": (
        manifest(clients=[{"name": "Acme", "projects": [{"name": "Site", "note": "newer", "tasks": ["T"]}]}, "New"]),
        {"project:Acme/Site note is declared with another value"},
    ),
    "another field": (
        manifest(clients=[{"name": "Acme", "projects": [{"name": "Site", "billable": True, "tasks": ["T"]}]}, "New"]),
        {"project:Acme/Site note no longer changes", "project:Acme/Site billable changes now as well"},
    ),
    "the policy": (manifest(policy={"tracked_time": "delete"}), {"the policy of the manifests changed"}),
    "the policy's limit": (manifest(policy={"plan_expires": "P3D"}), {"the policy of the manifests changed"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_moved_is_named_by_address_and_field(case: str) -> None:
    after, expected = CASES[case]
    lines = set(moved(after)) - {"the manifests are not those of the approved plan"}
    assert lines == expected


NESTED: dict[str, Any] = {
    "policy": {"prune": {"clients": "keep"}},
    "clients": [{"name": "New", "projects": [{"name": "Site", "tasks": ["T"]}]}],
}


def test_what_is_in_a_parent_that_was_created_or_deleted_meanwhile_is_said_to_be_there() -> None:
    nothing, client = plan_of(NESTED, {}), plan_of(NESTED, {"clients": ["New"]})
    project = plan_of(NESTED, {"clients": ["New"], "projects": ["New/Site"]})
    made = moved(client, nothing)
    assert made[:2] == (
        "client:New is no longer created",
        "project:New/Site is in client:New, which exists now",
    )
    assert not any("renamed or moved" in line for line in made)
    assert moved(project, client)[-1] == "task:New/Site/T is in project:New/Site, which exists now"
    assert moved(client, project)[0] == "task:New/Site/T is in project:New/Site, which no longer exists"
    known = client.changes[0].precondition
    replaced = replace(known, ancestors=(replace(known.ancestors[0], id="c9"),))
    other = _replaced(client, "project:New/Site", precondition=replaced)
    assert moved(other, client) == ("project:New/Site is created in a parent that was changed or replaced live",)


def test_the_same_plan_has_not_moved() -> None:
    assert moved(plan_of(MANIFEST, WORLD)) == ()


def test_a_digest_is_the_same_with_and_without_redaction_and_no_value_is_in_the_record() -> None:
    record = record_to_json(planned_record(BEFORE))
    assert record["digest"] == BEFORE.digest
    text = json.dumps(record)
    for value in ("secret note", "Studio", "localhost", '"p1"'):
        assert value not in text


def test_equal_values_of_two_plans_have_different_hashes() -> None:
    other = planned_record(CASES["the policy"][0])
    assert other.changes[0].parts != planned_record(BEFORE).changes[0].parts


def _replaced(plan: Plan, address: str, **changed: Any) -> Plan:
    changes = tuple(replace(c, **changed) if str(c.address) == address else c for c in plan.changes)
    return replace(plan, changes=changes)


def test_everything_that_the_digest_covers_is_named() -> None:
    site = next(c for c in BEFORE.changes if str(c.address) == "project:Acme/Site")
    known, old = site.precondition, "tag:old"
    cases = {
        "project:Acme/Site is another resource now": _replaced(BEFORE, "project:Acme/Site", id="p9"),
        "project:Acme/Site was renamed or moved live, or what it is in was changed": _replaced(
            BEFORE, "project:Acme/Site", precondition=replace(known, parent_id="c9")
        ),
        "project:Acme/Site archived changed live": _replaced(
            BEFORE, "project:Acme/Site", precondition=replace(known, values={**known.values, "archived": None})
        ),
        "tag:old has other tracked time": _replaced(
            BEFORE, old, precondition=replace(BEFORE.changes[-1].precondition, time_entries=7)
        ),
        "tag:old is deleted with other resources in it": _replaced(
            BEFORE, old, impact=replace(BEFORE.changes[-1].impact, embedded=(site.address,))
        ),
        "tag:old is blocked now (protect)": _replaced(BEFORE, old, blocked=Blocked("protect", "r", "a")),
        "the gateway, the base URL or the workspace is another": replace(
            BEFORE, target=replace(BEFORE.target, workspace_id="w2")
        ),
        "the protections that the plan withdraws changed": replace(BEFORE, withdrawn=("tag:a",)),
        "the targets differ: give the --target options of plan": replace(BEFORE, targeting=Targeting(("tag:*",))),
        "the order or the requests of the changes differ": _replaced(BEFORE, old, needs=(site.address,)),
    }
    assert str(BEFORE.changes[-1].address) == old
    for line, after in cases.items():
        assert moved(after) == (line,)
    blocked = _replaced(BEFORE, old, blocked=Blocked("protect", "r", "a"))
    assert moved(BEFORE, blocked) == ("tag:old is no longer blocked",)


def test_options_are_named_only_where_nothing_else_moved() -> None:
    excluded = Excluded(BEFORE.changes[-1].address, BEFORE.changes[-1].action, "why", removal=True)
    for after in (replace(BEFORE, max_requests=3), replace(BEFORE, excluded=(excluded,))):
        assert moved(after)[0].startswith("the options differ: give the --allow-removals")
    assert moved(replace(CASES["a delete by hand"][0], max_requests=3)) == ("tag:old is no longer deleted",)


def test_duplicates_are_compared_in_their_order() -> None:
    twice = replace(BEFORE, changes=(*BEFORE.changes, BEFORE.changes[-1]))
    assert moved(twice) == ("tag:old is now deleted as well",)


def test_a_plan_of_another_version_is_not_compared() -> None:
    old = replace(planned_record(BEFORE), digest="sha256:" + "0" * 64, digest_version=1, tool_version="")
    assert moved_since(old, planned_record(BEFORE)) == ("it was made by another version of reconciler (unknown)",)


FORGED: dict[str, Any] = {
    "a checksum": lambda data: data["changes"].pop(),
    "a key more": lambda data: data.update(note="x"),
    "a key less": lambda data: data.pop("hashes"),
    "an address": lambda data: data["changes"][0].update(address="nothing"),
    "a value": lambda data: data["changes"][0]["live"].update(note="the note itself"),
    "a type": lambda data: data.update(changes=3),
    "a version": lambda data: data.update(digest_version="2"),
    "a digest": lambda data: data.update(digest="sha256:x"),
    "no object": lambda data: data.clear(),
}


@pytest.mark.parametrize("case", FORGED)
def test_a_forged_record_is_refused(case: str) -> None:
    data = record_to_json(planned_record(BEFORE))
    FORGED[case](data)
    with pytest.raises(PlanFileError, match="the record of planned changes is damaged"):
        record_from_json(data)


def test_a_record_of_a_later_version_is_refused() -> None:
    later = record_to_json(replace(planned_record(BEFORE), digest_version=9))
    with pytest.raises(PlanFileError, match="of a later version"):
        record_from_json(later)


@pytest.mark.parametrize("data", [b"", b"{", b'{"a": 1, "a": 2}', b"[]", b"\xff", b"3"])
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(PlanFileError):
        parse_record(data)

"""For any live and desired state: applying the plan reaches the desired state, and the second plan is empty.

Under every reading of the API that the sandbox can be switched to; and no field changes that no manifest names.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from reconciler.applying import Result
from reconciler.errors import ManifestError, PlanningError
from reconciler.kinds import BY_PLURAL
from reconciler.manifest import load
from reconciler.model import Kind
from reconciler.sandbox import Switches
from reconciler.state import Desired
from tests.planning.literals import desired_of
from tests.sandbox_client import Stage

pytestmark = [pytest.mark.slow, pytest.mark.strangers]

NAMES = ["Alpha", "Beta", "Gamma", "alpha", "Délta", "Ep/si", "Alpha Corp"]
TEXT = st.sampled_from(["one", "two", None])


@st.composite
def _named(draw: st.DrawFn, extra: dict[str, st.SearchStrategy[Any]], *, at_most: int = 3) -> list[dict[str, Any]]:
    """Up to three resources with different names, each perhaps with an earlier name and some fields."""
    names = draw(st.lists(st.sampled_from(NAMES), max_size=at_most, unique_by=str.casefold))
    items = []
    for name in names:
        item = {"name": name}
        if draw(st.integers(0, 3)) == 0:
            item["was"] = draw(st.sampled_from(NAMES)).replace("/", "\\/")
        for key, strategy in extra.items():
            if draw(st.booleans()):
                item[key] = draw(strategy)
        items.append(item)
    return items


ESTIMATE = st.sampled_from(["PT1H", "PT90M", None])
TASK = {
    "billable": st.booleans(),
    "estimate": ESTIMATE,
    "status": st.sampled_from(["active", "done"]),
    "assignees": st.sampled_from([[], ["jo@acme.example"]]),
}
PROJECT = {
    "note": TEXT, "billable": st.booleans(), "public": st.booleans(), "archived": st.booleans(), "estimate": ESTIMATE,
    "color": st.sampled_from(["#112233", "#aabbcc"]), "hourly_rate": st.sampled_from(["10.00", 0, "12.5"]),
    "tasks": _named(TASK),
}  # fmt: skip
CLIENT = {
    "note": TEXT, "address": TEXT, "email": st.sampled_from(["a@x.example", None]), "archived": st.booleans(),
    "cc_emails": st.sampled_from([[], ["b@x.example", "c@x.example"]]), "projects": _named(PROJECT),
}  # fmt: skip
MANIFEST = st.fixed_dictionaries(
    {"clients": _named(CLIENT), "projects": _named(PROJECT, at_most=2), "tags": _named({"archived": st.booleans()})},
    optional={"policy": st.fixed_dictionaries({"tracked_time": st.sampled_from(["keep", "delete"])})},
)

READINGS = {
    "live": "",
    "PUT merges": "put_clients=merge,put_tasks=merge,put_tags=merge,put_projects=merge",
    "PUT replaces": "put_projects=replace",
    "DELETE of active things": "delete_active_tasks,delete_active_clients",
    "tags need archiving": "tag_delete_needs_archive",
    "names reserved after a delete": "reserved_names=clients+projects+tasks+tags",
    "flags default to false": "project_defaults=false",
    "pages of 50 at most": "page_cap=50",
    "no Last-Page": "last_page=false,page_cap=50",
    "no Total-Count": "total_count=false",
    "404 for what is missing": "missing_is_404",
    "Spanish": "language=es",
    "task POST ignores": "task_post_ignores=billable+assignees+estimate",
    "task POST honours all": "task_post_ignores=",
    "hydrated without DONE tasks": "hydrated=without-done",
    "hydrated not known": "hydrated=unsupported",
    "names without case": "names_ignore_case",
    "names trimmed": "names_trimmed",
    "lists without archived": "archived_absent=active",
    "empty answers": "put_answers=empty,delete_answers=empty",
}


def _desired(manifest: dict[str, Any]) -> Desired:
    try:
        return desired_of(manifest)
    except ManifestError:
        assume(False)  # noqa: FBT003 -- hypothesis' own word for "not this example"
        raise


def _reaches(stage: Stage, desired: Desired) -> None:
    """Apply once, after which the plan has no changes; a blocked plan is left alone."""
    plan, _ = stage.plan(desired)
    if plan.summary["blocked"]:
        return
    report = stage.apply(desired)
    assert [(o.change.address, o.message, o.not_accepted) for o in report.outcomes if o.result is not Result.DONE] == []
    assert report.exit_code == 0
    again, reading = stage.plan(desired)
    assert [(str(c.address), c.action, c.fields) for c in again.changes] == []
    for address, resource in desired.resources.items():
        current = reading.live.resources[address]
        assert {name: current.values[name] for name in resource.values} == dict(resource.values)


def _track_time(stage: Stage, choice: int) -> None:
    """Somebody tracks time on some of what is there."""
    snapshot = stage.snapshot()
    for number, project in enumerate(snapshot["projects"]):
        if number % 3 == choice:
            body = {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T10:00:00Z", "projectId": project["id"]}
            stage.call("POST", "/time-entries", body)


@pytest.mark.parametrize("reading", READINGS)
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(first=MANIFEST, second=MANIFEST, tracked=st.integers(0, 3))
def test_applying_reaches_the_desired_state_and_the_second_plan_is_empty(
    reading: str, first: dict[str, Any], second: dict[str, Any], tracked: int
) -> None:
    one, two = _desired(first), _desired(second)
    with Stage(Switches.parse(f"rate=off,{READINGS[reading]}")) as stage:
        _reaches(stage, one)
        _track_time(stage, tracked)
        _reaches(stage, two)


@contextmanager
def conflicts_aside() -> Iterator[None]:
    """Leave out a manifest that the workspace contradicts, such as two resources with one earlier name: no plan is made of it."""
    try:
        yield
    except PlanningError:
        reject()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(first=MANIFEST, second=MANIFEST)
def test_a_plan_sends_nothing_but_get(first: dict[str, Any], second: dict[str, Any]) -> None:
    with Stage() as stage:
        stage.apply(_desired(first)) if not stage.plan(_desired(first))[0].summary["blocked"] else None
        stage.sent.clear()
        before = stage.snapshot()
        with conflicts_aside():
            stage.plan(_desired(second))
        assert {sent.request.method for sent in stage.sent} <= {"GET"}
        assert stage.snapshot() == before


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(first=MANIFEST, second=MANIFEST, tracked=st.integers(0, 3))
def test_no_field_changes_that_no_manifest_names_and_no_time_entry_loses_anything(
    first: dict[str, Any], second: dict[str, Any], tracked: int
) -> None:
    second.pop("policy", None)  # the default keeps tracked time
    one, two = _desired(first), _desired(second)
    with Stage() as stage:
        if stage.plan(one)[0].summary["blocked"]:
            return
        stage.apply(one)
        _track_time(stage, tracked)
        before = stage.snapshot()
        with conflicts_aside():
            plan, _ = stage.plan(two)
        if plan.summary["blocked"]:
            return
        stage.apply(two)
        after = stage.snapshot()
    assert after["time_entries"] == before["time_entries"]
    named = {change.id: {field.name for field in change.fields} for change in plan.changes if change.id}
    for plural in ("clients", "projects", "tasks", "tags"):
        kind = BY_PLURAL[plural]
        current = {item["id"]: item for item in after[plural]}
        for item in before[plural]:
            if item["id"] in current:
                only_named_changed(kind, item, current[item["id"]], named.get(item["id"], set()))


def only_named_changed(kind: Kind, before: dict[str, Any], after: dict[str, Any], named: set[str]) -> None:
    """Every key of the stored object that changed belongs to a field that the plan names."""
    keys = {f.wire for f in kind.fields if f.name in named} | {f.answer_key for f in kind.fields if f.name in named}
    keys |= {"name"} if "name" in named else set()
    keys |= {kind.parent_wire, "clientName"} if kind.parent in named else set()
    keys |= {"estimate", "timeEstimate"} if "estimate" in named else set()
    keys |= {"assigneeId"} if "assignees" in named else set()  # an older key for the first of them
    unnamed = {key: (before[key], after.get(key)) for key in before.keys() - keys if before[key] != after.get(key)}
    assert not unnamed, (kind.name, before["name"], unnamed, named)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(manifest=MANIFEST, data=st.data())
def test_the_digest_does_not_depend_on_files_and_their_order_nor_on_the_order_of_keys(
    manifest: dict[str, Any], data: st.DataObject
) -> None:
    desired = _desired(manifest)
    files = [{key: value} for key, value in manifest.items() if key != "clients"]
    files += [{"clients": [client]} for client in manifest["clients"]] or [{"clients": []}]
    shuffled = [_reversed(file) for file in data.draw(st.permutations(files))]
    text = "\n---\n".join(yaml.safe_dump({**file, "version": 1}, sort_keys=False) for file in shuffled)
    with Stage() as stage:
        digest = stage.plan(desired)[0].digest
        assert stage.plan(load(["-"], stdin=text.encode))[0].digest == digest


def _reversed(value: Any) -> Any:
    """The same mapping with its keys the other way round, all the way down, and lists of resources as well."""
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return [_reversed(item) for item in reversed(value)]
    return value

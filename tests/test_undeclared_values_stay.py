"""For any manifest and any live state, under the default policy: no time entry ever loses its project, its task or a tag.

Looked up in the sandbox's own store, after everything that a plan may do was allowed, and after plans that go on without what
is blocked in them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from reconciler.applying import apply, approve
from reconciler.errors import ManifestError
from reconciler.planning import PlanOptions, Target, exclude_blocked, make_plan
from reconciler.planning.plan import Blocked
from reconciler.planning.simulate import simulate
from reconciler.state import Desired
from tests.planning.literals import desired_of
from tests.sandbox_client import Stage
from tests.test_convergence import MANIFEST, conflicts_aside

pytestmark = [pytest.mark.slow, pytest.mark.strangers]

ENTRY = st.fixed_dictionaries(
    {"who": st.integers(0, 1), "what": st.integers(0, 99), "tag": st.integers(0, 99), "runs": st.booleans()}
)
CASCADES = frozenset({"archive-projects", "mark-tasks-as-done"})


def _desired(manifest: dict[str, Any]) -> Desired:
    try:
        return desired_of({**manifest, "policy": {}})
    except ManifestError:
        assume(False)  # noqa: FBT003 -- hypothesis' own word for "not this example"
        raise


def _track(stage: Stage, entries: list[dict[str, Any]]) -> None:
    """Two people track time on projects, tasks and tags, on some of them with a timer that still runs."""
    workspace = stage.call("POST", "/users", {"email": "sam@acme.example"})
    people = [member["userId"] for member in workspace["memberships"]]
    snapshot = stage.snapshot()
    places = [{"projectId": project["id"]} for project in snapshot["projects"]]
    places += [{"projectId": task["projectId"], "taskId": task["id"]} for task in snapshot["tasks"]]
    for number, entry in enumerate(entries):
        body: dict[str, Any] = {"start": f"2026-03-02T{number:02}:00:00Z"}
        if not entry["runs"]:
            body["end"] = f"2026-03-02T{number:02}:30:00Z"
        body |= places[entry["what"] % len(places)] if places and entry["what"] % 4 else {}
        if snapshot["tags"] and entry["tag"] % 2:
            body["tagIds"] = [snapshot["tags"][entry["tag"] % len(snapshot["tags"])]["id"]]
        stage.call("POST", f"/user/{people[entry['who']]}/time-entries", body)


def _carry_out(stage: Stage, desired: Desired, *, everything: bool) -> None:
    """Apply what can be applied, with every removal allowed by its number or with none."""
    reading = stage.read(desired)
    target = Target("sandbox", stage.config.base_url, stage.workspace.id, stage.workspace.name)
    plan = make_plan(desired, reading.live, reading.usage, target=target)
    if everything:
        removals: dict[str, int] = {}
        for change in plan.changes:
            removals[change.kind] = removals.get(change.kind, 0) + change.removal
        options = PlanOptions(allowed=removals)
        plan = make_plan(desired, reading.live, reading.usage, target=target, options=options)
    rest = exclude_blocked(plan)
    assert not rest.summary["blocked"]
    with stage.writer() as writer:
        report = apply(approve(rest, rest.digest), writer, reading)
    assert [(str(o.change.address), o.message) for o in report.outcomes if o.message] == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(first=MANIFEST, second=MANIFEST, entries=st.lists(ENTRY, max_size=6), everything=st.booleans())
def test_no_time_entry_loses_its_project_its_task_or_a_tag(
    first: dict[str, Any], second: dict[str, Any], entries: list[dict[str, Any]], *, everything: bool
) -> None:
    one, two = _desired(first), _desired(second)
    with Stage() as stage:
        _carry_out(stage, one, everything=True)
        _track(stage, entries)
        before = stage.snapshot()
        with conflicts_aside():
            _carry_out(stage, two, everything=everything)
        after = stage.snapshot()
        sent = list(stage.sent)
    assert after["time_entries"] == before["time_entries"]
    current = {item["id"] for plural in ("projects", "tasks", "tags") for item in after[plural]}
    for entry in after["time_entries"]:
        assert {entry["projectId"], entry["taskId"], *(entry["tagIds"] or ())} - {None} <= current
    assert [
        s.request.target for s in sent if CASCADES & {name for name, value in s.request.params if value != "false"}
    ] == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(first=MANIFEST, second=MANIFEST, data=st.data())
def test_whatever_is_blocked_the_rest_can_be_carried_out(
    first: dict[str, Any], second: dict[str, Any], data: st.DataObject
) -> None:
    one, two = _desired(first), _desired(second)
    with Stage() as stage:
        _carry_out(stage, one, everything=True)
        with conflicts_aside():
            plan, reading = stage.plan(two)
        assume(plan.changes)
        chosen = data.draw(st.sets(st.integers(0, len(plan.changes) - 1), min_size=1))
        block = Blocked("check", "no", "think again")
        changes = tuple(replace(c, blocked=block if at in chosen else c.blocked) for at, c in enumerate(plan.changes))
        rest = exclude_blocked(replace(plan, changes=changes))
        simulate(rest.changes, reading.live)
        with stage.writer() as writer:
            report = apply(approve(rest, rest.digest), writer, reading)
    assert [(str(o.change.address), o.message) for o in report.outcomes if o.message] == []
    assert len(rest.changes) + len(rest.excluded) == len(plan.changes)

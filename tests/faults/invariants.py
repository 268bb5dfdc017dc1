"""The invariants after any fault, checked against the log and store of the server. A violation is a line of text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reconciler.planning.plan import Action
from reconciler.sandbox import LoggedRequest
from tests.faults.fault import RUN_ENDING, STOPS
from tests.faults.journal import journal_problems
from tests.faults.scenario_server import ScenarioServer, Snapshot, scenario_server
from tests.faults.state_folder import Session, StateFolder

PLURALS = ("clients", "projects", "tasks", "tags")


@cache
def expected_result(name: str) -> tuple[list[str], int, list[int]]:
    """The final state of a run without faults, its number of requests, and the numbers of the writes among them."""
    with TemporaryDirectory() as folder:
        state_folder = StateFolder(scenario_server(name), Path(folder))
        session = state_folder.apply()
        assert session.exit_code == 0, session
        assert state_folder.server.plan_again(state_folder.app).is_empty
        final_state = state_folder.server.canonical(state_folder.store.snapshot(state_folder.server.workspace_id))
        writes = [number for number, logged in enumerate(session.log) if logged.method != "GET"]
        state_folder.close()
    return final_state, session.requests, writes


def is_reached(state_folder: StateFolder) -> bool:
    """Whether the workspace equals the result of a run without faults, in every field of every object."""
    return (
        state_folder.server.canonical(state_folder.store.snapshot(state_folder.server.workspace_id))
        == expected_result(state_folder.server.name)[0]
    )


def session_problems(state_folder: StateFolder) -> Iterator[str]:
    """Violations right after a session: of its exit code, and of the journal against the log."""
    session = state_folder.sessions[-1]
    yield from _exit_problems(state_folder, session)
    yield from (f"{name} was sent without an intent" for name in state_folder.unrecorded)
    yield from journal_problems(state_folder)


def final_problems(state_folder: StateFolder) -> Iterator[str]:
    """Violations after the last session, which had no faults."""
    server, last = state_folder.server, state_folder.sessions[-1]
    if last.exit_code != 0:
        yield f"the last apply ended with {last.exit_code}: {last.error} {_unfinished(last)}"
    elif not is_reached(state_folder):
        yield "the desired state is not reached"
    new_plan = server.plan_again(state_folder.app)
    if not new_plan.is_empty:
        yield f"a new plan has changes: {[str(change.address) for change in new_plan.changes]}"
    after = state_folder.store.snapshot(server.workspace_id)
    log = [logged for session in state_folder.sessions for logged in session.writes]
    yield from (
        f"{w.body[:80]!r} was sent to {w.path} again after an unknown outcome"
        for w in log
        if w.method == "POST" and w.status == 400
    )
    yield from creation_problems(log, after, server)
    yield from unplanned_problems(log, after, server)
    if after["time_entries"] != server.before["time_entries"]:
        yield "time entries changed"
    if next(iter(state_folder.runs)).history.in_doubt:
        yield "the journal still has writes in doubt"


def _unfinished(session: Session) -> list[str]:
    outcomes = session.report.outcomes if session.report else ()
    return [f"{o.change.address}: {o.result} {o.message}" for o in outcomes if o.result not in ("done", "already")][:5]


def _exit_problems(state_folder: StateFolder, session: Session) -> Iterator[str]:
    code = session.exit_code
    if code is None:
        return
    faults = {fault for _, fault in session.injected}
    doubtful = any(line["event"] == "outcome" and line["result"] == "unknown" for line in state_folder.lines())
    doubtful |= any(outcome.result == "in_doubt" for outcome in session.report.outcomes) if session.report else False
    wrote = any(earlier.carried_out for earlier in state_folder.sessions)
    if (code == 130) != bool(faults & STOPS):
        yield f"exit {code} after {sorted(fault.value for fault in faults)}"
    elif code == 0 and not is_reached(state_folder):
        yield "exit 0, and the desired state is not reached"
    elif code == 4 and is_reached(state_folder) and not doubtful and not faults & RUN_ENDING:
        yield "exit 4, and the desired state is reached"
    elif code == 4 and not (wrote or doubtful):
        yield "exit 4, and nothing was written"
    elif code == 1 and session.carried_out:
        yield f"exit 1, and {len(session.carried_out)} writes were carried out: {session.error}"
    elif code not in (0, 1, 4, 130):
        yield f"exit {code}: {session.error}"


def creation_problems(log: list[LoggedRequest], after: Snapshot, server: ScenarioServer) -> Iterator[str]:
    """Objects that were created twice, or a number of new objects that differs from the plan."""
    created = Counter(
        (_collection(w), json.loads(w.body)["name"]) for w in log if w.method == "POST" and w.status < 300
    )
    yield from (f"{name} was created {count} times at {path}" for (path, name), count in created.items() if count > 1)
    names = Counter(
        (plural, item.get("clientId") or item.get("projectId"), item["name"])
        for plural in PLURALS
        for item in after[plural]
    )
    yield from (f"{name} exists {count} times" for name, count in names.items() if count > 1)
    before = {item["id"] for plural in PLURALS for item in server.before[plural]}
    new = sum(item["id"] not in before for plural in PLURALS for item in after[plural])
    planned = sum(change.action is Action.CREATE for change in server.plan.changes)
    if new != planned:
        yield f"{new} objects are new, the plan creates {planned}"


def unplanned_problems(log: list[LoggedRequest], after: Snapshot, server: ScenarioServer) -> Iterator[str]:
    """Writes to objects that are not in the plan, and objects outside the plan that changed."""
    changes = server.plan.changes
    ids = {change.id for change in changes if change.id}
    names = {(f"{change.kind}s", change.address.name) for change in changes if change.action is Action.CREATE}
    before = {item["id"]: item for plural in PLURALS for item in server.before[plural]}
    current = {item["id"]: item for plural in PLURALS for item in after[plural]}
    for write in log:
        target = _target(write)
        if write.method == "POST":
            if (_collection(write).rsplit("/", 1)[1], json.loads(write.body)["name"]) not in names:
                yield f"not in the plan: {write.method} {write.path} {write.body[:80]!r}"
        elif target in before and target not in ids:
            yield f"not in the plan: {write.method} {write.path}"
    embedded = {change.id for change in changes if change.action is Action.DELETE and change.kind == "project"}
    for key, item in before.items():
        if key not in ids and item.get("projectId") not in embedded and current.get(key) != item:
            yield f"{item['name']} is not in the plan, but changed: {_difference(item, current.get(key))}"


def _collection(write: LoggedRequest) -> str:
    """The path of the list that a new object is in; a copy of a project is a new project."""
    return write.path.removesuffix("/from-template")


def _target(write: LoggedRequest) -> str:
    """The id of the object of a write: the last id in its path."""
    parts = [part for part in write.path.split("/") if len(part) == 24]
    return parts[-1] if parts else ""


def _difference(one: dict[str, Any], other: dict[str, Any] | None) -> str:
    return (
        "deleted"
        if other is None
        else str({key: (one[key], other.get(key)) for key in one if one[key] != other.get(key)})
    )

"""What must hold after any fault, told from the server's own log and store; every breach is a line of text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reconciler.planning.plan import Action
from reconciler.sandbox import Logged
from tests.faults.fault import ENDING, STOPS
from tests.faults.journal import journal_problems
from tests.faults.scenario_server import Snapshot, World, world
from tests.faults.state_folder import Office, Session

PLURALS = ("clients", "projects", "tasks", "tags")


@cache
def goal(name: str) -> tuple[list[str], int, list[int]]:
    """What an undisturbed run leaves, how many requests it takes, and which of them (by number) write."""
    with TemporaryDirectory() as folder:
        office = Office(world(name), Path(folder))
        session = office.apply()
        assert session.exit_code == 0, session
        assert office.world.planned(office.app).is_empty
        reached = office.world.canonical(office.store.snapshot(office.world.workspace_id))
        writes = [number for number, logged in enumerate(session.log) if logged.method != "GET"]
        office.close()
    return reached, session.requests, writes


def is_reached(office: Office) -> bool:
    """Whether the workspace is as an undisturbed run leaves it, in every field of every object."""
    return office.world.canonical(office.store.snapshot(office.world.workspace_id)) == goal(office.world.name)[0]


def after_session(office: Office) -> Iterator[str]:
    """Right after a session, its faults still in the air: the exit code, and that the journal says what the log says."""
    session = office.sessions[-1]
    yield from _exit_problems(office, session)
    yield from (f"{name} left without an intent" for name in office.unannounced)
    yield from journal_problems(office)


def at_the_end(office: Office) -> Iterator[str]:
    """After the last session, in which nothing went wrong."""
    world, last = office.world, office.sessions[-1]
    if last.exit_code != 0:
        yield f"the last apply ended with {last.exit_code}: {last.error} {_unfinished(last)}"
    elif not is_reached(office):
        yield "the desired state is not reached"
    again = world.planned(office.app)
    if not again.is_empty:
        yield f"planning again finds {[str(change.address) for change in again.changes]}"
    after = office.store.snapshot(world.workspace_id)
    log = [logged for session in office.sessions for logged in session.writes]
    yield from (
        f"{w.body[:80]!r} was sent to {w.path} again, blindly" for w in log if w.method == "POST" and w.status == 400
    )
    yield from created_once(log, after, world)
    yield from only_planned(log, after, world)
    if after["time_entries"] != world.before["time_entries"]:
        yield "time entries are not what they were"
    if next(iter(office.runs)).history.in_doubt:
        yield "the journal still has writes in doubt"


def _unfinished(session: Session) -> list[str]:
    outcomes = session.report.outcomes if session.report else ()
    return [f"{o.change.address}: {o.result} {o.message}" for o in outcomes if o.result not in ("done", "already")][:5]


def _exit_problems(office: Office, session: Session) -> Iterator[str]:
    code = session.exit_code
    if code is None:
        return
    faults = {fault for _, fault in session.hit}
    doubtful = any(line["event"] == "outcome" and line["result"] == "unknown" for line in office.lines())
    doubtful |= any(outcome.result == "in_doubt" for outcome in session.report.outcomes) if session.report else False
    wrote = any(earlier.carried_out for earlier in office.sessions)
    if (code == 130) != bool(faults & STOPS):
        yield f"exit {code} after {sorted(fault.value for fault in faults)}"
    elif code == 0 and not is_reached(office):
        yield "exit 0, and the desired state is not reached"
    elif code == 4 and is_reached(office) and not doubtful and not faults & ENDING:
        yield "exit 4, and everything is as meant"
    elif code == 4 and not (wrote or doubtful):
        yield "exit 4, and nothing was written"
    elif code == 1 and session.carried_out:
        yield f"exit 1, and {len(session.carried_out)} writes were carried out: {session.error}"
    elif code not in (0, 1, 4, 130):
        yield f"exit {code}: {session.error}"


def created_once(log: list[Logged], after: Snapshot, world: World) -> Iterator[str]:
    """Nothing was made twice, and as much is new as was to be made."""
    made = Counter((w.path, json.loads(w.body)["name"]) for w in log if w.method == "POST" and w.status < 300)
    yield from (f"{name} was created {count} times at {path}" for (path, name), count in made.items() if count > 1)
    names = Counter(
        (plural, item.get("clientId") or item.get("projectId"), item["name"])
        for plural in PLURALS
        for item in after[plural]
    )
    yield from (f"{name} is there {count} times" for name, count in names.items() if count > 1)
    before = {item["id"] for plural in PLURALS for item in world.before[plural]}
    new = sum(item["id"] not in before for plural in PLURALS for item in after[plural])
    planned = sum(change.action is Action.CREATE for change in world.plan.changes)
    if new != planned:
        yield f"{new} objects are new, and {planned} were to be created"


def only_planned(log: list[Logged], after: Snapshot, world: World) -> Iterator[str]:
    """No write was about anything that the plan does not name, and nothing else changed."""
    changes = world.plan.changes
    ids = {change.id for change in changes if change.id}
    names = {(f"{change.kind}s", change.address.name) for change in changes if change.action is Action.CREATE}
    before = {item["id"]: item for plural in PLURALS for item in world.before[plural]}
    now = {item["id"]: item for plural in PLURALS for item in after[plural]}
    for write in log:
        target = _target(write)
        if write.method == "POST":
            if (write.path.rsplit("/", 1)[1], json.loads(write.body)["name"]) not in names:
                yield f"nobody planned {write.method} {write.path} {write.body[:80]!r}"
        elif target in before and target not in ids:
            yield f"nobody planned {write.method} {write.path}"
    embedded = {change.id for change in changes if change.action is Action.DELETE and change.kind == "project"}
    for key, item in before.items():
        if key not in ids and item.get("projectId") not in embedded and now.get(key) != item:
            yield f"{item['name']} was not in the plan, and it changed: {_difference(item, now.get(key))}"


def _target(write: Logged) -> str:
    """The id that a write is about: the last one in its path."""
    parts = [part for part in write.path.split("/") if len(part) == 24]
    return parts[-1] if parts else ""


def _difference(one: dict[str, Any], other: dict[str, Any] | None) -> str:
    return (
        "it is gone"
        if other is None
        else str({key: (one[key], other.get(key)) for key in one if one[key] != other.get(key)})
    )

"""What must hold of the requests of an apply: nothing is written that the plan does not have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from reconciler.sandbox import LoggedRequest
from tests.search.live import Live, split
from tests.search.oracles import Problem
from tests.search.simulated_user import Json

_ID = re.compile(r"[0-9a-f]{24}")


def write_problems(plan: Json, writes: Sequence[LoggedRequest], before: Live, after: Live) -> Iterator[Problem]:
    """Nothing is written that the plan does not have, and nothing changes that it does not name."""
    creates = {
        (c["kind"], split(c["address"].partition(":")[2])[-1]) for c in plan["changes"] if c["action"] == "create"
    }
    new = after.things.keys() - before.things.keys()
    rewritten: set[str] = set()
    for write in writes:
        yield from _one_write(plan, write, creates, new)
        yield from _color_problems(plan, write, before, rewritten)
    gone = {change["id"] for change in plan["changes"] if "delete" in change["steps"]}
    for key in before.things.keys() - after.things.keys():
        if key not in gone and before.things[key].parent not in gone:
            yield Problem("unplanned", f"{before.things[key].name!r} is gone, and no change deletes it")
    for key in new:
        if (after.things[key].kind, after.things[key].name) not in creates:
            yield Problem("unplanned", f"{after.things[key].name!r} is new, and no change creates it")


def _one_write(
    plan: Json, write: LoggedRequest, creates: set[tuple[str, str]], new: AbstractSet[str]
) -> Iterator[Problem]:
    """A write is about something in the plan."""
    body = json.loads(write.body) if write.body else {}
    changes = {change["id"]: change for change in plan["changes"] if change["id"]}
    if write.method == "POST":
        kind = write.path.rstrip("/").rsplit("/", 1)[1].removesuffix("s")
        if (kind, body.get("name")) not in creates:
            yield Problem("unplanned", f"{write.method} {write.path} {body.get('name')!r}")
        return
    ids = [
        key for key in _ID.findall(write.path) if f"/users/{key}/" not in write.path
    ]  # of whom a rate is set, not what has it
    target = ids[-1]
    if target not in changes.keys() | new and write.status < 300:
        yield Problem("unplanned", f"{write.method} {write.path}")


def _color_problems(plan: Json, write: LoggedRequest, before: Live, rewritten: set[str]) -> Iterator[Problem]:
    """An undeclared colour is sent as the service has it: as it was stored, or, once a write of ours has made the service spell
    it in its own way (the sandbox: in upper case), as it was answered to that write. `rewritten`: ids with such a write.
    """
    body = json.loads(write.body) if write.body else {}
    target = _ID.findall(write.path)[-1]
    thing = before.things.get(target)
    declared = {f["name"] for change in plan["changes"] if change["id"] == target for f in change["fields"]}
    if write.method != "PUT" or thing is None or "color" not in body:
        return
    stored = thing.record.get("color")
    as_answered = {stored, str(stored).upper()} if target in rewritten else {stored}
    if "color" not in declared and body["color"] not in as_answered:
        yield Problem("color", f"the undeclared color {stored} of {thing.name!r} is sent as {body['color']}")
    if write.status < 300:
        rewritten.add(target)

"""What must hold of a plan, and after it was applied. A violation is a Problem: a short code, and what was wanted and what was.

Nothing here asks the code under test: what a value means on the wire is written down once more.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from reconciler.sandbox import LoggedRequest
from tests.search.model import PARENT_KEY, Declared, Live, Model, Thing, fold, split
from tests.search.settings import hides_something
from tests.search.user import Json, is_removal
from tests.search.worlds import KINDS, Item

_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")
_ID = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True)
class Problem:
    """A violated oracle."""

    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


# -- values ----------------------------------------------------------------------------------------------------------


def seconds(text: str | None) -> int:
    """The seconds of a duration."""
    match = _DURATION.fullmatch(text or "PT0S")
    hours, minutes, rest = (int(part or 0) for part in match.groups()) if match else (-1, 0, 0)
    return hours * 3600 + minutes * 60 + rest


def live_value(name: str, record: Mapping[str, Any], people: Mapping[str, str]) -> Any:
    """A field of a stored record, in a form that can be compared."""
    match name:
        case "cc_emails":
            return list(record["ccEmails"] or ())
        case "color":
            return str(record["color"]).upper()
        case "estimate" if "timeEstimate" in record:
            estimate = record["timeEstimate"]
            return seconds(estimate["estimate"]) if estimate["active"] else 0
        case "estimate":
            return seconds(record["estimate"])
        case "hourly_rate":
            return (record["hourlyRate"] or {"amount": 0})["amount"]
        case "assignees":
            return sorted(people.get(user, user) for user in record["assigneeIds"] or ())
        case "status":
            return record["status"].lower()
        case "note" | "address" | "email":
            return record[name] or ""
        case _:
            return record[name]


def declared_value(name: str, value: Any) -> Any:
    """A field of a manifest in the same form."""
    match name:
        case "cc_emails":
            return list(value or ())
        case "color":
            return value.upper()
        case "estimate":
            return seconds(value)
        case "hourly_rate":
            return round(float(value or 0) * 100)
        case "assignees":
            return sorted({address.lower() for address in value or ()})
        case "note" | "address" | "email":
            return value or ""
        case _:
            return value


_KEYS: Mapping[str, tuple[str, ...]] = {
    "cc_emails": ("ccEmails",),
    "estimate": ("estimate", "timeEstimate"),
    "hourly_rate": ("hourlyRate",),
    "assignees": ("assigneeIds", "assigneeId"),
}


# -- after an apply --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Applied:
    """A plan that was carried out without a word of doubt, between two snapshots."""

    model: Model
    plan: Json
    after: Live
    people: Mapping[str, str]

    def problems(self) -> Iterator[Problem]:
        """Everything that is not as the manifest has it."""
        places: dict[int, str] = {}
        for one in self.model.declared:
            yield from self._declared_problems(one, places)
        yield from self._fate_problems()
        yield from duplicates(self.model.live, self.after)
        yield from entry_problems(self.model.live, self.after, self.model.manifest)

    def _declared_problems(self, one: Declared, places: dict[int, str]) -> Iterator[Problem]:
        """It is there once, under its name, with its values; and it is what it was before."""
        where = f"{one.kind}:{'/'.join(one.path)}"
        if one.parent is not None:
            place = places.get(id(one.parent))
        else:
            place = self.model._place(one) if one.client else ""
        if place is None:
            return
        found = [thing for thing in self.after.siblings(one.kind, place) if thing.name == one.name]
        if not found:
            near = [thing.name for thing in self.after.siblings(one.kind, place)]
            yield Problem("missing", f"{where} is not there; there are {near}")
            return
        thing = found[0]
        places[id(one)] = thing.id
        for name, value in one.body.items():
            if name in ("projects", "tasks"):
                continue
            got, wanted = live_value(name, thing.record, self.people), declared_value(name, value)
            if got != wanted:
                yield Problem("value", f"{name} of {where} is {got!r}, declared is {value!r}")
        yield from self._identity_problems(one, thing, where)

    def _identity_problems(self, one: Declared, thing: Thing, where: str) -> Iterator[Problem]:
        if one.is_unsure:
            return
        if one.thing is not None and thing.id != one.thing.id:
            before = self.model.live.things.get(thing.id)
            other = f"the old {before.name!r}" if before else "new"
            yield Problem("identity", f"{where} was {one.thing.name!r} ({one.thing.id}), but is {other} ({thing.id})")
        elif one.is_new and thing.id in self.model.live.things:
            yield Problem("identity", f"{where} was to be new, but is the old {self.model.live.things[thing.id].name!r}")
        elif one.thing is not None:
            free = {key for name in one.body for key in _KEYS.get(name, (name,))} | {"name"}
            free |= {PARENT_KEY[one.kind]} if one.kind in PARENT_KEY else set()
            yield from changed(one.thing, thing, free, where)

    def _fate_problems(self) -> Iterator[Problem]:
        """What is not declared went as the policy says."""
        protected = {change["id"] for change in self.plan["changes"] if change["blocked"]}
        for key, fate in self.model.fates().items():
            before, now = self.model.live.things[key], self.after.things.get(key)
            where = f"{before.kind}:{'/'.join(self.model.live.path(before))}"
            if key in protected:
                continue
            if fate == "gone":
                if now is not None:
                    yield Problem("not gone", f"{where} is still there")
            elif now is None:
                yield Problem("lost", f"{where} is gone, and should be {fate}")
            elif fate == "archived":
                if not now.is_archived:
                    yield Problem("not archived", f"{where} is not archived")
                yield from changed(before, now, {"archived", "status"}, where)
            else:
                yield from changed(before, now, set(), where)


def changed(before: Thing, now: Thing, free: set[str], where: str) -> Iterator[Problem]:
    """The keys of a record that changed although nobody declared them."""
    for key in before.record.keys() | now.record.keys():
        one, other = before.record.get(key), now.record.get(key)
        if key == "color" and str(one).upper() == str(other).upper():
            continue
        if key == "budgetEstimate" and "timeEstimate" in free and one and (other or {}).get("active") is False:
            continue  # the platform has one active estimate (CLOCKIFY section 7)
        if key not in free and one != other and (one or None) != (other or None):
            yield Problem("undeclared", f"{key} of {where} was {one!r}, is {other!r}")


def duplicates(before: Live, after: Live) -> Iterator[Problem]:
    """Two things of one name in one place, where there was one."""

    def counted(live: Live) -> Counter[tuple[str, str, str]]:
        return Counter((thing.kind, thing.parent, thing.name) for thing in live.things.values())

    was = counted(before)
    for key, count in counted(after).items():
        if count > max(1, was[key]):
            yield Problem("duplicate", f"{count} of {key}")


def entry_problems(before: Live, after: Live, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    """No time entry is lost or points elsewhere; only `tracked_time: delete` lets one lose what was deleted."""
    now = {entry["id"]: entry for entry in after.snapshot["time_entries"]}
    may_lose = manifest.get("policy", {}).get("tracked_time") == "delete"
    for entry in before.snapshot["time_entries"]:
        other = now.get(entry["id"])
        if other is None:
            yield Problem("time", f"the entry {entry['id']} is lost")
        elif other != entry and not (may_lose and _lost_only(entry, other, after)):
            yield Problem("time", f"an entry was {_refs(entry)}, is {_refs(other)}")


def _lost_only(entry: Item, other: Item, after: Live) -> bool:
    expected = dict(entry)
    for key in ("projectId", "taskId"):
        expected[key] = entry[key] if entry[key] in after.things else None
    expected["tagIds"] = [tag for tag in entry["tagIds"] or () if tag in after.things] or None
    return {**other, "tagIds": other["tagIds"] or None} == expected


def _refs(entry: Item) -> Item:
    return {key: entry[key] for key in ("projectId", "taskId", "tagIds")}


# -- a plan ----------------------------------------------------------------------------------------------------------


def plan_problems(model: Model, plan: Json, before_protect: Sequence[str], switches: list[str]) -> Iterator[Problem]:
    """Blocks that have no ground, and grounds without a block; and what should have been spoken of. Allowances are given."""
    patterns = [*model.manifest.get("policy", {}).get("protect", ()), *before_protect]
    for change in plan["changes"]:
        guard = (change["blocked"] or {}).get("guard", "")
        if is_removal(change):
            hit = [pattern for pattern in patterns if _covers(pattern, _addresses(change, model.live))]
            if hit and not guard:
                yield Problem("unprotected", f"{change['address']} would go in spite of protect {hit}")
            if guard == "protect" and not hit:
                yield Problem("blocked", f"{change['address']} is blocked by protect, no pattern covers it: {patterns}")
        if guard == "was" and change["id"] not in model.contested and change["kind"] not in model.unsure:
            yield Problem("blocked", f"{change['address']}: {change['blocked']['reason']}")
        if guard == "children" and not _keeps_children(change, model):
            yield Problem("blocked", f"{change['address']}: {change['blocked']['reason']}")
        if guard in ("reading_proof", "unknown_value") and not hides_something(switches):
            yield Problem("blocked", f"{change['address']}: {change['blocked']['reason']}")
        if guard in ("removal_budget", "max_requests", "check"):
            yield Problem("blocked", f"{change['address']} is blocked by {guard} in spite of the allowances")
        if guard == "name" and not _is_held(change, model):
            yield Problem("blocked", f"{change['address']}: {change['blocked']['reason']}")
    if not plan["changes"]:
        return
    creates = [change["address"] for change in plan["changes"] if change["action"] == "create"]
    for one in model.new if not model.unsure else ():
        address = f"{one.kind}:{'/'.join(_escaped(part) for part in one.path)}"
        if address not in creates:
            yield Problem("no create", f"{address} is new, the plan creates {creates}")


def spoken_problems(model: Model, plan: Json) -> Iterator[Problem]:
    """What meets nothing speaks: a mistyped `was:`, an entry of `removed:`, a literal in `protect:`."""
    said = "\n".join(plan["warnings"])
    for entry, things in model.listed():
        [(kind, path)] = entry.items()
        one_word = _escaped(split(path)[-1])
        if not things and one_word not in said and kind not in model.unsure:
            yield Problem("silent", f"`removed: {entry}` meets nothing, and no warning says so")
    for one in model.unmet:
        if one.kind not in model.unsure and one.was and not any(_escaped(split(was)[-1]) in said for was in one.was):
            yield Problem("silent", f"`was: {list(one.was)}` of new {one.name!r} meets nothing, and no warning says so")
        place = model._place(one)
        for change in plan["changes"] if place is not None else ():
            thing = model.live.things.get(change["id"] or "")
            if is_removal(change) and thing and (thing.kind, thing.parent) == (one.kind, place) and not change["blocked"]:
                if not any(thing.id in [t.id for t in things] for _, things in model.listed()):
                    yield Problem("mistyped", f"{change['address']} would go; {one.name!r} has an unmet `was: {list(one.was)}`")
    for pattern in model.manifest.get("policy", {}).get("protect", ()):
        every = [a for thing in model.live.things.values() for a in [f"{thing.kind}:{_path(model.live, thing)}"]]
        every += [f"{one.kind}:{'/'.join(map(_escaped, one.path))}" for one in model.declared]
        if "*" not in pattern and not _covers(pattern, every) and pattern.partition(":")[2] not in said:
            yield Problem("silent", f"`protect: {pattern}` meets nothing, and no warning says so")


def rename_problems(model: Model, first: Json) -> Iterator[Problem]:
    """Before any allowance: something new with the very children of something that goes, a unique pair, is asked about."""
    if model.unsure:
        return
    gone = [c for c in first["changes"] if is_removal(c) and c["kind"] in ("client", "project") and c["id"]]
    for one in model.new:
        place = model._place(one)
        below = sorted(fold(child.name) for child in model.declared if child.parent is one)
        if len(below) < 2 or place is None or one.kind not in ("client", "project"):
            continue
        rivals = [o for o in model.new if o is not one and sorted(fold(c.name) for c in model.declared if c.parent is o) == below]
        same = []
        for change in gone:
            thing = model.live.things[change["id"]]
            if thing.parent == place and sorted(fold(child.name) for child in model.live.children(thing)) == below:
                same.append(change)
        if len(same) == 1 and not rivals and not same[0]["blocked"]:
            listed = {thing.id for _, things in model.listed() for thing in things}
            if same[0]["id"] not in listed:
                yield Problem("not asked", f"{same[0]['address']} goes and {one.name!r} comes with the same children {below}")


def _path(live: Live, thing: Thing) -> str:
    return "/".join(map(_escaped, live.path(thing)))


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace("/", "\\/")


def _addresses(change: Json, live: Live) -> list[str]:
    """The addresses of what a removal takes: as the plan has it, and as it is live; with its tasks where it is deleted."""
    thing = live.things.get(change["id"] or "")
    found = [change["address"], *(change["impact"].get("along") or ())]
    if thing is not None:
        found.append(f"{thing.kind}:{_path(live, thing)}")
        if "delete" in change["steps"] and thing.kind == "project":
            found += [f"task:{_path(live, task)}" for task in live.children(thing)]
    return found


def _covers(pattern: str, addresses: Sequence[str]) -> bool:
    glob = re.sub(r"([\[\]?])", r"[\1]", fold(pattern))
    return any(fnmatchcase(fold(address), glob) for address in addresses)


def _keeps_children(change: Json, model: Model) -> bool:
    """Whether a client that goes has projects that stay, or may."""
    if model.unsure:
        return True
    thing = model.live.things[change["id"]]
    fates = model.fates()
    return any(fates.get(child.id, "same") == "same" for child in model.live.children(thing)) or any(
        one.kind == "project" and one.path[0] == thing.name for one in model.declared
    )


def _is_held(change: Json, model: Model) -> bool:
    """Whether something live has the name that a change takes, in any spelling, in a place like that."""
    name = fold(split(change["address"].partition(":")[2])[-1])
    return any(
        thing.kind == change["kind"] and fold(thing.name) == name and thing.id != change["id"]
        for thing in model.live.things.values()
    )


# -- requests --------------------------------------------------------------------------------------------------------


def write_problems(plan: Json, writes: Sequence[LoggedRequest], before: Live, after: Live) -> Iterator[Problem]:
    """Nothing is written that the plan does not have, and nothing changes that it does not name."""
    ids = {change["id"] for change in plan["changes"] if change["id"]}
    creates = {(c["kind"], split(c["address"].partition(":")[2])[-1]) for c in plan["changes"] if c["action"] == "create"}
    new = after.things.keys() - before.things.keys()
    for write in writes:
        body = json.loads(write.body) if write.body else {}
        if write.method == "POST":
            kind = write.path.rstrip("/").rsplit("/", 1)[1].removesuffix("s")
            if (kind, body.get("name")) not in creates:
                yield Problem("unplanned", f"{write.method} {write.path} {body.get('name')!r}")
        elif (target := _ID.findall(write.path)[-1]) not in ids | new and write.status < 300:
            yield Problem("unplanned", f"{write.method} {write.path}")
        elif write.method == "PUT" and target in before.things and "color" in body:
            named = {f["name"] for change in plan["changes"] if change["id"] == target for f in change["fields"]}
            stored = before.things[target].record.get("color")
            if "color" not in named and body["color"] != stored:
                yield Problem("color", f"the undeclared color {stored} of {before.things[target].name!r} is sent as {body['color']}")
    gone = {change["id"] for change in plan["changes"] if "delete" in change["steps"]}
    for key in before.things.keys() - after.things.keys():
        if key not in gone and before.things[key].parent not in gone:
            yield Problem("unplanned", f"{before.things[key].name!r} is gone, and no change deletes it")
    for key in new:
        if (after.things[key].kind, after.things[key].name) not in creates:
            yield Problem("unplanned", f"{after.things[key].name!r} is new, and no change creates it")


def kinds_of(problems: Sequence[Problem]) -> set[str]:
    """The codes of some problems."""
    return {problem.code for problem in problems}


assert set(KINDS) == {"client", "project", "task", "tag"}

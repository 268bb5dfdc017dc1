"""What must hold of a plan, and after it was applied. A violation is a Problem: a short code, and what was wanted and what was.

Nothing here asks the code under test: what a value means on the wire is written down once more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.search.declared import Declared
from tests.search.live import PARENT_KEY, Live, Thing
from tests.search.model import Model
from tests.search.simulated_user import Json
from tests.search.worlds import Item

_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")


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
            return sorted(str(address).lower() for address in record["ccEmails"] or ())
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
            return sorted(address.lower() for address in value or ())  # the order has no meaning (docs/manifest.md)
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
    """A plan that was carried out without trouble, between two snapshots."""

    model: Model
    plan: Json
    after: Live
    people: Mapping[str, str]
    is_lossy: bool = False
    """Whether the service drops some values from every write, so that undeclared values get lost as well."""
    omitted: Collection[str] = ()
    """The keys that no answer has, as in `omits`: whether such a value is none cannot be told, and counts as met."""
    is_member: bool = False
    """Whether the account is a member, who sees no private projects, and not who tracked time: that counts as used then, so
    what is archived already stays."""
    hides_done: bool = False
    """Whether lists of projects leave out DONE tasks: one that nothing names is then not worth a request, and stays."""

    def problems(self) -> Iterator[Problem]:
        """Everything that is not as the manifest has it."""
        places: dict[int, str] = {}
        for one in self.model.declared:
            yield from self._declared_problems(one, places)
        yield from self._fate_problems()
        yield from duplicates(self.model.live, self.after)
        yield from entry_problems(self.model.live, self.after, self.model.manifest)

    def _changed(self, before: Thing, now: Thing, free: set[str], where: str) -> Iterator[Problem]:
        return iter(()) if self.is_lossy else changed(before, now, free, where)

    def _declared_problems(self, one: Declared, places: dict[int, str]) -> Iterator[Problem]:
        """It is there once, under its name, with its values; and it is what it was before."""
        where = f"{one.kind}:{'/'.join(one.path)}"
        above = self.model.place_of(one) if one.client else ""
        place = places.get(id(one.parent)) if one.parent is not None else above
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
            hidden = {f"{one.kind}.{key}" for key in _KEYS.get(name, (name,))} & {*self.omitted}
            if name in ("projects", "tasks") or (hidden and not value):
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
            yield Problem(
                "identity", f"{where} was to be new, but is the old {self.model.live.things[thing.id].name!r}"
            )
        elif one.thing is not None:
            free = {key for name in one.body for key in _KEYS.get(name, (name,))} | {"name"}
            free |= {PARENT_KEY[one.kind]} if one.kind in PARENT_KEY else set()
            yield from self._changed(one.thing, thing, free, where)

    @property
    def _keeps_time(self) -> bool:
        return bool(self.model.manifest.get("policy", {}).get("tracked_time", "keep") == "keep")

    def _is_hidden(self, thing: Thing) -> bool:
        """Whether the reading does not show something, and nothing makes it worth a request of its own."""
        above = self.model.live.things.get(thing.parent) if thing.kind == "task" else thing
        if self.is_member and above is not None and above.record.get("public") is False:
            return True
        listed = (other.id for _, things in self.model.listed() for other in things)
        return self.hides_done and thing.kind == "task" and thing.is_archived and thing.id not in listed

    def _fate_problems(self) -> Iterator[Problem]:
        """What is not declared went as the policy says."""
        protected = {change["id"] for change in self.plan["changes"] if change["blocked"]}
        for key, fate in self.model.fates().items():
            before, now = self.model.live.things[key], self.after.things.get(key)
            where = f"{before.kind}:{'/'.join(self.model.live.path(before))}"
            if key in protected or self._is_hidden(before):
                continue
            may_be_used = before.is_archived and self.is_member and self._keeps_time
            if fate == "gone" and not may_be_used:
                if now is not None:
                    yield Problem("not gone", f"{where} is still there")
            elif now is None:
                yield Problem("lost", f"{where} is gone, and should be {fate}")
            elif fate != "same":
                if not now.is_archived:
                    yield Problem("not archived", f"{where} is not archived")
                yield from self._changed(before, now, {"archived", "status"}, where)
            else:
                yield from self._changed(before, now, set(), where)


def changed(before: Thing, now: Thing, free: set[str], where: str) -> Iterator[Problem]:
    """The keys of a record that changed although they are undeclared."""
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

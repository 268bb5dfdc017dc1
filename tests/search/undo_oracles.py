"""What must hold after an undo: everything is as it was before the run, except what the undo names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.search.live import Live, Thing, escaped
from tests.search.oracles import Problem
from tests.search.simulated_user import Json

_WORDS = {
    "memberships": "member",
    "costRate": "cost",
    "hourlyRate": "rate",
    "budgetEstimate": "budget",
    "template": "template",
    "userGroupIds": "group",
    "currencyId": "currency",
    "assigneeIds": "assignees",
}
"""The word that a warning has for a value which does not come back."""
_COMPUTED = {"id", "clientId", "projectId", "assigneeId"}
"""Keys that say where something is and not what it is; places are compared by name."""


def undo_problems(before: Live, after: Live, back: Live, undo: Json) -> Iterator[Problem]:
    """`before` the run, `after` it, and `back` after its undo, whose plan says in its warnings what it does not bring back."""
    warned = "\n".join(undo["warnings"])
    if not undo["summary"]["blocked"]:
        for thing in before.things.values():
            yield from _thing_problems(thing, before, back, warned)
        for key in (back.things.keys() & after.things.keys()) - before.things.keys():
            thing = back.things[key]
            if not _is_named(thing, warned):
                yield Problem("undo", f"{thing.kind} {thing.name!r}, which the run created, is still there")
    was = {entry["id"]: entry for entry in after.snapshot["time_entries"]}
    for entry in back.snapshot["time_entries"]:
        if was.get(entry["id"]) != entry:
            yield Problem("time", f"the undo changed the entry {entry['id']}")


def _thing_problems(thing: Thing, before: Live, back: Live, warned: str) -> Iterator[Problem]:
    """What was there before the run is there again, as it was."""
    where = f"{thing.kind}:{'/'.join(before.path(thing))}"
    found = [back.things[thing.id]] if thing.id in back.things else _twins(thing, before, back)
    if found:
        yield from _differences(thing, found[0], before, back, where, warned)
    elif not _is_named(thing, warned):
        yield Problem("undo", f"{where} is not there again, and nothing says so: {warned!r}")


def _twins(thing: Thing, before: Live, back: Live) -> list[Thing]:
    """New things of the same name in a place of the same names."""
    path = before.path(thing)
    return [
        t for t in back.things.values() if t.id not in before.things and t.kind == thing.kind and back.path(t) == path
    ]


def _differences(thing: Thing, now: Thing, before: Live, back: Live, where: str, warned: str) -> Iterator[Problem]:
    if before.path(thing) != back.path(now) and not _is_named(thing, warned):
        yield Problem("undo", f"{where} is now at {'/'.join(back.path(now))}")
    for key in thing.record.keys() - _COMPUTED:
        one, other = thing.record[key], now.record.get(key)
        if _plain(one) != _plain(other) and not _is_explained(key, thing, before, warned):
            yield Problem("undo loses", f"{key} of {where} was {one!r}, is {other!r}, and nothing says so: {warned!r}")


def _plain(value: object) -> object:
    """The meaning of a value. Null, an empty list and an amount of 0 are one: the API cannot set a rate to null again. The letter
    case of an e-mail address has none.
    """
    if isinstance(value, Mapping):
        if "amount" in value and not value["amount"]:
            return None
        return {key: _plain(inner) for key, inner in value.items() if key != "targetId" and _plain(inner)}
    if isinstance(value, list):
        return [_plain(item) for item in value] or None
    return value.upper() if isinstance(value, str) and (value.startswith("#") or "@" in value) else value or None


def _is_explained(key: str, thing: Thing, before: Live, warned: str) -> bool:
    """Whether a warning about a thing, or about what it is in, has the word for a value."""
    names = [escaped(name) for name in before.path(thing)]
    lines = [line for line in warned.splitlines() if any(name in line for name in names)]
    return any(_WORDS.get(key, key) in line for line in lines)


def _is_named(thing: Thing, warned: str) -> bool:
    """Whether the undo speaks of it by its name."""
    return escaped(thing.name) in warned

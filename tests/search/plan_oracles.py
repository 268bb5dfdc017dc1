"""What must hold of a plan before it is applied: what is blocked and what not, what is spoken of, what is asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from tests.search.live import Live, Thing, escaped, fold, path_of, split
from tests.search.model import Model
from tests.search.oracles import Problem
from tests.search.settings import hides_something
from tests.search.simulated_user import Json, is_removal


def plan_problems(
    model: Model, plan: Json, before: tuple[Sequence[str], Sequence[str]], switches: list[str]
) -> Iterator[Problem]:
    """Blocks that have no ground, and grounds without a block. All that an option can allow is allowed.

    `before`: the patterns that earlier manifests put in force, and those that they may have.
    """
    now = model.manifest.get("policy", {}).get("protect", ())
    patterns, possible = [*now, *before[0]], [*now, *before[1]]
    for change in plan["changes"]:
        guard = (change["blocked"] or {}).get("guard", "")
        if is_removal(change):
            hit = [pattern for pattern in patterns if _covers(pattern, _addresses(change, model))]
            if hit and not guard:
                yield Problem("unprotected", f"{change['address']} would be removed in spite of protect {hit}")
            is_clear = not model.unsure & {"client", "project"}  # its address after the plan is known
            if (
                is_clear
                and guard == "protect"
                and not any(_covers(each, _addresses(change, model)) for each in possible)
            ):
                yield Problem("blocked", f"{change['address']} is blocked by protect, no pattern covers it: {possible}")
        if (
            is_removal(change)
            and not guard
            and change["kind"] == "client"
            and (inside := _declared_inside(change, model))
        ):
            yield Problem("children", f"{change['address']} would be removed, and {inside} is declared in it")
        if guard and not _has_ground(guard, change, model, switches):
            yield Problem("blocked", f"{change['address']} by {guard}: {change['blocked']['reason']}")
    creates = [change["address"] for change in plan["changes"] if change["action"] == "create"]
    for one in model.new if plan["changes"] and not model.unsure else ():
        address = f"{one.kind}:{'/'.join(map(escaped, one.path))}"
        if address not in creates:
            yield Problem("no create", f"{address} is new, the plan creates {creates}")


def _is_free(change: Json) -> bool:
    """Whether only the budget, which comes last, keeps a removal of a first plan from being carried out."""
    return not change["blocked"] or change["blocked"]["guard"] == "removal_budget"


def _has_ground(guard: str, change: Json, model: Model, switches: list[str]) -> bool:
    """Whether a block can be right."""
    match guard:
        case "was":
            return change["id"] in model.contested or change["kind"] in model.unsure
        case "children":
            return _keeps_children(change, model)
        case "reading_proof" | "unknown_value":
            return hides_something(switches)
        case "name":
            return _is_held(change, model)
        case _:
            return guard not in ("removal_budget", "max_requests", "check")


def spoken_problems(model: Model, plan: Json) -> Iterator[Problem]:
    """What meets nothing speaks: a mistyped `was:`, an entry of `removed:`, a literal in `protect:`."""
    warned = "\n".join(plan["warnings"])
    listed = {thing.id for _, things in model.listed() for thing in things}
    for entry, things in model.listed():
        [(kind, path)] = entry.items()
        one_word = escaped(split(path)[-1])
        if not things and one_word not in warned and kind not in model.unsure:
            yield Problem("silent", f"`removed: {entry}` meets nothing, and no warning says so")
    for one in model.unmet:
        if one.kind not in model.unsure and one.was and not any(escaped(split(was)[-1]) in warned for was in one.was):
            yield Problem("silent", f"`was: {list(one.was)}` of new {one.name!r} meets nothing, and no warning says so")
        place = model.place_of(one)
        for change in plan["changes"] if place is not None else ():
            thing = model.live.things.get(change["id"] or "")
            is_free = is_removal(change) and _is_free(change) and change["id"] not in listed
            if is_free and thing and (thing.kind, thing.parent) == (one.kind, place):
                why = f"{one.name!r} has an unmet `was: {list(one.was)}`"
                yield Problem("mistyped", f"{change['address']} would be removed; {why}")
    for pattern in model.manifest.get("policy", {}).get("protect", ()):
        every = [a for thing in model.live.things.values() for a in [f"{thing.kind}:{path_of(model.live, thing)}"]]
        every += [f"{one.kind}:{'/'.join(map(escaped, one.path))}" for one in model.declared]
        if "*" not in pattern and not _covers(pattern, every) and pattern.partition(":")[2] not in warned:
            yield Problem("silent", f"`protect: {pattern}` meets nothing, and no warning says so")


def rename_problems(model: Model, first: Json) -> Iterator[Problem]:
    """Before any allowance: what comes with the very children of something that goes is asked about, and so is what goes.

    Where several come or go with these children, each is asked about: any of them may be the other under a new name.
    """
    if model.unsure:
        return
    asked = {pair[side] for pair in first["look_alikes"] for side in ("create", "remove")}
    gone = [c for c in first["changes"] if is_removal(c) and c["kind"] in ("client", "project") and c["id"]]
    listed = {thing.id for _, things in model.listed() for thing in things}
    for one in model.new:
        place = model.place_of(one)
        below = sorted(fold(child.name) for child in model.declared if child.parent is one)
        if len(below) < 2 or place is None or one.kind not in ("client", "project"):
            continue
        address = f"{one.kind}:{'/'.join(map(escaped, one.path))}"
        for change in gone:
            thing = model.live.things[change["id"]]
            is_same = thing.parent == place and sorted(fold(c.name) for c in model.live.children(thing)) == below
            if is_same and _is_free(change) and thing.id not in listed and not asked >= {address, change["address"]}:
                yield Problem(
                    "not asked", f"{change['address']} goes and {one.name!r} comes with the same children {below}"
                )


def _addresses(change: Json, model: Model) -> list[str]:
    """The addresses of what a removal takes: as the plan has it, as it is live and as it is called below what is renamed; with
    its tasks where it is deleted.
    """
    thing = model.live.things.get(change["id"] or "")
    found = [change["address"], *(change["impact"].get("along") or ())]
    if thing is not None:
        inside = model.live.children(thing) if "delete" in change["steps"] and thing.kind == "project" else []
        for each in (thing, *inside):
            found += [
                f"{each.kind}:{'/'.join(map(escaped, path))}"
                for path in (model.live.path(each), _new_path(each, model))
            ]
    return found


def _new_path(thing: Thing, model: Model) -> tuple[str, ...]:
    """The names from the top once everything is renamed."""
    if one := model.claims.get(thing.id):
        return one.path
    above = model.live.things.get(thing.parent)
    return (*(_new_path(above, model) if above else ()), thing.name)


def _covers(pattern: str, addresses: Sequence[str]) -> bool:
    glob = re.sub(r"([\[\]?])", r"[\1]", _folded(pattern))
    return any(fnmatchcase(_folded(address), glob) for address in addresses)


def _folded(address: str) -> str:
    """An address, or a pattern of it, with each of its names folded."""
    kind, _, path = address.partition(":")
    return f"{kind}:{'/'.join(escaped(fold(name)) for name in split(path))}"


def _keeps_children(change: Json, model: Model) -> bool:
    """Whether a client that goes has projects that stay, or may."""
    if model.unsure:
        return True
    thing = model.live.things[change["id"]]
    fates = model.fates()
    return any(fates.get(child.id, "same") == "same" for child in model.live.children(thing)) or any(
        one.kind == "project" and one.path[0] == thing.name for one in model.declared
    )


def _declared_inside(change: Json, model: Model) -> list[str]:
    """The projects that are declared to be in a client."""
    inside = (o for o in model.declared if o.kind == "project" and model.place_of(o) == change["id"])
    return [one.name for one in inside]


def _is_held(change: Json, model: Model) -> bool:
    """Whether something live has the name that a change takes, in any spelling, in a place like that."""
    name = fold(split(change["address"].partition(":")[2])[-1])
    return any(
        thing.kind == change["kind"] and fold(thing.name) == name and thing.id != change["id"]
        for thing in model.live.things.values()
    )


def left_out_problems(plan: Json, rest: Json, live: Live) -> Iterator[Problem]:
    """A create is left out only where it may be a rename, or where something left out is above it or has its name."""
    left_out = {left["address"] for left in rest["left_out"] if not left["removal"]}
    naming = {
        change["address"]
        for change in plan["changes"]
        if change["action"] in ("create", "restore") or {"name", "client"} & {f["name"] for f in change["fields"]}
    }
    pairs = {pair["create"] for pair in plan["look_alikes"]}
    held = {
        fold(thing.name)
        for change in plan["changes"]
        if change["address"] in {left["address"] for left in rest["left_out"]}
        and (thing := live.things.get(change["id"]))
    }
    for change in plan["changes"]:
        if change["action"] != "create" or change["blocked"] or change["address"] not in left_out - pairs:
            continue
        path = split(change["address"].partition(":")[2])
        above = {tuple(path[:length]) for length in range(1, len(path))}
        if fold(path[-1]) not in held and not above & {tuple(split(a.partition(":")[2])) for a in left_out & naming}:
            why = next(left["why"] for left in rest["left_out"] if left["address"] == change["address"])
            yield Problem("left out", f"create {change['address']}: {why}")

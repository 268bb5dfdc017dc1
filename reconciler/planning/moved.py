"""What moved between two plans of the same manifests: by address and field, from records without values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reconciler.kinds.hierarchy import ancestors
from reconciler.model import Address
from reconciler.planning.plan import Action
from reconciler.planning.plan_record import PlannedChange, PlannedRecord

_DONE: Mapping[Action, str] = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.RESTORE: "restored",
    Action.ARCHIVE: "archived",
    Action.DELETE: "deleted",
}
_PARTS = {
    "target": "the gateway, the base URL or the workspace is another",
    "policy": "the policy of the manifests changed",
    "withdrawn": "the protections that the plan withdraws changed",
    "targets": "the targets differ: give the --target options of plan",
}
_OPTIONS = "the options differ: give the --allow-removals, --allow-removal, --max-requests and --except-blocked of plan"
_CHANGE_PARTS = {
    "usage": "has other tracked time",
    "along": "is deleted with other resources in it",
}
_REST = "the order or the requests of the changes differ"

_Key = tuple[Address, bool, int]


def moved_since(before: PlannedRecord, now: PlannedRecord) -> tuple[str, ...]:
    """What the plan of now has otherwise than an earlier one, a sentence each; empty for the same digest.

    `now` has to be made `like` the earlier one. What cannot be named by address is named as a whole, so that no difference is
    empty.
    """
    if before.digest == now.digest:
        return ()
    if before.digest_version != now.digest_version:
        return (f"it was made by another version of reconciler ({before.tool_version or 'unknown'})",)
    lines = [text for part, text in _PARTS.items() if before.parts[part] != now.parts[part]]
    lines += _of_changes(before.changes, now.changes)
    if not lines:
        lines.append(_OPTIONS if before.parts["options"] != now.parts["options"] else _REST)
    if before.sources != now.sources:
        lines.append("the manifests are not those of the approved plan")
    return tuple(lines)


def _of_changes(before: Iterable[PlannedChange], now: Iterable[PlannedChange]) -> Iterator[str]:
    old, new = _by_key(before), _by_key(now)
    parents = _Parents(_created(old) - _created(new), _created(new) - _created(old))
    for key, change in old.items():
        if key in new:
            yield from _of_change(change, new[key], parents)
        else:
            yield f"{change.address} is no longer {_DONE[change.action]}"
    for key, change in new.items():
        if key not in old:
            yield f"{change.address} is now {_DONE[change.action]} as well"


@dataclass(frozen=True, slots=True)
class _Parents:
    """Resources that only one of the plans creates: `made` exist by now, `gone` do so no longer."""

    made: frozenset[Address]
    gone: frozenset[Address]

    def words(self, change: PlannedChange) -> str:
        """Why the place of a change is another."""
        above = ancestors(change.address)
        if parent := next((one for one in above if one in self.made), None):
            return f"is in {parent}, which exists now"
        if parent := next((one for one in above if one in self.gone), None):
            return f"is in {parent}, which no longer exists"
        if change.action is Action.CREATE:
            return "is created in a parent that was changed or replaced live"
        return "was renamed or moved live, or what it is in was changed"


def _created(changes: Mapping[_Key, PlannedChange]) -> frozenset[Address]:
    return frozenset(change.address for change in changes.values() if change.action is Action.CREATE)


def _by_key(changes: Iterable[PlannedChange]) -> dict[_Key, PlannedChange]:
    """By address; a removal may have the address that another change leads to, and duplicates have one address."""
    seen: Counter[tuple[Address, bool]] = Counter()
    found: dict[_Key, PlannedChange] = {}
    for change in changes:
        key = change.address, change.removal
        found[*key, seen[key]] = change
        seen[key] += 1
    return found


def _of_change(old: PlannedChange, new: PlannedChange, parents: _Parents) -> Iterator[str]:
    at = old.address
    if old.action is not new.action:
        yield f"{at} is now {_DONE[new.action]} instead of {_DONE[old.action]}"
        return
    if old.parts["id"] != new.parts["id"]:
        yield f"{at} is another resource now"
        return
    yield from _of_fields(old, new)
    if old.parts["place"] != new.parts["place"]:
        yield f"{at} {parents.words(new)}"
    for part, text in _CHANGE_PARTS.items():
        if old.parts[part] != new.parts[part]:
            yield f"{at} {text}"
    if old.blocked != new.blocked:
        yield f"{at} is blocked now ({new.blocked})" if new.blocked else f"{at} is no longer blocked"


def _of_fields(old: PlannedChange, new: PlannedChange) -> Iterator[str]:
    at = old.address
    for name in dict.fromkeys((*old.fields, *old.live, *new.fields)):
        was, is_now = old.fields.get(name), new.fields.get(name)
        if was is None and is_now is None:
            if name in new.live and old.live[name] != new.live[name]:
                yield f"{at} {name} changed live"
        elif was is None or is_now is None:
            yield f"{at} {name} changes now as well" if was is None else f"{at} {name} no longer changes"
        else:
            if was[0] != is_now[0]:
                yield f"{at} {name} changed live"
            if was[1] != is_now[1]:
                yield f"{at} {name} is declared with another value"

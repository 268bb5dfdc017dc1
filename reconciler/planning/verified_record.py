"""Verification of a record of planned changes: whether each of its changes is one that a plan can have, by the rules of the kinds.

Its checksum proves no more than that of a plan file, which whoever edits it can compute again. A record has no values, so its digest
cannot be derived from it: what is possible here is still not proved to be the plan of that digest.
"""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.errors import PlanFileError
from reconciler.kinds import BY_NAME
from reconciler.model import Address, Kind
from reconciler.planning.guards import GUARDS
from reconciler.planning.plan import DIGEST_VERSION, Action
from reconciler.planning.plan_record import PlannedChange, PlannedRecord, hash_of

MOST_PROBLEMS = 5
_REMOVALS = (Action.ARCHIVE, Action.DELETE)


def require_possible(record: PlannedRecord) -> None:
    """Raise PlanFileError for a record that no plan of this version has, with each problem."""
    problems = list(record_problems(record))[:MOST_PROBLEMS]
    if problems:
        message = f"the record of planned changes is not one that a plan has: {problems[0]}"
        raise PlanFileError(message, problems=problems[1:], hint="plan again")


def record_problems(record: PlannedRecord) -> Iterator[str]:
    """What is impossible in a record, with its place; nothing for one of another version, whose rules are not known."""
    if record.digest_version != DIGEST_VERSION:
        return
    guards = {guard.name for guard in GUARDS}
    addresses: set[Address] = set()
    for number, change in enumerate(record.changes):
        problems = [*_of_change(change, record.digest)]
        if change.blocked and change.blocked not in guards:
            problems.append("it is blocked by an unknown guard")
        if not record.workspace_id and change.action is not Action.CREATE:
            problems.append(f"a new workspace has nothing to {change.action}")
        if not change.removal and change.address in addresses:
            problems.append("another change leads to the same address")
        addresses |= set() if change.removal else {change.address}
        yield from (f"changes[{number}]: {problem} ({change.address})" for problem in problems)


def _of_change(change: PlannedChange, digest: str) -> Iterator[str]:
    kind = BY_NAME[change.address.kind]
    undeclared = {field.name for field in kind.undeclared}
    above = {"name", *([kind.parent] if kind.parent_wire else [])}
    known = {field.name for field in kind.fields} | (undeclared if change.action is Action.CREATE else above)
    if not change.fields.keys() <= known:
        yield f"{', '.join(sorted(change.fields.keys() - known))}: not what the action {change.action} changes of a {kind.name}"
    at = str(change.address)
    if change.action is Action.CREATE:
        yield from _of_create(change, digest)
    elif change.removal:
        yield from _of_removal(change, kind)
    else:
        yield from _of_update(change, kind)
    compared = {kind.lifecycle_name, *change.fields} - {"", "name", kind.parent}
    if change.action is not Action.CREATE and set(change.live) != compared:
        yield f"it compares {', '.join(sorted(change.live)) or 'nothing'}, not {', '.join(sorted(compared)) or 'nothing'}"
    if change.action is not Action.DELETE:
        empty = hash_of(digest, at, [None, None], " usage"), hash_of(digest, at, [], " along")
        if (change.parts["usage"], change.parts["along"]) != empty:
            yield f"it has what only a delete has, and its action is {change.action}"
    if change.action is Action.ARCHIVE and kind.lifecycle_name in change.fields:
        after = change.fields[kind.lifecycle_name][1]
        if after != hash_of(digest, at, kind.archived_value, kind.lifecycle_name):
            yield "an archive leads to another value"


def _of_create(change: PlannedChange, digest: str) -> Iterator[str]:
    at = str(change.address)
    nothing = [before == hash_of(digest, at, None, name) for name, (before, _) in change.fields.items()]
    if change.removal or change.live or not all(nothing) or change.parts["id"] != hash_of(digest, at, "", " id"):
        yield "its action is create, and it is of a resource that exists"


def _of_removal(change: PlannedChange, kind: Kind) -> Iterator[str]:
    if change.action not in _REMOVALS or (change.action is Action.ARCHIVE and not kind.is_archivable):
        yield f"a removal of a {kind.name} does not {change.action} it"
    elif set(change.fields) != ({kind.lifecycle_name} if change.action is Action.ARCHIVE else set()):
        yield f"a removal with the action {change.action} changes other fields"


def _of_update(change: PlannedChange, kind: Kind) -> Iterator[str]:
    if not change.fields or change.action is Action.DELETE:
        yield f"its action is {change.action}, and it " + ("is no removal" if change.fields else "changes nothing")
    elif (change.action is Action.UPDATE) is (kind.lifecycle_name in change.fields):
        yield f"its action is {change.action}, which does not follow from its fields"

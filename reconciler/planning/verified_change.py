"""The rules that one change of a loaded plan has to satisfy, by its action; each problem has its place in the change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconciler.kinds import BY_NAME, parent_of
from reconciler.model import UNSET, Address, Field, Kind
from reconciler.planning.ancestry import ancestor_addresses
from reconciler.planning.derive import action_of, archive_step, create_steps, delete_steps, goal_of, update_steps
from reconciler.planning.diff import is_set
from reconciler.planning.order import LiveAddresses
from reconciler.planning.plan import Action, Change, FieldChange, Impact, Step
from reconciler.planning.shape import excerpt
from reconciler.state import Policy, Prune, TrackedTime

ChangeProblem = tuple[str, str]
"""Where in the change, such as `fields[0].after`, and what is wrong."""


def change_problems(change: Change, policy: Policy, live_addresses: LiveAddresses) -> Iterator[ChangeProblem]:
    """What the planner would not have made of this change; order and names are between changes, so they are not asked here."""
    kind = BY_NAME[change.kind]
    if unknown := [f"fields[{at}].name" for at, f in enumerate(change.fields) if _field(kind, f.name) is None]:
        yield from ((where, f"not a field of a {kind.name}") for where in unknown)
        return
    yield from _of_values(change, kind)
    yield from _of_field_order(change, kind)
    if change.action is Action.CREATE:
        yield from _of_create(change, kind)
    elif change.removal:
        yield from _of_removal(change, kind, policy)
    else:
        yield from _of_update(change, kind, live_addresses)
    yield from _of_impact(change)
    yield from _of_ancestors(change, live_addresses)


def _field(kind: Kind, name: str) -> Field | str | None:
    """The declaration of a field; a word for the name and the parent, None where the kind has no such field."""
    if name == "name" or (kind.parent_wire and name == kind.parent):
        return name
    return next((field for field in kind.every_field if field.name == name), None)


def is_canonical(field: Field, value: Any) -> bool:
    """Whether a value is one that this field has in plans: of its type, and as reading and writing it again leaves it."""
    try:
        same = field.type.parse(field.type.document(value))
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        return False
    return type(same) is type(value) and bool(same == value) and _has_type(field, value)


def _has_type(field: Field, value: Any) -> bool:
    """Whether the value has the type of the field's schema: text is not converted, so a number would stay one."""
    expected = field.type.schema.get("type", "string")
    if expected == "boolean":
        return isinstance(value, bool)
    if expected == "array":
        return isinstance(value, tuple)
    return value is None or isinstance(value, str)


def _of_values(change: Change, kind: Kind) -> Iterator[ChangeProblem]:
    before_is_none = change.action is Action.CREATE
    for at, item in enumerate(change.fields):
        field = _field(kind, item.name)
        if not isinstance(field, Field):
            if item.name == "name" and not all(isinstance(value, str) and value for value in (item.before, item.after)):
                yield f"fields[{at}]", "a name is text with at least one character"
            continue
        words = field.type.schema.get("enum", (item.after,))
        if not is_canonical(field, item.after) or item.after not in (*words, *([None] * field.clearable)):
            yield f"fields[{at}].after", f"not a value of {item.name}: {excerpt(item.after)}"
        if before_is_none and item.before is not None:
            yield f"fields[{at}].before", "a create has no earlier value"
        elif not (item.before is None or is_canonical(field, item.before)):  # None: not set, or not known
            yield f"fields[{at}].before", f"not a value of {item.name}: {excerpt(item.before)}"
        elif not before_is_none and item.before == item.after:
            yield f"fields[{at}].after", "the same value as before"
    for name, value in change.precondition.values.items():
        field = _field(kind, name)
        if not isinstance(field, Field) or not (value is None or is_canonical(field, value)):
            yield f"precondition.values.{excerpt(name)[1:-1]}", f"not a value of a {kind.name}: {excerpt(value)}"


def _of_field_order(change: Change, kind: Kind) -> Iterator[ChangeProblem]:
    order = [
        "name",
        *([kind.parent] if kind.parent_wire else []),
        *(field.name for field in kind.every_field),
    ]
    names = [item.name for item in change.fields]
    if names != [name for name in order if name in names]:
        yield "fields", "not in the order of the kind, or more than once"


def _of_create(change: Change, kind: Kind) -> Iterator[ChangeProblem]:
    for at, item in enumerate(change.fields):
        field = _field(kind, item.name)
        if not isinstance(field, Field):
            yield f"fields[{at}].name", f"a create has no change of its {item.name}"
        elif not is_set(field, item.after):
            yield f"fields[{at}].after", "a create does not set this value: it is the one without it"
    if change.id:
        yield "id", "a create has none"
    if change.removal:
        yield "removal", "must be false: its action is create"
    if not change.precondition.absent:
        yield "precondition", 'must be {"absent": true}'
    known = [item for item in change.fields if isinstance(_field(kind, item.name), Field)]
    yield from _of_steps(change, create_steps(kind, known))


def _of_steps(change: Change, expected: tuple[Step, ...]) -> Iterator[ChangeProblem]:
    """The steps as derived, after the rename that frees a name early; whether one is needed follows from the order."""
    rename = (Step.RENAME,) if change.temporary_name else ()
    if change.steps != rename + expected:
        yield "steps", f"must be {', '.join(rename + expected) or 'empty'}"


def _of_update(change: Change, kind: Kind, live_addresses: LiveAddresses) -> Iterator[ChangeProblem]:
    if change.action is Action.DELETE:
        yield "removal", "must be true: its action is delete"
        return
    if not change.fields:
        yield "fields", f"a change with the action {change.action} changes at least one"
        return
    undeclared = {field.name for field in kind.undeclared}
    for at, item in enumerate(change.fields):
        if item.name in undeclared:
            yield f"fields[{at}].name", "only a create sets it"
    action = action_of(kind, change.fields)
    if change.action is not action:
        yield "action", f"must be {action}: it follows from the fields"
    yield from _of_steps(change, update_steps(action, kind, [item.name for item in change.fields]))
    yield from _of_live(change, kind, [item.name for item in change.fields])
    if change.precondition.address is not None:
        yield from _of_identity(change, kind, change.precondition.address, live_addresses)


def _of_live(change: Change, kind: Kind, names: list[str]) -> Iterator[ChangeProblem]:
    """The id and the precondition of a change to a live resource; `names` are the fields that it compares."""
    known = change.precondition
    if not change.id:
        yield "id", "missing: the change is to a live resource"
    if known.address is None:
        yield "precondition", "absent: the change is to a live resource"
        return
    if known.address.kind != change.kind:
        yield "precondition.address", f"not a {change.kind}"
    if bool(known.parent_id) != (parent_of(known.address) is not None):
        yield "precondition.parent_id", "does not match the address"
    compared = {kind.lifecycle_name, *names} - {"", "name", kind.parent}
    if set(known.values) != compared:
        yield "precondition.values", f"must have exactly: {', '.join(sorted(compared)) or 'nothing'}"
    for at, item in enumerate(change.fields):
        if item.name in known.values and known.values[item.name] != item.before:
            yield f"fields[{at}].before", "not the value of the precondition"
    is_delete = change.action is Action.DELETE
    for key, wanted in (("tracked_seconds", kind.tracks_time), ("time_entries", bool(kind.usage_param))):
        if (getattr(known, key) is not UNSET) != (is_delete and wanted):
            yield f"precondition.{key}", "missing" if is_delete and wanted else "only a delete has it"


def _of_identity(change: Change, kind: Kind, live: Address, live_addresses: LiveAddresses) -> Iterator[ChangeProblem]:
    """Name and parent: what the fields say of them is what the two addresses say."""
    renamed = change.field_named("name")
    if (
        (renamed.before, renamed.after) != (live.name, change.address.name)
        if renamed
        else live.name != change.address.name
    ):
        yield "address", "its name does not follow from the precondition and the field name"
    elif renamed and renamed.before == renamed.after:
        yield "fields[0].after", "the same value as before"
    moved = change.field_named(kind.parent) if kind.parent_wire else None
    before, after = parent_of(live), parent_of(change.address)
    if moved is None:
        if before != (live_addresses.live(after) if after else None):
            yield "address", "its parent does not follow from the precondition"
    elif (moved.before, moved.after) != (before.name if before else None, after.name if after else None):
        yield "address", f"its parent does not follow from the precondition and the field {kind.parent}"


def _of_removal(change: Change, kind: Kind, policy: Policy) -> Iterator[ChangeProblem]:
    known = change.precondition
    if change.action not in (Action.ARCHIVE, Action.DELETE):
        yield "action", "a removal archives or deletes"
        return
    is_archived = kind.is_archived(known.values)
    if change.action is Action.DELETE:
        yield from _of_steps(change, delete_steps(kind, is_archived=is_archived))
        if change.fields:
            yield "fields", "a delete changes none"
        yield from _of_usage(change, kind, policy)
    elif not kind.is_archivable:
        yield "action", f"a {kind.name} cannot be archived"
    else:
        yield from _of_steps(change, (archive_step(kind),))
        before = known.values.get(kind.lifecycle_name)
        if change.fields != (FieldChange(kind.lifecycle_name, before, kind.archived_value),):
            yield "fields", f"an archive changes {kind.lifecycle_name} alone"
    yield from _of_live(change, kind, [])
    if known.address is not None and known.address != change.address:
        yield "address", "not that of the precondition"
    goal = goal_of(policy, kind)
    if not change.source and (goal is Prune.KEEP or (goal is Prune.ARCHIVE and change.action is Action.DELETE)):
        yield "action", f"not what policy.prune.{kind.plural} allows for a resource that is not in the manifests"


def _of_usage(change: Change, kind: Kind, policy: Policy) -> Iterator[ChangeProblem]:
    """What has tracked time is archived, not deleted, unless the policy deletes it."""
    known, impact = change.precondition, change.impact
    if known.time_entries is not UNSET and known.time_entries != impact.time_entries:
        yield "impact.time_entries", "not the number of the precondition"
    if policy.tracked_time is not TrackedTime.KEEP:
        return
    used = [known.tracked_seconds not in (UNSET, None, 0)]
    if kind.usage_param:
        used += [impact.time_entries != 0, impact.tracked_seconds != 0]
    if any(used):
        yield "action", "has or may have tracked time: policy.tracked_time keeps it"


def _of_ancestors(change: Change, live_addresses: LiveAddresses) -> Iterator[ChangeProblem]:
    """The ancestors follow from the addresses. A plan file from before they were kept has none: it is stale wherever one is needed."""
    given = [ancestor.address for ancestor in change.precondition.ancestors]
    if not given:
        return
    needed = ancestor_addresses(change, live_addresses)
    if given != needed:
        yield "precondition.ancestors", f"must be those of {', '.join(map(str, needed)) or 'nothing'}"
    above = parent_of(change.precondition.address) if change.precondition.address else None
    for at, ancestor in enumerate(change.precondition.ancestors):
        if ancestor.address == above and ancestor.id != change.precondition.parent_id:
            yield f"precondition.ancestors[{at}].id", "not the parent_id of the precondition"


def _of_impact(change: Change) -> Iterator[ChangeProblem]:
    impact = change.impact
    if change.action not in (Action.ARCHIVE, Action.DELETE):
        if impact != Impact():
            yield "impact", "only an archive or a delete has one"
        return
    name_free = (True if change.temporary_name else None) if change.action is Action.DELETE else False
    if impact.name_free is not name_free:
        yield "impact.name_free", f"must be {excerpt(name_free)}"
    if impact.embedded and change.action is not Action.DELETE:
        yield "impact.along", "an archive deletes nothing"
    if impact.lost and change.action is not Action.DELETE:
        yield "impact.lost", "only a delete has it"
    if list(impact.embedded) != sorted(impact.embedded):
        yield "impact.along", "not sorted"
    for at, address in enumerate(impact.embedded):
        if not BY_NAME[address.kind].is_embedded or parent_of(address) != change.address:
            yield f"impact.along[{at}]", f"not inside {change.address}"

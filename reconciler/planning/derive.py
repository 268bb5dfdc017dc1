"""What follows from the fields of a change: its action and its steps. The planner and the verification of plan files share it."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from typing import Any

from reconciler.kinds import BY_NAME
from reconciler.model import Field, Kind
from reconciler.planning.plan import Action, Change, FieldChange, Step
from reconciler.state import Policy, Prune
from reconciler.value_types import ExclusiveType, FollowUpType, PatchType, Wire

_REPLACING = frozenset({Step.RENAME, Step.UPDATE, Step.RESTORE, Step.ARCHIVE, Step.DONE})
"""The steps that send the whole object."""


def fields_reset_by(change: Change, known: Collection[str]) -> tuple[Field, ...]:
    """The fields that the updates of a change would reset: a value is neither known nor set by the change."""
    if not change.id or _REPLACING.isdisjoint(change.steps):
        return ()
    kind = BY_NAME[change.kind]
    if change.is_removal:
        return fields_reset(kind, known, kind.archived_values)
    return fields_reset(kind, known, {field.name for field in change.fields})


def fields_reset(kind: Kind, known: Container[str], sent: Container[str]) -> tuple[Field, ...]:
    """The fields that an update resets: their value is neither known nor sent."""
    return tuple(f for f in kind.fields if f.reset_if_omitted and f.name not in known and f.name not in sent)


def reset_reason(fields: Sequence[Field], of: str = "") -> str:
    """Why an update that would reset these fields is not sent; `of` completes "does not return …"."""
    keys = ", ".join(repr(field.answer_key) for field in fields)
    pronoun = "it" if len(fields) == 1 else "them"
    return f"the service does not return {keys}{of}; an update would reset {pronoun}"


def patch_conflict(change: Change, wire: Wire) -> tuple[Field, str] | None:
    """The first field of a change whose endpoint would also change an undeclared value of the object, and why; None without one."""
    patched = [
        (field, field.type, declared.after)
        for field in BY_NAME[change.kind].fields
        if field.endpoint and (declared := change.field_named(field.name)) is not None
    ]
    for field, field_type, value in patched:
        if isinstance(field_type, ExclusiveType):
            others = [each for each in patched if each[0] is not field and isinstance(each[1], ExclusiveType)]
            reason = field_type.conflict(patched_wire(wire, ((each, after) for each, _, after in others)), value)
        else:
            lacking = [repr(key) for key in field.also_patches if key not in wire]
            reason = f"the service does not return {', '.join(lacking)}; {field.name} would reset it" if lacking else ""
        if reason:
            return field, reason
    return None


def patched_wire(wire: Wire, values: Iterable[tuple[Field, Any]]) -> Wire:
    """An object as requests to the endpoints of some fields leave it; each body is built on those before it."""
    for field, value in values:
        if isinstance(field.type, PatchType):
            wire = {**wire, **field.type.patch_body(wire, value)}
    return wire


def lacks_patched_keys(change: Change, wire: Wire) -> bool:
    """Whether an object lacks a key that the endpoint of a changed field writes as well."""
    return any(
        key not in wire
        for field in BY_NAME[change.kind].fields
        if change.id and change.field_named(field.name)
        for key in field.also_patches
    )


def differs(live: Mapping[str, Any], name: str, declared: Any) -> bool:
    """Whether a declared value is not the live one. A value that the service does not return differs unless none is declared."""
    return bool(live[name] != declared) if name in live else declared not in (None, ())


def goal_of(policy: Policy, kind: Kind) -> Prune:
    """The goal of the policy for unlisted resources of a kind; KEEP in place of ARCHIVE for a kind without archive."""
    goal = policy.prune[kind.name]
    return Prune.KEEP if goal is Prune.ARCHIVE and not kind.is_archivable else goal


def action_of(kind: Kind, fields: Sequence[FieldChange]) -> Action:
    """The action of a change to a live resource: what happens to its lifecycle, else an update."""
    lifecycle = next((change for change in fields if change.name == kind.lifecycle_name), None)
    if lifecycle is None:
        return Action.UPDATE
    return Action.ARCHIVE if kind.is_archived({lifecycle.name: lifecycle.after}) else Action.RESTORE


def create_steps(kind: Kind, fields: Sequence[FieldChange]) -> tuple[Step, ...]:
    """A create, a step for fields with requests of their own, one for undeclared such fields, and an update if the create drops a
    field whose value differs from the one that it is created with. The update is last: it may archive the resource.
    """
    declared = [(kind.field_named(change.name), change.after) for change in fields]
    dropped = [field for field, after in declared if field.dropped_on_create and after != field.created_as]
    steps = [Step.CREATE]
    if any(field.endpoint and field in kind.fields for field in dropped):
        steps.append(Step.PATCH)
    if any(field.endpoint and field in kind.undeclared for field, _ in declared):
        steps.append(Step.UNDECLARED)
    if any(not field.endpoint for field in dropped):
        steps.append(Step.UPDATE)
    return tuple(steps)


def endpoint_requests(change: Change, step: Step) -> int:
    """The most requests of its PATCH or UNDECLARED step: one for each endpoint, and one for each rate of a member."""
    kind = BY_NAME[change.kind]
    written = kind.undeclared if step is Step.UNDECLARED else kind.fields
    fields = {field: item for field in written if (item := change.field_named(field.name)) and field.endpoint}
    rates = sum(
        f.type.most_follow_ups(item.before, item.after)
        for f, item in fields.items()
        if isinstance(f.type, FollowUpType)
    )
    return len({field.endpoint for field in fields}) + rates


def update_steps(action: Action, kind: Kind, names: Collection[str]) -> tuple[Step, ...]:
    """The fewest requests: one for all fields, one more for those with an endpoint."""
    apart = [name for name in names if name not in ("name", kind.parent) and kind.field_named(name).endpoint]
    main = {Action.ARCHIVE: archive_step(kind), Action.RESTORE: Step.RESTORE}.get(action, Step.UPDATE)
    steps = [main] if len(names) > len(apart) else []
    if apart:
        steps.insert(0 if action is Action.ARCHIVE else len(steps), Step.PATCH)
    return tuple(steps)


def delete_steps(kind: Kind, *, is_archived: bool) -> tuple[Step, ...]:
    """The steps of a delete; what is archived already is not archived again."""
    return tuple(Step(step) for step in kind.removal if not (is_archived and step != "delete"))


def archive_step(kind: Kind) -> Step:
    """The step that archives a resource of this kind: `archive`, or `done` for a task."""
    return Step.DONE if "done" in kind.removal else Step.ARCHIVE

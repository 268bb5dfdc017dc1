"""From pairs of desired and live resources to changes: what is created, updated, restored or archived; no order, no guards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.errors import PlanningError, Problem
from reconciler.kinds import BY_NAME
from reconciler.model import FieldRole, Kind, Resource
from reconciler.planning.match import Matching
from reconciler.planning.plan import Action, Change, FieldChange, Step
from reconciler.planning.precondition import ABSENT, precondition_of
from reconciler.state import Desired, Live


def field_changes(kind: Kind, declared: Mapping[str, Any], live: Mapping[str, Any]) -> list[FieldChange]:
    """The fields whose declared value is not the live one, in the kind's order; undeclared fields never count."""
    changed = [f for f in kind.fields if f.name in declared and _differs(live, f.name, declared[f.name])]
    return [FieldChange(f.name, live.get(f.name), declared[f.name]) for f in changed]


def declared_changes(desired: Desired, live: Live, matching: Matching) -> Iterator[Change]:
    """A change for every declared resource that differs from the live one; raises PlanningError for unknown people."""
    _require_known_people(desired, live)
    for address, resource in desired.resources.items():
        current = matching.pairs.get(address)
        if current is None:
            yield _create(resource, BY_NAME[resource.kind])
        elif not _is_as_declared(resource, current, matching) and (change := _update(resource, current, matching)):
            yield change


def _is_as_declared(resource: Resource, current: Resource, matching: Matching) -> bool:
    """The usual answer for most of a workspace, found without building anything."""
    if resource.address.path[-1] != current.address.path[-1]:
        return False
    if matching.parents[resource.address] != current.parent_id:
        return False
    live = current.values
    return all(not _differs(live, name, value) for name, value in resource.values.items())


def _differs(live: Mapping[str, Any], name: str, declared: Any) -> bool:
    """Whether a declared value is not the live one. A value that the service does not return differs unless none is declared."""
    return bool(live[name] != declared) if name in live else declared not in (None, ())


def _create(resource: Resource, kind: Kind) -> Change:
    fields = []
    follow_up = False
    for declared in kind.fields:
        value = resource.values.get(declared.name)
        is_new = value not in (None, ()) and value != declared.default
        if declared.name in resource.values and is_new:
            fields.append(FieldChange(declared.name, None, value))
        if declared.dropped_on_create and declared.name in resource.values and value != declared.created_as:
            follow_up = True
    return Change(
        address=resource.address,
        action=Action.CREATE,
        steps=(Step.CREATE, Step.UPDATE) if follow_up else (Step.CREATE,),
        fields=tuple(fields),
        precondition=ABSENT,
        reason="in the manifests, not in the workspace",
        source=str(resource.source or ""),
    )


def _update(resource: Resource, current: Resource, matching: Matching) -> Change | None:
    kind = BY_NAME[resource.kind]
    fields = [
        *_identity_changes(resource, current, kind, matching),
        *field_changes(kind, resource.values, current.values),
    ]
    if not fields:
        return None
    names = [change.name for change in fields]
    action, reason = _action(resource, current, kind, names)
    return Change(
        address=resource.address,
        action=action,
        steps=_steps(action, kind, names),
        id=current.id,
        fields=tuple(fields),
        precondition=precondition_of(current, names),
        reason=reason,
        source=str(resource.source or ""),
    )


def _identity_changes(resource: Resource, current: Resource, kind: Kind, matching: Matching) -> Iterator[FieldChange]:
    if resource.name != current.name:
        yield FieldChange("name", current.name, resource.name)
    if kind.parent_wire and matching.parents[resource.address] != current.parent_id:
        before = current.parent.name if current.parent else None
        after = resource.parent.name if resource.parent else None
        yield FieldChange(kind.parent, before, after)


def _action(resource: Resource, current: Resource, kind: Kind, names: list[str]) -> tuple[Action, str]:
    lifecycle = kind.lifecycle_name
    if lifecycle in names and kind.is_archived(resource.values):
        return (
            Action.ARCHIVE,
            f"declared as {lifecycle}" if kind.archived_value is True else f"declared as {kind.archived_value}",
        )
    if lifecycle in names:
        return Action.RESTORE, "declared active, archived in the workspace"
    if "name" in names and current.name in {path[-1] for path in resource.was}:
        return Action.UPDATE, f"`was: {current.name}`"
    return Action.UPDATE, "differs from the manifests"


def _steps(action: Action, kind: Kind, names: list[str]) -> tuple[Step, ...]:
    """The fewest requests: one for all fields, one more for those with an endpoint of their own."""
    apart = [name for name in names if name not in ("name", kind.parent) and kind.field_named(name).endpoint]
    main = {Action.ARCHIVE: archive_step(kind), Action.RESTORE: Step.RESTORE}.get(action, Step.UPDATE)
    steps = [main] if len(names) > len(apart) else []
    if apart:
        steps.insert(0 if action is Action.ARCHIVE else len(steps), Step.PATCH)
    return tuple(steps)


def _require_known_people(desired: Desired, live: Live) -> None:
    known = set(live.users.values())
    people = {kind.name: [f.name for f in kind.fields if f.role is FieldRole.PEOPLE] for kind in BY_NAME.values()}
    problems = [
        _unknown_person(resource, name, email)
        for resource in desired.resources.values()
        for name in people[resource.kind]
        for email in resource.values.get(name, ())
        if email not in known
    ]
    if problems:
        raise PlanningError(problems)


def _unknown_person(resource: Resource, name: str, email: Any) -> Problem:
    source = resource.source
    return Problem(
        source.path if source else "",
        source.line if source else 0,
        source.column if source else 0,
        f"{name} of {resource.address}: the workspace has no user with the address {email}",
        "invite the person in Clockify first, or see `reconciler users list` for the addresses",
    )


def archive_step(kind: Kind) -> Step:
    """The step that archives a resource of this kind: `archive`, or `done` for a task."""
    return Step.DONE if "done" in kind.removal else Step.ARCHIVE

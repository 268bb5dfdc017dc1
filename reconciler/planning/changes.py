"""The changes that declared resources need: created, updated, restored or archived; no order and no guards yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconciler.errors import PlanningError, Problem
from reconciler.kinds import BY_NAME
from reconciler.model import Kind, Resource, Role
from reconciler.planning.diff import field_changes
from reconciler.planning.match import Matching
from reconciler.planning.plan import Action, Change, FieldChange, Step
from reconciler.planning.prune import precondition, put_away_step
from reconciler.state import Desired, Live


def declared_changes(desired: Desired, live: Live, matching: Matching) -> Iterator[Change]:
    """A change for every declared resource that is not as declared; raises PlanningError for unknown people."""
    _check_people(desired, live)
    for address, resource in desired.resources.items():
        there = matching.pairs.get(address)
        if there is None:
            yield _create(resource, BY_NAME[resource.kind])
        elif not _is_as_declared(resource, there, matching) and (change := _update(resource, there, matching)):
            yield change


def _is_as_declared(resource: Resource, there: Resource, matching: Matching) -> bool:
    """The usual answer for most of a workspace, found without building anything."""
    if resource.address.path[-1] != there.address.path[-1]:
        return False
    if matching.parents[resource.address] != there.parent_id:
        return False
    live = there.values
    return all(live.get(name) == value for name, value in resource.values.items())


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
        precondition={"absent": True},
        reason="in the manifests, not in the workspace",
        source=str(resource.source or ""),
    )


def _update(resource: Resource, there: Resource, matching: Matching) -> Change | None:
    kind = BY_NAME[resource.kind]
    fields = [*_identity_changes(resource, there, kind, matching), *field_changes(kind, resource.values, there.values)]
    if not fields:
        return None
    names = [change.name for change in fields]
    action, reason = _action(resource, there, kind, names)
    return Change(
        address=resource.address,
        action=action,
        steps=_steps(action, kind, names),
        id=there.id,
        fields=tuple(fields),
        precondition=precondition(there, kind, names),
        reason=reason,
        source=str(resource.source or ""),
    )


def _identity_changes(resource: Resource, there: Resource, kind: Kind, matching: Matching) -> Iterator[FieldChange]:
    if resource.name != there.name:
        yield FieldChange("name", there.name, resource.name)
    if kind.parent_wire and matching.parents[resource.address] != there.parent_id:
        before = there.parent.name if there.parent else None
        after = resource.parent.name if resource.parent else None
        yield FieldChange(kind.parent, before, after)


def _action(resource: Resource, there: Resource, kind: Kind, names: list[str]) -> tuple[Action, str]:
    lifecycle = kind.lifecycle.name
    if lifecycle in names and resource.values[lifecycle] == kind.retired:
        return Action.ARCHIVE, f"declared as {lifecycle}" if kind.retired is True else f"declared as {kind.retired}"
    if lifecycle in names:
        return Action.RESTORE, "in the manifests, put away in the workspace"
    if "name" in names and there.name in {path[-1] for path in resource.was}:
        return Action.UPDATE, f"`was: {there.name}`"
    return Action.UPDATE, "differs from the manifests"


def _steps(action: Action, kind: Kind, names: list[str]) -> tuple[Step, ...]:
    """The fewest requests: one for all fields, one more for those with an endpoint of their own."""
    apart = [name for name in names if name not in ("name", kind.parent) and kind.field_named(name).endpoint]
    main = {Action.ARCHIVE: put_away_step(kind), Action.RESTORE: Step.RESTORE}.get(action, Step.UPDATE)
    steps = [main] if len(names) > len(apart) else []
    if apart:
        steps.insert(0 if action is Action.ARCHIVE else len(steps), Step.ESTIMATE)
    return tuple(steps)


def _check_people(desired: Desired, live: Live) -> None:
    known = set(live.users.values())
    people = {kind.name: [f.name for f in kind.fields if f.role is Role.PEOPLE] for kind in BY_NAME.values()}
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

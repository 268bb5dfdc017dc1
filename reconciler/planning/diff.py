"""From pairs of desired and live resources to changes: what is created, updated, restored or archived; no order, no guards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.errors import PlanningError
from reconciler.kinds import BY_NAME
from reconciler.kinds.people import identity_of
from reconciler.model import Field, FieldRole, Kind, Resource
from reconciler.planning.derive import action_of, create_steps, differs, update_steps
from reconciler.planning.managers import require_shown_roles
from reconciler.planning.match import Matching
from reconciler.planning.plan import Action, Change, FieldChange
from reconciler.planning.precondition import ABSENT, Precondition, precondition_of
from reconciler.planning.problems import unknown_person
from reconciler.planning.resolved import require_payable_amounts
from reconciler.state import Desired, Live


def field_changes(kind: Kind, declared: Mapping[str, Any], live: Mapping[str, Any]) -> list[FieldChange]:
    """The fields whose declared value differs from the live one, in the kind's order; undeclared fields are ignored."""
    changed = [f for f in kind.fields if f.name in declared and differs(live, f.name, declared[f.name])]
    return [FieldChange(f.name, live.get(f.name), declared[f.name]) for f in changed]


def require_known_values(desired: Desired, live: Live) -> None:
    """Raise PlanningError for unknown people, for amounts that the workspace's currency does not have, and for hidden roles."""
    _require_known_people(desired, live)
    require_payable_amounts(desired, live.workspace)
    require_shown_roles(desired, live)


def declared_changes(desired: Desired, matching: Matching) -> Iterator[Change]:
    """A change for every declared resource that differs from the live one."""
    for address, resource in desired.resources.items():
        current = matching.pairs.get(address)
        if current is None:
            yield _create(resource, BY_NAME[resource.kind], is_again=address in desired.identified)
        elif change := _update_if_different(resource, current, matching):
            yield change


def declared_updates(desired: Desired, matching: Matching) -> Iterator[tuple[Resource, Change]]:
    """Each live resource that differs from what is declared, with its change."""
    for address, current in matching.pairs.items():
        if change := _update_if_different(desired.resources[address], current, matching):
            yield current, change


def _update_if_different(resource: Resource, current: Resource, matching: Matching) -> Change | None:
    return None if _is_as_declared(resource, current, matching) else _update(resource, current, matching)


def _is_as_declared(resource: Resource, current: Resource, matching: Matching) -> bool:
    """The fast path: most of a workspace is unchanged, and nothing is built for it."""
    if resource.address.path[-1] != current.address.path[-1]:
        return False
    if matching.parents[resource.address] != current.parent_id:
        return False
    live = current.values
    for name, value in resource.values.items():
        if name not in live or live[name] != value:
            return not any(differs(live, name, value) for name, value in resource.values.items())
    return True


def _create(resource: Resource, kind: Kind, *, is_again: bool) -> Change:
    """`is_again`: an undo makes again what was there."""
    every = kind.every_field
    declared = [(f, resource.values[f.name]) for f in every if f.name in resource.values]
    fields = [FieldChange(f.name, None, value) for f, value in declared if is_set(f, value)]
    return Change(
        address=resource.address,
        action=Action.CREATE,
        steps=create_steps(kind, fields),
        fields=tuple(fields),
        precondition=Precondition(beside=True) if is_again else ABSENT,
        reason="in the manifests, not in the workspace",
        source=str(resource.source or ""),
    )


def is_set(field: Field, value: Any) -> bool:
    """Whether a create has to set this value of a field."""
    return value not in (None, ()) and value != field.default


def _update(resource: Resource, current: Resource, matching: Matching) -> Change | None:
    kind = BY_NAME[resource.kind]
    fields = [
        *_identity_changes(resource, current, kind, matching),
        *field_changes(kind, resource.values, current.values),
    ]
    if not fields:
        return None
    names = [change.name for change in fields]
    action = action_of(kind, fields)
    return Change(
        address=resource.address,
        action=action,
        steps=update_steps(action, kind, names),
        id=current.id,
        fields=tuple(fields),
        precondition=precondition_of(current, names),
        reason=_reason(action, resource, current, kind),
        source=str(resource.source or ""),
    )


def _identity_changes(resource: Resource, current: Resource, kind: Kind, matching: Matching) -> Iterator[FieldChange]:
    if resource.name != current.name:
        yield FieldChange("name", current.name, resource.name)
    if kind.parent_wire and matching.parents[resource.address] != current.parent_id:
        before = current.parent.name if current.parent else None
        after = resource.parent.name if resource.parent else None
        yield FieldChange(kind.parent, before, after)


def _reason(action: Action, resource: Resource, current: Resource, kind: Kind) -> str:
    if action is Action.ARCHIVE:
        return f"declared as {kind.lifecycle_name if kind.archived_value is True else kind.archived_value}"
    if action is Action.RESTORE:
        return "declared active, archived in the workspace"
    if resource.name != current.name and current.name in {path[-1] for path in resource.was}:
        return f"`was: {current.name}`"
    return "differs from the manifests"


def _require_known_people(desired: Desired, live: Live) -> None:
    known = set(live.users.values())
    people = {kind.name: [f.name for f in kind.fields if f.role is FieldRole.PEOPLE] for kind in BY_NAME.values()}
    problems = [
        unknown_person(resource, name, person, known)
        for resource in desired.resources.values()
        for name in people[resource.kind]
        for person in map(identity_of, resource.values.get(name, ()))
        if person not in known
    ]
    if problems:
        raise PlanningError(problems)

"""Warnings: facts that an approver should know and that block nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from reconciler.errors import StrictError
from reconciler.kinds import BY_NAME, fields_of
from reconciler.kinds.people import identity_of
from reconciler.model import Address
from reconciler.planning.derive import patch_conflict
from reconciler.planning.first_plan import is_first_plan_warning
from reconciler.planning.plan import Action, Change, Plan
from reconciler.planning.requirements import MEMBERS, PEOPLE, members_removed
from reconciler.state import AccessRole, Desired, Live
from reconciler.text import sanitize
from reconciler.value_types import ExclusiveType


def live_warnings(live: Live) -> Iterator[str]:
    """Warnings about the workspace itself: duplicate names."""
    for resource in live.duplicates:
        yield f"{resource.address} exists more than once; the one with the id {resource.id} is ignored"


def contested_warnings(contested: Mapping[str, str], changes: Sequence[Change], live: Live) -> Iterator[str]:
    """Warnings about earlier names that are in use beside the new one, and that no guard names since nothing removes them.

    `contested`: as in Matching.
    """
    removed = {change.id for change in changes if change.is_removal}
    for resource_id, why in contested.items():
        current = live.by_id[resource_id]
        if resource_id not in removed and not BY_NAME[current.kind].is_archived(current.values):
            yield f"{why}; {current.address} is not renamed"


def loss_warnings(changes: Sequence[Change], live: Live) -> Iterator[str]:
    """Warnings about values that are switched off, so that they count as none: what replaces one cannot be undone."""
    for change in changes:
        replaced = [field for field in fields_of(change.kind, ExclusiveType) if change.field_named(field.name)]
        resource = live.by_id.get(change.id) if replaced else None
        if resource is None or patch_conflict(change, resource.wire):  # the guard blocks it
            continue
        for field in replaced:
            if isinstance(field.type, ExclusiveType) and (kept := field.type.switched_off(resource.wire)):
                yield (
                    f"{change.address} has the {field.name} {kept}, switched off: it counts as none and is replaced, and an undo "
                    "cannot restore it"
                )


def people_warnings(desired: Desired, changes: Sequence[Change], live: Live) -> Iterator[str]:
    """Warnings about people who are not active in the workspace: one for each person that a manifest declares.

    An undo has no manifest: there they are about the people that its changes add.
    """
    statuses = {live.users.get(user, user): status for user, status in live.inactive.items()}
    if not statuses:
        return
    found: dict[str, dict[Address, None]] = {}
    for address, people in _added_people(changes) if desired.is_undo else _declared_people(desired):
        for person in statuses.keys() & set(map(identity_of, people or ())):
            found.setdefault(person, {})[address] = None
    how = "is added to" if desired.is_undo else "is declared in"
    for person, where in sorted(found.items()):
        status = sanitize(statuses[person].lower().replace("_", " "), 40)
        yield f"{person} is {status} in the workspace, not active, and {how} {_listed(tuple(where))}"


def _declared_people(desired: Desired) -> Iterator[tuple[Address, Any]]:
    for address, resource in desired.resources.items():
        for name in PEOPLE[address.kind]:
            if resource.values.get(name):
                yield address, resource.values[name]


def _added_people(changes: Sequence[Change]) -> Iterator[tuple[Address, Any]]:
    for change in changes:
        for item in filter(None, map(change.field_named, PEOPLE[change.kind])):
            before = set(map(identity_of, item.before or ()))
            yield change.address, [person for person in item.after or () if identity_of(person) not in before]


def caller_warnings(changes: Sequence[Change], live: Live, with_caller: Collection[Address]) -> Iterator[str]:
    """A warning about declared members without the caller, who stays one; where nothing is written it is no news."""
    kept = [c for c in changes if c.address in with_caller and any(map(c.field_named, MEMBERS.get(c.kind, ())))]
    if kept:
        yield (
            f"{live.caller_name}, the user of this API key, is not listed under members and stays a member of {_listed(_places(kept))}"
        )


def change_warnings(changes: Sequence[Change], access_role: AccessRole) -> Iterator[str]:
    """Warnings about these changes: names that may stay reserved, and what a limited role does not see."""
    yield from _reserved_names(changes)
    if access_role is AccessRole.UNKNOWN and any(change.is_removal or members_removed(change) for change in changes):
        yield (
            "the role of this API key's user is unknown; a user who is neither owner nor admin does not see private projects or "
            "other people's time"
        )
    created = [change for change in changes if change.action is Action.CREATE]
    if access_role is AccessRole.LIMITED and created:
        yield (
            "the user of this API key is neither owner nor admin and does not see everything; "
            f"these may exist already, and creating them would fail: {_listed(_places(created))}"
        )


def _reserved_names(changes: Sequence[Change]) -> Iterator[str]:
    reserved = [c for c in changes if c.deletes and not BY_NAME[c.kind].is_embedded and not c.temporary_name]
    if reserved:
        yield f"the names of deleted resources may stay reserved in Clockify: {_listed(_places(reserved))}"


FULFILLED = "; if it was removed, the entry can be deleted"
"""The end of a warning about an entry of `removed:` that matches nothing, where nothing has a name near to its own."""
OR_FULFILLED = " If it was removed, the entry can be deleted"
"""Its end after the name of what may be meant."""


def require_no_warnings(plan: Plan) -> None:
    """Raise StrictError for a plan with warnings.

    Three do not count: the one about reserved names, which is true of any delete, that of a first plan, which is true of any plan in a
    fresh checkout, and those about entries of `removed:` that name nothing which may be meant: such an entry was fulfilled, and may
    stay in its manifest.
    """
    allowed = {*_reserved_names(plan.changes), *filter(is_first_plan_warning, plan.warnings)}
    warnings = [warning for warning in plan.warnings if warning not in allowed and not warning.endswith(FULFILLED)]
    if warnings:
        count = f"{len(warnings)} warning{'s' if len(warnings) > 1 else ''}"
        hint = "resolve what they say, or leave out --strict"
        raise StrictError(f"the plan has {count}, and --strict refuses it", warnings=warnings, hint=hint)


def _places(changes: Sequence[Change]) -> list[Address]:
    return [change.address for change in changes]


def _listed(addresses: Sequence[Address]) -> str:
    return ", ".join(map(str, addresses[:5])) + (", …" if len(addresses) > 5 else "")

"""Warnings: facts that an approver should know and that block nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from reconciler.errors import StrictError
from reconciler.kinds import BY_NAME
from reconciler.kinds.people import identity_of
from reconciler.model import Address, FieldRole
from reconciler.planning.derive import patch_conflict
from reconciler.planning.first_plan import is_first_plan_warning
from reconciler.planning.plan import Action, Change, Plan
from reconciler.planning.requirements import MEMBERS
from reconciler.state import AccessRole, Live
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
        resource = live.by_id.get(change.id)
        if resource is None or patch_conflict(change, resource.wire):  # the guard blocks it
            continue
        for field in BY_NAME[change.kind].fields:
            if not isinstance(field.type, ExclusiveType) or not change.field_named(field.name):
                continue
            if kept := field.type.switched_off(resource.wire):
                yield (
                    f"{change.address} has the {field.name} {kept}, switched off: it counts as none and is replaced, and an undo "
                    "cannot restore it"
                )


def people_warnings(changes: Sequence[Change], live: Live) -> Iterator[str]:
    """Warnings about people that changes add somewhere, and who are not active in the workspace: one for each person."""
    statuses = {live.users.get(user, user): status for user, status in live.workspace.inactive.items()}
    added: dict[str, list[Change]] = {}
    for change in changes if statuses else ():
        for field in BY_NAME[change.kind].fields:
            item = change.field_named(field.name) if field.role is FieldRole.PEOPLE else None
            before = set(map(identity_of, item.before or ())) if item else set()
            for person in sorted(set(map(identity_of, item.after or ())) - before) if item else ():
                if person in statuses:
                    added.setdefault(person, []).append(change)
    for person, where in sorted(added.items()):
        status = sanitize(statuses[person].lower(), 40)
        yield f"{person} is {status} in the workspace, not active, and is added to {_listed(where)}"


def caller_warnings(changes: Sequence[Change], live: Live, with_caller: Collection[Address]) -> Iterator[str]:
    """A warning about declared members without the caller, who stays one; where nothing is written it is no news."""
    kept = [c for c in changes if c.address in with_caller and any(map(c.field_named, MEMBERS.get(c.kind, ())))]
    if kept:
        yield (
            f"{live.caller_name}, the user of this API key, is not listed under members and stays a member of {_listed(kept)}"
        )


def change_warnings(changes: Sequence[Change], access_role: AccessRole) -> Iterator[str]:
    """Warnings about these changes: names that may stay reserved, and what a limited role does not see."""
    yield from _reserved_names(changes)
    if access_role is AccessRole.UNKNOWN and any(change.is_removal for change in changes):
        yield (
            "the role of this API key's user is unknown; a user who is neither owner nor admin does not see private projects or "
            "other people's time"
        )
    created = [change for change in changes if change.action is Action.CREATE]
    if access_role is AccessRole.LIMITED and created:
        yield (
            "the user of this API key is neither owner nor admin and does not see everything; "
            f"these may exist already, and creating them would fail: {_listed(created)}"
        )


def _reserved_names(changes: Sequence[Change]) -> Iterator[str]:
    reserved = [c for c in changes if c.deletes and not BY_NAME[c.kind].is_embedded and not c.temporary_name]
    if reserved:
        yield f"the names of deleted resources may stay reserved in Clockify: {_listed(reserved)}"


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


def _listed(changes: Sequence[Change]) -> str:
    return ", ".join(str(change.address) for change in changes[:5]) + (", …" if len(changes) > 5 else "")

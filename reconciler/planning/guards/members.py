"""Members that projects lose, people and groups, which together exceed `policy.removal_budget`, unless their exact number is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from reconciler.kinds.members import removed_members
from reconciler.kinds.registry import MEMBER, REMOVAL_COUNTS
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Blocked, Change, FieldChange
from reconciler.planning.requirements import MEMBERS, member_changes, members_removed

NAME = "member_budget"

_PLURAL = next(plural for plural, name in REMOVAL_COUNTS.items() if name == MEMBER)


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block all removals of members if they exceed the budget. All members of one project always exceed it."""
    found = {
        position: item
        for position, change in enumerate(changes)
        for item in member_changes(change)
        if removed_members(item.before, item.after)
    }
    number = sum(len(removed_members(item.before, item.after)) for item in found.values())
    if not found or context.allowed.get(MEMBER) == number:
        return {}
    emptied = [changes[position] for position, item in found.items() if _is_emptied(item, context)]
    reason = _all_of(emptied[0], context) if emptied else _excess(number, [changes[at] for at in found], context)
    blocked = Blocked(NAME, reason, f"--allow-removals {_PLURAL}={number}")
    return dict.fromkeys(found, blocked) if reason else {}


def _is_emptied(item: FieldChange, context: GuardContext) -> bool:
    """Whether none of the members stays but the caller, who is no matter of choice."""
    removed, before = removed_members(item.before, item.after), removed_members(item.before, ())
    return {*before} - {*removed} <= {context.live.caller_name}


def _all_of(change: Change, context: GuardContext) -> str:
    removed = members_removed(change)
    before = [person for item in member_changes(change) for person in removed_members(item.before, ())]
    other = " other than the user of the API key" if context.live.caller_name in before else ""
    if len(removed) == 1:
        return f"would remove the only member of {change.address}{other}"
    return f"would remove all {len(removed)} members of {change.address}{other}"


def _excess(number: int, changes: Sequence[Change], context: GuardContext) -> str:
    """Why these removals exceed the budget, or nothing. What an interrupted run removed already counts as still there."""
    then = {change.id: sum(len(item.before or ()) for item in member_changes(change)) for change in changes}
    now = {
        resource.id: sum(len(resource.values.get(name) or ()) for name in MEMBERS.get(resource.kind, ()))
        for resource in context.live.resources.values()
        if MEMBERS.get(resource.kind, ())
    }
    total, budget = sum({**now, **then}.values()), context.policy.removal_budget
    if number > min(Fraction(budget.count), budget.share * total):
        limit = f"{budget.count} or {float(budget.share * 100):g} %, whichever is smaller"
        return f"would remove {number} of {total} members of projects; the limit is {limit}"
    return ""

"""Verification of a loaded plan: whether each of its changes is one that the planner makes, by rules derived from the kinds.

A digest proves that a file is whole, not who made it: whoever edits a plan can compute it again. So nothing that can be derived
is believed: steps, action, order and names are derived again, by the functions that the planner uses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.model import Address
from reconciler.planning.exclude import without_temporary_name
from reconciler.planning.forecast import forecast_rest
from reconciler.planning.guards import GUARDS, requests
from reconciler.planning.guards.protect import withdrawn_patterns
from reconciler.planning.order import LiveAddresses, in_order
from reconciler.planning.plan import Action, Change, Plan
from reconciler.planning.precondition import ABSENT, Ancestor
from reconciler.planning.shape import below, excerpt
from reconciler.planning.targets.patterns import TargetPatterns
from reconciler.planning.targets.select import select
from reconciler.planning.temporary_names import with_temporary_names
from reconciler.planning.verified_change import change_problems

MOST_PROBLEMS = 20


def verify_plan(plan: Plan, data: Any, made: Any) -> list[str]:
    """The problems of a loaded plan, each with its path; empty for one that the planner could have made.

    `data` is the JSON that it was read from, `made` the JSON that it is written as.
    """
    problems = [*_of_a_new_workspace(plan), *_of_each_change(plan)]
    if not problems:
        problems = [*_between_changes(plan.changes), *_of_targets(plan)]
    if not problems:
        problems = [*_of_order(plan.changes), *_of_the_rest(plan), *_differences(data, made, "")]
    return problems[:MOST_PROBLEMS]


def _of_a_new_workspace(plan: Plan) -> Iterator[str]:
    """What a workspace that does not exist yet cannot have: resources, and a protection that was applied to them."""
    if not plan.target.is_new:
        return
    for number, change in enumerate(plan.changes):
        if change.action is not Action.CREATE or change.id or change.precondition != ABSENT:
            yield f"changes[{number}]: a new workspace has nothing to {change.action} ({change.address})"
    if plan.withdrawn or plan.rename_candidates or any(plan.unmanaged.values()):
        yield "workspace: a new workspace has neither resources nor protections"


def _of_each_change(plan: Plan) -> Iterator[str]:
    live_addresses = LiveAddresses(plan.changes)
    guards = {guard.name for guard in GUARDS}
    for number, change in enumerate(plan.changes):
        place = f"changes[{number}]"
        for where, message in change_problems(change, plan.policy, live_addresses):
            yield f"{place}.{where}: {message} ({change.address})"
        if change.blocked and change.blocked.guard not in guards:
            yield f"{place}.blocked.guard: unknown guard {excerpt(change.blocked.guard)} ({change.address})"
        if change.blocked and change.blocked.guard == requests.NAME and plan.max_requests is None:
            yield f"{place}.blocked.guard: the plan has no limit of requests ({change.address})"


def _between_changes(changes: Sequence[Change]) -> Iterator[str]:
    """What two changes cannot share: a resource, or the address that they lead to."""
    ids: dict[str, int] = {}
    addresses: dict[Address, int] = {}
    for number, change in enumerate(changes):
        if change.id and ids.setdefault(change.id, number) != number:
            yield f"changes[{number}].id: changes[{ids[change.id]}] changes the same resource ({change.address})"
        if not change.removal and addresses.setdefault(change.address, number) != number:
            yield f"changes[{number}].address: changes[{addresses[change.address]}] has the same one ({change.address})"
    live = {change.precondition.address: change.id for change in changes if change.id}
    seen: dict[Address, Ancestor] = {}
    for number, change in enumerate(changes):
        for at, ancestor in enumerate(change.precondition.ancestors):
            place = f"changes[{number}].precondition.ancestors[{at}]"
            if seen.setdefault(ancestor.address, ancestor) != ancestor:
                yield f"{place}: another change has it otherwise ({change.address})"
            elif live.get(ancestor.address, ancestor.id) != ancestor.id:
                yield f"{place}.id: the change of {ancestor.address} has another ({change.address})"


def _of_targets(plan: Plan) -> Iterator[str]:
    """Changes that neither a target covers nor a targeted change needs: selected again from the changes."""
    if plan.targeting is None:
        return
    patterns = plan.targeting.patterns
    if not patterns or list(patterns) != sorted(set(patterns)):
        yield "targets.patterns: empty, not sorted, or not unique"
        return
    if plan.is_undo:
        yield "targets: an undo has none"
    if plan.withdrawn:
        yield "withdrawn: a plan with targets withdraws no protection"
    chosen = set(select(plan.changes, TargetPatterns(patterns)))
    for number, change in enumerate(plan.changes):
        if number not in chosen:
            yield f"changes[{number}]: no target covers it, and no targeted change needs it ({change.address})"


def _of_order(changes: Sequence[Change]) -> Iterator[str]:
    """The order, what each change needs, and who takes a temporary name: derived again from the rest."""
    if not changes:
        return
    try:
        expected = in_order(with_temporary_names([without_temporary_name(change) for change in changes]))
    except RuntimeError:
        yield "changes: no order of these changes is possible"
        return
    for number, (change, right) in enumerate(zip(changes, expected, strict=True)):
        place = f"changes[{number}]"
        if change.address != right.address or change.id != right.id:
            yield f"{place}: {right.address} comes first, not {change.address}"
            return
        if change.temporary_name != right.temporary_name:
            yield f"{place}.temporary_name: must be {excerpt(right.temporary_name or None)} ({change.address})"
        elif change.steps != right.steps:
            yield f"{place}.steps: must be {', '.join(right.steps)} ({change.address})"
        if change.needs != right.needs:
            yield f"{place}.needs: must be {_listed(right.needs)} ({change.address})"


def _of_the_rest(plan: Plan) -> Iterator[str]:
    creates = {change.address for change in plan.changes if change.action is Action.CREATE}
    removed = {change.address for change in plan.changes if change.removal}
    for number, pair in enumerate(plan.rename_candidates):
        inside = (pair.create in creates) + (pair.remove in removed)
        # With targets one side may be outside.
        if inside < (2 if plan.targeting is None else 1) or pair.create.kind != pair.remove.kind:
            yield f"look_alikes[{number}]: not a create and a removal of this plan"
    forecast = forecast_rest(plan.forecast, plan.changes)
    for name in ("writing", "saved"):
        if getattr(plan.forecast, name) != getattr(forecast, name):
            yield f"forecast.{name}: must be {getattr(forecast, name)}"
    if plan.withdrawn != withdrawn_patterns(plan.withdrawn, plan.policy.protect):
        yield "withdrawn: not sorted, or still protected by the policy"
    if list(plan.allowed_removals) != sorted(set(plan.allowed_removals)):
        yield "allowed_removals: not sorted, or not unique"


def _differences(data: Any, made: Any, path: str) -> Iterator[str]:
    """Where the JSON of the plan is another than what was read: a key that has to follow from others does not.

    The shape is known by now, so `==` is enough: no flag stands where a number belongs.
    """
    if data == made:
        return
    if isinstance(made, Mapping) and isinstance(data, Mapping):
        for key in made:
            yield from _differences(data.get(key), made[key], below(path, key))
    elif isinstance(made, list | tuple) and isinstance(data, list | tuple) and len(made) == len(data):
        for number, item in enumerate(made):
            yield from _differences(data[number], item, f"{path}[{number}]")
    elif path not in ("digest", "checksum"):
        yield f"{path}: must be {excerpt(made)}, not {excerpt(data)}"


def _listed(addresses: Sequence[Address]) -> str:
    return ", ".join(map(str, addresses[:5])) + (", …" if len(addresses) > 5 else "") or "empty"

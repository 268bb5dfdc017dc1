"""Plans with targets at random: each is a part of the whole plan, closed under what its changes need, and one by one they reach its state.

By hand, thousands: `RECONCILER_TARGETS=5000 pytest tests/planning/targets/test_random_targets.py -m slow`.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest

from reconciler.errors import ManifestError, PlanningError, TargetError
from reconciler.kinds import parent_of
from reconciler.planning import Change, Plan, PlanOptions, exclude_blocked, make_plan, plan_from_json
from reconciler.planning.plan import Blocked
from reconciler.planning.simulate import simulate
from reconciler.planning.targets.patterns import TargetPatterns
from reconciler.planning.targets.select import select, targeted
from reconciler.state import Desired, Live, Usage
from tests.planning.forging import as_json
from tests.planning.literals import TARGET, AnyNumber, desired_of, live_of
from tests.planning.test_random_plans import _manifest, _world

BLOCK = Blocked("check", "no", "think again")
FEW, MANY = 25, int(os.environ.get("RECONCILER_TARGETS", "150"))
Case = tuple[Desired, Live, Mapping[str, Usage]]


def _plan(case: Case, *targets: str) -> Plan:
    desired, live, usage = case
    return make_plan(desired, live, usage, target=TARGET, options=PlanOptions(targets=targets, allowed=AnyNumber()))


def _literal(change: Change) -> str:
    """The pattern of a change alone. A `*` in a name would be a wildcard; the names of these cases have none."""
    return str(change.address)


def _key(change: Change) -> tuple[str, str, str, bool]:
    return str(change.address), str(change.action), change.id, change.removal


def _is_free(plan: Plan) -> bool:
    return not any(change.blocked for change in plan.changes)


def _is_a_closed_part(part: Plan, whole: Plan, patterns: tuple[str, ...]) -> None:
    """Every change is one of the whole plan; what a change needs there is in the part; nothing else is."""
    known = {_key(change): position for position, change in enumerate(whole.changes)}
    assert {_key(change) for change in part.changes} <= known.keys()
    chosen = select(whole.changes, TargetPatterns(patterns))
    assert [_key(change) for change in part.changes] == [_key(whole.changes[position]) for position in chosen]
    held = {change.address for change in part.changes}
    for change in part.changes:
        assert set(whole.changes[known[_key(change)]].needs) <= held
    assert part.targeting is not None
    assert (part.targeting.left_out, part.targeting.is_exact) == (len(whole.changes) - len(part.changes), True)
    blocked = {_key(change): change.blocked for change in whole.changes}
    for change in part.changes:
        before = blocked[_key(change)]
        assert change.blocked or not (before and before.is_final), change.address
    _is_asked_about(part, whole)


def _is_asked_about(part: Plan, whole: Plan) -> None:
    """Each rename candidate with a side in the part is one of the part, and blocks it."""
    sides = {(change.address, change.is_removal): change for change in part.changes}
    asked = {(pair.create, pair.remove) for pair in part.rename_candidates}
    for pair in whole.rename_candidates:
        inside = [sides[side] for side in ((pair.create, False), (pair.remove, True)) if side in sides]
        assert not inside or (pair.create, pair.remove) in asked
        assert not inside or any(change.blocked for change in inside)


def _independent(case: Case, patterns: tuple[str, ...]) -> tuple[Plan, tuple[str, ...]] | None:
    """The plan of these targets; where the hint says so, with those that they cannot be applied without. None without one."""
    while True:
        try:
            return _plan(case, *patterns), patterns
        except TargetError as error:
            if "cannot be applied alone" in error.message:
                return None
            more = shlex.split(error.hint.removeprefix("add "))[1::2] if "without" in error.message else []
            if set(more) <= set(patterns):
                raise
            patterns = (*patterns, *more)


def _case(seed: int) -> tuple[Case, Plan, Random] | None:
    random = Random(seed)  # noqa: S311 -- a seeded search, nothing secret
    world, manifest = _world(random), _manifest(random)
    live = live_of(world)
    usage = {resource.id: Usage(0, int(random.random() < 0.1)) for resource in live.everything}
    try:
        case = (desired_of(manifest), live, usage)
        return case, _plan(case), random
    except (ManifestError, PlanningError):
        return None


def _try(seed: int) -> bool:
    """A part of one plan, the rest of that part without one change, and all parts one after the other; whether there was a plan."""
    found = _case(seed)
    if found is None or not found[1].changes:
        return False
    case, whole, random = found
    patterns = tuple(sorted({_literal(c) for c in random.sample(whole.changes, min(2, len(whole.changes)))}))
    if random.random() < 0.4:
        patterns = (random.choice(["*:Acme/*", "project:*", "task:*/*", "tag:*", "client:*", "*a*"]),)
        if not targeted(whole.changes, TargetPatterns(patterns)):
            return False
    if (independent := _independent(case, patterns)) is None:
        return False
    part, patterns = independent
    _is_a_closed_part(part, whole, patterns)
    assert plan_from_json(as_json(part)) == part
    if part.changes:
        at = random.randrange(len(part.changes))
        marked = (replace(c, blocked=BLOCK if n == at else c.blocked) for n, c in enumerate(part.changes))
        rest = exclude_blocked(replace(part, changes=tuple(marked)))
        assert plan_from_json(as_json(rest)) == rest
        simulate(rest.changes, case[1])
    if _is_free(whole):
        _reaches_the_same_state(case, whole, random)
    return True


def _reaches_the_same_state(case: Case, whole: Plan, random: Random) -> None:
    """Each change as a target of its own, in any order, leads to where the whole plan leads, if no target depends on another.

    Each target is the address of its change by then: a rename gives what is inside another one.
    """
    if not all(len(select(whole.changes, TargetPatterns((_literal(c),)))) == 1 for c in whole.changes):
        return
    (desired, live, usage), left = case, whole
    if not all(parent_of(entry.address) in (None, *desired.resources) for entry in desired.removed):
        return  # an entry of `removed:` below an earlier name means nothing once that is gone
    while left.changes:
        change = random.choice(left.changes)
        try:
            part = _plan((desired, live, usage), _literal(change))
        except TargetError as error:
            if "cannot be applied" in error.message:  # an earlier name of what is outside
                return
            raise
        assert [_key(each) for each in part.changes] == [_key(change)]
        live = simulate(part.changes, live)
        before, left = len(left.changes), _plan((desired, live, usage))
        assert len(left.changes) < before
    expected = simulate(whole.changes, case[1])
    assert {r.address: r.values for r in live.everything} == {r.address: r.values for r in expected.everything}


def test_targets_are_closed_parts_of_the_plan() -> None:
    assert sum(map(_try, range(FEW))) > FEW // 4


@pytest.mark.slow
def test_many_targets_are_closed_parts_of_the_plan() -> None:
    assert sum(map(_try, range(FEW, FEW + MANY))) > MANY // 4

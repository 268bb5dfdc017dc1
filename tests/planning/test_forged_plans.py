"""Any value of a plan file changed at random and sealed again: refused, or what its steps do is what it shows and guards judge."""

from __future__ import annotations

import copy
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.applying import approve, guard_plan
from reconciler.errors import BlockedError, NotApprovedError, PlanFileError
from reconciler.live import Reading
from reconciler.planning import Plan, plan_from_json, plan_to_json
from reconciler.planning.plan import Action, Step
from reconciler.policy import matches
from reconciler.state import AccessRole, Allowances
from tests.planning.forging import WORLD, as_json, real_plan, sealed
from tests.planning.literals import live_of

ORIGINAL = as_json(real_plan())
LIVE = live_of(WORLD)
PROTECTED = ("project:Internal", "tag:old")


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values in a JSON value, itself included."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(deeper for key, item in items for deeper in _paths(item, (*path, key)))]


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


PATHS = [path for path in _paths(ORIGINAL) if path]
WORDS = sorted({value for path in PATHS if isinstance(value := _at(ORIGINAL, path), str)})
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from([*WORDS, *Action, *Step, "protect", "\ud800", "tag:*"]),
    st.lists(st.sampled_from([*Step]), max_size=3),
    st.sampled_from([_at(ORIGINAL, path) for path in PATHS]),
    st.just({}),
    st.recursive(st.none(), lambda inner: st.lists(inner, max_size=2), max_leaves=5),
)


@st.composite
def _forged(draw: st.DrawFn) -> Any:
    data = copy.deepcopy(ORIGINAL)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(PATHS))
        try:
            parent = _at(data, path[:-1])
            edit = draw(st.sampled_from(["set", "set", "set", "remove", "add", "copy"]))
            if edit == "remove":
                del parent[path[-1]]
            elif edit == "add" and isinstance(parent, dict):
                parent[draw(st.sampled_from(["removal", "blocked", "force", "digest_version", "x" * 99]))] = draw(
                    VALUES
                )
            elif edit == "copy" and isinstance(parent, list):
                parent.insert(draw(st.integers(0, len(parent))), copy.deepcopy(parent[path[-1]]))
            else:
                parent[path[-1]] = draw(VALUES)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier edit took this place away
    return sealed(data)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=_forged())
def test_a_forged_plan_is_refused_or_does_what_it_shows_within_the_guards(data: Any) -> None:
    try:
        plan = plan_from_json(data)
    except PlanFileError:
        return
    if plan.digest_version < 2:
        _is_not_approved(plan)
        return
    assert plan_to_json(plan).keys() == data.keys()
    _shows_what_it_does(plan)
    _keeps_to_the_guards(plan)


def _is_not_approved(plan: Plan) -> None:
    try:
        approve(plan, plan.digest)
    except (PlanFileError, BlockedError):
        return
    raise AssertionError("a plan of 0.1.0 is never approved")


def _shows_what_it_does(plan: Plan) -> None:
    """The label of each change, which is what is shown, is what its steps do."""
    for change in plan.changes:
        assert (change.action is Action.DELETE) is change.deletes
        assert (change.action is Action.CREATE) is (Step.CREATE in change.steps) is (not change.id)
        assert change.is_removal is change.removal
        if change.archives:
            assert change.action in (Action.ARCHIVE, Action.DELETE)
        if change.action in (Action.ARCHIVE, Action.DELETE) and change.removal:
            assert {field.name for field in change.fields} <= {"archived", "status"}
    assert len({change.id for change in plan.changes if change.id}) == sum(bool(change.id) for change in plan.changes)


def _keeps_to_the_guards(plan: Plan) -> None:
    """What protects and what limits removals holds for every plan that is read, whatever its file says."""
    live = Reading(LIVE, {})
    guarded = guard_plan(plan, live, Allowances(), connection=plan.proof.connection, protected_before=PROTECTED)
    owned = {**{resource.id: resource for resource in LIVE.everything}}
    assert owned
    for change in guarded.changes:
        covered = any(matches(pattern, str(change.address)) for pattern in PROTECTED)
        if change.deletes and covered:
            assert change.blocked
    for name in ("additive", "non-destructive"):
        try:
            approve(guarded, name)
        except (NotApprovedError, BlockedError):
            continue
        raise AssertionError("a class never approves a plan that was read from a file")
    deleted = Counter(change.kind for change in guarded.changes if change.deletes and not change.blocked)
    for kind, number in deleted.items():
        budget = plan.policy.removal_budget
        allowed = plan.allowances.get(f"{kind}s")
        limit = min(Fraction(budget.count), budget.share * LIVE.live_counts[kind])
        assert LIVE.access_role is AccessRole.OWNER
        assert number <= limit or allowed is not None

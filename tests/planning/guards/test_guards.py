"""The list of guards: its order, what is documented of it, and that a harder guard always wins over a softer one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from reconciler.checks import Check
from reconciler.checks.check import Condition, Operator
from reconciler.model import Address
from reconciler.planning.guards import GUARDS, guard
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Action, Blocked, Change, Forecast, Step
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.state import AccessRole, Live, Policy
from tests.planning.literals import live_of

NAMES = [each.name for each in GUARDS]
ORDER = [
    "was",
    "children",
    "name",
    "unknown_value",
    "active_budget",
    "protect",
    "reading_proof",
    "check",
    "look_alike",
    "removal_budget",
    "member_budget",
    "max_requests",
]
A = Address("client", ("A",))
REMOVAL = Change(A, Action.DELETE, (Step.ARCHIVE, Step.DELETE), id="c1", removal=True)
CREATE = Change(Address("client", ("a",)), Action.CREATE, (Step.CREATE,))
LIVE = live_of({"clients": ["A", "B"]})
FREE = GuardContext(
    live=LIVE,
    policy=Policy(),
    forecast=Forecast(reading=2),
    live_counts={"client": 2},
    in_use={"client": 2},
    allowed={"client": 1},
)
CHECK = Check(
    "no", kinds=("client",), actions=("delete", "create"), forbid=(Condition("name", Operator.IN, ("A", "a")),)
)


def _without_values(live: Live) -> Live:
    """The service returns no field of A."""
    return replace(live, resources={**live.resources, A: replace(live.resources[A], values={})})


Turn = Callable[[GuardContext], GuardContext]
TURNED_ON: dict[str, Turn] = {
    "was": lambda c: replace(c, contested={"c1": "contested"}),
    "children": lambda c: replace(
        c,
        live=replace(
            c.live, resources={**live_of({"clients": ["A"], "projects": ["A/Site"]}).resources, **c.live.resources}
        ),
    ),
    "unknown_value": lambda c: replace(c, live=_without_values(c.live)),
    "protect": lambda c: replace(c, policy=replace(c.policy, protect=("client:A",))),
    "reading_proof": lambda c: replace(c, live=replace(c.live, access_role=AccessRole.LIMITED)),
    "check": lambda c: replace(c, policy=replace(c.policy, checks=(CHECK,))),
    "look_alike": lambda c: replace(c, rename_candidates=(RenameCandidate(CREATE.address, A, ("A",), 90),)),
    "removal_budget": lambda c: replace(c, allowed={}, live_counts={"client": 1}),
    "max_requests": lambda c: replace(c, max_requests=1),
}
"""For each guard that can block a removal, the context in which it does."""


def blocked_by(change: Change, context: GuardContext) -> str:
    (result,) = guard([change], context)
    return result.blocked.guard if result.blocked else ""


def saved(guard_name: str, change: Change = REMOVAL) -> Change:
    return replace(change, blocked=Blocked(guard_name, "as it was", "nothing"))


def test_the_order_is_that_of_the_documentation() -> None:
    text = (Path(__file__).parents[3] / "docs" / "safety.md").read_text(encoding="utf-8")
    assert (
        NAMES
        == ORDER
        == re.findall(r"^\| `(\w+)` \|", text.partition("## Guards")[2].partition("\n## ")[0], re.MULTILINE)
    )


def test_final_guards_precede_those_that_an_option_can_lift() -> None:
    assert [each.is_final for each in GUARDS] == sorted((each.is_final for each in GUARDS), reverse=True)
    assert [each.is_final for each in GUARDS] == [Blocked(name, "", "").is_final for name in NAMES]
    assert NAMES[7:] == [each.name for each in GUARDS if not each.is_final]


def test_guards_whose_saved_block_stays_precede_those_that_are_evaluated_again() -> None:
    assert all(earlier.is_reevaluated <= later.is_reevaluated for earlier, later in pairwise(GUARDS))
    assert all(each.is_final for each in GUARDS if not each.is_reevaluated)
    assert [each.name for each in GUARDS if not each.is_reevaluated] == ["was", "children", "name"]


def test_nothing_is_blocked_where_every_guard_is_satisfied() -> None:
    assert blocked_by(REMOVAL, FREE) == ""
    assert blocked_by(CREATE, replace(FREE, live=live_of({}))) == ""


@pytest.mark.parametrize("name", TURNED_ON)
def test_each_guard_blocks_a_removal_by_itself(name: str) -> None:
    assert blocked_by(REMOVAL, TURNED_ON[name](FREE)) == name


@pytest.mark.parametrize(("harder", "softer"), [*combinations([name for name in NAMES if name in TURNED_ON], 2)])
@pytest.mark.parametrize("is_saved", [False, True])
def test_a_harder_guard_wins_over_a_softer_one(harder: str, softer: str, *, is_saved: bool) -> None:
    context = TURNED_ON[softer](TURNED_ON[harder](FREE))
    change = REMOVAL
    if is_saved:
        is_kept = not GUARDS[NAMES.index(harder)].is_reevaluated
        change, context = saved(harder if is_kept else softer), replace(context, is_saved=True)
    assert blocked_by(change, context) == harder


@pytest.mark.parametrize("softer", ["check", "max_requests"])
def test_a_name_that_is_held_wins_over_the_other_guards_of_a_create(softer: str) -> None:
    assert blocked_by(CREATE, FREE) == "name"
    assert blocked_by(CREATE, TURNED_ON[softer](FREE)) == "name"


def test_a_name_that_is_held_never_blocks_a_removal() -> None:
    results = guard([REMOVAL, CREATE], replace(FREE, policy=replace(FREE.policy, protect=("client:*",))))
    assert [change.blocked.guard if change.blocked else "" for change in results] == ["protect", ""]


@pytest.mark.parametrize("name", [each.name for each in GUARDS if not each.is_reevaluated] + ["of a later version"])
def test_a_saved_block_of_matching_or_of_an_unknown_guard_stays(name: str) -> None:
    context = replace(FREE, is_saved=True)
    for turn in TURNED_ON.values():
        context = turn(context)
    assert guard([saved(name)], context) == [saved(name)]


@pytest.mark.parametrize("name", [each.name for each in GUARDS if each.is_reevaluated and each.name != "max_requests"])
def test_any_other_saved_block_is_ignored(name: str) -> None:
    assert blocked_by(saved(name), replace(FREE, is_saved=True)) == ""
    assert blocked_by(saved(name, CREATE), replace(FREE, is_saved=True)) == ""


@pytest.mark.parametrize(("limit", "expected"), [(None, ""), (100, ""), (1, "max_requests")])
def test_a_block_by_a_limit_of_requests_is_evaluated_again(limit: int | None, expected: str) -> None:
    assert blocked_by(saved("max_requests"), replace(FREE, is_saved=True, max_requests=limit)) == expected


@pytest.mark.parametrize("name", ["unknown_value", "protect", "reading_proof", "check", "look_alike", "removal_budget"])
@pytest.mark.parametrize("limit", [None, 100])
def test_a_saved_limit_of_requests_hides_no_harder_guard(name: str, limit: int | None) -> None:
    context = replace(TURNED_ON[name](FREE), is_saved=True, max_requests=limit)
    assert blocked_by(saved("max_requests"), context) == name

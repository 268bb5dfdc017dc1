"""The guard over members that projects lose."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from reconciler.model import Address
from reconciler.planning.guards import members
from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Action, Change, FieldChange, Forecast, Step
from reconciler.state import Policy, RemovalBudget
from tests.planning.literals import live_of

PEOPLE = tuple(f"u{number}" for number in range(8))
LIVE = replace(
    live_of({"projects": [{"at": "Ops", "members": list(PEOPLE)}, {"at": "Web", "members": ["u1", "u2"]}]}), caller="u0"
)
WIDE = Policy(removal_budget=RemovalBudget(count=5, share=Fraction(1, 2)))


def _change(name: str, resource_id: str, before: tuple[str, ...], after: tuple[str, ...]) -> Change:
    fields = (FieldChange("members", before, after),)
    return Change(Address("project", (name,)), Action.UPDATE, (Step.PATCH,), id=resource_id, fields=fields)


def _blocked(
    *changes: Change, policy: Policy = WIDE, live: object = LIVE, **allowed: int
) -> dict[int, tuple[str, str]]:
    context = GuardContext(live=live, policy=policy, forecast=Forecast(), allowed=allowed)  # type: ignore[arg-type]
    return {at: (one.reason, one.allow) for at, one in members.evaluate(changes, context).items()}


@pytest.mark.parametrize("kept", [3, 8])
def test_removals_within_the_budget_are_free(kept: int) -> None:
    assert _blocked(_change("Ops", "p1", PEOPLE, (*PEOPLE[:kept], "new"))) == {}


def test_removals_count_over_all_projects_and_the_share_is_of_all_members() -> None:
    ops, web = _change("Ops", "p1", PEOPLE, PEOPLE[:3]), _change("Web", "p2", ("u1", "u2"), ("u2",))
    reason = "would remove 6 of 10 members of projects; the limit is 5 or 50 %, whichever is smaller"
    assert _blocked(ops, web) == dict.fromkeys((0, 1), (reason, "--allow-removals members=6"))
    assert _blocked(ops, web, member=6) == {}
    assert _blocked(ops, web, member=7).keys() == {0, 1}
    tight = Policy(removal_budget=RemovalBudget(count=9, share=Fraction(1, 10)))
    assert _blocked(web, policy=tight) == {}
    assert "2 of 10" in _blocked(_change("Ops", "p1", PEOPLE, PEOPLE[:6]), policy=tight)[0][0]


def test_a_rate_that_changes_removes_no_one() -> None:
    assert _blocked(_change("Web", "p2", ("u1", "u2 hourly 5.00"), ("u1 cost 1.00", "u2"))) == {}


def test_all_members_of_a_project_are_never_free() -> None:
    allow = "--allow-removals members="
    assert _blocked(_change("Web", "p2", ("u1", "u2"), ("u3",))) == {
        0: ("would remove all 2 members of project:Web", f"{allow}2")
    }
    assert _blocked(_change("Web", "p2", ("u1",), ())) == {
        0: ("would remove the only member of project:Web", f"{allow}1")
    }
    other = "other than the user of the API key"
    assert _blocked(_change("Web", "p2", ("u0", "u1"), ("u0",))) == {
        0: (f"would remove the only member of project:Web {other}", f"{allow}1")
    }


def test_what_an_interrupted_run_removed_counts_as_still_there() -> None:
    live = live_of({"projects": [{"at": "Ops", "members": ["u0", "u1", "u2"]}]})
    assert "5 of 8 members" in _blocked(_change("Ops", "p1", PEOPLE, PEOPLE[:3]), live=live)[0][0]


def test_a_new_project_removes_no_one() -> None:
    assert _blocked(replace(_change("New", "", ("u1",), ()), action=Action.CREATE)) == {}


def test_of_several_projects_that_lose_all_members_the_first_is_named() -> None:
    ops, web = _change("Ops", "p1", PEOPLE[1:], ()), _change("Web", "p2", ("u1", "u2"), ())
    for first, second in ((ops, web), (web, ops)):
        number = len(first.fields[0].before)
        reason = f"would remove all {number} members of {first.address}"
        assert _blocked(first, second) == dict.fromkeys((0, 1), (reason, "--allow-removals members=9"))

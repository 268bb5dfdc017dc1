"""The guards over a saved plan: what was read for the run decides, not what the file says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying import apply, approve, guard_plan
from reconciler.applying.guard import _counts_before, require_requests_left
from reconciler.errors import BlockedError
from reconciler.live import Reading
from reconciler.model import Address
from reconciler.planning import Plan, PlanOptions, Target, exclude_blocked, make_plan
from reconciler.planning.forecast import forecast_changes
from reconciler.planning.plan import Blocked, Proof
from reconciler.state import AccessRole, Allowances, Live
from tests.planning.guards.literals import plan_for
from tests.planning.literals import desired_of, live_of, plan_of
from tests.sandbox_client import Stage

TAGS: dict[str, list[Any]] = {"tags": [f"t{number}" for number in range(8)]}
KEPT = {"tags": [f"t{number}" for number in range(7)]}


def guards(plan: Plan, live: Live, **words: Any) -> set[str]:
    allowed = Allowances(words.pop("allowed", {}), max_requests=words.pop("max_requests", None))
    again = guard_plan(plan, Reading(live, {}), allowed, **words)
    return {change.blocked.guard for change in again.changes if change.blocked}


PLAN = plan_of(KEPT, TAGS)


def test_what_was_read_for_the_run_decides() -> None:
    live = live_of(TAGS)
    assert guards(PLAN, live) == set()
    assert guards(PLAN, replace(live, access_role=AccessRole.LIMITED)) == {"reading_proof"}
    assert guards(PLAN, replace(live, access_role=AccessRole.NOT_REQUESTED)) == {"reading_proof"}
    assert guards(PLAN, replace(live, proofs=())) == {"reading_proof"}


@pytest.mark.parametrize(("planned", "used"), [("c1", "c2"), ("c1", ""), ("", "c1")])
def test_a_plan_read_through_another_connection_removes_nothing(planned: str, used: str) -> None:
    plan = replace(PLAN, proof=Proof(connection=planned))
    assert guards(plan, live_of(TAGS), connection=used) == {"reading_proof"}
    assert guards(plan, live_of(TAGS), connection=planned) == set()


def test_a_protection_that_was_applied_meanwhile_counts() -> None:
    assert guards(PLAN, live_of(TAGS), protected_before=("tag:t7",)) == {"protect"}


def test_a_limit_that_was_given_to_plan_stays_until_another_is_given() -> None:
    limited = replace(PLAN, max_requests=1)
    assert guards(limited, live_of(TAGS)) == {"max_requests"}
    assert guards(limited, live_of(TAGS), max_requests=100) == set()


@pytest.mark.parametrize("max_requests", [None, 100])
def test_a_file_cannot_hide_a_removal_behind_a_limit_of_requests(max_requests: int | None) -> None:
    limit = Blocked("max_requests", "the plan needs 7 requests", "--max-requests 7")
    forged = replace(PLAN, changes=tuple(replace(change, blocked=limit) for change in PLAN.changes))
    live = replace(live_of(TAGS), access_role=AccessRole.LIMITED)
    assert guards(forged, live, max_requests=max_requests) == {"reading_proof"}
    assert guards(forged, live_of(TAGS), max_requests=max_requests, protected_before=("tag:*",)) == {"protect"}


def test_all_that_were_in_use_stay_all_of_them_on_the_way() -> None:
    world: dict[str, list[Any]] = {"tags": ["one", "two", *({"at": f"old{n}", "archived": True} for n in range(30))]}
    manifest = {"tags": [{"name": f"old{n}", "archived": True} for n in range(30)]}
    plan = plan_of(manifest, world, used={"t1": 1, "t2": 1})
    halfway = live_of({"tags": [{"at": "one", "archived": True}, *world["tags"][1:]]})
    assert guards(plan, live_of(world)) == guards(plan, halfway) == {"removal_budget"}
    assert guards(plan, halfway, allowed={"tag": 2}) == set()


@pytest.mark.parametrize(
    ("now", "counts"),
    [
        (["a", "b", "c", "d"], (4, 3)),
        (["a", "b", "c"], (4, 3)),
        (["a", "c", "d"], (4, 3)),
        (["a"], (4, 3)),
        (["a", {"at": "b", "archived": True}, "c", "d"], (4, 3)),
        (["a", "b", "c", "d", "e"], (5, 4)),
    ],
)
def test_what_this_plan_removed_already_counts_as_still_there(now: list[Any], counts: tuple[int, int]) -> None:
    was = live_of({"tags": ["a", "b", "c", {"at": "d", "archived": True}]})
    plan = plan_for({"tags": ["a"]}, was)
    assert [(change.address.name, change.is_removal) for change in plan.changes] == [(name, True) for name in "bcd"]
    ids = {resource.name: resource.id for resource in was.everything}
    live = live_of({"tags": [{"at": "d", "archived": True} if one == "d" else one for one in now]})
    resources = {a: replace(r, id=ids.get(r.name, r.id + "x")) for a, r in live.resources.items()}
    total, in_use = _counts_before(plan, replace(live, resources=resources))
    assert (total["tag"], in_use["tag"]) == counts


@pytest.mark.parametrize(("limit", "fits"), [(None, True), (10, True), (11, True), (9, False)])
def test_reading_again_counts_against_the_limit_of_requests(limit: int | None, *, fits: bool) -> None:
    plan = replace(PLAN, changes=(), forecast=replace(PLAN.forecast, writing=3, verifying=2))
    if fits:
        require_requests_left(plan, limit, 4, 1)
        return
    with pytest.raises(BlockedError) as caught:
        require_requests_left(plan, limit, 4, 1)
    assert "the workspace must be read again: 10 requests; the limit is 9 (--max-requests)" in caught.value.message
    assert caught.value.hint == "approve with --approve, or add --max-requests 10; nothing was written"


def test_a_number_that_was_allowed_counts_what_was_left_out_as_well() -> None:
    policy = {"protect": ["tag:t7"]}
    plan = replace(plan_of({"tags": ["t0"], "policy": policy}, TAGS, tag=7), allowances={"tags": 7})
    rest = exclude_blocked(plan)
    assert (len(rest.changes), len(rest.excluded)) == (6, 1)
    assert guards(rest, live_of(TAGS)) == set()
    assert guards(replace(rest, excluded=()), live_of(TAGS)) == {"removal_budget"}


def test_a_plan_that_only_takes_a_protection_away_is_applied_without_a_write() -> None:
    with Stage() as stage:
        desired = desired_of({"tags": []})
        reading = stage.read(desired)
        context = PlanOptions(protected_before=("tag:x",))
        target = Target("sandbox", stage.config.base_url, stage.workspace.id, stage.workspace.name)
        plan = make_plan(desired, reading.live, reading.usage, target=target, options=context)
        assert (plan.changes, plan.is_empty) == ((), False)
        with stage.writer() as writer:
            report = apply(approve(plan, plan.digest), writer, reading)
        assert report.exit_code == 0
        assert {sent.request.method for sent in stage.sent} == {"GET"}


def test_an_allowance_holds_for_the_rest_of_a_run_that_has_changed_the_spelling_above_it() -> None:
    manifest = {"clients": [{"name": "Acme Inc", "projects": ["Café"]}, "Globex"]}
    before = {"clients": ["Globex "], "projects": ["Globex /Café"]}
    meant = frozenset({Address.parse("project:Globex /Café")})
    plan = plan_for(manifest, live_of(before), allowed_removals=meant)
    renamed = live_of({"clients": ["Globex"], "projects": ["Globex/Café"]})
    assert "look_alike" not in guards(plan, renamed)
    assert "look_alike" in guards(replace(plan, allowed_removals=()), renamed)


def test_without_a_rate_the_forecast_is_for_fifty_requests_a_second() -> None:
    live = replace(live_of(TAGS), requests=500)
    forecast = guard_plan(PLAN, Reading(live, {}), Allowances()).forecast
    assert forecast.seconds == forecast_changes(live, PLAN.changes, 50.0).seconds > 0

"""Facts that an approver should know and that block nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from reconciler.errors import StrictError
from reconciler.planning import make_plan
from reconciler.planning.plan import Change, FieldChange
from reconciler.planning.warnings import (
    FULFILLED,
    caller_warnings,
    change_warnings,
    contested_warnings,
    live_warnings,
    loss_warnings,
    people_warnings,
    require_no_warnings,
)
from reconciler.state import AccessRole
from tests.planning.literals import TARGET, desired_of, live_of, plan_of

RESERVED = "the names of deleted resources may stay reserved in Clockify: "


def _deletes(number: int) -> tuple[Change, ...]:
    return plan_of({"tags": []}, {"tags": [f"t{n}" for n in range(number)]}).changes


def _creates(number: int) -> tuple[Change, ...]:
    return plan_of({"tags": [f"t{n}" for n in range(number)]}, {}).changes


def _warnings(changes: Iterable[Change], role: AccessRole = AccessRole.OWNER) -> list[str]:
    return list(change_warnings(tuple(changes), role))


@pytest.mark.parametrize(
    ("number", "listed"),
    [(1, "tag:t0"), (5, "tag:t0, tag:t1, tag:t2, tag:t3, tag:t4"), (6, "tag:t0, tag:t1, tag:t2, tag:t3, tag:t4, …")],
)
def test_the_first_five_names_that_may_stay_reserved_are_listed(number: int, listed: str) -> None:
    assert _warnings(_deletes(number)) == [RESERVED + listed]


def test_a_name_that_is_free_or_goes_with_its_parent_is_not_reserved() -> None:
    assert _warnings(replace(change, temporary_name="~x") for change in _deletes(1)) == []
    tasks = plan_of({"projects": [{"name": "Web", "tasks": []}]}, {"projects": ["Web"], "tasks": ["Web/a"]})
    assert [str(change.action) for change in tasks.changes] == ["delete"]
    assert _warnings(tasks.changes) == []


def test_an_unknown_role_matters_for_removals_and_a_limited_one_for_creates() -> None:
    unknown, limited = AccessRole.UNKNOWN, AccessRole.LIMITED
    assert [text[:8] for text in _warnings(_deletes(1), unknown)] == ["the name", "the role"]
    assert _warnings(_creates(1), unknown) == []
    assert _warnings(_deletes(1), limited) == [RESERVED + "tag:t0"]
    (warning,) = _warnings(_creates(2), limited)
    assert warning.endswith("these may exist already, and creating them would fail: tag:t0, tag:t1")


def test_what_is_there_twice_says_which_one_is_ignored() -> None:
    live = live_of({"tags": ["a"]})
    (tag,) = live.everything
    twin = replace(live, duplicates=(replace(tag, id="t9"),))
    assert list(live_warnings(twin)) == ["tag:a exists more than once; the one with the id t9 is ignored"]


def test_a_plan_says_what_is_there_twice() -> None:
    live = live_of({"tags": ["a"]})
    (tag,) = live.everything
    plan = make_plan(desired_of({"tags": ["a"]}), replace(live, duplicates=(replace(tag, id="t9"),)), target=TARGET)
    assert plan.warnings == ("tag:a exists more than once; the one with the id t9 is ignored",)


@pytest.mark.parametrize(
    ("status", "shown"), [("S" * 40, "s" * 40), ("S" * 41, "s" * 39 + "…"), ("NOT_YET", "not yet")]
)
def test_the_status_of_a_person_is_shown_as_words_up_to_a_limit(status: str, shown: str) -> None:
    live = replace(live_of({"users": {"u1": "jo@x.example"}}), inactive={"u1": status})
    desired = desired_of({"projects": [{"name": "Web", "tasks": [{"name": "Do", "assignees": ["jo@x.example"]}]}]})
    (warning,) = people_warnings(desired, (), live)
    assert warning.startswith(f"jo@x.example is {shown} in the workspace, not active, ")


@pytest.mark.parametrize(("archived", "warned"), [(False, ["why; tag:t0 is not renamed"]), (True, [])])
def test_an_earlier_name_in_use_is_told_unless_it_is_removed_or_archived(archived: object, warned: list[str]) -> None:
    live = live_of({"tags": [{"at": "t0", "archived": archived}]})
    assert list(contested_warnings({"t1": "why"}, (), live)) == warned
    assert list(contested_warnings({"t1": "why"}, _deletes(1), live)) == []


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ((), ""),
        ((f"the entry matches nothing{FULFILLED}",), ""),
        (("one",), "the plan has 1 warning, and --strict refuses it"),
        (("one", "two"), "the plan has 2 warnings, and --strict refuses it"),
    ],
)
def test_strict_refuses_what_is_not_true_of_any_delete(more: tuple[str, ...], refused: str) -> None:
    plan: Any = plan_of({"tags": []}, {"tags": ["t0"]})
    plan = replace(plan, warnings=(RESERVED + "tag:t0", *more))
    if not refused:
        require_no_warnings(plan)
        return
    with pytest.raises(StrictError) as error:
        require_no_warnings(plan)
    assert str(error.value).startswith(refused)
    assert list(error.value.warnings) == list(more)


OFF = {"timeEstimate": {"active": False, "type": "MANUAL", "estimate": "PT5H"}, "budgetEstimate": None}


@pytest.mark.parametrize(
    ("declared", "wire", "number"),
    [({"estimate": "PT6H"}, OFF, 1), ({"note": "n"}, OFF, 0), ({"estimate": "PT6H"}, {"timeEstimate": None}, 0)],
)
def test_a_value_that_is_switched_off_and_replaced_is_named(
    declared: dict[str, Any], wire: dict[str, Any], number: int
) -> None:
    world = {"projects": [{"at": "Site", "wire": {"id": "p1", "name": "Site", **wire}}]}
    changes = plan_of({"projects": [{"name": "Site", **declared}]}, world).changes
    warning = "project:Site has the estimate PT5H, switched off: it counts as none and is replaced, and an undo cannot restore it"
    assert list(loss_warnings(changes, live_of(world))) == [warning] * number


@pytest.mark.parametrize(
    ("field", "stays", "is_warned"),
    [("members", True, True), ("members", False, False), ("note", True, False), ("note", False, False)],
)
def test_the_caller_is_named_only_where_members_are_written_and_the_caller_stays_one(
    field: str, *, stays: bool, is_warned: bool
) -> None:
    (change,) = plan_of({"projects": [{"name": "Web", "note": "n"}]}, {"projects": ["Web"]}).changes
    change = replace(change, fields=(FieldChange(field, (), ("jo@x.example",)),))
    live = live_of({"users": {"u1": "me@x.example"}, "caller": "u1"})
    warning = "me@x.example, the user of this API key, is not listed under members and stays a member of project:Web"
    assert list(caller_warnings([change], live, {change.address} if stays else ())) == [warning] * is_warned


def test_a_new_resource_hides_no_value_that_is_switched_off() -> None:
    site = {"at": "Site", "wire": {"id": "p1", "name": "Site", **OFF}}
    manifest = {"projects": [{"name": "Site", "estimate": "PT6H"}, {"name": "New", "estimate": "PT6H"}]}
    changes = sorted(plan_of(manifest, {"projects": [site]}).changes, key=lambda change: change.address)
    assert [str(change.address) for change in changes] == ["project:New", "project:Site"]
    (warning,) = loss_warnings(changes, live_of({"projects": [site]}))
    assert warning.startswith("project:Site has the estimate PT5H, switched off")

"""Plans with targets: what they hold, what they need, what guards still see of the rest, and what their files may say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying import guard_plan
from reconciler.errors import PlanningError, TargetError
from reconciler.live import Reading
from reconciler.model import Address
from reconciler.planning import Plan, PlanOptions, Targeting, exclude_blocked, make_draft, make_plan, plan_from_json
from reconciler.planning.plan import Blocked
from reconciler.planning.targets.patterns import TargetPatterns
from reconciler.planning.targets.scope import _exchanging, _is_covered, target_requirements
from reconciler.render.words import summary
from reconciler.state import Allowances, Usage
from tests.planning.forging import as_json, refusal
from tests.planning.literals import TARGET, desired_of, live_of

Manifest = dict[str, Any]
World = dict[str, list[Any]]
TREE: Manifest = {
    "clients": [{"name": "New", "projects": [{"name": "Site", "tasks": ["Do", "Plan"]}, "Shop"]}, "Other"]
}


def plan_for(manifest: Manifest, world: World, *targets: str, **options: Any) -> Plan:
    """A plan with these targets, where nothing has time entries."""
    live = live_of(world)
    usage = {resource.id: Usage() for resource in live.everything}
    return make_plan(desired_of(manifest), live, usage, target=TARGET, options=PlanOptions(targets=targets, **options))


def lines(plan: Plan) -> list[str]:
    return [f"{change.action} {change.address}" for change in plan.changes]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("client:Other", ["create client:Other"]),
        ("client:new", ["create client:New"]),
        ("task:New/Site/Do", ["create client:New", "create project:New/Site", "create task:New/Site/Do"]),
        ("project:*/Shop", ["create client:New", "create project:New/Shop"]),
        (
            "*:New/Site*",
            ["create client:New", "create project:New/Site", "create task:New/Site/Do", "create task:New/Site/Plan"],
        ),
    ],
)
def test_a_target_brings_the_parents_that_it_needs_and_never_more(target: str, expected: list[str]) -> None:
    plan = plan_for(TREE, {}, target)
    assert lines(plan) == expected
    assert plan.targeting is not None
    assert (plan.targeting.left_out, plan.targeting.is_exact) == (6 - len(expected), True)


def test_what_is_below_a_project_that_moves_to_the_new_owner_of_its_clients_name_keeps_its_address() -> None:
    world: World = {"clients": ["A", "B"], "projects": ["A/PP", "B/QQ"], "tasks": ["A/PP/T", "A/PP/U"]}
    projects = [{"name": "PP", "was": "A/PP", "tasks": ["U"]}, {"name": "QQ"}]
    manifest = {"clients": [{"name": "A", "was": "B", "projects": projects}, {"name": "B", "was": "A", "projects": []}]}
    assert "delete task:A/PP/T" in lines(plan_for(manifest, world, "task:A/PP/*"))
    assert lines(plan_for(manifest, world, "task:B/PP/*")) == []


NEEDS: dict[str, tuple[Manifest, World, str, list[str]]] = {
    "an archived parent is restored": (
        {"clients": [{"name": "A", "projects": [{"name": "PP", "note": "n"}]}], "tags": ["x"]},
        {"clients": [{"at": "A", "archived": True}], "projects": ["A/PP"]},
        "project:A/PP",
        ["restore client:A", "update project:A/PP"],
    ),
    "a rename frees the name": (
        {"tags": [{"name": "b", "was": "a"}, {"name": "c", "was": "b"}, "new"]},
        {"tags": ["a", "b"]},
        "tag:b",
        ["update tag:c", "update tag:b"],
    ),
    "a rename alone needs nothing that follows": (
        {"tags": [{"name": "b", "was": "a"}, {"name": "c", "was": "b"}]},
        {"tags": ["a", "b"]},
        "tag:c",
        ["update tag:c"],
    ),
    "a project leaves its client first": (
        {"clients": [{"name": "B", "projects": [{"name": "PP", "was": "A/PP", "tasks": ["T"]}]}]},
        {"clients": ["A", "B"], "projects": ["A/PP"]},
        "client:A",
        ["update project:B/PP", "delete client:A"],
    ),
    "a client ends after what is in it": (
        {"clients": ["B"], "projects": []},
        {"clients": ["A", "B", "C"], "projects": ["A/PP", "A/QQ", "C/RR"]},
        "client:A",
        ["delete project:A/PP", "delete project:A/QQ", "delete client:A"],
    ),
    "a removal below a renamed parent, by its present address": (
        {"clients": [{"name": "B", "was": "A", "projects": []}]},
        {"clients": ["A"], "projects": ["A/PP"]},
        "project:A/*",
        ["delete project:A/PP"],
    ),
    "a removal below a renamed parent, by its later address": (
        {"clients": [{"name": "B", "was": "A", "projects": []}]},
        {"clients": ["A"], "projects": ["A/PP"]},
        "project:B/*",
        ["update client:B", "delete project:A/PP"],
    ),
    "a change below a renamed parent": (
        {"clients": [{"name": "B", "was": "A", "note": "n", "projects": [{"name": "PP", "note": "n"}]}]},
        {"clients": ["A"], "projects": ["A/PP"]},
        "project:A/PP",
        ["update client:B", "update project:B/PP"],
    ),
    "a rename by its present name": (
        {"clients": [{"name": "B", "was": "A"}, "C"]},
        {"clients": ["A"]},
        "client:A",
        ["update client:B"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NEEDS)
def test_what_a_target_needs_is_in_the_plan(name: str) -> None:
    manifest, world, target, expected = NEEDS[name]
    plan = plan_for(manifest, world, target)
    assert lines(plan) == expected
    assert plan_from_json(as_json(plan)) == plan


def test_an_exchange_of_names_is_one() -> None:
    world = {"clients": [{"at": "A", "note": "one"}, {"at": "B", "note": "two"}]}
    manifest = {"clients": [{"name": "A", "was": "B", "note": "two"}, {"name": "B", "was": "A", "note": "one"}, "C"]}
    assert sorted(lines(plan_for(manifest, world, "client:A"))) == ["update client:A", "update client:B"]


def test_targets_are_part_of_the_digest_and_what_is_outside_is_not() -> None:
    one = plan_for({"tags": ["a", "b"]}, {}, "tag:a")
    assert one.digest == plan_for({"tags": ["a", "b", "c"]}, {}, "tag:a").digest
    assert one.digest != plan_for({"tags": ["a"]}, {}).digest
    assert one.digest != plan_for({"tags": ["a", "b"]}, {}, "tag:a*").digest
    several = plan_for({"tags": ["a", "b"]}, {}, "tag:b", "tag:a", "tag:b")
    assert several.digest == plan_for({"tags": ["a", "b"]}, {}, "tag:a", "tag:b").digest
    assert several.targeting == Targeting(("tag:a", "tag:b"))


def test_the_budget_counts_the_targeted_removals_against_all_resources_of_the_kind() -> None:
    world = {"tags": [f"t{n:02}" for n in range(20)]}
    manifest: Manifest = {"tags": [f"t{n:02}" for n in range(8)]}
    assert plan_for(manifest, world).summary["blocked"] == 12
    assert plan_for(manifest, world, "tag:t08", "tag:t09").summary["blocked"] == 0
    six = plan_for(manifest, world, *(f"tag:t{n:02}" for n in range(8, 14)))
    assert six.changes[0].blocked == Blocked(
        "removal_budget",
        "would remove 6 of 20 tags; the limit is 10 or 25 %, whichever is smaller",
        "--allow-removals tags=6",
    )
    allowed = plan_for(manifest, world, *(f"tag:t{n:02}" for n in range(8, 14)), allowed={"tag": 6})
    assert allowed.summary["blocked"] == 0


RENAMED: Manifest = {"tags": ["Websites", "new"]}
RENAMED_WORLD: World = {"tags": ["Website", "old", *(f"kept{n}" for n in range(9))]}
RENAMED["tags"] = [*RENAMED["tags"], *(f"kept{n}" for n in range(9))]


@pytest.mark.parametrize(
    ("target", "blocked", "allow"),
    [
        ("tag:Websites", "create tag:Websites", "put `- {name: Websites, was: Website}` in place of tag:Websites, or --allow-removal tag:Website"),
        ("tag:Website", "delete tag:Website", "put `- {name: Websites, was: Website}` in place of tag:Websites, or --allow-removal tag:Website"),
    ],
)  # fmt: skip
def test_a_rename_is_asked_about_where_one_side_is_outside(target: str, blocked: str, allow: str) -> None:
    plan = plan_for(RENAMED, RENAMED_WORLD, target)
    assert lines(plan) == [blocked]
    (change,) = plan.changes
    assert change.blocked is not None
    assert (change.blocked.guard, change.blocked.allow) == ("look_alike", allow)
    loaded = plan_from_json(as_json(plan))
    live = live_of(RENAMED_WORLD)
    again = guard_plan(loaded, Reading(live, {}), Allowances())
    assert [c.blocked for c in again.changes] == [change.blocked]
    lifted = guard_plan(loaded, Reading(live, {}), Allowances(addresses=frozenset({Address.parse("tag:Website")})))
    assert not lifted.summary["blocked"]
    assert lifted.warnings == plan.warnings
    assert not plan_for(
        RENAMED, RENAMED_WORLD, target, allowed_removals=frozenset({Address.parse("tag:Website")})
    ).summary["blocked"]


def test_a_create_that_looks_like_several_removals_outside_names_them() -> None:
    world = {"tags": ["Site A", "Site B", "Site C", "Site D", *(f"k{n}" for n in range(20))]}
    plan = plan_for({"tags": ["Site", *(f"k{n}" for n in range(20))]}, world, "tag:Site")
    (change,) = plan.changes
    assert change.blocked is not None
    assert change.blocked.reason.startswith("looks like tag:Site A")
    assert "outside the targets" in change.blocked.reason


PROTECTED: Manifest = {
    "policy": {"protect": ["project:B/*"]},
    "clients": [{"name": "B", "was": "A", "projects": ["QQ"]}],
}


def test_a_protection_by_the_later_name_holds_where_the_rename_is_outside() -> None:
    world: World = {"clients": ["A"], "projects": ["A/PP", "A/QQ"]}
    plan = plan_for(PROTECTED, world, "project:A/PP")
    assert [change.blocked.guard for change in plan.changes if change.blocked] == ["protect"]
    again = guard_plan(plan_from_json(as_json(plan)), Reading(live_of(world), {}), Allowances())
    assert [change.blocked.guard for change in again.changes if change.blocked] == ["protect"]
    assert again.digest == plan.digest


def test_a_plan_with_targets_withdraws_no_protection_and_obeys_it() -> None:
    world: World = {"tags": [f"t{n}" for n in range(8)]}
    manifest: Manifest = {"tags": [f"t{n}" for n in range(7)]}
    assert plan_for(manifest, world, protected_before=("tag:t7",)).withdrawn == ("tag:t7",)
    plan = plan_for(manifest, world, "tag:t7", protected_before=("tag:t7",))
    assert plan.withdrawn == ()
    assert [change.blocked.guard for change in plan.changes if change.blocked] == ["protect"]


def test_what_is_declared_outside_is_not_validated() -> None:
    manifest: Manifest = {
        "projects": [
            {"name": "PP", "tasks": [{"name": "T", "assignees": ["jo@x.example"]}]},
            {"name": "QQ", "tasks": ["T"]},
        ]
    }
    assert lines(plan_for(manifest, {"projects": ["PP", "QQ"]}, "task:QQ/*")) == ["create task:QQ/T"]
    with pytest.raises(PlanningError):
        plan_for(manifest, {"projects": ["PP", "QQ"]}, "task:PP/*")


def test_warnings_are_about_the_targets() -> None:
    manifest: Manifest = {
        "clients": [{"name": "A", "was": "X"}, {"name": "B", "was": "Y"}],
        "removed": [{"tag": "gone"}],
    }
    assert len(plan_for(manifest, {}).warnings) == 3
    (warning,) = plan_for(manifest, {}, "client:A").warnings
    assert warning.startswith("client:A is new")


def test_without_a_change_in_the_targets_the_plan_is_empty() -> None:
    plan = plan_for({"tags": ["a", "b"]}, {"tags": ["a"]}, "tag:a")
    assert plan.is_empty
    assert plan.targeting == Targeting(("tag:a",), 1)


def test_what_only_an_excluded_change_needed_is_outside() -> None:
    plan = plan_for(TREE, {}, "task:New/Site/Do", "client:Other")
    changes = (replace(c, blocked=Blocked("check", "no", "")) if c.kind == "task" else c for c in plan.changes)
    rest = exclude_blocked(replace(plan, changes=tuple(changes)))
    assert lines(rest) == ["create client:Other"]
    assert rest.targeting == Targeting(("client:Other", "task:New/Site/Do"), 4)
    assert plan_from_json(as_json(rest)) == rest


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (lambda data: data["targets"].update(patterns=["client:Other"]), "no target covers it"),
        (lambda data: data["targets"].update(patterns=["task:*", "client:Other"]), "not sorted"),
        (lambda data: data["targets"].update(patterns=[]), "empty"),
        (lambda data: data["targets"].update(left_out=-1), "left_out"),
        (lambda data: data["targets"].update(more=1), "unknown key"),
        (lambda data: data.update(sources=[]), "an undo has none"),
        (lambda data: data.update(withdrawn=["tag:x"]), "withdraws no protection"),
    ],
)
def test_a_forged_plan_file_is_refused(edit: Any, problem: str) -> None:
    data = as_json(plan_for(TREE, {}, "task:New/Site/Do"))
    assert refusal(data) == ""
    edit(data)
    assert problem in refusal(data)


def test_a_change_that_was_slipped_into_a_plan_file_is_refused() -> None:
    whole, part = as_json(plan_for(TREE, {})), as_json(plan_for(TREE, {}, "client:Other"))
    assert "no target covers it" in refusal({**whole, "targets": part["targets"]})


def test_a_plan_of_everything_has_no_targets_in_its_file() -> None:
    assert "targets" not in as_json(plan_for(TREE, {}))


@pytest.mark.parametrize(
    ("targets", "message", "hint"),
    [
        (("client:Othr",), "the target matches nothing that is declared or live: 'client:Othr' (did you mean 'client:Other'?)", ""),
        (("client:Zeta",), "the target matches nothing that is declared or live: 'client:Zeta'", "there are: 'client:New', 'client:Other'"),
        (("project:Nwe/*",), "the target matches nothing that is declared or live: 'project:Nwe/*' (did you mean 'project:New/*'?)", ""),
        (("tag:zzz",), "the target matches nothing that is declared or live: 'tag:zzz'", "there is no tag"),
        (
            ("client:*x*", "client:Other", "task:zzz/*"),
            "these targets match nothing that is declared or live: 'client:*x*', 'task:zzz/*'",
            "there are: 'client:New', 'client:Other', 'task:New/Site/Do', 'task:New/Site/Plan'",
        ),
    ],
)  # fmt: skip
def test_a_target_that_matches_nothing_is_an_error(targets: tuple[str, ...], message: str, hint: str) -> None:
    with pytest.raises(TargetError) as caught:
        plan_for(TREE, {}, *targets)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_an_entry_of_removed_may_be_a_target_after_its_removal() -> None:
    assert plan_for({"tags": ["a"], "removed": [{"tag": "gone"}]}, {"tags": ["a"]}, "tag:gone").is_empty


def test_a_task_that_may_be_finished_and_unseen_is_not_reported() -> None:
    live = replace(live_of({"projects": ["PP"]}), tasks_proven=frozenset())
    options = PlanOptions(targets=("task:PP/Old",))
    assert make_plan(desired_of({"projects": ["PP"]}), live, target=TARGET, options=options).is_empty
    with pytest.raises(TargetError):
        plan_for({"projects": ["PP"]}, {"projects": ["PP"]}, "task:PP/Old")


def test_targets_that_an_earlier_name_outside_would_take_name_what_to_add() -> None:
    manifest: Manifest = {"clients": [{"name": "acme", "was": "Beta"}, {"name": "Beta"}]}
    with pytest.raises(TargetError) as caught:
        plan_for(manifest, {}, "client:Beta")
    assert caught.value.hint == "add --target client:acme"
    assert len(plan_for(manifest, {}, "client:Beta", "client:acme").changes) == 2


def test_a_first_plan_that_removes_says_so_first() -> None:
    world: World = {"tags": [f"t{n}" for n in range(8)], "projects": ["PP", "QQ"]}
    manifest: Manifest = {"tags": [f"t{n}" for n in range(6)], "projects": ["QQ", "RR"]}
    plan = plan_for(manifest, world, is_first=True)
    assert plan.warnings[0] == (
        "this is the first plan for the workspace from this folder, and it would remove 1 project and 2 tags; to start from what is "
        "live, let `export` write the manifests"
    )
    assert plan.digest == plan_for(manifest, world).digest
    assert plan.warnings[1:] == plan_for(manifest, world).warnings
    part = plan_for(manifest, world, "tag:*", is_first=True)
    assert "would remove 2 tags;" in part.warnings[0]
    assert not plan_for(manifest, world, "project:RR", is_first=True).warnings


def test_the_warning_of_a_first_plan_speaks_of_what_is_left() -> None:
    world: World = {"tags": [f"t{n}" for n in range(8)]}
    plan = plan_for({"tags": [f"t{n}" for n in range(6)]}, world, is_first=True)
    for number in (0, 1):
        changes = (
            replace(c, blocked=Blocked("check", "no", "") if n <= number else None) for n, c in enumerate(plan.changes)
        )
        rest = exclude_blocked(replace(plan, changes=tuple(changes)))
        assert sum("would remove 1 tag;" in warning for warning in rest.warnings) == 1 - number


def test_targets_after_which_the_manifests_would_conflict_are_refused_with_the_reason() -> None:
    manifest: Manifest = {
        "clients": [
            {"name": "Acme", "projects": [{"name": "App", "was": "Site"}, "site", {"name": "Shop", "was": "site"}]}
        ]
    }
    assert len(plan_for(manifest, {"clients": ["Acme"]}).changes) == 3
    with pytest.raises(TargetError) as caught:
        plan_for(manifest, {"clients": ["Acme"]}, "project:Acme/site")
    assert caught.value.message.startswith("the targets cannot be applied alone, as the manifests would conflict")
    assert caught.value.message.endswith(" becomes project:Acme/Shop (-:5:5)")
    assert caught.value.hint.startswith("plan without --target, or ")


def test_an_archived_resource_of_unknown_use_may_be_one_more_change_outside() -> None:
    live = live_of({"tags": ["a", {"at": "b", "archived": True}], "projects": ["PP"], "tasks": ["PP/T"]})
    manifest: Manifest = {"tags": ["a"]}
    plan = make_plan(desired_of(manifest), live, {}, target=TARGET, options=PlanOptions(targets=("tag:a",)))
    assert plan.targeting == Targeting(("tag:a",), 0, is_exact=False)
    assert summary(plan) == "No changes in the targets; changes outside the targets not counted."
    inside: Manifest = {"projects": [], "tags": ["a", "b"], "removed": [{"task": "PP/T"}]}
    plan = make_plan(desired_of(inside), live, {}, target=TARGET, options=PlanOptions(targets=("tag:a",)))
    assert plan.targeting == Targeting(("tag:a",), 2, is_exact=False)


def test_an_archived_twin_outside_is_looked_up_for_a_create_that_it_may_be() -> None:
    live = live_of({"tags": ["keep", {"at": "Website", "archived": True}]})
    draft = make_draft(desired_of({"tags": ["keep", "Websites"]}), live)
    wanted = target_requirements(draft, {}, TargetPatterns(("tag:Websites",))).required.usage
    assert [resource.name for resource in wanted] == ["Website"]
    assert not target_requirements(draft, {}, TargetPatterns(("tag:keep",))).required.usage


def test_an_odd_task_pattern_is_one_that_matches_nothing() -> None:
    for pattern in ("task:Only", "task:PP/", "task:PP/a\\x", "user:jo"):
        with pytest.raises(TargetError):
            plan_for({"projects": ["PP"]}, {"projects": ["PP"]}, pattern)


@pytest.mark.parametrize(
    ("pattern", "address", "is_covered"),
    [
        ("tag:urgent", "tag:urgent", True),
        ("tag:New", "tag:New", True),
        ("tag:Old", "tag:New", True),
        ("tag:Old", "tag:urgent", False),
        ("tag:Old", "tag:fresh", False),
    ],
)
def test_a_pattern_covers_a_resource_under_its_new_name_and_under_its_present_one(
    pattern: str, address: str, *, is_covered: bool
) -> None:
    draft = make_draft(
        desired_of({"tags": ["urgent", {"name": "New", "was": "Old"}, "fresh"]}), live_of({"tags": ["urgent", "Old"]})
    )
    assert _is_covered(Address.parse(address), draft, TargetPatterns((pattern,))) is is_covered


def test_what_moves_to_the_name_of_another_may_have_exchanged_it() -> None:
    clients = [{"name": "A", "projects": [{"name": "PP", "was": "B/QQ"}]}, "B"]
    live = live_of({"clients": ["A", "B"], "projects": ["B/QQ"]})
    assert _exchanging(make_draft(desired_of({"clients": clients}), live)) == {"p1"}

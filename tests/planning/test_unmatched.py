"""Names that match nothing, where a case file does not reach: options, saved plans, tasks that were not listed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.applying import guard_plan
from reconciler.live import Reading
from reconciler.model import Address
from reconciler.planning import PlanOptions, accept_renames, make_draft, make_plan, plan_from_json, plan_to_json
from reconciler.planning.earlier_names import earlier_homes
from reconciler.planning.unmatched import reference_warnings
from reconciler.state import Allowances
from tests.planning.guards.literals import guards, plan_for
from tests.planning.literals import TARGET, desired_of, live_of, plan_of

CALL: dict[str, Any] = {"tags": [{"name": "call", "was": "Meetng"}, "x", "y", "z"]}
WORLD: dict[str, list[Any]] = {"tags": ["meeting", "x", "y", "z"]}


def _allowed(*texts: str) -> frozenset[Address]:
    return frozenset(map(Address.parse, texts))


def _about_allowances(plan: Any) -> list[str]:
    return [warning for warning in plan.warnings if "--allow-removal" in warning]


@pytest.mark.parametrize("given", ["tag:meeting", "tag:MEETING", "tag: Meeting "])
def test_an_allowance_holds_in_any_spelling(given: str) -> None:
    plan = plan_for(CALL, live_of(WORLD), allowed_removals=_allowed(given))
    assert (guards(plan), _about_allowances(plan)) == ({}, [])
    renamed = {"tags": ["meetings", "x", "y", "z"]}
    assert guards(plan_for(renamed, live_of(WORLD), allowed_removals=_allowed(given))) == {}
    saved = guard_plan(
        plan_for(renamed, live_of(WORLD)), Reading(live_of(WORLD), {}), Allowances(addresses=_allowed(given))
    )
    assert (guards(saved), _about_allowances(saved)) == ({}, [])


def test_an_allowance_that_allows_nothing_says_so() -> None:
    world = {"tags": ["meeting", "Beta", "BETA", *WORLD["tags"][1:]]}
    manifest = {"tags": [*CALL["tags"], "meetup"]}
    given = _allowed("tag:meetng", "tag:x", "tag:beta", "client:Nowhere")
    plan = plan_for(manifest, live_of(world), allowed_removals=given)
    assert guards(plan)["tag:meeting"] == "look_alike"
    assert _about_allowances(plan) == [
        "--allow-removal 'client:Nowhere' matches no client",
        "--allow-removal 'tag:beta' matches several resources that differ in spelling, so it allows none of them: 'tag:Beta', 'tag:BETA'",
        "--allow-removal 'tag:meetng' matches no tag; did you mean 'tag:meeting'?",
        "--allow-removal 'tag:x' has no effect: the plan does not remove it",
    ]
    assert _about_allowances(guard_plan(plan, Reading(live_of(world), {}), Allowances())) == _about_allowances(plan)


def test_an_allowance_for_a_parent_has_an_effect_on_what_is_below() -> None:
    manifest = {"clients": [{"name": "Acme", "projects": [{"name": "Web", "tasks": ["Designs"]}]}]}
    world = {"clients": ["Acme"], "projects": ["Acme/Web"], "tasks": ["Acme/Web/Design"]}
    plan = plan_for(manifest, live_of(world), allowed_removals=_allowed("client:ACME"), allowed={"task": 1})
    assert (guards(plan), _about_allowances(plan)) == ({}, [])


def test_a_mistyped_earlier_name_blocks_in_a_saved_plan_too_until_it_is_allowed() -> None:
    plan = plan_for(CALL, live_of(WORLD))
    assert guards(plan) == {"tag:meeting": "look_alike"}
    blocked = next(change.blocked for change in plan.changes if change.blocked)
    assert blocked is not None
    assert blocked.allow == "replace the `was:` of tag:call by `was: meeting`, or --allow-removal tag:meeting"
    read = plan_from_json(plan_to_json(plan))
    reading = Reading(live_of(WORLD), {})
    assert guards(guard_plan(read, reading, Allowances())) == guards(plan)
    assert guards(guard_plan(read, reading, Allowances(addresses=_allowed("tag:Meeting")))) == {}


def test_the_corrected_line_is_what_accepting_assumes() -> None:
    options = PlanOptions()
    desired, accepted = accept_renames(desired_of(CALL), live_of(WORLD), {}, target=TARGET, options=options)
    assert [pair.line for pair in accepted] == ["was: meeting"]
    plan = make_plan(desired, live_of(WORLD), target=TARGET, options=options)
    assert [str(change.action) for change in plan.changes] == ["update"]
    several = {"tags": [{"name": "call", "was": "Retro"}, "x"]}
    assert accept_renames(desired_of(several), live_of(WORLD), {}, target=TARGET, options=options)[1] == ()


def test_the_line_of_a_candidate_is_one_that_a_manifest_may_have() -> None:
    candidate = plan_for({"tags": ["cafés"]}, live_of({"tags": ["cafe\u0301 ", "x"]})).rename_candidates[0]
    assert candidate.line == "- {name: cafés, was: café}"
    assert plan_of({"tags": [{"name": "cafés", "was": "café"}]}, {"tags": ["cafe\u0301 "]}).changes[0].id == "t1"


def test_a_task_that_may_be_finished_and_unread_is_not_called_missing() -> None:
    live = live_of({"projects": ["Web"]})
    manifest = {"policy": {"protect": ["task:Web/Old"]}, "removed": [{"task": "Web/Od"}]}
    entry, protection = reference_warnings(make_draft(desired_of(manifest), live))
    assert "matches no task" in entry
    assert "protects nothing" in protection
    unread = replace(live, tasks_proven=frozenset())
    assert not list(reference_warnings(make_draft(desired_of(manifest), unread)))


@pytest.mark.parametrize(("unread", "read"), [("Shop", "Web"), ("Web", "Shop")])
def test_an_entry_that_cannot_be_decided_hides_no_other_one(unread: str, read: str) -> None:
    live = live_of({"projects": ["Shop", "Web"]})
    live = replace(live, tasks_proven=frozenset({live.resources[Address("project", (read,))].id}))
    removed = [{"task": f"{unread}/Od"}, {"task": f"{read}/Od"}]
    (warning,) = reference_warnings(make_draft(desired_of({"removed": removed}), live))
    assert warning.startswith(f"the entry 'task:{read}/Od' of 'removed' matches no task")


@pytest.mark.parametrize("pattern", ["tag:*", "tag:a"])
def test_a_pattern_that_is_no_address_of_one_resource_is_not_called_mistyped(pattern: str) -> None:
    manifest = {"policy": {"protect": [pattern]}, "tags": ["a"]}
    assert not list(reference_warnings(make_draft(desired_of(manifest), live_of({"tags": ["a"]}))))


def test_a_pattern_retyped_in_another_case_is_not_withdrawn() -> None:
    manifest = {"tags": ["a"], "policy": {"protect": ["tag:A*"]}}
    plan = plan_for(manifest, live_of({"tags": ["a"]}), protected_before=("tag:a*", "tag:b*", "tag:B*"))
    assert plan.withdrawn == ("tag:B*", "tag:b*")
    assert plan_from_json(plan_to_json(plan)) == plan


def test_a_mistyped_allowance_names_what_stays_if_nothing_is_removed() -> None:
    plan = plan_for(
        {"tags": ["meeting", "x"]}, live_of({"tags": ["meeting", "x"]}), allowed_removals=_allowed("tag:meetng")
    )
    assert _about_allowances(plan) == ["--allow-removal 'tag:meetng' matches no tag; did you mean 'tag:meeting'?"]


@pytest.mark.parametrize(
    ("was", "homes"),
    [
        ("Site", ["c1"]),
        ("/Site", [""]),
        ("Acme/Site", ["c1"]),
        ("Beta/Site", ["c2"]),
        ("BETA/Site", ["c2"]),
        ("Old/Site", ["c3"]),
        ("None/Site", []),
    ],
)
def test_an_earlier_path_is_looked_up_in_the_client_that_it_names(was: str, homes: list[str]) -> None:
    site = {"name": "Place", "was": was}
    manifest = {"clients": [{"name": "Acme", "projects": [site]}, {"name": "New", "was": "Old"}]}
    draft = make_draft(desired_of(manifest), live_of({"clients": ["Acme", "Beta", "New"]}))
    resource = draft.desired.resources[Address.parse("project:Acme/Place")]
    assert list(earlier_homes(draft, resource, resource.was[0])) == homes


@pytest.mark.parametrize("pattern", ["gone", "tag:", "job:gone"])
def test_a_pattern_that_is_no_address_at_all_is_not_called_mistyped(pattern: str) -> None:
    """A program may make a policy without a manifest."""
    desired = desired_of({"tags": ["a"]})
    desired = replace(desired, policy=replace(desired.policy, protect=(pattern,)))
    assert not list(reference_warnings(make_draft(desired, live_of({"tags": ["a"]}))))


@pytest.mark.parametrize(
    ("was", "tasks", "guess"),
    [
        ("Desing", ["Acme/Site/Design"], "Design"),
        ("Biuld", ["Acme/Site/Build"], "Build"),
        ("Desing", ["Acme/Shop/Design"], ""),
    ],
)
def test_an_earlier_name_of_a_task_is_guessed_in_its_project_alone(was: str, tasks: list[str], guess: str) -> None:
    site = {"name": "Site", "tasks": [{"name": "Sketch", "was": was}, "Build"]}
    manifest = {"clients": [{"name": "Acme", "projects": [site, "Shop"]}]}
    live = live_of({"clients": ["Acme"], "projects": ["Acme/Site", "Acme/Shop"], "tasks": tasks})
    (warning,) = reference_warnings(make_draft(desired_of(manifest), live))
    assert warning.partition("; did you mean ")[2] == (f"'{guess}'?" if guess else "")


@pytest.mark.parametrize("declared", [[], ["Fair"]])
@pytest.mark.parametrize(("was", "guess"), [("Beta/Fiar", "Beta/Fair"), ("Beta/Fairs", "Beta/Fair")])
def test_an_earlier_path_is_guessed_with_the_client_that_was_written(was: str, guess: str, declared: list[str]) -> None:
    acme = {"name": "Acme", "projects": [{"name": "Market", "was": was}]}
    manifest = {"clients": [acme, {"name": "Beta", "projects": declared}]}
    live = live_of({"clients": ["Acme", "Beta"], "projects": ["Beta/Fair"]})
    (warning,) = reference_warnings(make_draft(desired_of(manifest), live))
    assert warning.endswith(f"; did you mean '{guess}'?")


def test_an_earlier_name_is_guessed_among_what_is_not_declared_first() -> None:
    manifest = {"tags": [{"name": "New", "was": "urgnt"}, "urgent"]}
    (warning,) = reference_warnings(make_draft(desired_of(manifest), live_of({"tags": ["urgent", "urgntly"]})))
    assert warning.endswith("did you mean 'urgntly'?")


def test_an_earlier_path_is_guessed_with_its_name_in_another_client_even_if_a_number_tells_them_apart() -> None:
    clients = [
        {"name": "Client 1", "projects": [{"name": "Market", "was": "Fair"}]},
        {"name": "Client 2", "projects": []},
    ]
    live = live_of({"clients": ["Client 1", "Client 2"], "projects": ["Client 2/Fair"]})
    (warning,) = reference_warnings(make_draft(desired_of({"clients": clients}), live))
    assert warning.endswith("; did you mean 'Client 2/Fair'?")


def test_an_earlier_path_that_is_misspelled_is_guessed_in_another_client() -> None:
    clients = [{"name": "Acme", "projects": [{"name": "Market", "was": "Beta/Fiar"}]}, "Betta"]
    live = live_of({"clients": ["Acme", "Betta"], "projects": ["Betta/Fair"]})
    (warning,) = reference_warnings(make_draft(desired_of({"clients": clients}), live))
    assert warning.endswith("; did you mean 'Betta/Fair'?")

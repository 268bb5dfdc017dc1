"""Words and figures that all outputs share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reconciler.model import Address
from reconciler.planning.plan import Action, Excluded, Forecast, Impact, Plan, Proof, Step
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.render import values, words
from reconciler.state import AccessRole, ListProof, SourceFile
from tests.planning.literals import plan_of
from tests.render import plans


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (None, "(none)"),
        ((), "(none)"),
        ("", '""'),
        (True, "true"),
        ("true", '"true"'),
        ("(none)", '"(none)"'),
        ("PT8H", "PT8H"),
        ("#1976D2", "#1976D2"),
        ("95.00", "95.00"),
        ("two words", '"two words"'),
        (("a", "b c"), 'a, "b c"'),
    ],
)
def test_values_are_written_as_a_person_would_and_never_taken_for_another(given: Any, shown: str) -> None:
    assert values.value(given) == shown


def test_names_are_quoted_where_their_ends_could_not_be_told() -> None:
    assert values.name("Acme Corp") == "Acme Corp"
    assert values.name(" Acme") == '" Acme"'
    assert values.name("") == '""'


@pytest.mark.parametrize(
    ("address", "impact", "phrase"),
    [
        ("project:P", Impact(45_000, 34), "detaches 12.5 h of tracked time, 34 time entries"),
        ("project:P", Impact(60, 1, users=1), "detaches 60 s of tracked time, 1 time entry of 1 person"),
        (
            "tag:t",
            Impact(3600, 4, users=2, last_used="2026-02-12", running=1),
            "detaches 1.0 h of tracked time, 4 time entries of 2 people, 1 running timer, last used on 2026-02-12",
        ),
        ("task:P/T", Impact(None, None), "tracked time unknown, time entries unknown"),
        ("tag:t", Impact(0, 0), "no time entries"),
        ("client:C", Impact(0, 0), ""),
    ],
)
def test_a_removal_says_what_it_means_for_tracked_time(address: str, impact: Impact, phrase: str) -> None:
    assert words.impact(plans.removal(address, Action.DELETE, impact)) == phrase


def test_an_archive_detaches_nothing() -> None:
    archive = plans.removal("project:P", Action.ARCHIVE, Impact(3600, 1, users=1, name_free=False))
    assert words.impact(archive) == "1.0 h of tracked time, 1 time entry of 1 person"
    assert words.name_availability(archive) == "name stays in use"


@pytest.mark.parametrize(("free", "fate"), [(None, "name may stay reserved"), (True, "name becomes free")])
def test_a_delete_says_what_becomes_of_the_name(free: Any, fate: str) -> None:
    assert words.name_availability(plans.removal("tag:t", Action.DELETE, Impact(name_free=free))) == fate


def test_only_what_goes_speaks_of_tracked_time_and_of_its_name() -> None:
    assert words.impact(plans.create("project:P")) == words.name_availability(plans.create("project:P")) == ""


def test_a_plan_that_only_takes_a_protection_away_has_something_to_do() -> None:
    plan = Plan(plans.TARGET, withdrawn=("tag:a", "tag:b"))
    assert not plan.is_empty
    assert words.summary(plan) == "Plan: 2 protections to remove."


def test_what_is_left_of_a_plan_may_be_nothing() -> None:
    plan = Plan(
        plans.TARGET, excluded=(Excluded(Address.parse("tag:a"), Action.DELETE, "protect: protected by 'tag:a'"),)
    )
    assert plan.is_empty
    assert words.summary(plan) == words.UNDO_EXCLUDED
    of_manifests = replace(plan, sources=(SourceFile("workspace.yaml", "ab" * 32),))
    assert words.summary(of_manifests) == words.ALL_EXCLUDED
    assert words.summary(replace(of_manifests, excluded=())) == words.NO_CHANGES


@pytest.mark.parametrize("access_role", list(AccessRole))
def test_the_proof_names_the_role_that_read_the_lists(access_role: AccessRole) -> None:
    plan = Plan(plans.TARGET, proof=Proof((ListProof("tags", 3, 1, "Last-Page: true"),), access_role))
    assert words.proof(plan).startswith("Read: 1 list on 1 page, all complete")
    assert words.proof(replace(plan, proof=Proof((ListProof("tags", 3, 1, ""),)))).endswith("0 complete.")
    assert words.proof(Plan(plans.TARGET)) == ""


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.44, "0.4 s"),
        (9.9, "9.9 s"),
        (10, "10 s"),
        (12, "12 s"),
        (99.4, "99 s"),
        (99.5, "2 min"),
        (120, "2 min"),
        (3569, "59 min"),
        (3599, "1 h"),
        (3600, "1 h"),
        (3660, "1 h 1 min"),
        (5400, "1 h 30 min"),
        (7200, "2 h"),
        (59 * 3600, "59 h"),
        (1000 * 3600, "1,000 h"),
    ],
)
def test_waiting_times_are_rounded_as_people_say_them(seconds: float, shown: str) -> None:
    assert values.duration(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(1, "1 s"), (179, "179 s"), (180, "0.1 h"), (3600, "1.0 h"), (3_600_000, "1,000.0 h")]
)
def test_tracked_time_is_shown_in_hours_unless_it_is_short(seconds: int, shown: str) -> None:
    assert words.hours(seconds) == shown


@pytest.mark.parametrize(
    ("number", "plural", "shown"),
    [
        (0, "", "0 tags"),
        (1, "", "1 tag"),
        (2, "", "2 tags"),
        (1000, "", "1,000 tags"),
        (1, "TAGS", "1 tag"),
        (2, "TAGS", "2 TAGS"),
    ],
)
def test_a_count_agrees_with_its_noun(number: int, plural: str, shown: str) -> None:
    assert words.count(number, "tag", plural) == shown


@pytest.mark.parametrize(
    ("action", "steps", "shown"),
    [
        (Action.DELETE, (Step.ARCHIVE, Step.DELETE), "archive, then delete"),
        (Action.DELETE, (Step.DELETE,), ""),
        (Action.UPDATE, (Step.RENAME, Step.UPDATE), ""),
    ],
)
def test_only_a_delete_of_several_steps_names_them(action: Action, steps: tuple[Step, ...], shown: str) -> None:
    assert words.steps(replace(plans.create("tag:a"), action=action, steps=steps)) == shown


def test_the_fields_that_an_action_implies_are_not_shown() -> None:
    archive = replace(plans.update("tag:a", archived=(False, True), name=("b", "a")), action=Action.ARCHIVE)
    assert [field.name for field in words.shown_fields(archive)] == ["name"]
    create = plans.create("client:a", name="a", note=None, cc_emails=(), email="", archived=False)
    assert [field.name for field in words.shown_fields(create)] == ["email", "archived"]
    update = plans.update("tag:a", archived=(False, True), name=("b", "a"))
    assert [field.name for field in words.shown_fields(update)] == ["archived", "name"]


def test_a_reason_is_told_where_action_and_fields_do_not() -> None:
    assert words.reason(plans.create("tag:a")) == ""
    assert words.reason(plans.update("tag:a", archived=(False, True))) == ""
    assert words.reason(plans.update("tag:a", name=("b", "a"))) == "differs from the manifests"
    assert words.reason(replace(plans.update("tag:a"), action=Action.ARCHIVE)) == "differs from the manifests"
    assert words.reason(plans.removal("tag:a", Action.DELETE, Impact(0, 0))) != ""


def test_what_goes_with_a_delete_is_counted() -> None:
    tasks = tuple(Address.parse(f"task:P/T{n}") for n in range(2))
    for taken, shown in ((tasks[:1], "deletes 1 task with it"), (tasks, "deletes 2 tasks with it"), ((), "")):
        assert words.embedded(plans.removal("project:P", Action.DELETE, Impact(0, 0, taken))) == shown


def test_what_is_not_managed_is_counted_by_kind() -> None:
    plan = Plan(plans.TARGET, unmanaged={"clients": 2, "projects": 0, "tags": 1})
    assert words.unmanaged(plan) == "Not managed: 2 clients, 1 tag."
    assert words.unmanaged(Plan(plans.TARGET, unmanaged={"clients": 0})) == words.unmanaged(Plan(plans.TARGET)) == ""


def test_a_proof_counts_the_lists_that_have_an_end() -> None:
    lists = (ListProof("tags", 3, 2, "Last-Page: true"), ListProof("clients", 0, 1, ""))
    plan = Plan(plans.TARGET, proof=Proof(lists, AccessRole.ADMIN, "c1"))
    assert words.proof(plan) == "Read: 2 lists on 3 pages, 1 complete, as admin, through connection c1."


def test_a_temporary_name_and_what_an_undo_cannot_restore_are_told_where_there_is_one() -> None:
    change = plans.create("tag:a")
    assert words.temporary_name(change) == words.losses(change) == ""
    assert words.temporary_name(replace(change, temporary_name="~t1 a")) == 'via the temporary name "~t1 a"'
    lossy = plans.removal("tag:a", Action.DELETE, Impact(0, 0, lost=("its id", "its age")))
    assert words.losses(lossy) == "an undo cannot restore its id, its age"


def test_the_forecast_adds_up() -> None:
    assert words.forecast(Forecast(1, 0, 0, 0.02)) == "1 request (1 reading), about 0.0 s at the rate limit"
    fewer = words.forecast(Forecast(0, 2600, 0, 52.0, saved=2398))
    assert fewer.endswith("; 2,398 fewer if the service accepts tasks inside new projects")


def test_the_place_of_a_rename_is_that_of_its_own_create() -> None:
    plan = plan_of({"tags": ["a", "b"]}, {})
    first, second = plan.changes
    pair = RenameCandidate(second.address, Address("tag", ("old",)), ("old",), 90)
    assert first.source != second.source
    assert words.source_of(pair, plan) == second.source


@pytest.mark.parametrize(
    ("others", "shown"),
    [
        ((), ""),
        ((("project:New/One", ()),), "with 1 project of the same name"),
        ((("project:New/One", ()), ("project:New/Two", ())), "with 2 projects of the same names"),
        ((("project:Else/One", ()),), ""),
        ((("project:New/One", ("Won",)),), ""),
        ((("project:Else/One", ()), ("project:New/One", ())), "with 1 project of the same name"),
    ],
)
def test_the_candidates_that_follow_from_a_renamed_parent_are_counted_with_it(
    others: tuple[tuple[str, tuple[str, ...]], ...], shown: str
) -> None:
    client = RenameCandidate(Address.parse("client:New"), Address.parse("client:Old"), ("Old",), 90)
    inside = [RenameCandidate(Address.parse(new), Address.parse("project:Old/One"), was, 100) for new, was in others]
    assert words.renamed_children(client, [client, *inside]) == shown

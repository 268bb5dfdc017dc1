"""Rename candidates: which pairs are detected, what they block, and how they are resolved."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model import Address, Source
from reconciler.names import join_path
from reconciler.planning import Plan, PlanOptions, accept_renames, make_plan
from reconciler.planning.renames.accept import edits, with_renames
from reconciler.planning.renames.candidate import Declaration, quoted
from reconciler.planning.renames.detect import _pairs, detect
from reconciler.planning.renames.pool import Pool
from reconciler.planning.renames.score import RenameSide
from reconciler.state import Usage
from tests.case_files import load_cases
from tests.planning.literals import TARGET, desired_of, live_of

CASES: list[dict[str, Any]] = load_cases(Path(__file__).with_name("cases.yaml"))
NAMES = [
    "Acme",
    "ACME Corp",
    "Acme Corporation",
    "Website",
    "Web site",
    "Web",
    "Sprint 1",
    "Sprint 2",
    "Sprint 01",
    "X/y",
]


def _plan(manifest: dict[str, Any], live: dict[str, list[Any]], *allowed: str, **numbers: int) -> Plan:
    state = live_of(live)
    usage = {resource.id: Usage() for resource in state.resources.values()}
    removals = frozenset(map(Address.parse, allowed))
    options = PlanOptions(allowed=numbers, allowed_removals=removals)
    return make_plan(desired_of(manifest), state, usage, target=TARGET, options=options)


def _blocks(plan: Plan) -> dict[str, str]:
    return {str(change.address): change.blocked.guard for change in plan.changes if change.blocked}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in CASES])
def test_a_case_has_its_candidates(case: dict[str, Any]) -> None:
    plan = _plan(case["manifest"], case["live"], *case.get("allowed", ()))
    pairs = [replace(pair, declared=Declaration()) for pair in plan.rename_candidates]
    assert [f"{pair.create} < {pair.remove}: {pair.line}" for pair in pairs] == case["pairs"]
    asked = {str(pair.remove) for pair in plan.rename_candidates}
    assert {address for address, guard in _blocks(plan).items() if guard == "look_alike"} == asked


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in CASES if case["pairs"]])
def test_with_every_line_added_no_candidate_is_left(case: dict[str, Any]) -> None:
    desired, live = desired_of(case["manifest"]), live_of(case["live"])
    options = PlanOptions(allowed_removals=frozenset(map(Address.parse, case.get("allowed", ()))))
    as_if, pairs = accept_renames(desired, live, {}, target=TARGET, options=options)
    plan = make_plan(as_if, live, {}, target=TARGET, options=options)
    left = {str(pair.create) for pair in plan.rename_candidates if pair.was}
    assert left == set(case.get("undecided", ()))
    assert pairs or left
    renamed = {str(change.address) for change in plan.changes if change.action == "update"}
    assert {str(pair.create) for pair in pairs} <= renamed
    assert not {str(pair.remove) for pair in pairs} & {str(change.address) for change in plan.changes if change.removal}


def test_the_line_read_back_from_a_manifest_is_the_same_rename() -> None:
    live = {"clients": ["A: #1", "B"], "projects": ["A: #1/Print\\/web\\\\ 'x' \"y\""]}
    manifest: dict[str, Any] = {"clients": ["A: #1", {"name": "B", "projects": [{"name": "Print/web\\ 'x' \"y\""}]}]}
    pair = _plan(manifest, live).rename_candidates[0]
    manifest["clients"][1]["projects"][0] |= yaml.safe_load(pair.line)
    plan = _plan(manifest, live)
    assert [(str(c.address), str(c.action)) for c in plan.changes] == [
        ("project:B/" + join_path(pair.create.path[1:]), "update")
    ]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_is_one_line_of_yaml_that_reads_back(text: str) -> None:
    line = f"was: {quoted(text)}"
    assert line.isprintable()
    assert yaml.safe_load(line) == {"was": text}
    assert desired_of({"tags": [{"name": "a", **yaml.safe_load(line)}]} if text.isalpha() else {"tags": ["a"]})


def test_a_blocked_candidate_names_its_resolutions() -> None:
    blocked = _plan({"clients": ["Acme Corp"]}, {"clients": ["ACME", "Other"]}, client=2).changes[-2:]
    block = next(change.blocked for change in blocked if str(change.address) == "client:ACME")
    assert block is not None
    assert "client:Acme Corp" in block.reason
    assert block.allow == (
        "put `- {name: Acme Corp, was: ACME}` in place of client:Acme Corp, or --allow-removal client:ACME"
    )


def test_the_digest_covers_the_removal_that_was_allowed() -> None:
    asked = _plan({"tags": ["meetings"]}, {"tags": ["meeting"]}, tag=1)
    allowed = _plan({"tags": ["meetings"]}, {"tags": ["meeting"]}, "tag:meeting", tag=1)
    assert _blocks(asked) == {"tag:meeting": "look_alike"}
    assert _blocks(allowed) == {}
    assert asked.digest == replace(allowed, allowed_removals=()).digest != allowed.digest
    assert allowed.allowed_removals == (Address("tag", ("meeting",)),)


def test_an_allowed_removal_still_counts_against_the_budget() -> None:
    assert _blocks(_plan({"tags": ["meetings"]}, {"tags": ["meeting"]}, "tag:meeting")) == {
        "tag:meeting": "removal_budget"
    }


def test_protection_takes_precedence_over_a_candidate() -> None:
    manifest = {"tags": ["meetings"], "policy": {"protect": ["tag:*"]}}
    assert _blocks(_plan(manifest, {"tags": ["meeting"]}, tag=1)) == {"tag:meeting": "protect"}


def test_accepting_continues_below_an_accepted_parent() -> None:
    manifest = {"projects": [{"name": "Web shop", "tasks": ["Kick-off", "Design", "Build"]}]}
    live = {"projects": ["Webshop"], "tasks": ["Webshop/Kickoff", "Webshop/Design", "Webshop/Build"]}
    desired, state = desired_of(manifest), live_of(live)
    assert [p.line for p in make_plan(desired, state, {}, target=TARGET).rename_candidates] == ["was: Webshop"]
    _, pairs = accept_renames(desired, state, {}, target=TARGET, options=PlanOptions())
    assert [p.line for p in pairs] == ["was: Webshop", "- {name: Kick-off, was: Kickoff}"]


def test_accepting_changes_only_the_earlier_names() -> None:
    desired, live = desired_of({"tags": ["meetings", "b"]}), live_of({"tags": ["meeting", "b"]})
    pairs = make_plan(desired, live, {}, target=TARGET).rename_candidates
    as_if = with_renames(desired, pairs)
    assert {a: r.was for a, r in as_if.resources.items()} == {
        Address("tag", ("b",)): (),
        Address("tag", ("meetings",)): (("meeting",),),
    }
    assert desired.resources[Address("tag", ("meetings",))].was == ()


@given(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)), st.randoms(use_true_random=False))
def test_each_pair_has_a_side_that_only_it_brings_and_none_depends_on_the_order(
    new: set[str], old: set[str], random: Any
) -> None:
    folded = {name.casefold(): name for name in sorted(new)}
    manifest = {"clients": [{"name": "K", "projects": sorted(folded.values())}, "L"]}
    live = live_of(
        {
            "clients": ["K", "L"],
            "projects": [f"{'KL'[n % 2]}/{join_path((name,))}" for n, name in enumerate(sorted(old))],
        }
    )
    changes = list(make_plan(desired_of(manifest), live, {}, target=TARGET).changes)
    pairs = detect(changes, live)
    sides = {pair.create for pair in pairs} | {pair.remove for pair in pairs}
    assert len({(pair.create, pair.remove) for pair in pairs}) == len(pairs) <= max(len(sides) - 1, 0)
    random.shuffle(changes)
    assert detect(changes, live) == pairs


@pytest.mark.slow
def test_a_thousand_pairs_are_quick() -> None:
    clients = [f"Client {n}" for n in range(500)]
    manifest = {"clients": [{"name": name, "projects": ["Web site", "Shop 2"]} for name in clients]}
    live = {
        "clients": clients,
        "projects": [f"{name}/{project}" for name in clients for project in ("Website", "Shop")],
    }
    plan = _plan(manifest, live)
    started = time.process_time()
    assert len(detect(plan.changes, live_of(live))) == 1000
    assert time.process_time() - started < 20, "it takes less than one second"


def _side(path: str, home: str = "") -> RenameSide:
    return RenameSide(Address.parse(f"project:{path}"), home, {}, frozenset())


def test_each_side_has_its_best_partner_and_a_second_one_only_where_it_finds_no_other() -> None:
    x, y, a, b = _side("x"), _side("y"), _side("a"), _side("b")
    assert list(_pairs([(80, y, b), (85, x, b), (90, x, a)])) == [(x, a, 90), (y, b, 80)]
    assert list(_pairs([(85, x, b), (90, x, a)])) == [(x, a, 90), (x, b, 85)]
    assert list(_pairs([(85, y, a), (90, x, a)])) == [(x, a, 90), (y, a, 85)]
    z, c = _side("z"), _side("c")
    taken = [(90, x, a), (89, y, b)]
    assert list(_pairs([*taken, (85, z, a), (80, z, b)]))[2:] == [(z, a, 85)]
    assert list(_pairs([*taken, (85, x, c), (80, y, c)]))[2:] == [(x, c, 85)]


def test_of_many_removals_with_one_name_that_under_the_same_parent_is_compared() -> None:
    pool = Pool([_side(f"C{number:02}/Relationsportalofthestudio", f"c{number}") for number in range(30)])
    homes = [side.home for _, side in pool.scored(_side("C29/Relationsportalofthestudios", "c29"))]
    assert (homes[0], len(homes)) == ("c29", 21)


def test_resources_of_one_origin_without_lines_have_an_edit_each() -> None:
    manifest, live = {"tags": ["urgent!", "billing!"]}, live_of({"tags": ["urgent", "billing"]})
    desired = desired_of(manifest)
    _, pairs = accept_renames(desired, live, {}, target=TARGET, options=PlanOptions())
    resources = {address: replace(each, source=Source("run 7")) for address, each in desired.resources.items()}
    found = edits(pairs, replace(desired, resources=resources))
    assert sorted(str(edit.candidates[0].create) for edit in found) == ["tag:billing!", "tag:urgent!"]


def test_what_follows_its_client_is_no_candidate_for_another_project_with_the_same_tasks() -> None:
    tasks = ["Concept", "Print"]
    manifest = {"clients": [{"name": "Acme Corp", "projects": [{"name": "Site", "tasks": tasks}]}, "Other"]}
    projects = ["ACME/Site", "ACME/Zoo"]
    live = {
        "clients": ["ACME", "Other"],
        "projects": projects,
        "tasks": [f"{project}/{task}" for project in projects for task in tasks],
    }
    pairs = [pair for pair in _plan(manifest, live).rename_candidates if pair.kind == "project"]
    assert [(str(pair.create), str(pair.remove), pair.was, pair.score) for pair in pairs] == [
        ("project:Acme Corp/Site", "project:ACME/Site", (), 100)
    ]

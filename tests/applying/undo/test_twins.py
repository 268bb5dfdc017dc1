"""An undo changes only what the run changed: a resource with the same name, or nearly the same, is another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from reconciler.applying import approve
from tests.applying.undo.test_inverse import KEEP, done, inverse, undo_plan
from tests.recorded_runs import Recorded, recorded
from tests.sandbox_client import Stage, seen


class Case(NamedTuple):
    """What is live before, as raw creates; the manifest of the run; the undo, as `action address: name before → after`."""

    live: tuple[str, ...]
    manifest: dict[str, Any]
    undo: tuple[str, ...]


CASES = {
    "a deleted tag beside another spelling": Case(
        ("tag urgent", "tag Urgent", "tag a", "tag b", "tag c", "tag d"),
        {"tags": ["Urgent", "a", "b", "c", "d"]},
        ("create tag:urgent",),
    ),
    "a name and the same name with a blank": Case(
        ("tag review", "tag review "),
        {"tags": [{"name": "bonus", "was": "review"}, "review"]},
        ("update tag:review : review → review ", "update tag:review: bonus → review"),
    ),
    "a rename beside another spelling": Case(
        ("tag urgent", "tag Urgent"),
        {**KEEP, "tags": [{"name": "hot", "was": "urgent"}, "Urgent"]},
        ("update tag:urgent: hot → urgent",),
    ),
    "three spellings, one renamed, one deleted": Case(
        ("tag a b", "tag A b", "tag A B", "tag x", "tag y"),
        {"tags": [{"name": "c", "was": "A b"}, "A B", "x", "y"]},
        ("update tag:A b: c → A b", "create tag:a b"),
    ),
    "a deleted project beside another spelling, with tasks of the same names": Case(
        ("client Acme", "project Acme/Site", "task Acme/Site/Do", "project Acme/site", "task Acme/site/Do"),
        {"clients": [{"name": "Acme", "projects": [{"name": "site", "tasks": ["Do"]}]}]},
        ("create project:Acme/Site", "create task:Acme/Site/Do"),
    ),
    "a deleted client beside another spelling, with projects of the same names": Case(
        ("client Acme", "project Acme/Site", "client ACME", "project ACME/Site", "client Other"),
        {"clients": [{"name": "ACME", "projects": ["Site"]}, "Other"]},
        ("create client:Acme", "create project:Acme/Site"),
    ),
    "a deleted task beside another spelling": Case(
        ("client Acme", "project Acme/Site", "task Acme/Site/Do", "task Acme/Site/DO"),
        {"clients": [{"name": "Acme", "projects": [{"name": "Site", "tasks": ["DO"]}]}]},
        ("create task:Acme/Site/Do",),
    ),
    "a ring of three beside another spelling": Case(
        ("tag a", "tag b", "tag c", "tag A"),
        {**KEEP, "tags": [{"name": "b", "was": "a"}, {"name": "d", "was": "b"}, "A"], "removed": [{"tag": "c"}]},
        ("update tag:b: d → b", "update tag:a: b → a", "create tag:c"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_an_undo_makes_again_is_matched_to_nothing_live(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    with Stage() as stage:
        make(stage, case.live)
        before = seen(stage.snapshot())
        done(stage, case.manifest, tmp_path)
        plan = undo_plan(stage, tmp_path)
        assert sorted(map(change_line, plan.changes)) == sorted(case.undo)
        assert recorded(stage, plan, tmp_path).exit_code == 0
        assert seen(stage.snapshot()) == before


def make(stage: Stage, live: tuple[str, ...]) -> None:
    """Create what `kind path` names, parents first."""
    ids: dict[str, str] = {}
    for line in live:
        kind, _, path = line.partition(" ")
        above, _, name = path.rpartition("/")
        body, place = {"name": name}, f"/{kind}s"
        if kind == "project" and above:
            body["clientId"] = ids[f"client {above}"]
        if kind == "task":
            place = f"/projects/{ids[f'project {above}']}/tasks"
        ids[line] = stage.call("POST", place, body)["id"]


def change_line(change: Any) -> str:
    """A change as the cases write it."""
    name = change.field_named("name")
    return f"{change.action} {change.address}" + (f": {name.before} → {name.after}" if name else "")


BASE = ("client Acme", "client Beta", "project Acme/Site", "tag one", "tag two")
SINCE: dict[str, tuple[dict[str, Any], tuple[str, ...], list[str], str]] = {
    "the earlier name of a renamed tag": (
        {**KEEP, "tags": [{"name": "uno", "was": "one"}]}, ("tag one",), [],
        "tag:uno is not renamed back to tag:one: the name is in use",
    ),
    "the earlier name of a renamed tag, in another spelling": (
        {**KEEP, "tags": [{"name": "uno", "was": "one"}]}, ("tag ONE",), [],
        "tag:uno is not renamed back to tag:one: the name is in use",
    ),
    "the earlier place of a moved project": (
        {**KEEP, "projects": [{"name": "Site", "client": "Beta", "was": "Acme/Site"}]}, ("project Acme/Site",), [],
        "project:Beta/Site is not moved back to project:Acme/Site: the name is in use",
    ),
    "the name of a deleted tag, in another spelling": (
        {**KEEP, "removed": [{"tag": "one"}]}, ("tag ONE",), [],
        "tag:one is not created again: the name is in use",
    ),
    "the name of a deleted project": (
        {**KEEP, "removed": [{"project": "Acme/Site"}]}, ("project Acme/Site",), [],
        "project:Acme/Site is not created again: the name is in use",
    ),
    "the name of the last of a chain, so that the others wait for it": (
        {**KEEP, "tags": [{"name": "one", "was": "two"}, {"name": "uno", "was": "one"}]}, ("tag two",), [],
        "tag:uno is not renamed back to tag:one: the name is in use",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SINCE)
def test_a_name_that_was_taken_since_the_run_is_left_with_a_note(what: str, tmp_path: Path) -> None:
    manifest, taken, undo, note = SINCE[what]
    with Stage() as stage:
        make(stage, BASE)
        done(stage, manifest, tmp_path)
        clients = {client["name"]: client["id"] for client in stage.snapshot()["clients"]}
        for line in taken:
            kind, _, path = line.partition(" ")
            above, _, name = path.rpartition("/")
            stage.call("POST", f"/{kind}s", {"name": name, **({"clientId": clients[above]} if above else {})})
        plan = undo_plan(stage, tmp_path)
    assert [change_line(change) for change in plan.changes] == undo
    assert any(warning.startswith(note) for warning in plan.warnings), plan.warnings


def interrupted(stage: Stage, manifest: Mapping[str, Any], folder: Path, should_stop: Callable[[], bool]) -> None:
    """Apply a part of a manifest, with a journal."""
    stage.time.seconds += 60
    plan, _ = stage.plan(manifest)
    assert Recorded(stage, folder).apply(approve(plan, plan.digest), should_stop=should_stop).exit_code == 130


def test_a_temporary_name_that_an_interrupted_run_left_is_taken_back(tmp_path: Path) -> None:
    with Stage() as stage:
        stage.apply({"tags": ["one", {"name": "two", "archived": True}]})
        before = seen(stage.snapshot())
        swap = {**KEEP, "tags": [{"name": "one", "was": "two", "archived": True}, {"name": "two", "was": "one"}]}
        interrupted(stage, swap, tmp_path, lambda: any("~" in tag["name"] for tag in stage.snapshot()["tags"]))
        assert any(tag["name"].startswith("~") for tag in stage.snapshot()["tags"])
        plan = undo_plan(stage, tmp_path)
        assert recorded(stage, plan, tmp_path).exit_code == 0
        assert seen(stage.snapshot()) == before


def test_two_changes_with_one_address_and_action_are_undone_each_for_itself(tmp_path: Path) -> None:
    with Stage() as stage:
        stage.apply(
            {"clients": [{"name": "Acme", "note": "first", "projects": ["Site"]}, {"name": "Beta", "note": "second"}]}
        )
        before = seen(stage.snapshot())
        project = stage.snapshot()["projects"][0]["id"]
        stage.call(
            "POST",
            "/time-entries",
            {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T10:00:00Z", "projectId": project},
        )
        manifest = {
            **KEEP,
            "clients": [{"name": "Old", "was": "Acme", "archived": True}, {"name": "Acme", "was": "Beta", "archived": True}],
        }  # fmt: skip
        done(stage, manifest, tmp_path)
        plan = undo_plan(stage, tmp_path)
        assert recorded(stage, plan, tmp_path).exit_code == 0
        assert seen(stage.snapshot()) == before


def test_the_parent_of_what_an_undo_created_is_not_the_one_that_gave_its_name_up(tmp_path: Path) -> None:
    with Stage() as stage:
        stage.apply({"clients": [{"name": "Acme", "projects": ["Site"]}]})
        before = seen(stage.snapshot())
        done(stage, {"clients": [{"name": "Old", "was": "Acme"}, "Acme"], "projects": []}, tmp_path)
        after = seen(stage.snapshot())
        inverse(stage, tmp_path)
        assert seen(stage.snapshot()) == before
        inverse(stage, tmp_path)
        assert seen(stage.snapshot()) == after

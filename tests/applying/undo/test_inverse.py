"""Undo: an ordinary plan reverses every action of a run, and another one reverses the undo."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Runs, annotate, inverse_of
from reconciler.planning import Plan, make_plan, plan_from_json, plan_to_json
from reconciler.planning.planner import PlanOptions
from reconciler.sandbox import Fault, Switches, create_app
from tests.forged_runs import read_lines, write_sealed
from tests.recorded_runs import recorded
from tests.sandbox_client import Stage, seen

KEEP: dict[str, Any] = {"policy": {"prune": dict.fromkeys(("clients", "projects", "tasks", "tags"), "keep")}}


def undo_plan(stage: Stage, folder: Path, run: str = "latest") -> Plan:
    """The plan of an undo, every removal within the budget or allowed by its number."""
    record = Runs(folder).named(run)
    with stage.reader() as reader:
        undo, reading = inverse_of(record, reader, stage.workspace, record.plan.policy)
    plan = make_plan(undo.desired, reading.live, reading.usage, target=stage.target)
    allowed = {change.kind: sum(c.removal for c in plan.changes if c.kind == change.kind) for change in plan.changes}
    options = PlanOptions(allowed=allowed)
    return annotate(make_plan(undo.desired, reading.live, reading.usage, target=stage.target, options=options), undo)


def done(stage: Stage, manifest: dict[str, Any], folder: Path) -> None:
    """Apply a manifest, with a journal."""
    stage.time.seconds += 60
    assert recorded(stage, stage.plan(manifest)[0], folder).exit_code == 0


def inverse(stage: Stage, folder: Path) -> Plan:
    """Undo the latest run."""
    stage.time.seconds += 60
    plan = undo_plan(stage, folder)
    assert not plan.summary["blocked"], [change.blocked for change in plan.changes]
    assert recorded(stage, plan, folder).exit_code == 0
    return plan


BEFORE: dict[str, Any] = {
    "clients": [
        {"name": "Acme", "note": "old", "cc_emails": ["a@x.example"], "projects": [
            {"name": "Site", "note": "n", "estimate": "PT5H", "tasks": [
                {"name": "Design", "estimate": "PT1H", "assignees": ["jo@acme.example"]}, "Build"]},
            {"name": "Old", "archived": True}]},
        "Beta",
    ],
    "projects": [{"name": "Loose", "hourly_rate": "10.00"}],
    "tags": ["one", {"name": "two", "archived": True}],
}  # fmt: skip

ACTIONS: dict[str, dict[str, Any]] = {
    "update": {**KEEP, "clients": [{"name": "Acme", "note": "new", "cc_emails": []}]},
    "update of every field of a project": {**KEEP, "projects": [
        {"name": "Site", "client": "Acme", "note": None, "estimate": "PT9H", "billable": False, "public": True}]},
    "rename": {**KEEP, "clients": [{"name": "Acme Corp", "was": "Acme"}], "tags": [{"name": "uno", "was": "one"}]},
    "move": {**KEEP, "projects": [{"name": "Loose", "client": "Beta", "was": "/Loose"}]},
    "a swap of names": {**KEEP, "tags": [{"name": "one", "was": "two", "archived": True}, {"name": "two", "was": "one"}]},
    "create": {**KEEP, "clients": [{"name": "New", "cc_emails": ["b@x.example"], "projects": [
        {"name": "Fresh", "tasks": ["a", "b", "c"]}]}], "tags": ["three"]},
    "restore": {**KEEP, "projects": [{"name": "Old", "client": "Acme"}], "tags": ["two"]},
    "archive": {**KEEP, "projects": [{"name": "Loose", "archived": True}], "clients": [{"name": "Beta", "archived": True}]},
    "done": {**KEEP, "projects": [{"name": "Site", "client": "Acme", "tasks": [{"name": "Build", "status": "done"}]}]},
    "delete of a tag": {**KEEP, "removed": [{"tag": "one"}]},
    "delete of a task": {**KEEP, "removed": [{"task": "Acme/Site/Design"}]},
    "delete of a project with its tasks": {**KEEP, "removed": [{"project": "Acme/Site"}]},
    "delete of a client": {**KEEP, "removed": [{"client": "Beta"}]},
    "delete of a client with its projects": {
        **KEEP, "removed": [{"client": "Acme"}, {"project": "Acme/Site"}, {"project": "Acme/Old"}]},
    "a name that is handed over": {**KEEP, "tags": [{"name": "one"}, {"name": "first", "was": "one"}]},
    "everything": {"clients": ["Gamma"], "projects": [], "tags": []},
}  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS)
def test_an_undo_leads_back_and_an_undo_of_it_leads_there_again(action: str, tmp_path: Path) -> None:
    with Stage() as stage:
        stage.apply(BEFORE)
        before = seen(stage.snapshot())
        done(stage, ACTIONS[action], tmp_path)
        after = seen(stage.snapshot())
        assert after != before
        inverse(stage, tmp_path)
        assert seen(stage.snapshot()) == before
        inverse(stage, tmp_path)
        assert seen(stage.snapshot()) == after


UNANSWERED: dict[str, dict[str, Any]] = {
    "clear": {**KEEP, "projects": [{"name": "Site", "client": None, "was": "Acme/Site"}]},
    "move to a client of the run": {
        **KEEP, "clients": ["New"], "projects": [{"name": "Loose", "client": "New", "was": "/Loose"}]},
    "move with a rename and values": {**KEEP, "projects": [
        {"name": "Tight", "client": "Beta", "was": "/Loose", "note": "x", "estimate": "PT9H", "hourly_rate": "11.00"}]},
    "a ring with moves": {**KEEP, "clients": [{"name": "Acme", "was": "Beta"}, {"name": "Beta", "was": "Acme", "note": "new"}],
                         "projects": [{"name": "Site", "client": "Acme", "was": "/Loose"},
                                      {"name": "Loose", "was": "Beta/Site"}]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("action", "how"),
    [
        ("clear", "empty"),
        ("move to a client of the run", "lost"),
        ("move with a rename and values", "empty"),
        ("move with a rename and values", "lost"),
        ("move with a rename and values", "lost after the first"),
        ("a ring with moves", "empty"),
    ],
)
def test_an_undo_leads_back_from_writes_without_an_answer(action: str, how: str, tmp_path: Path) -> None:
    """The journal has no value of the service then, so what was sent serves."""
    switches = Switches(rate="off", put_answers="empty", delete_answers="empty")
    with Stage(switches if how == "empty" else None) as stage:
        stage.apply(BEFORE)
        before = seen(stage.snapshot())
        if how != "empty":
            lost = {"PATCH"} if how == "lost after the first" else {"PUT", "POST", "PATCH"}
            faulty = create_app(
                stage.store, Switches(rate="off"), faults=lambda r: Fault.DROP_AFTER if r.method in lost else None
            )
            stage.use(faulty)
        done(stage, UNANSWERED[action], tmp_path)
        assert seen(stage.snapshot()) != before
        plan = inverse(stage, tmp_path)
        assert not [warning for warning in plan.warnings if "changed after the run" in warning]
        assert seen(stage.snapshot()) == before


def test_what_was_deleted_is_created_again_under_a_new_id_and_the_plan_warns_of_the_rest(tmp_path: Path) -> None:
    with Stage() as stage:
        stage.apply({"tags": ["one"], "clients": ["Acme"]})
        stage.call("POST", "/time-entries", {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T10:00:00Z",
                                             "tagIds": [stage.snapshot()["tags"][0]["id"]]})  # fmt: skip
        done(stage, {"policy": {"tracked_time": "delete"}, "tags": [], "clients": ["Acme"]}, tmp_path)
        plan = inverse(stage, tmp_path)
        assert plan.warnings[0] == (
            "tag:one is created again under a new id; time entries that were detached from it stay detached"
        )


def test_a_field_that_was_changed_after_the_run_stays_with_a_note(tmp_path: Path) -> None:
    with Stage() as stage:
        stage.apply(BEFORE)
        done(stage, {**KEEP, "clients": [{"name": "Acme", "note": "new", "address": "street"}]}, tmp_path)
        client = next(c for c in stage.snapshot()["clients"] if c["name"] == "Acme")
        body = {key: client[key] for key in ("name", "address", "ccEmails", "archived")}
        stage.call("PUT", f"/clients/{client['id']}", {**body, "note": "theirs"})
        plan = inverse(stage, tmp_path)
        assert any("note of client:Acme was changed after the run: it stays 'theirs'" in w for w in plan.warnings)
        client = next(c for c in stage.snapshot()["clients"] if c["name"] == "Acme")
        assert (client["note"], client["address"]) == ("theirs", None)


@pytest.mark.parametrize(("move", "shown"), [({"client": "Acme"}, "'Acme'"), ({"client": None}, "none")])
def test_a_project_that_was_moved_after_the_run_stays_and_the_note_names_its_client(
    move: dict[str, Any], shown: str, tmp_path: Path
) -> None:
    with Stage() as stage:
        stage.apply({"clients": ["Acme", "Beta", "Old"], "projects": [{"name": "Site", "client": "Old"}]})
        done(stage, {**KEEP, "projects": [{"name": "Site", "client": "Beta", "was": "Old/Site"}]}, tmp_path)
        run = Runs(tmp_path).named("latest").id
        done(stage, {**KEEP, "projects": [{"name": "Site", **move, "was": "Beta/Site"}]}, tmp_path)
        assert f"was changed after the run: it stays {shown}" in undo_plan(stage, tmp_path, run).warnings[0]


def test_time_that_was_tracked_since_stays(tmp_path: Path) -> None:
    with Stage() as stage:
        done(stage, {"projects": [{"name": "New", "tasks": ["Do"]}]}, tmp_path)
        project = stage.snapshot()["projects"][0]["id"]
        stage.call("POST", "/time-entries", {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T10:00:00Z",
                                             "projectId": project})  # fmt: skip
        entries = stage.snapshot()["time_entries"]
        inverse(stage, tmp_path)
        assert stage.snapshot()["projects"][0]["archived"] is True
        assert stage.snapshot()["time_entries"] == entries


def test_what_was_deleted_or_taken_after_the_run_is_left_with_a_note(tmp_path: Path) -> None:
    with Stage() as stage:
        stage.apply({"tags": ["one", "two"]})
        done(stage, {"tags": ["three"]}, tmp_path)
        third = next(tag for tag in stage.snapshot()["tags"] if tag["name"] == "three")
        stage.call("DELETE", f"/tags/{third['id']}")
        stage.call("POST", "/tags", {"name": "one"})
        plan = inverse(stage, tmp_path)
        warnings = " | ".join(plan.warnings)
        assert "tag:three, which the run created, no longer exists" in warnings
        holder = next(tag for tag in stage.snapshot()["tags"] if tag["name"] == "one")
        assert f"tag:one is not created again: the name is in use (tag:one, {holder['id']})" in warnings
        assert {tag["name"] for tag in stage.snapshot()["tags"]} == {"one", "two"}


@pytest.mark.parametrize(
    "removed", [[{"project": "Acme/Site"}], ACTIONS["delete of a client with its projects"]["removed"]]
)
def test_a_project_or_client_that_cannot_return_names_what_does_not_return_with_it(
    removed: list[dict[str, str]], tmp_path: Path
) -> None:
    with Stage() as stage:
        stage.apply(BEFORE)
        done(stage, {**KEEP, "removed": removed}, tmp_path)
        stage.apply({**KEEP, "clients": [{"name": "Acme", "projects": [{"name": "Site"}]}]})
        warnings = undo_plan(stage, tmp_path).warnings
        if len(removed) == 1:
            assert warnings[0].startswith(
                "project:Acme/Site is not created again: the name is in use (project:Acme/Site, "
            )
            assert warnings[0].endswith("; nor are its tasks 'Build', 'Design'")
        for name in ("Acme", "Site", "Old", "Design", "Build"):
            assert any(name in warning for warning in warnings) or (name == "Old" and len(removed) == 1), name


def test_an_undo_of_a_run_that_is_undone_is_empty(tmp_path: Path) -> None:
    with Stage() as stage:
        stage.apply(BEFORE)
        done(stage, ACTIONS["update"], tmp_path)
        run = Runs(tmp_path).named("latest").id
        inverse(stage, tmp_path)
        assert undo_plan(stage, tmp_path, run).is_empty


def test_a_write_in_doubt_is_left_with_a_note(tmp_path: Path) -> None:
    with Stage() as stage:
        done(stage, {"tags": ["one", "two"]}, tmp_path)
        folder = next(iter(Runs(tmp_path))).path
        lines = [line for line in read_lines(folder) if line.get("n") != 2 or line["event"] == "intent"]
        write_sealed(folder, lines)
        plan = undo_plan(stage, tmp_path)
        assert [str(change.address) for change in plan.changes] == ["tag:one"]
        assert "create tag:two is in doubt: it may not have been carried out, and is left as it is" in plan.warnings


def test_each_change_of_an_undo_has_the_run_and_its_change_as_its_source(tmp_path: Path) -> None:
    with Stage() as stage:
        stage.apply({"tags": ["keep", "old"]})
        manifest = {**KEEP, "tags": [{"name": "renamed", "was": "keep"}, "new"], "removed": [{"tag": "old"}]}
        done(stage, manifest, tmp_path)
        run = Runs(tmp_path).named("latest")
        plan = undo_plan(stage, tmp_path)
    numbers = {str(change.address): number for number, change in enumerate(run.plan.changes, 1)}
    sources = {str(change.address): change.source for change in plan.changes}
    assert sources == {
        "tag:keep": f"run {run.id}, change {numbers['tag:renamed']}",
        "tag:new": f"run {run.id}, change {numbers['tag:new']}",
        "tag:old": f"run {run.id}, change {numbers['tag:old']}",
    }
    assert plan_from_json(json.loads(json.dumps(plan_to_json(plan)))).changes == plan.changes

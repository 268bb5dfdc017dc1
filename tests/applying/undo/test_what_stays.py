"""What an undo leaves as it is since the run did not make it, or cannot give back: by id, with a note that says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Runs
from tests.applying.undo.test_inverse import KEEP, done, undo_plan
from tests.applying.undo.test_twins import change_line
from tests.forged_runs import read_lines, write_sealed
from tests.recorded_runs import recorded
from tests.sandbox_client import Stage


def _id(stage: Stage, kind: str, name: str) -> str:
    return str(next(item["id"] for item in stage.snapshot()[kind] if item["name"] == name))


def test_a_namesake_of_what_the_run_created_is_not_removed(tmp_path: Path) -> None:
    with Stage() as stage:
        done(stage, {"tags": ["one"]}, tmp_path)
        stage.call("DELETE", f"/tags/{_id(stage, 'tags', 'one')}")
        stage.call("POST", "/tags", {"name": "one"})
        plan = undo_plan(stage, tmp_path)
    assert plan.is_empty
    assert "tag:one, which the run created, no longer exists" in plan.warnings


def test_what_the_run_created_and_a_hand_renamed_stays_and_so_does_the_new_holder_of_its_name(tmp_path: Path) -> None:
    with Stage() as stage:
        done(stage, {"tags": ["one"]}, tmp_path)
        created = _id(stage, "tags", "one")
        stage.call("PUT", f"/tags/{created}", {"name": "mine", "archived": False})
        stage.call("POST", "/tags", {"name": "one"})
        plan = undo_plan(stage, tmp_path)
    assert plan.is_empty
    assert f"tag:mine ({created}) stays: it was renamed after the run created it as 'one'" in plan.warnings


def test_a_child_that_the_run_did_not_create_keeps_its_parent(tmp_path: Path) -> None:
    with Stage() as stage:
        done(stage, {"projects": [{"name": "Site", "tasks": ["Do"]}]}, tmp_path)
        project = _id(stage, "projects", "Site")
        stage.call("POST", f"/projects/{project}/tasks", {"name": "Theirs"})
        plan = undo_plan(stage, tmp_path)
    assert [change_line(change) for change in plan.changes] == ["delete task:Site/Do"]
    assert f"project:Site ({project}) stays: it has a 'Theirs' that the run did not create" in plan.warnings


@pytest.mark.parametrize("step", ["update", "delete"])
def test_an_update_or_delete_in_doubt_is_left_with_a_note(step: str, tmp_path: Path) -> None:
    manifest = {**KEEP, "tags": [{"name": "new", "was": "old"}, "added"], "removed": [{"tag": "gone"}]}
    with Stage() as stage:
        stage.apply({"tags": ["old", "gone"]})
        done(stage, manifest, tmp_path)
        folder = next(iter(Runs(tmp_path))).path
        lines = read_lines(folder)
        lost = next(line["n"] for line in lines if line.get("step") == step)
        write_sealed(folder, [line for line in lines if line["event"] == "intent" or line.get("n") != lost])
        plan = undo_plan(stage, tmp_path)
    address, others = {
        "update": ("tag:new", ["create tag:gone", "delete tag:added"]),
        "delete": ("tag:gone", ["delete tag:added", "update tag:old: new → old"]),
    }[step]
    assert sorted(change_line(change) for change in plan.changes) == others
    note = f"{step} {address} is in doubt: it may not have been carried out, and is left as it is"
    assert note in plan.warnings


def test_a_person_who_left_is_not_assigned_again(tmp_path: Path) -> None:
    with Stage() as stage:
        stage.call("POST", "/users", {"email": "sam@acme.example"})
        both = ["jo@acme.example", "sam@acme.example"]
        stage.apply({"projects": [{"name": "Site", "tasks": [{"name": "Do", "assignees": both}]}]})
        done(stage, {**KEEP, "projects": [{"name": "Site", "tasks": [{"name": "Do", "assignees": []}]}]}, tmp_path)
        workspace: dict[str, Any] = stage.store.load("workspace", stage.workspace.id) or {}
        stage.store.save("workspace", {**workspace, "memberships": workspace["memberships"][:1]})
        plan = undo_plan(stage, tmp_path)
    (field,) = plan.changes[0].fields
    assert (field.name, field.before, field.after) == ("assignees", (), ("jo@acme.example",))
    assert any("task:Site/Do is not assigned to" in warning for warning in plan.warnings), plan.warnings


def test_a_child_whose_parent_vanished_does_not_return_and_the_plan_says_so(tmp_path: Path) -> None:
    with Stage() as stage:
        stage.apply({"projects": [{"name": "Site", "tasks": ["Do"]}], "tags": ["one"]})
        done(stage, {**KEEP, "removed": [{"task": "Site/Do"}, {"tag": "one"}]}, tmp_path)
        project = _id(stage, "projects", "Site")
        stage.call("PUT", f"/projects/{project}", {"name": "Site", "archived": True})
        stage.call("DELETE", f"/projects/{project}")
        plan = undo_plan(stage, tmp_path)
        assert [change_line(change) for change in plan.changes] == ["create tag:one"]
        assert "task 'Do' cannot be restored: its project no longer exists" in plan.warnings
        assert recorded(stage, plan, tmp_path).exit_code == 0


def test_a_value_that_was_changed_back_by_hand_is_no_change(tmp_path: Path) -> None:
    with Stage() as stage:
        stage.apply({"clients": [{"name": "Acme", "note": "old"}]})
        done(stage, {**KEEP, "clients": [{"name": "Acme", "note": "new"}]}, tmp_path)
        stage.call("PUT", f"/clients/{_id(stage, 'clients', 'Acme')}", {"name": "Acme", "note": "old"})
        plan = undo_plan(stage, tmp_path)
    assert plan.is_empty
    assert not any("note of client:Acme" in warning for warning in plan.warnings)


def test_what_the_run_changed_and_a_hand_deleted_is_not_created_again(tmp_path: Path) -> None:
    with Stage() as stage:
        stage.apply({"tags": ["old", "other"]})
        done(stage, {**KEEP, "tags": [{"name": "new", "was": "old"}]}, tmp_path)
        stage.call("DELETE", f"/tags/{_id(stage, 'tags', 'new')}")
        stage.call("POST", "/tags", {"name": "new"})
        plan = undo_plan(stage, tmp_path)
    assert plan.is_empty
    assert "tag:new, which the run changed, no longer exists" in plan.warnings

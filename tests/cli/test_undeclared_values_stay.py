"""The cases in which a tool that removes things does harm, each through the command line against a served sandbox."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.altered_answers import Service, blocks, call, change, make_plan_file, manifest, refused
from tests.cli.program import Desk, digest_in

START = {"start": "2026-02-12T09:00:00Z"}
HOUR = START | {"end": "2026-02-12T10:00:00Z"}


# What is approved


def test_a_digest_of_another_workspace_approves_nothing(desk: Desk, studio: Service) -> None:
    desk.write("version: 1\npolicy: {prune: {tags: keep}}\ntags: [brand-new]\n")
    here = digest_in(call(desk, studio, "plan", "--workspace", "Acme Studio").stdout)
    existing = digest_in(call(desk, studio, "plan", "--workspace", "Side Hustle").stdout)
    assert here != existing
    for token in (here, "0" * 64, "", "sha256:"):
        refused(desk, studio, "--workspace", "Side Hustle", "--approve", token, because="approv")


# How much goes


def test_one_of_one_is_never_within_the_budget(desk: Desk, studio: Service) -> None:
    studio.call("POST", "tags", {"name": "only"}, workspace="Side Hustle")
    desk.write("version: 1\nworkspace: Side Hustle\ntags: []\n")
    digest = digest_in(call(desk, studio, "plan").stdout)
    refused(desk, studio, "--approve", digest, because="would remove the only tag")
    refused(desk, studio, "--approve", digest, "--allow-removals", "tags=2", because="--allow-removals tags=1")
    assert call(desk, studio, "apply", "--approve", digest, "--allow-removals", "tags=1").exit_code == 0
    assert studio.call("GET", "tags", workspace="Side Hustle") == []


def test_a_wiped_folder_is_an_error_and_removes_nothing(desk: Desk, studio: Service) -> None:
    (desk.folder / "manifests").mkdir()
    for command in ("plan", "apply"):
        result = call(desk, studio, command, "manifests")
        assert (result.exit_code, result.stdout) == (1, "")
    assert studio.asked == []


def test_wiped_sections_are_beyond_every_budget(desk: Desk, studio: Service) -> None:
    manifest(desk, clients=[], projects=[], tags=[], policy={"removal_budget": {"count": 1000, "share": "100%"}})
    plan = make_plan_file(desk, studio)
    assert {item["blocked"]["guard"] for item in plan["changes"]} <= {"removal_budget", "children"}
    assert len(blocks(plan)) == len(plan["changes"]) > 10
    refused(desk, studio, "--approve", plan["digest"], because="would remove all")
    refused(desk, studio, "--approve", "non-destructive", because="would remove all")


def test_what_is_protected_stays_when_its_block_is_deleted_from_the_manifest(desk: Desk, studio: Service) -> None:
    manifest(desk, removed=[{"tag": "import-2023"}], policy={"protect": ["tag:import-*"]})
    plan = make_plan_file(desk, studio)
    assert change(plan, "tag:import-2023")["blocked"] == {
        "guard": "protect",
        "reason": "protected by 'tag:import-*'",
        "allow": "remove the pattern from `policy.protect` and apply that first, as a plan of its own",
    }
    output = refused(desk, studio, "--approve", plan["digest"], because="protected by 'tag:import-*'")
    assert "remove the pattern" in output
    refused(desk, studio, "--approve", plan["digest"], "--allow-removals", "tags=1", because="protect")


# What moves meanwhile


def test_what_somebody_edits_between_plan_and_apply(desk: Desk, studio: Service) -> None:
    manifest(desk, removed=[{"tag": "import-2023"}, {"tag": "beta-test"}])
    digest = digest_in(call(desk, studio, "plan", "-o", "plan.json").stdout)
    untouched, touched = studio.named("tags", "travel"), studio.named("tags", "beta-test")
    studio.call("PUT", f"tags/{touched['id']}", {"name": "beta", "archived": False})
    output = refused(desk, studio, "plan.json", "--approve", digest, because="tag:beta-test: its name is now 'beta'")
    assert "tag:import-2023" not in output.partition("the plan is stale")[2]
    studio.call("PUT", f"tags/{touched['id']}", {"name": "beta-test", "archived": False})
    studio.call("PUT", f"tags/{untouched['id']}", {"name": "travels", "archived": False})
    assert call(desk, studio, "apply", "plan.json", "--approve", digest).exit_code == 0


def test_a_timer_that_starts_between_plan_and_apply_stops_the_delete(desk: Desk, studio: Service) -> None:
    manifest(desk, removed=[{"tag": "import-2023"}])
    digest = digest_in(call(desk, studio, "plan", "-o", "plan.json").stdout)
    me = studio.store.meta("caller")
    running = studio.call("GET", "time-entries/status/in-progress")
    if running:
        studio.call("PATCH", f"user/{running[0]['userId']}/time-entries", {"end": "2026-02-13T12:00:00Z"})
    studio.call("POST", f"user/{me}/time-entries", START | {"tagIds": [studio.named("tags", "import-2023")["id"]]})
    refused(desk, studio, "plan.json", "--approve", digest, because="tag:import-2023: its time entries changed")


def test_the_same_plan_twice_changes_nothing_the_second_time(desk: Desk, studio: Service) -> None:
    manifest(desk, removed=[{"tag": "import-2023"}])
    digest = digest_in(call(desk, studio, "plan", "-o", "plan.json").stdout)
    assert call(desk, studio, "apply", "plan.json", "--approve", digest).exit_code == 0
    before, sent = studio.store.snapshot(studio.workspace()), len(studio.writes)
    assert call(desk, studio, "apply", "plan.json", "--approve", digest).exit_code == 0
    assert studio.store.snapshot(studio.workspace()) == before
    assert len(studio.writes) == sent


# What is in use


def test_a_project_with_a_running_timer_and_no_time_yet_is_archived(desk: Desk, studio: Service) -> None:
    project = studio.call("POST", "projects", {"name": "Timed", "isPublic": True})
    studio.call("POST", "projects", {"name": "Untimed", "isPublic": True})
    studio.call("POST", f"user/{_other(studio)}/time-entries", START | {"projectId": project["id"]})
    assert studio.named("projects", "Timed")["duration"] == "PT0S"
    manifest(desk, removed=[{"project": "Timed"}, {"project": "Untimed"}])
    plan = make_plan_file(desk, studio)
    timed = change(plan, "project:Timed")
    assert timed["action"] == "archive"
    assert "a running timer uses it, so it is archived, not deleted" in timed["reason"]
    assert timed["impact"] == {
        "tracked_seconds": 0,
        "time_entries": 1,
        "users": 1,
        "running": 1,
        "last_used": "2026-02-12",
        "name_free": False,
        "along": [],
    }
    assert change(plan, "project:Untimed")["action"] == "delete"


def _other(studio: Service) -> str:
    """Somebody who is not behind the key."""
    return next(str(user["id"]) for user in studio.store.records("user") if user["id"] != studio.store.meta("caller"))


def test_a_tag_that_one_entry_of_one_person_bears_is_archived(desk: Desk, studio: Service) -> None:
    tag = studio.named("tags", "import-2023")
    studio.call("POST", f"user/{_other(studio)}/time-entries", HOUR | {"tagIds": [tag["id"]]})
    manifest(desk, removed=[{"tag": "import-2023"}])
    text = call(desk, studio, "plan").stdout
    assert "1.0 h of tracked time, 1 time entry of 1 person, last used on 2026-02-12" in text
    assert "name stays in use" in text
    for form in ("markdown", "html"):
        shown = call(desk, studio, "plan", "--format", form).stdout
        assert "1 time entry of 1 person" in shown
        assert "name stays in use" in shown
    assert call(desk, studio, "apply", "--approve", digest_in(text)).exit_code == 0
    assert studio.named("tags", "import-2023")["archived"] is True


def test_an_entry_of_somebody_who_left_keeps_its_tag(desk: Desk, studio: Service) -> None:
    tag, person = studio.named("tags", "import-2023"), _other(studio)
    studio.call("POST", f"user/{person}/time-entries", HOUR | {"tagIds": [tag["id"]]})
    studio.store.save("user", (studio.store.load("user", person) or {}) | {"status": "DELETED"})
    assert person not in {user["id"] for user in studio.call("GET", "users")}
    manifest(desk, removed=[{"tag": "import-2023"}])
    assert change(make_plan_file(desk, studio), "tag:import-2023")["action"] == "archive"


def test_a_delete_that_detaches_hours_needs_the_policy_and_shows_them(desk: Desk, studio: Service) -> None:
    removed: dict[str, Any] = {"removed": [{"tag": "legacy"}, {"project": "Acme Corp/Old microsite"}]}
    manifest(desk, **removed)
    assert {item["action"] for item in make_plan_file(desk, studio)["changes"]} == {"archive"}
    manifest(desk, **removed, policy={"tracked_time": "delete"})
    plan = make_plan_file(desk, studio)
    assert {item["action"] for item in plan["changes"]} == {"delete"}
    assert change(plan, "project:Acme Corp/Old microsite")["impact"]["tracked_seconds"] > 3600
    text = " ".join(call(desk, studio, "plan").stdout.split())
    assert text.count("detaches") == 2
    assert "16 time entries of 5 people" in text


def test_a_client_stays_while_a_project_that_nobody_manages_hangs_on_it(desk: Desk, studio: Service) -> None:
    client = studio.call("POST", "clients", {"name": "Leaving"})
    studio.call("POST", "projects", {"name": "Unmanaged", "clientId": client["id"]})
    manifest(desk, removed=[{"client": "Leaving"}, {"tag": "import-2023"}])
    plan = make_plan_file(desk, studio)
    assert blocks(plan) == {"client:Leaving": "children"}
    refused(desk, studio, "--approve", plan["digest"], because="project:Leaving/Unmanaged")
    rest = make_plan_file(desk, studio, "--except-blocked")
    assert call(desk, studio, "apply", "--except-blocked", "--approve", rest["digest"]).exit_code == 0
    assert studio.named("clients", "Leaving")["archived"] is False
    assert studio.named("projects", "Unmanaged")["clientId"] == client["id"]


def test_no_request_ever_asks_the_service_to_go_on_by_itself(desk: Desk, studio: Service) -> None:
    client = studio.call("POST", "clients", {"name": "Leaving"})
    project = studio.call("POST", "projects", {"name": "Going", "clientId": client["id"]})
    studio.call("POST", f"projects/{project['id']}/tasks", {"name": "Nested"})
    manifest(desk, removed=[{"client": "Leaving"}, {"project": "Leaving/Going"}])
    text = call(desk, studio, "plan").stdout
    for row in ("- delete  client Leaving", "- delete  project Leaving/Going", "- task Nested"):
        assert row in text
    assert call(desk, studio, "apply", "--approve", digest_in(text)).exit_code == 0
    cascades = {"archive-projects", "mark-tasks-as-done"}
    assert [ask for ask in studio.asked if any(ask[2].get(name) == "true" for name in cascades)] == []
    assert len(studio.writes) == 4


KEPT = """\
version: 1
workspace: Acme Studio
policy: {prune: {tags: keep}, protect: [PATTERNS]}
tags: [on-site]
"""
GONE = "removed: [{tag: import-2023}]\n"


def test_a_protection_and_what_it_protects_go_in_two_plans_that_are_approved_one_by_one(desk: Desk) -> None:
    desk.write(KEPT.replace("PATTERNS", '"tag:import-2023"'))
    assert desk.call("--sandbox", "apply").exit_code == 0  # nothing to do, and the policy is on record all the same
    without = KEPT.replace("PATTERNS", "")
    desk.write(without + GONE)
    result = desk.call("--sandbox", "apply", "--approve", digest_in(desk.call("--sandbox", "plan").stdout))
    assert result.exit_code == 3
    assert "in a recorded run" in " ".join(result.stderr.split())
    desk.write(without)
    plan = desk.call("--sandbox", "plan", "--detailed-exitcode")
    assert plan.exit_code == 2
    assert "protection removed" in plan.stdout
    assert desk.call("--sandbox", "apply", "--approve", "non-destructive").exit_code == 3
    assert desk.call("--sandbox", "apply", "--approve", digest_in(plan.stdout)).exit_code == 0
    desk.write(without + GONE)
    last = desk.call("--sandbox", "apply", "--approve", digest_in(desk.call("--sandbox", "plan").stdout))
    assert last.exit_code == 0, last.stderr
    assert "import-2023" not in desk.tags()


@pytest.mark.parametrize(
    "text",
    [
        "policy: {prune: {tags: keep}}\ntags: [{name: review, archived: true}]\n",
        "policy: {prune: {tags: archive}, removal_budget: {count: 99, share: 100%}}\ntags: [on-site, urgent]\n",
    ],
    ids=["declared", "pruned"],
)
def test_an_archive_of_a_tag_says_what_hangs_on_it(desk: Desk, text: str) -> None:
    desk.write("version: 1\nworkspace: Acme Studio\n" + text)
    plan = json.loads(desk.call("--sandbox", "plan", "--format", "json").stdout)
    impact = next(change["impact"] for change in plan["changes"] if change["address"] == "tag:review")
    assert impact["time_entries"] > 0
    assert impact["users"] > 0
    assert impact["tracked_seconds"] > 0
    assert impact["last_used"].startswith("202")
    shown = " ".join(desk.call("--sandbox", "plan").stdout.split())
    assert f"{impact['time_entries']} time entries of {impact['users']} people" in shown

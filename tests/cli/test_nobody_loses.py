"""The cases in which a tool that removes things does harm, each through the command line against a served sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import yaml
from click.testing import Result

from tests.cli.altered import Service, Told, service
from tests.cli.stage import Desk, digest_in

TAGS = [f"tag {number:03}" for number in range(120)]
START = {"start": "2026-02-12T09:00:00Z"}
HOUR = START | {"end": "2026-02-12T10:00:00Z"}


@pytest.fixture
def studio(desk: Desk) -> Iterator[Service]:
    """A served sandbox with the lived-in workspace."""
    with service(desk.folder) as found:
        yield found


def call(desk: Desk, studio: Service, *words: str) -> Result:
    return desk.call("--sandbox", "--base-url", studio.url, *words)


def manifest(desk: Desk, **sections: Any) -> None:
    desk.write(yaml.safe_dump({"version": 1, "workspace": "Acme Studio", **sections}, allow_unicode=True))


def planned(desk: Desk, studio: Service, *words: str) -> Any:
    """The plan as JSON."""
    result = call(desk, studio, "plan", "--format", "json", *words)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def change(plan: Any, address: str) -> Any:
    return next(item for item in plan["changes"] if item["address"] == address)


def blocks(plan: Any) -> dict[str, str]:
    return {item["address"]: item["blocked"]["guard"] for item in plan["changes"] if item["blocked"]}


def refused(desk: Desk, studio: Service, *words: str, because: str) -> str:
    """Apply ends with 3, says why, and wrote nothing; what it said."""
    result = call(desk, studio, "apply", *words)
    assert (result.exit_code, result.stdout) == (3, "")
    assert because in result.stderr
    assert studio.writes == []
    return result.stderr


# What is approved


def test_a_digest_of_another_workspace_approves_nothing(desk: Desk, studio: Service) -> None:
    desk.write("version: 1\npolicy: {prune: {tags: keep}}\ntags: [brand-new]\n")
    here = digest_in(call(desk, studio, "plan", "--workspace", "Acme Studio").stdout)
    there = digest_in(call(desk, studio, "plan", "--workspace", "Side Hustle").stdout)
    assert here != there
    for token in (here, "0" * 64, "", "sha256:"):
        refused(desk, studio, "--workspace", "Side Hustle", "--approve", token, because="approv")


# How much goes


def test_one_of_one_is_never_within_the_budget(desk: Desk, studio: Service) -> None:
    studio.call("POST", "tags", {"name": "only"}, workspace="Side Hustle")
    desk.write("version: 1\nworkspace: Side Hustle\ntags: []\n")
    digest = digest_in(call(desk, studio, "plan").stdout)
    refused(desk, studio, "--approve", digest, because="1 of 1 tags would go: all of them")
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
    plan = planned(desk, studio)
    assert {item["blocked"]["guard"] for item in plan["changes"]} <= {"removal_budget", "children"}
    assert len(blocks(plan)) == len(plan["changes"]) > 10
    refused(desk, studio, "--approve", plan["digest"], because="all of them")
    refused(desk, studio, "--approve", "non-destructive", because="all of them")


def test_what_is_protected_stays_when_its_block_is_deleted_from_the_manifest(desk: Desk, studio: Service) -> None:
    manifest(desk, removed=[{"tag": "import-2023"}], policy={"protect": ["tag:import-*"]})
    plan = planned(desk, studio)
    assert change(plan, "tag:import-2023")["blocked"] == {
        "guard": "protect",
        "reason": "protected by 'tag:import-*'",
        "allow": "take the protection out of the manifest first, and apply that as a plan of its own",
    }
    told = refused(desk, studio, "--approve", plan["digest"], because="protected by 'tag:import-*'")
    assert "take the protection out" in told
    refused(desk, studio, "--approve", plan["digest"], "--allow-removals", "tags=1", because="protect")


# What was read


def many_tags(desk: Desk, studio: Service) -> None:
    """120 tags, so that their list has three pages of 50, and a manifest that keeps all but the last."""
    for tag in studio.call("GET", "tags?page-size=5000"):
        studio.call("DELETE", f"tags/{tag['id']}")
    for name in TAGS:
        studio.call("POST", "tags", {"name": name})
    manifest(desk, tags=TAGS[:-1])


def on_tags(told: Told) -> bool:
    return told.path == "tags" and "archived" not in told.query


def page_missing(told: Told) -> Told:
    return replace(told, body=[]).saying(last_page="false") if on_tags(told) and told.page == 2 else told


def page_shrunken(told: Told) -> Told:
    return replace(told, body=told.body[:20]).saying(last_page="true") if on_tags(told) and told.page == 2 else told


def page_shrunken_without_a_flag(told: Told) -> Told:
    if not on_tags(told):
        return told
    return replace(told, body=told.body[:20] if told.page == 2 else told.body).without("last-page")


def page_repeated(told: Told) -> Told:
    return replace(told, body=[*told.body, told.body[0]]) if on_tags(told) and told.page == 2 else told


@pytest.mark.parametrize("alter", [page_missing, page_shrunken, page_shrunken_without_a_flag, page_repeated])
def test_a_list_that_was_read_by_half_ends_everything(desk: Desk, alter: Any) -> None:
    with service(desk.folder, "page_cap=50") as studio:
        many_tags(desk, studio)
        digest = digest_in(call(desk, studio, "plan").stdout)
        studio.alter = alter
        for words in (["plan"], ["apply", "--approve", digest]):
            result = call(desk, studio, *words)
            assert (result.exit_code, result.stdout) == (1, "")
            assert "the list of tags" in result.stderr
        assert studio.writes == []


def test_a_list_without_headers_is_read_on_to_its_end(desk: Desk) -> None:
    with service(desk.folder, "page_cap=50") as studio:
        many_tags(desk, studio)
        whole = planned(desk, studio)
        studio.alter = lambda told: told.without("last-page").without("total-count")
        bare = planned(desk, studio)
    assert whole["digest"] == bare["digest"]
    assert [item["address"] for item in bare["changes"]] == [f"tag:{TAGS[-1]}"]
    proofs = [{item["what"]: item for item in plan["proof"]["lists"]}["tags"] for plan in (whole, bare)]
    assert [(proof["items"], proof["ended_by"]) for proof in proofs] == [
        (120, "Last-Page: true"),
        (120, proofs[1]["ended_by"]),
    ]
    assert "shorter" in proofs[1]["ended_by"] or "empty" in proofs[1]["ended_by"]


def test_a_last_page_that_fails_ends_everything(desk: Desk) -> None:
    with service(desk.folder, "page_cap=50") as studio:
        many_tags(desk, studio)

        def failing(told: Told) -> Told:
            broken = on_tags(told) and told.page == 3
            return replace(told, status=500, body={"message": "Internal server error", "code": 500}) if broken else told

        studio.alter = failing
        result = call(desk, studio, "apply", "--approve", "0" * 12)
        assert (result.exit_code, result.stdout) == (1, "")
        assert sum(path == "tags" and query["page"] == "3" for _, path, query in studio.asked) > 1
        assert studio.writes == []


# Whose eyes


def test_a_member_who_does_not_see_private_projects_removes_nothing(desk: Desk) -> None:
    with service(desk.folder, "role=member") as studio:
        manifest(
            desk, removed=[{"tag": "import-2023"}], clients=["Somebody new"], policy={"prune": {"clients": "keep"}}
        )
        plan = planned(desk, studio)
        assert plan["proof"]["role"] == "limited"
        assert blocks(plan) == {"tag:import-2023": "reading_proof"}
        assert "owner or an admin" in change(plan, "tag:import-2023")["blocked"]["allow"]
        assert any("client:Somebody new" in warning for warning in plan["warnings"])
        refused(desk, studio, "--approve", plan["digest"], because="neither owner nor admin")


@pytest.mark.parametrize(
    ("switches", "role"), [("", "owner"), ("role=admin", "admin"), ("members_shown=false", "unknown")]
)
def test_an_owner_and_an_admin_may_remove_and_so_may_whoever_nobody_speaks_of(
    desk: Desk, switches: str, role: str
) -> None:
    with service(desk.folder, switches) as studio:
        manifest(desk, removed=[{"tag": "import-2023"}])
        result = call(desk, studio, "plan", "-o", "plan.json")
        plan = json.loads((desk.folder / "plan.json").read_text(encoding="utf-8"))
        assert plan["proof"]["role"] == role
        assert any("does not say whether this key" in text for text in plan["warnings"]) is (role == "unknown")
        assert result.stdout.count("as owner") == (role == "owner")
        assert call(desk, studio, "apply", "plan.json", "--approve", plan["digest"]).exit_code == 0
        assert studio.writes != []


def test_a_saved_plan_removes_nothing_where_the_role_was_taken_away_meanwhile(desk: Desk, studio: Service) -> None:
    manifest(desk, removed=[{"tag": "import-2023"}])
    digest = digest_in(call(desk, studio, "plan", "-o", "plan.json").stdout)
    studio.alter = lambda told: replace(told, body=[]) if "roles" in told.query else told
    refused(desk, studio, "plan.json", "--approve", digest, because="neither owner nor admin")


# What moves meanwhile


def test_what_somebody_edits_between_plan_and_apply(desk: Desk, studio: Service) -> None:
    manifest(desk, removed=[{"tag": "import-2023"}, {"tag": "beta-test"}])
    digest = digest_in(call(desk, studio, "plan", "-o", "plan.json").stdout)
    untouched, touched = studio.named("tags", "travel"), studio.named("tags", "beta-test")
    studio.call("PUT", f"tags/{touched['id']}", {"name": "beta", "archived": False})
    told = refused(desk, studio, "plan.json", "--approve", digest, because="tag:beta-test: it is called 'beta' now")
    assert "tag:import-2023" not in told.partition("the workspace moved")[2]
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
    refused(desk, studio, "plan.json", "--approve", digest, because="tag:import-2023: its time entries are no longer")


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
    plan = planned(desk, studio)
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
    assert "its name stays taken" in text
    for form in ("markdown", "html"):
        shown = call(desk, studio, "plan", "--format", form).stdout
        assert "1 time entry of 1 person" in shown
        assert "its name stays taken" in shown
    assert call(desk, studio, "apply", "--approve", digest_in(text)).exit_code == 0
    assert studio.named("tags", "import-2023")["archived"] is True


def test_an_entry_of_somebody_who_left_keeps_its_tag(desk: Desk, studio: Service) -> None:
    tag, person = studio.named("tags", "import-2023"), _other(studio)
    studio.call("POST", f"user/{person}/time-entries", HOUR | {"tagIds": [tag["id"]]})
    studio.store.save("user", (studio.store.load("user", person) or {}) | {"status": "DELETED"})
    assert person not in {user["id"] for user in studio.call("GET", "users")}
    manifest(desk, removed=[{"tag": "import-2023"}])
    assert change(planned(desk, studio), "tag:import-2023")["action"] == "archive"


def test_a_delete_that_detaches_hours_needs_the_policy_and_shows_them(desk: Desk, studio: Service) -> None:
    removed: dict[str, Any] = {"removed": [{"tag": "legacy"}, {"project": "Acme Corp/Old microsite"}]}
    manifest(desk, **removed)
    assert {item["action"] for item in planned(desk, studio)["changes"]} == {"archive"}
    manifest(desk, **removed, policy={"tracked_time": "delete"})
    plan = planned(desk, studio)
    assert {item["action"] for item in plan["changes"]} == {"delete"}
    assert change(plan, "project:Acme Corp/Old microsite")["impact"]["tracked_seconds"] > 3600
    text = " ".join(call(desk, studio, "plan").stdout.split())
    assert text.count("detaches") == 2
    assert "16 time entries of 5 people" in text


def test_a_client_stays_while_a_project_that_nobody_manages_hangs_on_it(desk: Desk, studio: Service) -> None:
    client = studio.call("POST", "clients", {"name": "Leaving"})
    studio.call("POST", "projects", {"name": "Unmanaged", "clientId": client["id"]})
    manifest(desk, removed=[{"client": "Leaving"}, {"tag": "import-2023"}])
    plan = planned(desk, studio)
    assert blocks(plan) == {"client:Leaving": "children"}
    refused(desk, studio, "--approve", plan["digest"], because="project:Leaving/Unmanaged")
    rest = planned(desk, studio, "--except-blocked")
    assert call(desk, studio, "apply", "--except-blocked", "--approve", rest["digest"]).exit_code == 0
    assert studio.named("clients", "Leaving")["archived"] is False
    assert studio.named("projects", "Unmanaged")["clientId"] == client["id"]


def test_no_request_ever_asks_the_service_to_go_on_by_itself(desk: Desk, studio: Service) -> None:
    client = studio.call("POST", "clients", {"name": "Leaving"})
    project = studio.call("POST", "projects", {"name": "Going", "clientId": client["id"]})
    studio.call("POST", f"projects/{project['id']}/tasks", {"name": "Along"})
    manifest(desk, removed=[{"client": "Leaving"}, {"project": "Leaving/Going"}])
    text = call(desk, studio, "plan").stdout
    for row in ("- delete  client Leaving", "- delete  project Going", "- task Along goes along"):
        assert row in text
    assert call(desk, studio, "apply", "--approve", digest_in(text)).exit_code == 0
    cascades = {"archive-projects", "mark-tasks-as-done"}
    assert [ask for ask in studio.asked if any(ask[2].get(name) == "true" for name in cascades)] == []
    assert len(studio.writes) == 4


# Refusals that help


BLOCKED: dict[str, Any] = {
    "clients": [],
    "tags": ["brand-new"],
    "policy": {"prune": {"tags": "keep"}, "removal_budget": {"count": 0, "share": "0%"}},
}


def test_a_plan_goes_on_without_what_is_blocked_under_a_digest_of_its_own(desk: Desk, studio: Service) -> None:
    manifest(desk, **BLOCKED)
    whole, rest = planned(desk, studio), planned(desk, studio, "--except-blocked")
    assert blocks(whole)
    assert whole["digest"] != rest["digest"]
    assert [item["address"] for item in rest["changes"]] == ["tag:brand-new"]
    assert {left["address"] for left in rest["left_out"]} == set(blocks(whole))
    assert rest["summary"] == {"create": 1, "update": 0, "restore": 0, "archive": 0, "delete": 0, "blocked": 0}
    assert rest["forecast"]["writing"] == 1
    refused(desk, studio, "--approve", rest["digest"], because="are blocked")
    refused(desk, studio, "--except-blocked", "--approve", whole["digest"], because="another plan")
    assert call(desk, studio, "apply", "--except-blocked", "--approve", rest["digest"]).exit_code == 0
    assert studio.writes == ["POST tags"]


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_what_is_left_out_is_shown_with_the_guard_that_blocks_it(desk: Desk, studio: Service, form: str) -> None:
    manifest(desk, **BLOCKED)
    shown = call(desk, studio, "plan", "--except-blocked", "--format", form).stdout
    assert "Left out of this plan" in shown
    assert "removal" in shown
    assert "apply workspace.yaml --except-blocked --approve" in shown.replace("\\\n    ", "")


def test_a_saved_plan_of_the_rest_needs_no_further_word(desk: Desk, studio: Service) -> None:
    manifest(desk, **BLOCKED)
    digest = digest_in(call(desk, studio, "plan", "--except-blocked", "-o", "plan.json").stdout)
    assert "Left out" in call(desk, studio, "show", "plan.json").stdout
    assert call(desk, studio, "apply", "plan.json", "--approve", digest).exit_code == 0


def test_a_saved_plan_can_be_applied_without_what_is_blocked_in_it(desk: Desk, studio: Service) -> None:
    manifest(desk, **BLOCKED)
    call(desk, studio, "plan", "-o", "plan.json")
    result = call(desk, studio, "apply", "plan.json", "--except-blocked")
    assert result.exit_code == 3
    digest = digest_in(result.stderr)
    assert f"--except-blocked --approve {digest[7:19]}" in result.stderr
    assert call(desk, studio, "apply", "plan.json", "--except-blocked", "--approve", digest).exit_code == 0


def test_a_rest_of_nothing_says_so(desk: Desk, studio: Service) -> None:
    manifest(desk, removed=[{"tag": "import-2023"}], policy={"protect": ["tag:*"]})
    result = call(desk, studio, "plan", "--except-blocked", "--detailed-exitcode")
    assert result.exit_code == 2
    assert "Nothing is left to do: all that differs from the manifests is blocked" in " ".join(result.stdout.split())
    applied = call(desk, studio, "apply", "--except-blocked")
    assert applied.exit_code == 0
    assert "Nothing is left to do" in applied.stderr
    assert studio.writes == []


def test_each_block_says_which_guard_why_and_what_it_would_take(desk: Desk, studio: Service) -> None:
    manifest(desk, **BLOCKED)
    plan = planned(desk, studio)
    for item in plan["changes"]:
        if item["blocked"]:
            assert all(item["blocked"][key] for key in ("guard", "reason", "allow"))
    text = call(desk, studio, "plan").stdout
    assert "! blocked by removal_budget: " in text
    assert "to allow: --allow-removals clients=" in text
    assert "--except-blocked leaves that out" in " ".join(text.split())


def test_a_limit_of_requests_refuses_the_whole_plan_before_anything_is_written(desk: Desk, studio: Service) -> None:
    manifest(desk, policy={"prune": {"tags": "keep"}}, tags=["brand-new", "another"])
    plan = planned(desk, studio)
    requests = plan["forecast"]["requests"]
    limited = planned(desk, studio, "--max-requests", str(requests - 1))
    assert limited["digest"] == plan["digest"]
    assert set(blocks(limited).values()) == {"max_requests"}
    refused(desk, studio, "--approve", "additive", "--max-requests", "1", because=f"--max-requests {requests}")
    words = ("--approve", "additive", "--max-requests", str(requests))
    assert call(desk, studio, "apply", *words).exit_code == 0

"""Nothing is removed on the word of a list that was read by half, or of eyes that do not see everything."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.cli.altered_plans import Service, Told, blocks, call, change, manifest, planned, refused, service
from tests.cli.program import Desk, digest_in

TAGS = [f"tag {number:03}" for number in range(120)]


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
def test_an_incomplete_list_ends_the_command(desk: Desk, alter: Any) -> None:
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

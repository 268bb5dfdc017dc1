"""Nothing is removed on the word of a list that was read by half, or of eyes that do not see everything."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.cli.altered_answers import Service, Told, blocks, call, change, make_plan_file, manifest, refused, service
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


def on_tags(output: Told) -> bool:
    return output.path == "tags" and "archived" not in output.query


def page_missing(output: Told) -> Told:
    return replace(output, body=[]).saying(last_page="false") if on_tags(output) and output.page == 2 else output


def page_shrunken(output: Told) -> Told:
    return (
        replace(output, body=output.body[:20]).saying(last_page="true")
        if on_tags(output) and output.page == 2
        else output
    )


def page_shrunken_without_a_flag(output: Told) -> Told:
    if not on_tags(output):
        return output
    return replace(output, body=output.body[:20] if output.page == 2 else output.body).without("last-page")


def page_repeated(output: Told) -> Told:
    return replace(output, body=[*output.body, output.body[0]]) if on_tags(output) and output.page == 2 else output


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
        whole = make_plan_file(desk, studio)
        studio.alter = lambda output: output.without("last-page").without("total-count")
        bare = make_plan_file(desk, studio)
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

        def failing(output: Told) -> Told:
            broken = on_tags(output) and output.page == 3
            return (
                replace(output, status=500, body={"message": "Internal server error", "code": 500})
                if broken
                else output
            )

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
        plan = make_plan_file(desk, studio)
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
        assert any("user is unknown" in text for text in plan["warnings"]) is (role == "unknown")
        assert result.stdout.count("as owner") == (role == "owner")
        assert call(desk, studio, "apply", "plan.json", "--approve", plan["digest"]).exit_code == 0
        assert studio.writes != []


def test_a_saved_plan_removes_nothing_where_the_role_was_taken_away_meanwhile(desk: Desk, studio: Service) -> None:
    manifest(desk, removed=[{"tag": "import-2023"}])
    digest = digest_in(call(desk, studio, "plan", "-o", "plan.json").stdout)
    studio.alter = lambda output: replace(output, body=[]) if "roles" in output.query else output
    refused(desk, studio, "plan.json", "--approve", digest, because="neither owner nor admin")

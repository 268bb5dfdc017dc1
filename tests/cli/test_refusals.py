"""Refusals that help: which guard, why, what it would take; and plans that go on without what is blocked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.altered_answers import Service, blocks, call, make_plan_file, manifest, refused
from tests.cli.program import Desk, digest_in

BLOCKED: dict[str, Any] = {
    "clients": [],
    "tags": ["brand-new"],
    "policy": {"prune": {"tags": "keep"}, "removal_budget": {"count": 0, "share": "0%"}},
}


def test_a_plan_goes_on_without_what_is_blocked_under_a_digest_of_its_own(desk: Desk, studio: Service) -> None:
    manifest(desk, **BLOCKED)
    whole, rest = make_plan_file(desk, studio), make_plan_file(desk, studio, "--except-blocked")
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
    assert "Excluded from this plan" in shown
    assert "removal" in shown
    assert "apply workspace.yaml --except-blocked --approve" in shown.replace("\\\n    ", "")


def test_a_saved_plan_of_the_rest_needs_no_further_word(desk: Desk, studio: Service) -> None:
    manifest(desk, **BLOCKED)
    digest = digest_in(call(desk, studio, "plan", "--except-blocked", "-o", "plan.json").stdout)
    assert "Excluded from" in call(desk, studio, "show", "plan.json").stdout
    assert call(desk, studio, "apply", "plan.json", "--approve", digest).exit_code == 0


def test_a_saved_plan_can_be_applied_without_what_is_blocked_in_it(desk: Desk, studio: Service) -> None:
    manifest(desk, **BLOCKED)
    call(desk, studio, "plan", "-o", "plan.json")
    result = call(desk, studio, "apply", "plan.json", "--except-blocked")
    assert result.exit_code == 3
    digest = digest_in(result.stderr)
    assert f"--except-blocked --approve {digest[7:23]}" in result.stderr
    assert call(desk, studio, "apply", "plan.json", "--except-blocked", "--approve", digest).exit_code == 0


def test_a_rest_of_nothing_says_so(desk: Desk, studio: Service) -> None:
    manifest(desk, removed=[{"tag": "import-2023"}], policy={"protect": ["tag:*"]})
    result = call(desk, studio, "plan", "--except-blocked", "--detailed-exitcode")
    assert result.exit_code == 2
    assert "No changes to apply. Everything that differs from the manifests is blocked" in " ".join(
        result.stdout.split()
    )
    applied = call(desk, studio, "apply", "--except-blocked")
    assert applied.exit_code == 0
    assert "No changes to apply" in applied.stderr
    assert studio.writes == []


def test_each_block_says_which_guard_why_and_what_it_would_take(desk: Desk, studio: Service) -> None:
    manifest(desk, **BLOCKED)
    plan = make_plan_file(desk, studio)
    for item in plan["changes"]:
        if item["blocked"]:
            assert all(item["blocked"][key] for key in ("guard", "reason", "allow"))
    text = call(desk, studio, "plan").stdout
    assert "! blocked by removal_budget: " in text
    assert "to allow: --allow-removals clients=" in text
    assert "--except-blocked excludes them" in " ".join(text.split())


def test_a_limit_of_requests_refuses_the_whole_plan_before_anything_is_written(desk: Desk, studio: Service) -> None:
    manifest(desk, policy={"prune": {"tags": "keep"}}, tags=["brand-new", "another"])
    plan = make_plan_file(desk, studio)
    requests = plan["forecast"]["requests"]
    limited = make_plan_file(desk, studio, "--max-requests", str(requests - 1))
    assert limited["digest"] != plan["digest"]
    assert set(blocks(limited).values()) == {"max_requests"}
    refused(desk, studio, "--approve", "additive", "--max-requests", "1", because=f"--max-requests {requests}")
    words = ("--approve", "additive", "--max-requests", str(requests))
    assert call(desk, studio, "apply", *words).exit_code == 0


def test_a_limit_of_requests_is_one_line_for_all_changes(desk: Desk, studio: Service) -> None:
    manifest(desk, tags=["one", "two", "three"], policy={"prune": {"tags": "keep"}})
    result = call(desk, studio, "apply", "--approve", "additive", "--max-requests", "1")
    assert result.exit_code == 3
    assert result.stderr.count("(max_requests)") == 1
    assert "  3 changes: the plan needs " in result.stderr

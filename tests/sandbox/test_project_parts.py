"""A project's estimate, memberships, template and rates: docs/clockify.md section 7."""

from __future__ import annotations

import pytest

from tests.sandbox.driving import Driver


def test_a_time_estimate_is_patched_and_seen_under_both_keys(sandbox: Driver) -> None:
    path = f"projects/{sandbox.project()['id']}"
    time = {"active": True, "estimate": "PT120M", "type": "MANUAL", "includeNonBillable": False, "resetOption": None}
    after = sandbox.ok("PATCH", f"{path}/estimate", {"timeEstimate": time})
    assert after["timeEstimate"] == time | {"estimate": "PT2H"}
    assert after["estimate"] == {"estimate": "PT2H", "type": "MANUAL"}
    assert sandbox.ok("GET", path)["timeEstimate"]["estimate"] == "PT2H"


def test_only_one_estimate_is_active(sandbox: Driver) -> None:
    path = f"projects/{sandbox.project()['id']}/estimate"
    time = {"active": True, "estimate": "PT2H", "type": "MANUAL"}
    budget = {"active": True, "estimate": 100_00, "type": "MANUAL"}
    assert sandbox.refused("PATCH", path, {"timeEstimate": time, "budgetEstimate": budget})[:2] == (400, 501)
    sandbox.ok("PATCH", path, {"timeEstimate": time})
    after = sandbox.ok("PATCH", path, {"budgetEstimate": budget})
    assert (after["timeEstimate"]["active"], after["budgetEstimate"]["active"]) == (False, True)


def test_patching_memberships_replaces_the_set_and_posting_adds(studio: Driver) -> None:
    people = [user["id"] for user in studio.ok("GET", "users")]
    project = studio.ok("GET", "projects", name="Hiring")[0]
    path = f"projects/{project['id']}/memberships"
    after = studio.ok("PATCH", path, {"memberships": [{"userId": people[1]}]})
    assert [member["userId"] for member in after["memberships"]] == [people[1]]
    after = studio.ok("POST", path, {"userIds": [people[0], people[1]]})
    assert [member["userId"] for member in after["memberships"]] == [people[1], people[0]]
    after = studio.ok("POST", path, {"userIds": [people[1]], "remove": True})
    assert [member["userId"] for member in after["memberships"]] == [people[0]]
    assert studio.refused("PATCH", path, {"memberships": [{"userId": "x"}]}) == (
        400,
        501,
        "User doesn't belong to Workspace",
    )
    assert studio("PUT", path, {}).status_code == 405


def test_a_template_is_written_and_read_under_two_names(sandbox: Driver) -> None:
    path = f"projects/{sandbox.project()['id']}/template"
    assert sandbox.ok("PATCH", path, {"isTemplate": True})["template"] is True
    assert [project["name"] for project in sandbox.ok("GET", "projects", is_template="true")] == ["Website"]


def test_the_rate_of_a_member_is_set(sandbox: Driver) -> None:
    project, me = sandbox.project(), sandbox.me()
    for kind, key in (("hourly-rate", "hourlyRate"), ("cost-rate", "costRate")):
        after = sandbox.ok("PUT", f"projects/{project['id']}/users/{me}/{kind}", {"amount": 500})
        assert after["memberships"][0][key] == {"amount": 500, "currency": "USD"}
    assert sandbox.refused("PUT", f"projects/{project['id']}/users/x/cost-rate", {"amount": 5})[:2] == (400, 501)


@pytest.mark.parametrize("path", ["archive", "hourly-rate", "cost-rate"])
def test_plausible_but_unknown_paths_are_404(sandbox: Driver, path: str) -> None:
    assert sandbox.refused("PUT", f"projects/{sandbox.project()['id']}/{path}", {})[:2] == (404, 3000)

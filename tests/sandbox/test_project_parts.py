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


def test_a_reset_is_held_to_the_enums_and_limits_of_the_contract(sandbox: Driver) -> None:
    path = f"projects/{sandbox.project()['id']}/estimate"
    reset = {"interval": "YEARLY", "month": "MAY", "dayOfMonth": 31, "dayOfWeek": "SUNDAY", "hour": 23}
    assert sandbox.ok("PATCH", path, {"estimateReset": reset | {"active": True, "odd": 1}})["estimateReset"] == reset
    for wrong, code in (
        ({"interval": "DAILY"}, 3002), ({"month": "MAI"}, 3002), ({"dayOfWeek": 1}, 3002), ({"hour": "9"}, 3002),
        ({"dayOfMonth": 0}, 501), ({"dayOfMonth": 32}, 501), ({"hour": 24}, 501), ({"hour": -1}, 501),
    ):  # fmt: skip
        assert sandbox.refused("PATCH", path, {"estimateReset": wrong})[:2] == (400, code), wrong
    assert sandbox.ok("PATCH", path, {"estimateReset": {"isActive": False}})["estimateReset"] is None


def test_projects_are_sorted_by_every_column_of_the_contract(sandbox: Driver) -> None:
    zebra, apple = sandbox.client("zebra"), sandbox.client("Apple")
    ids = [
        sandbox.project(name, clientId=client, estimate={"estimate": estimate, "type": "MANUAL"})["id"]
        for name, client, estimate in (
            ("Ant", zebra["id"], "PT1H"),
            ("bee", apple["id"], "PT100H"),
            ("Cat", "", "PT9H"),
        )
    ]
    sandbox.entry(projectId=ids[0])
    sandbox.entry(projectId=ids[1], end="2026-02-13T12:00:00Z")
    budget = {"active": True, "estimate": 5, "type": "MANUAL"}
    sandbox.ok("PATCH", f"projects/{ids[2]}/estimate", {"budgetEstimate": budget})

    def names(column: str, **params: str) -> str:
        return " ".join(p["name"] for p in sandbox.ok("GET", "projects", sort_column=column, **params))

    assert names("ID") == names("NAME") == "Ant bee Cat"
    assert names("CLIENT_NAME") == "Cat bee Ant"
    assert names("CLIENT_NAME", sort_order="DESCENDING") == "Ant bee Cat"
    assert names("DURATION") == "Cat Ant bee"
    assert names("BUDGET", sort_order="DESCENDING") == "Cat bee Ant"
    assert names("PROGRESS") == "Cat bee Ant"


def test_a_word_that_a_filter_does_not_have_cannot_be_converted(studio: Driver) -> None:
    for path, params in (
        ("projects", {"access": "SOME"}),
        ("projects", {"client-status": "SOME"}),
        ("projects", {"user-status": "SOME"}),
        ("projects", {"sort-column": "SOME"}),
        ("projects", {"sort-order": "UP"}),
        ("projects", {"expense-limit": "9999999999"}),
        ("tags", {"sort-column": "EMAIL"}),
        ("user-groups", {"sort-column": "EMAIL"}),
        ("/clockify/api/v1/workspaces", {"roles": "SOME"}),
    ):
        assert studio.refused("GET", path, **params)[:2] == (400, 3000), params
    pat = studio.ok("GET", "users", email="pat@")[0]["id"]
    project = studio.project("New", memberships=[{"userId": pat}])["id"]
    assert [p["id"] for p in studio.ok("GET", "projects", user_status="INACTIVE")] == [project]
    assert studio.ok("GET", "projects", user_status="INACTIVE", users=studio.me()) == []

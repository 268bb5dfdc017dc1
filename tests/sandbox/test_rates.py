"""Rates of projects, tasks, members and users, and the time from which each applies."""

from __future__ import annotations

import pytest

from tests.sandbox.driving import Driver

DAY = 86_400.0


def usd(amount: int) -> dict[str, object]:
    return {"amount": amount, "currency": "USD"}


def test_members_keep_the_rates_of_a_patch_and_those_they_had(studio: Driver) -> None:
    sam, me = studio.ok("GET", "users", email="sam@")[0]["id"], studio.me()
    path = f"projects/{studio.project('New')['id']}/memberships"
    both = {"userId": sam, "hourlyRate": {"amount": 5, "since": "2026-01-01T00:00:00Z"}, "costRate": {"amount": 3}}
    after = studio.ok("PATCH", path, {"memberships": [both, {"userId": me}]})["memberships"]
    assert [(m["userId"], m["hourlyRate"], m["costRate"]) for m in after] == [(sam, usd(5), usd(3)), (me, None, None)]
    after = studio.ok("PATCH", path, {"memberships": [{"userId": sam, "costRate": {"amount": 0}}]})["memberships"]
    assert [(m["hourlyRate"], m["costRate"]) for m in after] == [(usd(5), usd(0))]
    invalid: list[dict[str, object]] = [
        {"hourlyRate": {}}, {"costRate": {"amount": -1}}, {"costRate": 5}, {"hourlyRate": {"amount": 2**31}},
    ]  # fmt: skip
    for wrong in invalid:
        assert studio.refused("PATCH", path, {"memberships": [{"userId": sam} | wrong]})[0] == 400, wrong


def test_the_rates_of_a_patch_are_ignored_with_the_switch() -> None:
    with Driver("member_rates=ignored") as sandbox:
        path = f"projects/{sandbox.project()['id']}/memberships"
        member = {"userId": sandbox.me(), "hourlyRate": {"amount": 5}}
        assert sandbox.ok("PATCH", path, {"memberships": [member]})["memberships"][0]["hourlyRate"] is None


@pytest.mark.parametrize(("body", "code"), [({}, 501), ({"memberships": None}, 501), (None, 3002), ({"memberships": {}}, 3002)])  # fmt: skip
def test_a_patch_without_memberships_removes_no_one(sandbox: Driver, body: object, code: int) -> None:
    project = sandbox.project()
    path = f"projects/{project['id']}"
    content = b"null" if body is None else None
    response = sandbox("PATCH", f"{path}/memberships", body, content=content)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert sandbox.ok("GET", path)["memberships"] == project["memberships"]
    assert sandbox.ok("PATCH", f"{path}/memberships", {"memberships": []})["memberships"] == []


def test_unknown_people_are_rejected_wherever_a_project_names_them(sandbox: Driver) -> None:
    path = f"projects/{sandbox.project()['id']}/memberships"
    people = {"memberships": [{"userId": sandbox.me()}, {"userId": "stranger"}]}
    missing = (400, 501, "User doesn't belong to Workspace")
    assert sandbox.refused("POST", "projects", {"name": "New", **people}) == missing
    assert sandbox.refused("PATCH", path, people) == missing
    assert sandbox.refused("POST", path, {"userIds": ["stranger"]}) == missing
    assert sandbox.refused("POST", "projects", {"name": "New", "memberships": [{"membershipType": "TEAM"}]})[1] == 3002
    assert [project["name"] for project in sandbox.ok("GET", "projects")] == ["Website"]


def test_a_rate_applies_from_its_since_on(sandbox: Driver) -> None:
    project = sandbox.project(hourlyRate={"amount": 1})
    task = sandbox.task(project)
    me, place = sandbox.me(), f"projects/{project['id']}"
    later = {"amount": 7, "since": "2026-02-14T09:18:02Z"}
    sandbox.ok("PUT", place, {"hourlyRate": later, "costRate": later})
    sandbox.ok("PATCH", f"{place}/memberships", {"memberships": [{"userId": me, "hourlyRate": later}]})
    sandbox.ok("PUT", f"{place}/tasks/{task['id']}/cost-rate", later)
    workspace = sandbox.ok("PUT", f"users/{me}/hourly-rate", later)
    assert workspace["memberships"][0]["hourlyRate"] is None

    def rates() -> list[object]:
        found = sandbox.ok("GET", place)
        assert "rateHistory" not in str(found)
        shown = sandbox.ok("GET", f"{place}/tasks/{task['id']}")["costRate"]
        inside = sandbox.ok("GET", f"/clockify/api/v1/workspaces/{sandbox.workspace}")["memberships"][0]["hourlyRate"]
        return [found["hourlyRate"], found["costRate"], found["memberships"][0]["hourlyRate"], shown, inside]

    assert rates() == [usd(1), None, None, None, None]
    sandbox.clock.now += DAY - 1
    assert rates() == [usd(1), None, None, None, None]
    sandbox.clock.now += 1
    assert rates() == [usd(7)] * 5


def test_the_rate_with_the_latest_since_applies_and_one_without_ends_them_all(sandbox: Driver) -> None:
    path = f"projects/{sandbox.project()['id']}"
    for amount, month in ((2, "02"), (1, "01"), (3, "03"), (4, "02")):
        rate = {"amount": amount, "since": f"2026-{month}-01T00:00:00Z"}
        shown = sandbox.ok("PUT", path, {"hourlyRate": rate})["hourlyRate"]
        assert shown == usd({2: 2, 1: 2, 3: 2, 4: 4}[amount])
    sandbox.ok("PUT", path, {"hourlyRate": {"amount": 9}})
    sandbox.clock.now += 60 * DAY
    assert sandbox.ok("GET", path)["hourlyRate"] == usd(9)


def test_an_update_that_resets_rates_forgets_those_to_come() -> None:
    with Driver("put_projects=replace") as sandbox:
        project = sandbox.project()
        path = f"projects/{project['id']}"
        rate = {"amount": 2, "since": "2026-01-01T00:00:00Z"}
        assert sandbox.ok("PUT", path, {"name": "Website", "hourlyRate": rate})["hourlyRate"] == usd(2)
        assert sandbox.ok("PUT", path, {"name": "Website"})["hourlyRate"] is None


def test_a_task_takes_rates_within_its_project_only(sandbox: Driver) -> None:
    inline = {"name": "In", "hourlyRate": {"amount": 4}, "costRate": {"amount": 2}, "assigneeId": sandbox.me()}
    project = sandbox.project(tasks=[inline])
    [task] = sandbox.ok("GET", f"projects/{project['id']}/tasks")
    assert (task["hourlyRate"], task["costRate"], task["assigneeIds"]) == (usd(4), usd(2), [sandbox.me()])
    alone = sandbox.task(project, hourlyRate="whatever", costRate=[])
    assert (alone["hourlyRate"], alone["costRate"]) == (None, None)

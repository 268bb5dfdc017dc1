"""User groups, roles, and projects from a template: what the contract has, and docs/clockify.md section 17."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.driving import Driver


def group(sandbox: Driver, name: str = "Crew") -> Any:
    return sandbox.ok("POST", "user-groups", {"name": name})


def test_groups_are_made_renamed_listed_and_deleted(studio: Driver) -> None:
    response = studio("POST", "user-groups", {"name": "Crew"})
    assert response.status_code == 201
    team = response.json()
    assert team == {"id": team["id"], "name": "Crew", "workspaceId": studio.workspace, "userIds": []}
    group(studio, "Board")
    assert studio.refused("POST", "user-groups", {"name": "Crew"})[:2] == (400, 501)
    assert studio.refused("POST", "user-groups", {})[:2] == (400, 501)
    assert studio.refused("POST", "user-groups", {"name": "x" * 101})[:2] == (400, 501)
    path = f"user-groups/{team['id']}"
    assert studio.ok("PUT", path, {"name": "Team"})["name"] == "Team"
    listed = studio("GET", "user-groups")
    assert [item["name"] for item in listed.json()] == ["Board", "Team"]
    assert listed.headers["Last-Page"] == "true"
    assert [item["name"] for item in studio.ok("GET", "user-groups", name="EA")] == ["Team"]
    assert studio.refused("GET", path)[:2] == (405, 3000)
    assert studio.ok("DELETE", path)["id"] == team["id"]
    assert studio.refused("DELETE", path) == (400, 501, "User group doesn't belong to Workspace")


def test_people_join_and_leave_a_group_once(studio: Driver) -> None:
    path = f"user-groups/{group(studio)['id']}/users"
    sam = studio.ok("GET", "users", email="sam@")[0]["id"]
    for _ in range(2):
        assert studio.ok("POST", path, {"userId": sam})["userIds"] == [sam]
    assert studio.refused("POST", path, {"userId": "stranger"})[2] == "User doesn't belong to Workspace"
    assert studio.refused("POST", path, {})[:2] == (400, 501)
    assert studio.ok("DELETE", f"{path}/{sam}")["userIds"] == []
    assert studio.refused("DELETE", f"{path}/{sam}")[2] == "User doesn't belong to User group"


def test_a_group_is_a_member_of_a_project_until_it_is_deleted(studio: Driver) -> None:
    team, sam = group(studio)["id"], studio.ok("GET", "users", email="sam@")[0]["id"]
    studio.ok("POST", f"user-groups/{team}/users", {"userId": sam})
    project = studio.project("Secret", isPublic=False)
    place, me = f"projects/{project['id']}", studio.me()
    body = {"memberships": [{"userId": me}], "userGroups": {"ids": [team], "contains": "CONTAINS", "status": "ALL"}}
    members = studio.ok("PATCH", f"{place}/memberships", body)["memberships"]
    assert [(m["userId"], m["membershipType"], m["targetId"]) for m in members] == [
        (me, "PROJECT", project["id"]), (team, "USERGROUP", project["id"]),
    ]  # fmt: skip
    assert [item["id"] for item in studio.ok("GET", "user-groups", project_id=project["id"])] == [team]
    assert [user["id"] for user in studio.ok("GET", "users", project_id=project["id"])] == [me, sam]
    assert [p["id"] for p in studio.ok("GET", "projects", userGroups=team)] == [project["id"]]
    assert studio.refused("GET", "user-groups", project_id="gone")[2] == "Project doesn't belong to Workspace"
    task = studio.task(project, userGroupIds=[team, "gone"])
    assert task["userGroupIds"] == [team]
    studio.ok("DELETE", f"user-groups/{team}")
    assert [m["userId"] for m in studio.ok("GET", place)["memberships"]] == [me]
    assert studio.ok("GET", f"{place}/tasks/{task['id']}")["userGroupIds"] == []


def test_groups_are_added_to_and_removed_from_a_project(studio: Driver) -> None:
    one, two = group(studio, "One")["id"], group(studio, "Two")["id"]
    place = f"projects/{studio.project('New')['id']}/memberships"
    after = studio.ok("POST", place, {"userGroups": {"ids": [one], "contains": "DOES_NOT_CONTAIN"}})
    assert [m["userId"] for m in after["memberships"]] == [studio.me(), two]
    after = studio.ok("POST", place, {"userGroups": {"ids": [two]}, "remove": True})
    assert [m["userId"] for m in after["memberships"]] == [studio.me()]
    assert studio.refused("POST", place, {"userGroups": {"ids": ["gone"]}})[:2] == (400, 501)


def test_roles_are_given_shown_and_taken(studio: Driver) -> None:
    sam, kim = (studio.ok("GET", "users", email=name)[0]["id"] for name in ("sam@", "kim@"))
    project, team = studio.project("New"), group(studio)
    path = f"users/{sam}/roles"
    manager = {"role": "PROJECT_MANAGER", "entityId": project["id"]}
    for _ in range(2):
        response = studio("POST", path, manager)
        assert response.status_code == 201
        assert [item["role"]["name"] for item in response.json()] == ["Project manager"]
    assert response.json()[0] | {"role": None} == {"userId": sam, "workspaceId": studio.workspace, "role": None}
    studio.ok("POST", path, {"role": "TEAM_MANAGER", "entityId": kim})
    of_group = {"role": "TEAM_MANAGER", "entityId": team["id"], "sourceType": "USER_GROUP"}
    assert studio.ok("POST", path, of_group)[2]["role"]["source"] == {"id": team["id"], "type": "USER_GROUP"}
    [listed] = studio.ok("GET", "users", email="sam@", include_roles="true")
    assert [(item["role"], [e["name"] for e in item["entities"]]) for item in listed["roles"]] == [
        ("PROJECT_MANAGER", ["New"]), ("TEAM_MANAGER", ["Kim Álvarez", "Crew"]),
    ]  # fmt: skip
    assert "roles" not in studio.ok("GET", "users", email="sam@")[0]
    [with_manager] = studio.ok("GET", "user-groups", includeTeamManagers="true")
    assert with_manager["teamManagers"] == [{"id": sam, "name": "Sam Okafor"}]
    response = studio("DELETE", path, manager)
    assert (response.status_code, response.content) == (204, b"")
    assert studio.refused("DELETE", path, manager)[:2] == (400, 501)


def test_the_managers_of_a_person_are_those_of_the_person_and_of_their_groups(studio: Driver) -> None:
    sam, kim, lee = (studio.ok("GET", "users", email=name)[0]["id"] for name in ("sam@", "kim@", "lee@"))
    team, place = group(studio), f"users/{kim}/managers"
    assert studio.ok("GET", place) == []
    studio.ok("POST", f"users/{sam}/roles", {"role": "TEAM_MANAGER", "entityId": kim})
    studio.ok("POST", f"users/{sam}/roles", {"role": "PROJECT_MANAGER", "entityId": studio.project("New")["id"]})
    of_group = {"role": "TEAM_MANAGER", "entityId": team["id"], "sourceType": "USER_GROUP"}
    studio.ok("POST", f"users/{lee}/roles", of_group)
    assert [user["id"] for user in studio.ok("GET", place)] == [sam]
    studio.ok("POST", f"user-groups/{team['id']}/users", {"userId": kim})
    assert [user["id"] for user in studio.ok("GET", place)] == [lee, sam]
    assert [user["id"] for user in studio.ok("GET", place, page="2", page_size="1")] == [sam]
    assert [user["id"] for user in studio.ok("GET", place, sort_order="DESCENDING")] == [sam, lee]
    assert studio.ok("GET", f"users/{sam}/managers") == []
    assert studio.refused("GET", "users/gone/managers")[:2] == (400, 501)


def test_a_role_is_for_what_the_contract_says(studio: Driver) -> None:
    path, project = f"users/{studio.me()}/roles", studio.project("New")["id"]
    studio.ok("POST", path, {"role": "WORKSPACE_ADMIN", "entityId": studio.workspace})
    for body, code in (
        ({"role": "WORKSPACE_ADMIN", "entityId": project}, 501),
        ({"role": "PROJECT_MANAGER", "entityId": studio.workspace}, 501),
        ({"role": "PROJECT_MANAGER", "entityId": project, "sourceType": "USER_GROUP"}, 501),
        ({"role": "TEAM_MANAGER", "entityId": project}, 501),
        ({"role": "TEAM_MANAGER", "entityId": project, "sourceType": "USER_GROUP"}, 501),
        ({"role": "PROJECT_MANAGER"}, 501),
        ({"entityId": project}, 501),
        ({"role": "OWNER", "entityId": studio.workspace}, 3002),
    ):
        assert studio.refused("POST", path, body)[:2] == (400, code), body
    assert studio.refused("POST", "users/gone/roles", {"role": "TEAM_MANAGER", "entityId": studio.me()})[:2] == (400, 501)  # fmt: skip


def test_a_project_from_a_template_has_its_tasks_rates_and_members(studio: Driver) -> None:
    sam = studio.ok("GET", "users", email="sam@")[0]["id"]
    timed = {"estimate": "PT4H", "type": "MANUAL"}
    template = studio.project(
        "Model", note="n", color="#123456", hourlyRate={"amount": 5}, memberships=[{"userId": sam}], estimate=timed
    )
    studio.task(template, "One", estimate="PT1H", status="DONE")
    body = {"name": "Copy", "templateProjectId": template["id"]}
    assert studio.refused("POST", "projects/from-template", body) == (400, 501, "Project is not a template")
    studio.ok("PATCH", f"projects/{template['id']}/template", {"isTemplate": True})
    response = studio("POST", "projects/from-template", body)
    assert response.status_code == 200
    made = response.json()
    kept = ("note", "color", "hourlyRate", "estimate", "billable")
    assert {key: made[key] for key in kept} == {key: template[key] for key in kept}
    assert (made["template"], made["public"], made["clientId"]) == (False, False, "")
    assert {(m["userId"], m["targetId"]) for m in made["memberships"]} == {(studio.me(), made["id"]), (sam, made["id"])}
    [task] = studio.ok("GET", f"projects/{made['id']}/tasks")
    assert (task["name"], task["estimate"], task["status"]) == ("One", "PT1H", "ACTIVE")
    assert studio.refused("POST", "projects/from-template", body)[2] == "Copy project for client  already exists."
    client = studio.client("New client")["id"]
    other = body | {"clientId": client, "color": "#abcdef", "isPublic": True}
    made = studio.ok("POST", "projects/from-template", other)
    assert (made["clientId"], made["color"], made["public"]) == (client, "#ABCDEF", True)
    for wrong in ({"name": "Copy"}, {"templateProjectId": template["id"]}, body | {"templateProjectId": "gone"}):
        assert studio.refused("POST", "projects/from-template", wrong)[:2] == (400, 501)


@pytest.mark.parametrize(
    ("switches", "tasks", "note"),
    [
        ("", [("One", "PT1H", False)], "n"),
        ("template_copies=tasks", [("One", "PT1H", True)], ""),
        ("template_copies=nothing", [], ""),
    ],
)
def test_any_project_may_be_copied_and_what_a_copy_has_is_a_switch(switches: str, tasks: list[Any], note: str) -> None:
    with Driver(f"from_template=any,{switches}".rstrip(",")) as sandbox:
        original = sandbox.project("Model", note="n", color="#123456")
        task = sandbox.task(original, "One", estimate="PT1H")
        sandbox.ok(
            "PUT",
            f"projects/{original['id']}/tasks/{task['id']}",
            {"name": "One", "estimate": "PT1H", "billable": False},
        )
        made = sandbox.ok("POST", "projects/from-template", {"name": "Copy", "templateProjectId": original["id"]})
        assert (made["note"], made["color"], made["template"]) == (note, "#123456", False)
        found = sandbox.ok("GET", f"projects/{made['id']}/tasks")
        assert [(one["name"], one["estimate"], one["billable"]) for one in found] == tasks


def test_the_route_of_copies_may_be_missing() -> None:
    with Driver("from_template=missing") as sandbox:
        body = {"name": "Copy", "templateProjectId": sandbox.project()["id"]}
        assert sandbox.refused("POST", "projects/from-template", body)[:2] == (404, 3000)
        assert len(sandbox.ok("GET", "projects")) == 1

"""Workspaces: docs/clockify.md section 4."""

from __future__ import annotations

import pytest

from tests.sandbox.driving import Driver

ROOT = "/clockify/api/v1/workspaces"


def test_the_list_is_not_paged_and_has_no_headers(studio: Driver) -> None:
    response = studio("GET", ROOT)
    assert [workspace["name"] for workspace in response.json()] == ["Acme Studio", "Side Hustle"]
    assert "last-page" not in response.headers
    assert "total-count" not in response.headers


def test_a_new_workspace_belongs_to_its_creator(sandbox: Driver) -> None:
    response = sandbox("POST", ROOT, {"name": "Second"})
    assert response.status_code == 201
    workspace = response.json()
    assert workspace["workspaceSettings"]["defaultBillableProjects"] is True
    assert [member["userId"] for member in workspace["memberships"]] == [sandbox.me()]
    assert sandbox.ok("GET", f"{ROOT}/{workspace['id']}") == workspace


@pytest.mark.parametrize("name", ["", "x" * 51, None])
def test_a_name_has_one_to_fifty_characters(sandbox: Driver, name: str | None) -> None:
    assert sandbox.refused("POST", ROOT, {"name": name})[:2] == (400, 501)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_there_is_no_update_and_no_delete(sandbox: Driver, method: str) -> None:
    assert sandbox.refused(method, f"{ROOT}/{sandbox.workspace}", {})[:2] == (405, 3000)


@pytest.mark.parametrize("workspace", ["nope", "698eeb9e5cd3a921db120999", "null"])
def test_an_unknown_workspace_is_denied_before_the_body_is_parsed(sandbox: Driver, workspace: str) -> None:
    for method, path in (("GET", "clients"), ("POST", "clients"), ("GET", "projects/x/tasks")):
        assert sandbox.refused(method, f"{ROOT}/{workspace}/{path}") == (403, 501, "Access Denied")


def test_two_workspaces_do_not_see_each_other(studio: Driver) -> None:
    other = studio.ok("GET", ROOT)[1]["id"]
    project = studio.ok("GET", "projects")[0]
    assert studio.refused("GET", f"{ROOT}/{other}/projects/{project['id']}")[2] == "Project doesn't belong to Workspace"
    assert [found["name"] for found in studio.ok("GET", f"{ROOT}/{other}/projects")] == ["Newsletter"]


@pytest.mark.parametrize(("role", "word"), [("owner", "OWNER"), ("admin", "WORKSPACE_ADMIN"), ("member", "")])
def test_the_list_is_filtered_by_the_role_of_the_caller(role: str, word: str) -> None:
    words = ("OWNER", "WORKSPACE_ADMIN", "TEAM_MANAGER", "PROJECT_MANAGER")
    with Driver(f"role={role}", seeded=True) as somebody:
        found = {known: somebody.ok("GET", ROOT, roles=known) for known in words}
        assert {known for known, workspaces in found.items() if workspaces} == {word} - {""}
        assert somebody.refused("GET", ROOT, roles="KING")[:2] == (400, 3000)
    with Driver(f"role={role},roles_filter=false", seeded=True) as somebody:
        assert somebody.ok("GET", ROOT, roles="KING")


def test_members_are_omitted_with_the_switch() -> None:
    with Driver("members_shown=false", seeded=True) as sandbox:
        assert "memberships" not in sandbox.ok("GET", ROOT)[0]
        assert "memberships" not in sandbox.ok("GET", f"{ROOT}/{sandbox.workspace}")

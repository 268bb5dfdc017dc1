"""The user and the users of a workspace: docs/clockify.md sections 3 and 5."""

from __future__ import annotations

from tests.sandbox.driving import Driver

KEYS = {
    "id",
    "email",
    "name",
    "memberships",
    "profilePicture",
    "activeWorkspace",
    "defaultWorkspace",
    "settings",
    "status",
    "customFields",
}


def test_the_user_of_the_key_is_returned(studio: Driver) -> None:
    user = studio.ok("GET", "/clockify/api/v1/user")
    assert set(user) == KEYS
    assert (user["email"], user["status"], user["activeWorkspace"]) == ("jo@acme.example", "ACTIVE", studio.workspace)
    assert user["memberships"] == []
    assert studio.ok("GET", "/clockify/api/v1/user", include_memberships="true")["memberships"] != []


def test_the_users_of_a_workspace_include_a_pending_one(studio: Driver) -> None:
    users = studio.ok("GET", "users")
    assert len(users) == 6
    assert all(set(user) == KEYS for user in users)
    invited = [user for user in users if user["name"] is None]
    assert [(user["status"], user["settings"]) for user in invited] == [("PENDING_EMAIL_VERIFICATION", None)]


def test_users_are_filtered(studio: Driver) -> None:
    def emails(**params: str) -> list[str]:
        return [user["email"].partition("@")[0] for user in studio.ok("GET", "users", **params)]

    assert emails(status="PENDING") == ["robin"]
    assert emails(status="INACTIVE") == ["pat"]
    assert emails(email="SAM@") == ["sam"]
    assert emails(name="tanaka") == ["lee"]
    assert emails(sort_column="EMAIL", sort_order="DESCENDING")[0] == "sam"
    assert emails(project_id=studio.ok("GET", "projects", name="Hiring")[0]["id"]) == ["jo"]
    assert (
        studio.ok("GET", "users", email="sam@", memberships="WORKSPACE")[0]["memberships"][0]["membershipType"]
        == "WORKSPACE"
    )
    assert studio.refused("GET", "users", status="ASLEEP")[:2] == (400, 3000)


def test_deleted_accounts_are_listed_only_on_request(studio: Driver) -> None:
    sam = studio.ok("GET", "users", email="sam@")[0]
    studio.store.save("user", sam | {"status": "DELETED"})
    assert studio.ok("GET", "users", email="sam@") == []
    assert [user["id"] for user in studio.ok("GET", "users", account_statuses="DELETED,LIMITED")] == [sam["id"]]
    assert studio.refused("GET", "users", account_statuses="ASLEEP")[:2] == (400, 3000)


def test_users_are_invited_and_deactivated(studio: Driver) -> None:
    workspace = studio.ok("POST", "users", {"email": "New@acme.example"})
    assert len(workspace["memberships"]) == 7
    assert studio.refused("POST", "users", {"email": "new@acme.example"})[:2] == (400, 501)
    new = studio.ok("GET", "users", email="new@", status="PENDING")[0]["id"]
    studio.ok("PUT", f"users/{new}", {"status": "INACTIVE"})
    assert [user["id"] for user in studio.ok("GET", "users", email="new@", status="INACTIVE")] == [new]
    assert studio.refused("PUT", "users/unknown", {"status": "ACTIVE"})[2] == "User doesn't belong to Workspace"
    assert studio.refused("PUT", f"users/{new}", {})[:2] == (400, 501)

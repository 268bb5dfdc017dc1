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
    assert emails() == ["jo", "kim", "lee", "pat", "robin", "sam"]
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


def test_a_project_lists_the_users_with_access_to_it(studio: Driver) -> None:
    private = studio.ok("GET", "projects", name="Patient intake")[0]
    public = studio.ok("GET", "projects", name="Hiring")[0]
    assert (private["public"], public["public"]) == (False, True)
    everybody = studio.ok("GET", "users")
    assert studio.ok("GET", "users", project_id=public["id"]) == everybody
    assert [user["id"] for user in studio.ok("GET", "users", project_id=private["id"])] == [studio.me()]
    for foreign in ("gone", studio.workspace, "698eeb9e5cd3a921db1206a4"):
        refused = studio.refused("GET", "users", project_id=foreign)
        assert refused == (400, 501, "Project doesn't belong to Workspace")


def test_users_are_sorted_by_every_column_of_the_contract(studio: Driver) -> None:
    def names(column: str, **params: str) -> list[str]:
        listed = studio.ok("GET", "users", sort_column=column, **params)
        return [user["email"].partition("@")[0] for user in listed]

    sam, lee = (studio.ok("GET", "users", email=name)[0]["id"] for name in ("sam@", "lee@"))
    studio.ok("PUT", f"users/{sam}/hourly-rate", {"amount": 9})
    studio.ok("PUT", f"users/{lee}/hourly-rate", {"amount": 5})
    studio.ok("PUT", f"users/{lee}/cost-rate", {"amount": 2})
    assert names("ID") == ["jo", "sam", "lee", "kim", "pat", "robin"]
    assert names("NAME") == names("NAME_LOWERCASE") == ["robin", "jo", "kim", "lee", "pat", "sam"]
    assert names("ACCESS")[-2:] == ["pat", "robin"]
    assert names("HOURLYRATE")[-2:] == ["lee", "sam"]
    assert names("COSTRATE", sort_order="DESCENDING")[0] == "lee"
    assert studio.refused("GET", "users", memberships="SOME")[:2] == (400, 3000)


def test_the_owner_and_the_caller_cannot_be_deactivated(studio: Driver) -> None:
    me = studio.me()
    assert studio.refused("PUT", f"users/{me}", {"status": "INACTIVE"})[:2] == (400, 501)
    assert studio.ok("PUT", f"users/{me}", {"status": "ACTIVE"})["id"] == studio.workspace
    with Driver("role=admin", seeded=True) as admin:
        for person in (me, admin.me()):
            assert admin.refused("PUT", f"users/{person}", {"status": "INACTIVE"})[:2] == (400, 501)
        assert admin.ok("GET", "clients")


def test_memberships_of_groups_are_listed_with_the_user(studio: Driver) -> None:
    team, me = studio.ok("POST", "user-groups", {"name": "Crew"})["id"], studio.me()
    studio.ok("POST", f"user-groups/{team}/users", {"userId": me})
    [user] = studio.ok("GET", "users", email="jo@", memberships="USERGROUP")
    assert [(m["targetId"], m["membershipType"]) for m in user["memberships"]] == [(team, "USERGROUP")]
    [user] = studio.ok("GET", "users", email="jo@", memberships="ALL")
    assert {m["membershipType"] for m in user["memberships"]} == {"WORKSPACE", "PROJECT", "USERGROUP"}


def test_a_member_has_a_profile(studio: Driver) -> None:
    people = {user["email"].partition("@")[0]: user["id"] for user in studio.ok("GET", "users")}
    assert studio.ok("GET", f"member-profile/{people['kim']}") == {
        "email": "kim@acme.example",
        "hasPassword": True,
        "hasPendingApprovalRequest": False,
        "imageUrl": "",
        "name": "Kim Álvarez",
        "userCustomFieldValues": [],
        "weekStart": "MONDAY",
        "workCapacity": "PT7H",
        "workspaceNumber": 1,
    }
    invited = studio.ok("GET", f"member-profile/{people['robin']}")
    assert (invited["name"], invited["hasPassword"], invited["weekStart"]) == ("", False, "MONDAY")
    assert studio.ok("GET", f"member-profile/{studio.me()}")["workspaceNumber"] == 2
    assert studio.refused("GET", "member-profile/gone")[:2] == (400, 501)


def test_a_member_sees_no_managers_and_only_their_own_profile() -> None:
    with Driver("role=member", seeded=True) as studio:
        others = [user["id"] for user in studio.store.records("user")]
        me = studio.me()
        assert studio.ok("GET", f"member-profile/{me}")["email"] == studio.ok("GET", "/clockify/api/v1/user")["email"]
        other = next(user for user in others if user != me)
        assert studio.refused("GET", f"member-profile/{other}")[0] == 403
        assert studio.refused("GET", f"users/{me}/managers")[0] == 403

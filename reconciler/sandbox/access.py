"""Access control: membership of the workspace, and the limits of a role without administrator rights."""

from __future__ import annotations

from reconciler.sandbox.call import Call
from reconciler.sandbox.errors import access_denied, domain
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.tables import Record


def caller_id(store: Store, switches: Switches) -> str:
    """The user of the key: the owner of the store or, for another role, an active user who is not the owner."""
    owner = store.meta("caller")
    if switches.role == "owner":
        return owner
    others = (user["id"] for user in store.records("user") if user["id"] != owner and user["status"] == "ACTIVE")
    return next(others, owner)


def require_membership(call: Call) -> Record:
    """The workspace of the call; 403 if it is unknown, malformed or not the caller's (section 1.2)."""
    workspace = call.store.load("workspace", call.workspace)
    if workspace is None or not any(
        m["userId"] == call.caller and m["membershipStatus"] == "ACTIVE" for m in workspace["memberships"]
    ):
        raise access_denied()
    return workspace


def require_write_role(call: Call) -> None:
    """Deny writes to clients, projects, tasks and tags to a role without administrator rights."""
    if call.switches.role == "member":
        raise access_denied()


def can_see(call: Call, project: Record) -> bool:
    """Whether the caller sees a project: administrators see all, members public projects and their own."""
    return call.switches.role != "member" or project["public"] or call.caller in people_of(call, project)


def people_of(call: Call, project: Record) -> set[str]:
    """The ids of a project's members, those of its groups included."""
    people: set[str] = set()
    for member in project["memberships"]:
        if member["membershipType"] == "USERGROUP":
            people.update((call.store.load("group", member["userId"]) or {"userIds": ()})["userIds"])
        else:
            people.add(member["userId"])
    return people


def members(call: Call) -> dict[str, str]:
    """User id → membership status in the call's workspace."""
    workspace = require_membership(call)
    return {m["userId"]: m["membershipStatus"] for m in workspace["memberships"]}


def ensure_member(call: Call, user_id: str) -> None:
    """Reject the id of a user who is not in this workspace."""
    if user_id not in members(call):
        raise domain("user.missing")

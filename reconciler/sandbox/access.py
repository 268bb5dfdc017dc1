"""Who may do what: membership of the workspace, and what a role that is no administrator's cannot see or write."""

from __future__ import annotations

from reconciler.sandbox.call import Call
from reconciler.sandbox.errors import access_denied, domain
from reconciler.sandbox.store import Store
from reconciler.sandbox.switches import Switches
from reconciler.sandbox.tables import Record


def caller_id(store: Store, switches: Switches) -> str:
    """The user behind the key: the store's owner, or, for another role, an active user who is no owner."""
    owner = store.meta("caller")
    if switches.role == "owner":
        return owner
    others = (user["id"] for user in store.records("user") if user["id"] != owner and user["status"] == "ACTIVE")
    return next(others, owner)


def enter(call: Call) -> Record:
    """The workspace of the call. One that is unknown, malformed or not the caller's is 403 (section 1.2)."""
    workspace = call.store.load("workspace", call.workspace)
    if workspace is None or not any(
        m["userId"] == call.caller and m["membershipStatus"] == "ACTIVE" for m in workspace["memberships"]
    ):
        raise access_denied()
    return workspace


def writing(call: Call) -> None:
    """Refuse writes to clients, projects, tasks and tags by somebody who is no administrator."""
    if call.switches.role == "member":
        raise access_denied()


def sees(call: Call, project: Record) -> bool:
    """Whether the caller sees a project: administrators all of them, members public ones and their own."""
    return (
        call.switches.role != "member"
        or project["public"]
        or any(m["userId"] == call.caller for m in project["memberships"])
    )


def members(call: Call) -> dict[str, str]:
    """User id → membership status in the call's workspace."""
    workspace = enter(call)
    return {m["userId"]: m["membershipStatus"] for m in workspace["memberships"]}


def ensure_member(call: Call, user_id: str) -> None:
    """Refuse an id that is nobody's in this workspace."""
    if user_id not in members(call):
        raise domain("user.missing")

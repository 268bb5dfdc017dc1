"""The user of the key and the users of a workspace: docs/clockify.md sections 3 and 5."""

from __future__ import annotations

from reconciler.sandbox.access import ensure_member, require_membership, require_write_role
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import access_denied, domain, not_convertible
from reconciler.sandbox.fields import choice, email, string
from reconciler.sandbox.paging import page_response, sort_records
from reconciler.sandbox.project_parts import membership
from reconciler.sandbox.store import Store
from reconciler.sandbox.tables import Record

_COLUMNS = ("ID", "EMAIL", "NAME", "NAME_LOWERCASE", "ACCESS", "HOURLYRATE", "COSTRATE")
_STATES = ("PENDING", "ACTIVE", "DECLINED", "INACTIVE", "ALL")
_ACCOUNTS = ("ACTIVE", "PENDING_EMAIL_VERIFICATION", "NOT_REGISTERED", "DELETED", "LIMITED", "LIMITED_DELETED")
_USUAL_ACCOUNTS = _ACCOUNTS[:3]
"""Account statuses that are listed without `account-statuses`; others are omitted [openapi]."""


def new_user(store: Store, address: str, name: str | None, *, workspace: str = "", zone: str = "UTC") -> Record:
    """Store a new account; without a name it is a pending invitation."""
    settings = {
        "weekStart": "MONDAY",
        "timeZone": zone,
        "timeFormat": "HOUR24",
        "dateFormat": "YYYY-MM-DD",
        "lang": "EN",
        "theme": "DEFAULT",
        "summaryReportSettings": {"group": "Project", "subgroup": "Time Entry"},
    }
    user: Record = {
        "id": store.new_id(),
        "email": address,
        "name": name,
        "memberships": [],
        "profilePicture": "",
        "activeWorkspace": workspace,
        "defaultWorkspace": workspace,
        "settings": settings if name else None,
        "status": "ACTIVE" if name else "PENDING_EMAIL_VERIFICATION",
        "customFields": [],
    }
    store.save("user", user)
    return user


def get_user(call: Call) -> Response:
    """Get the account of the key, with its memberships on request."""
    user = call.store.load("user", call.caller) or {}
    wanted = "ALL" if call.flag("include-memberships") else "NONE"
    return Response(200, user | {"memberships": _memberships(call, call.caller, wanted)})


def list_users(call: Call) -> Response:
    """List the users of the workspace, pending and inactive ones included; 403 for a `member` [code]."""
    if call.switches.role == "member":
        raise access_denied()
    wanted = call.text("status") or "ALL"
    if wanted not in _STATES:
        raise not_convertible(wanted, "status")
    states = {m["userId"]: m["membershipStatus"] for m in require_membership(call)["memberships"]}
    people = (user for user in call.store.records("user") if user["id"] in states)
    accounts = call.texts("account-statuses") or list(_USUAL_ACCOUNTS)
    for account in accounts:
        if account not in _ACCOUNTS:
            raise not_convertible(account, "account-statuses")
    found = [user for user in people if wanted in {"ALL", states[user["id"]]} and user["status"] in accounts]
    for key in ("email", "name"):
        part = call.text(key).casefold()
        found = [user for user in found if part in (user[key] or "").casefold()]
    project = call.store.load("project", call.text("project-id")) if call.text("project-id") else None
    if project:
        project_members = {m["userId"] for m in project["memberships"]}
        found = [user for user in found if user["id"] in project_members]
    kinds = call.text("memberships") or "NONE"
    ordered = sort_records(call, found, "ID", _COLUMNS)
    return page_response(call, (user | {"memberships": _memberships(call, user["id"], kinds)} for user in ordered))


def invite_user(call: Call) -> Response:
    """Invite `{email}`: an existing account, or a new pending one. The response is the workspace."""
    require_write_role(call)
    body = call.body("user")
    address = (email(body, "email") or string(body, "email") or "").lower()
    if not address:
        raise domain("not_valid", field="email")
    known = next((user for user in call.store.records("user") if user["email"].lower() == address), None)
    user = known or new_user(call.store, address, None)
    workspace = require_membership(call)
    if any(m["userId"] == user["id"] for m in workspace["memberships"]):
        raise domain("user.exists")
    workspace["memberships"].append(membership(workspace["id"], user["id"], "WORKSPACE", "PENDING"))
    call.store.save("workspace", workspace)
    return Response(200, workspace)


def update_user(call: Call) -> Response:
    """Set `{status: ACTIVE|INACTIVE}`. The response is the workspace."""
    require_write_role(call)
    status = choice(call.body("user"), "status", ("ACTIVE", "INACTIVE"))
    if status is None:
        raise domain("not_valid", field="status")
    ensure_member(call, call.params["user"])
    workspace = require_membership(call)
    for member in workspace["memberships"]:
        if member["userId"] == call.params["user"]:
            member["membershipStatus"] = status
    call.store.save("workspace", workspace)
    return Response(200, workspace)


def _memberships(call: Call, user_id: str, kinds: str) -> list[Record]:
    """A user's memberships of the workspaces and (in the call's workspace) projects, of the requested kinds."""
    if kinds in {"NONE", "USERGROUP"}:
        return []
    holders = call.store.records("workspace") if kinds in {"ALL", "WORKSPACE"} else []
    if kinds in {"ALL", "PROJECT"} and "workspace" in call.params:
        holders += call.store.records("project", call.workspace)
    return [m for holder in holders for m in holder["memberships"] if m["userId"] == user_id]


ROUTES: Routes = {
    ("GET", "user"): get_user,
    ("GET", "workspaces/{workspace}/users"): list_users,
    ("POST", "workspaces/{workspace}/users"): invite_user,
    ("PUT", "workspaces/{workspace}/users/{user}"): update_user,
}

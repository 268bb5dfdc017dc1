"""The user of the key and the users of a workspace: docs/clockify.md sections 3 and 5."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.sandbox.access import ensure_member, people_of, require_membership, require_write_role
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import access_denied, domain, not_convertible
from reconciler.sandbox.fields import choice, email, string
from reconciler.sandbox.memberships import membership
from reconciler.sandbox.paging import COLUMNS, Column, by_text, page_response, sort_records
from reconciler.sandbox.project_view import fetch_project
from reconciler.sandbox.rates import at_present, rate_of, set_rates
from reconciler.sandbox.roles import detailed_roles, managers_of
from reconciler.sandbox.store import Store
from reconciler.sandbox.tables import Record

_KINDS = ("ALL", "NONE", "WORKSPACE", "PROJECT", "USERGROUP")
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
    """List the users of the workspace by address, pending and inactive ones included; 403 for a `member` [code]."""
    if call.switches.role == "member":
        raise access_denied()
    wanted = call.choice("status", _STATES) or "ALL"
    inside = {m["userId"]: m for m in require_membership(call)["memberships"]}
    accounts = call.texts("account-statuses") or list(_USUAL_ACCOUNTS)
    for account in accounts:
        if account not in _ACCOUNTS:
            raise not_convertible(account, "account-statuses")
    found = [user for user in call.store.records("user") if user["id"] in inside and user["status"] in accounts]
    found = [user for user in found if wanted in {"ALL", inside[user["id"]]["membershipStatus"]}]
    for key in ("email", "name"):
        part = call.text(key).casefold()
        found = [user for user in found if part in (user[key] or "").casefold()]
    if call.text("project-id"):
        project = fetch_project(call, call.text("project-id"))
        found = [user for user in found if project["public"] or user["id"] in people_of(call, project)]
    kinds, with_roles = call.choice("memberships", _KINDS) or "NONE", bool(call.flag("include-roles"))
    ordered = sort_records(call, found, "EMAIL", _columns(inside))
    return page_response(call, (_listed(call, user, kinds, with_roles=with_roles) for user in ordered))


def list_managers(call: Call) -> Response:
    """List the people who manage a user, by a role for the person or for a group of theirs; 403 for a `member`."""
    if call.switches.role == "member":
        raise access_denied()
    ensure_member(call, call.params["user"])
    inside = {m["userId"]: m for m in require_membership(call)["memberships"]}
    managers = managers_of(call, call.params["user"])
    found = [user for user in call.store.records("user") if user["id"] in managers and user["id"] in inside]
    return page_response(call, sort_records(call, found, "EMAIL", _columns(inside)))


def get_profile(call: Call) -> Response:
    """Get the profile of a member; 403 for a `member` who asks for another's."""
    user_id = call.params["user"]
    if call.switches.role == "member" and user_id != call.caller:
        raise access_denied()
    ensure_member(call, user_id)
    user = call.store.load("user", user_id) or {}
    spaces = [w for w in call.store.records("workspace") if any(m["userId"] == user_id for m in w["memberships"])]
    profile = {
        "email": user["email"],
        "hasPassword": user["status"] == "ACTIVE",
        "hasPendingApprovalRequest": False,
        "imageUrl": user["profilePicture"],
        "name": user["name"] or "",
        "userCustomFieldValues": [],
        "weekStart": (user["settings"] or {}).get("weekStart", "MONDAY"),
        "workCapacity": "PT7H",
        "workspaceNumber": len(spaces),
    }
    return Response(200, profile)


def _columns(inside: Mapping[str, Record]) -> Mapping[str, Column]:
    """The columns of a list of users, of whom `inside` has the memberships of the workspace."""

    def rate(key: str) -> Column:
        return lambda user: ((inside[user["id"]][key] or {"amount": -1})["amount"], user["id"])

    return {
        **COLUMNS,
        "EMAIL": by_text("email"),
        "NAME": lambda user: (user["name"] or "", user["id"]),
        "NAME_LOWERCASE": by_text("name"),
        "ACCESS": lambda user: (inside[user["id"]]["membershipStatus"], user["id"]),
        "HOURLYRATE": rate("hourlyRate"),
        "COSTRATE": rate("costRate"),
    }


def _listed(call: Call, user: Record, kinds: str, *, with_roles: bool) -> Record:
    """A user as in lists; `include-roles=true` adds `roles`."""
    roles = {"roles": detailed_roles(call, user["id"])} if with_roles else {}
    return user | {"memberships": _memberships(call, user["id"], kinds)} | roles


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
    return _save(call, workspace)


def update_user(call: Call) -> Response:
    """Set `{status: ACTIVE|INACTIVE}`. The response is the workspace.

    Deactivating the owner or oneself is rejected: it would lock out the account of the key.
    """
    require_write_role(call)
    status = choice(call.body("user"), "status", ("ACTIVE", "INACTIVE"))
    if status is None:
        raise domain("not_valid", field="status")
    ensure_member(call, call.params["user"])
    if status == "INACTIVE" and call.params["user"] == call.store.meta("caller"):
        raise domain("user.owner")
    if status == "INACTIVE" and call.params["user"] == call.caller:
        raise domain("user.self")
    workspace = require_membership(call)
    for member in workspace["memberships"]:
        if member["userId"] == call.params["user"]:
            member["membershipStatus"] = status
    return _save(call, workspace)


def put_hourly_rate(call: Call) -> Response:
    """Set the hourly rate of a user in the workspace. The response is the workspace."""
    return _set_rate(call, "hourlyRate")


def put_cost_rate(call: Call) -> Response:
    """Set the cost rate of a user in the workspace. The response is the workspace."""
    return _set_rate(call, "costRate")


def _set_rate(call: Call, key: str) -> Response:
    """Set a rate on the user's membership of the workspace."""
    require_write_role(call)
    value = rate_of(call.body("user"))
    ensure_member(call, call.params["user"])
    workspace = require_membership(call)
    for member in workspace["memberships"]:
        if member["userId"] == call.params["user"]:
            set_rates(call, member, {key: value})
    return _save(call, workspace)


def _save(call: Call, workspace: Record) -> Response:
    """Store a workspace and respond with it."""
    call.store.save("workspace", workspace)
    return Response(200, at_present(call, workspace))


def _memberships(call: Call, user_id: str, kinds: str) -> list[Record]:
    """A user's memberships of workspaces and (in the call's workspace) projects and groups, of the requested kinds."""
    wanted = _KINDS[2:] if kinds == "ALL" else (kinds,)
    holders = call.store.records("workspace") if "WORKSPACE" in wanted else []
    if "PROJECT" in wanted and "workspace" in call.params:
        holders += call.store.records("project", call.workspace)
    found = [at_present(call, m) for holder in holders for m in holder["memberships"] if m["userId"] == user_id]
    if "USERGROUP" in wanted and "workspace" in call.params:
        groups = (group for group in call.store.records("group", call.workspace) if user_id in group["userIds"])
        found += [membership(group["id"], user_id, "USERGROUP") for group in groups]
    return found


ROUTES: Routes = {
    ("GET", "user"): get_user,
    ("GET", "workspaces/{workspace}/users"): list_users,
    ("POST", "workspaces/{workspace}/users"): invite_user,
    ("GET", "workspaces/{workspace}/users/{user}/managers"): list_managers,
    ("GET", "workspaces/{workspace}/member-profile/{user}"): get_profile,
    ("PUT", "workspaces/{workspace}/users/{user}"): update_user,
    ("PUT", "workspaces/{workspace}/users/{user}/hourly-rate"): put_hourly_rate,
    ("PUT", "workspaces/{workspace}/users/{user}/cost-rate"): put_cost_rate,
}

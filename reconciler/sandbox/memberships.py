"""Members of a project, people and groups with their rates: docs/clockify.md section 7."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.sandbox import names
from reconciler.sandbox.access import ensure_member, require_write_role
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import domain
from reconciler.sandbox.fields import Body, choice, flag, part, parts, string, strings
from reconciler.sandbox.project_view import fetch_project, save_and_render
from reconciler.sandbox.rates import given_rates, rate_of, set_rates
from reconciler.sandbox.tables import Record

_STATES = ("PENDING", "ACTIVE", "DECLINED", "INACTIVE", "ALL")
_TYPES = ("WORKSPACE", "PROJECT", "USERGROUP")


def membership(target: str, user: str, kind: str = "PROJECT", status: str = "ACTIVE") -> Record:
    """A membership of one user, or (USERGROUP) of the group with the id `user`."""
    return {
        "userId": user,
        "hourlyRate": None,
        "costRate": None,
        "targetId": target,
        "membershipType": kind,
        "membershipStatus": status,
    }


def first_members(call: Call, project_id: str, body: Body) -> list[Record]:
    """The memberships of a new project: its creator, and those of the request. Unknown people are rejected."""
    found = {call.caller: membership(project_id, call.caller)}
    for item in parts(body, "memberships") or ():
        user, status = string(item, "userId") or "", choice(item, "membershipStatus", _STATES) or "ACTIVE"
        kind = choice(item, "membershipType", _TYPES) or "PROJECT"
        rates = given_rates(item, keys=("hourlyRate",))
        if kind == "USERGROUP":
            names.fetch(call, "group", user)
        else:
            ensure_member(call, user)
            kind = "PROJECT"
        member = membership(project_id, user, kind, "ACTIVE" if status == "ALL" else status)
        set_rates(call, member, rates)
        found[user] = member
    return list(found.values())


def patch_memberships(call: Call) -> Response:
    """Replace the memberships: who is not listed is removed [live 2026-05]. `memberships` is required [openapi]."""
    require_write_role(call)
    body = call.body("project")
    wanted, groups = parts(body, "memberships"), _groups(call, body)
    if wanted is None:
        raise domain("not_valid", field="memberships")
    rates = {string(item, "userId") or "": given_rates(item) for item in wanted}
    project = fetch_project(call)
    is_kept = call.switches.member_rates == "kept"
    for user in rates:
        ensure_member(call, user)
    before = {m["userId"]: m for m in project["memberships"]}
    project["memberships"] = [
        *(before.get(user) or membership(project["id"], user) for user in rates),
        *(before.get(group) or membership(project["id"], group, "USERGROUP") for group in groups),
    ]
    for member in project["memberships"]:
        set_rates(call, member, rates.get(member["userId"], {}) if is_kept else {})
    return save_and_render(call, project)


def post_memberships(call: Call) -> Response:
    """Add people and groups, or remove them with `remove`."""
    require_write_role(call)
    body = call.body("project")
    users, remove = strings(body, "userIds") or [], bool(flag(body, "remove"))
    groups = _groups(call, body)
    project = fetch_project(call)
    for user in users:
        ensure_member(call, user)
    kinds: Mapping[str, str] = dict.fromkeys(users, "PROJECT") | dict.fromkeys(groups, "USERGROUP")
    kept = [m for m in project["memberships"] if m["userId"] not in kinds or not remove]
    present = {m["userId"] for m in kept}
    added = [membership(project["id"], item, kind) for item, kind in kinds.items() if item not in present]
    project["memberships"] = kept + ([] if remove else added)
    return save_and_render(call, project)


def put_hourly_rate(call: Call) -> Response:
    """Set the hourly rate of a member."""
    return _set_member_rate(call, "hourlyRate")


def put_cost_rate(call: Call) -> Response:
    """Set the cost rate of a member."""
    return _set_member_rate(call, "costRate")


def _set_member_rate(call: Call, key: str) -> Response:
    """Set a rate on one membership."""
    require_write_role(call)
    value = rate_of(call.body("project"))
    project = fetch_project(call)
    found = [m for m in project["memberships"] if m["userId"] == call.params["user"]]
    if not found:
        raise domain("user.missing")
    set_rates(call, found[0], {key: value})
    return save_and_render(call, project)


def _groups(call: Call, body: Body) -> Iterable[str]:
    """The groups that `userGroups` selects: those of `ids`, or with DOES_NOT_CONTAIN all others of the workspace."""
    given: Mapping[str, Any] = part(body, "userGroups") or {}
    named = list(dict.fromkeys(strings(given, "ids") or ()))
    contains = choice(given, "contains", ("CONTAINS", "DOES_NOT_CONTAIN"))
    choice(given, "status", ("ALL", "ACTIVE", "INACTIVE"))
    for group in named:
        names.fetch(call, "group", group)
    if contains != "DOES_NOT_CONTAIN":
        return named
    return [group["id"] for group in call.store.records("group", call.workspace) if group["id"] not in named]


_ONE = "workspaces/{workspace}/projects/{project}"
ROUTES: Routes = {
    ("PATCH", f"{_ONE}/memberships"): patch_memberships,
    ("POST", f"{_ONE}/memberships"): post_memberships,
    ("PUT", f"{_ONE}/users/{{user}}/hourly-rate"): put_hourly_rate,
    ("PUT", f"{_ONE}/users/{{user}}/cost-rate"): put_cost_rate,
}

"""The parts of a project that PUT does not change: estimate, memberships, template, and rates of members (section 7)."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.access import ensure_member, require_membership, require_write_role
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import domain
from reconciler.sandbox.fields import Body, choice, duration, flag, integer, part, parts, string, strings
from reconciler.sandbox.project_view import fetch_project, render_project
from reconciler.sandbox.tables import Record

_RESETS = ("WEEKLY", "MONTHLY", "YEARLY")
_TYPES = ("AUTO", "MANUAL")


def estimate_of(body: Body, *, spelling: str = "normalised") -> Record:
    """`estimate` and `timeEstimate` of a project from the object that a request gives; none for an empty one.

    An automatic estimate is the sum of the tasks' ones, so a duration given with it is not kept.
    """
    kind = choice(body, "type", _TYPES) or "AUTO"
    seconds = duration(body, "estimate", spelling=spelling) or "PT0S"
    estimate = seconds if kind == "MANUAL" else "PT0S"
    non_billable = flag(body, "includeNonBillable")
    return {
        "estimate": {"estimate": estimate, "type": kind},
        "timeEstimate": {
            "estimate": estimate,
            "type": kind,
            "resetOption": choice(body, "resetOption", _RESETS),
            "active": bool(flag(body, "active")),
            "includeNonBillable": True if non_billable is None else non_billable,
        },
    }


def membership(target: str, user: str, kind: str = "PROJECT", status: str = "ACTIVE") -> Record:
    """A membership of one user."""
    return {
        "userId": user,
        "hourlyRate": None,
        "costRate": None,
        "targetId": target,
        "membershipType": kind,
        "membershipStatus": status,
    }


def patch_estimate(call: Call) -> Response:
    """Set the time and budget estimate; only one of them can be active, the one set last. Of two at once the switch decides."""
    require_write_role(call)
    body = call.body("project")
    time, budget = part(body, "timeEstimate"), part(body, "budgetEstimate")
    changed: Record = {}
    if time is not None:
        changed |= estimate_of(time, spelling=call.switches.spelling)
    if budget is not None:
        changed["budgetEstimate"] = _budget(budget)
    reset = part(body, "estimateReset")
    if reset is not None:
        changed["estimateReset"] = reset
    project = fetch_project(call)
    _ensure_one_active(project, changed, call.switches.both_estimates)
    project |= changed
    return _save_and_render(call, project)


def patch_memberships(call: Call) -> Response:
    """Replace the memberships: members who are not listed are removed [live 2026-05]."""
    require_write_role(call)
    body = call.body("project")
    wanted = parts(body, "memberships") or []
    users = list(dict.fromkeys(string(item, "userId") or "" for item in wanted))
    project = fetch_project(call)
    for user in users:
        ensure_member(call, user)
    before = {m["userId"]: m for m in project["memberships"]}
    project["memberships"] = [before.get(user) or membership(project["id"], user) for user in users]
    return _save_and_render(call, project)


def post_memberships(call: Call) -> Response:
    """Add members, or remove them with `remove`."""
    require_write_role(call)
    body = call.body("project")
    users, remove = strings(body, "userIds") or [], bool(flag(body, "remove"))
    project = fetch_project(call)
    for user in users:
        ensure_member(call, user)
    kept = [m for m in project["memberships"] if m["userId"] not in users or not remove]
    present = {m["userId"] for m in kept}
    added = [] if remove else [membership(project["id"], user) for user in users if user not in present]
    project["memberships"] = kept + added
    return _save_and_render(call, project)


def patch_template(call: Call) -> Response:
    """Set the template flag: written as `isTemplate`, read as `template`."""
    require_write_role(call)
    template = bool(flag(call.body("project"), "isTemplate"))
    return _save_and_render(call, fetch_project(call) | {"template": template})


def put_hourly_rate(call: Call) -> Response:
    """Set the hourly rate of a member."""
    return _set_member_rate(call, "hourlyRate")


def put_cost_rate(call: Call) -> Response:
    """Set the cost rate of a member."""
    return _set_member_rate(call, "costRate")


def money(call: Call, body: Body) -> dict[str, Any]:
    """`{amount, since}` of a rate request as it is stored."""
    amount = integer(body, "amount")
    if amount is None:
        raise domain("not_valid", field="amount")
    return {"amount": amount, "currency": require_membership(call)["hourlyRate"]["currency"]}


def _set_member_rate(call: Call, key: str) -> Response:
    """Set a rate on one membership."""
    require_write_role(call)
    value = money(call, call.body("project"))
    project = fetch_project(call)
    found = [m for m in project["memberships"] if m["userId"] == call.params["user"]]
    if not found:
        raise domain("user.missing")
    found[0][key] = value
    return _save_and_render(call, project)


def _budget(body: Body) -> Record:
    """A budget estimate as it is stored; its amount is in minor units."""
    return {
        "estimate": integer(body, "estimate") or 0,
        "type": choice(body, "type", _TYPES) or "AUTO",
        "resetOption": choice(body, "resetOption", _RESETS),
        "active": bool(flag(body, "active")),
        "includeExpenses": bool(flag(body, "includeExpenses")),
    }


def _ensure_one_active(project: Record, changed: Record, both: str) -> None:
    """Reject two active estimates, or keep the one that the switch names; activating one deactivates the other."""
    active = [key for key in ("timeEstimate", "budgetEstimate") if changed.get(key, {}).get("active")]
    if len(active) > 1 and both == "refused":
        raise domain("estimate.both")
    active = active if len(active) < 2 else [f"{both}Estimate"]
    for key in ("timeEstimate", "budgetEstimate"):
        if active and key not in active and (changed.get(key) or project[key]):
            changed[key] = (changed.get(key) or project[key]) | {"active": False}


def _save_and_render(call: Call, project: Record) -> Response:
    """Store a project; the response is the complete project."""
    call.store.save("project", project)
    return call.updated(render_project(call, project))


_ONE = "workspaces/{workspace}/projects/{project}"
ROUTES: Routes = {
    ("PATCH", f"{_ONE}/estimate"): patch_estimate,
    ("PATCH", f"{_ONE}/memberships"): patch_memberships,
    ("POST", f"{_ONE}/memberships"): post_memberships,
    ("PATCH", f"{_ONE}/template"): patch_template,
    ("PUT", f"{_ONE}/users/{{user}}/hourly-rate"): put_hourly_rate,
    ("PUT", f"{_ONE}/users/{{user}}/cost-rate"): put_cost_rate,
}

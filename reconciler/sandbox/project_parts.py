"""The parts of a project that its PUT does not touch: estimate, memberships, template, and people's rates on it (section 7)."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.access import ensure_member, enter, writing
from reconciler.sandbox.call import Answer, Call, Routes
from reconciler.sandbox.errors import domain
from reconciler.sandbox.fields import Body, duration, flag, part, parts, plain, strings, whole, word
from reconciler.sandbox.project_view import fetch_project, project_answer
from reconciler.sandbox.tables import Record

_RESETS = ("WEEKLY", "MONTHLY", "YEARLY")
_TYPES = ("AUTO", "MANUAL")


def estimate_of(body: Body) -> Record:
    """`estimate` and `timeEstimate` of a project from the object that a request gives; none for an empty one.

    An automatic estimate is the sum of the tasks' ones, so a duration given with it is not kept.
    """
    kind = word(body, "type", _TYPES) or "AUTO"
    seconds = duration(body, "estimate") or "PT0S"
    estimate = seconds if kind == "MANUAL" else "PT0S"
    non_billable = flag(body, "includeNonBillable")
    return {
        "estimate": {"estimate": estimate, "type": kind},
        "timeEstimate": {
            "estimate": estimate,
            "type": kind,
            "resetOption": word(body, "resetOption", _RESETS),
            "active": bool(flag(body, "active")),
            "includeNonBillable": True if non_billable is None else non_billable,
        },
    }


def membership(target: str, user: str, kind: str = "PROJECT", status: str = "ACTIVE") -> Record:
    """One person's membership."""
    return {
        "userId": user,
        "hourlyRate": None,
        "costRate": None,
        "targetId": target,
        "membershipType": kind,
        "membershipStatus": status,
    }


def patch_estimate(call: Call) -> Answer:
    """Time and budget estimate; only one of the two may be active, and the one set last is."""
    writing(call)
    body = call.body("project")
    time, budget = part(body, "timeEstimate"), part(body, "budgetEstimate")
    changed: Record = {}
    if time is not None:
        changed |= estimate_of(time)
    if budget is not None:
        changed["budgetEstimate"] = _budget(budget)
    reset = part(body, "estimateReset")
    if reset is not None:
        changed["estimateReset"] = reset
    project = fetch_project(call)
    _ensure_one_active(project, changed)
    project |= changed
    return _saved(call, project)


def patch_memberships(call: Call) -> Answer:
    """Replaces the set: members who are not named are removed [live 2026-05]."""
    writing(call)
    body = call.body("project")
    wanted = parts(body, "memberships") or []
    users = list(dict.fromkeys(plain(item, "userId") or "" for item in wanted))
    project = fetch_project(call)
    for user in users:
        ensure_member(call, user)
    before = {m["userId"]: m for m in project["memberships"]}
    project["memberships"] = [before.get(user) or membership(project["id"], user) for user in users]
    return _saved(call, project)


def post_memberships(call: Call) -> Answer:
    """Adds people, or removes them with `remove`."""
    writing(call)
    body = call.body("project")
    users, remove = strings(body, "userIds") or [], bool(flag(body, "remove"))
    project = fetch_project(call)
    for user in users:
        ensure_member(call, user)
    kept = [m for m in project["memberships"] if m["userId"] not in users or not remove]
    present = {m["userId"] for m in kept}
    added = [] if remove else [membership(project["id"], user) for user in users if user not in present]
    project["memberships"] = kept + added
    return _saved(call, project)


def patch_template(call: Call) -> Answer:
    """Written as `isTemplate`, read as `template`."""
    writing(call)
    template = bool(flag(call.body("project"), "isTemplate"))
    return _saved(call, fetch_project(call) | {"template": template})


def put_hourly_rate(call: Call) -> Answer:
    """One person's hourly rate on the project."""
    return _person_rate(call, "hourlyRate")


def put_cost_rate(call: Call) -> Answer:
    """One person's cost rate on the project."""
    return _person_rate(call, "costRate")


def money(call: Call, body: Body) -> dict[str, Any]:
    """`{amount, since}` of a rate request as it is stored."""
    amount = whole(body, "amount")
    if amount is None:
        raise domain("not_valid", field="amount")
    return {"amount": amount, "currency": enter(call)["hourlyRate"]["currency"]}


def _person_rate(call: Call, key: str) -> Answer:
    """Set a rate on one membership."""
    writing(call)
    value = money(call, call.body("project"))
    project = fetch_project(call)
    found = [m for m in project["memberships"] if m["userId"] == call.params["user"]]
    if not found:
        raise domain("user.missing")
    found[0][key] = value
    return _saved(call, project)


def _budget(body: Body) -> Record:
    """A budget estimate as it is stored; its amount is in minor units."""
    return {
        "estimate": whole(body, "estimate") or 0,
        "type": word(body, "type", _TYPES) or "AUTO",
        "resetOption": word(body, "resetOption", _RESETS),
        "active": bool(flag(body, "active")),
        "includeExpenses": bool(flag(body, "includeExpenses")),
    }


def _ensure_one_active(project: Record, changed: Record) -> None:
    """Refuse a request that makes both estimates active; one that makes one active puts the other to rest."""
    active = [key for key in ("timeEstimate", "budgetEstimate") if changed.get(key, {}).get("active")]
    if len(active) > 1:
        raise domain("estimate.both")
    for key in ("timeEstimate", "budgetEstimate"):
        if active and key not in active and (changed.get(key) or project[key]):
            changed[key] = (changed.get(key) or project[key]) | {"active": False}


def _saved(call: Call, project: Record) -> Answer:
    """Store a project and answer it whole."""
    call.store.save("project", project)
    return call.updated(project_answer(call, project))


_ONE = "workspaces/{workspace}/projects/{project}"
ROUTES: Routes = {
    ("PATCH", f"{_ONE}/estimate"): patch_estimate,
    ("PATCH", f"{_ONE}/memberships"): patch_memberships,
    ("POST", f"{_ONE}/memberships"): post_memberships,
    ("PATCH", f"{_ONE}/template"): patch_template,
    ("PUT", f"{_ONE}/users/{{user}}/hourly-rate"): put_hourly_rate,
    ("PUT", f"{_ONE}/users/{{user}}/cost-rate"): put_cost_rate,
}

"""The estimates and the template flag of a project, which PUT does not change: docs/clockify.md section 7."""

from __future__ import annotations

from typing import Any

from reconciler.sandbox.access import require_write_role
from reconciler.sandbox.call import Call, Response, Routes
from reconciler.sandbox.errors import domain
from reconciler.sandbox.fields import Body, choice, flag, integer, long, part
from reconciler.sandbox.instants import duration
from reconciler.sandbox.project_view import fetch_project, save_and_render
from reconciler.sandbox.tables import Record

_RESETS = ("WEEKLY", "MONTHLY", "YEARLY")
_TYPES = ("AUTO", "MANUAL")
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_MONTHS = (
    *("JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE"),
    *("JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"),
)


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


def patch_estimate(call: Call) -> Response:
    """Set the time and budget estimate; only one of them can be active, the one set last. Of two at once the switch decides."""
    require_write_role(call)
    body = call.body("project")
    time, budget, reset = part(body, "timeEstimate"), part(body, "budgetEstimate"), part(body, "estimateReset")
    changed: Record = {}
    if time is not None:
        changed |= estimate_of(time, spelling=call.switches.spelling)
    if budget is not None:
        changed["budgetEstimate"] = _budget(budget)
    if reset is not None:
        changed["estimateReset"] = _reset(reset)
    project = fetch_project(call)
    _ensure_one_active(project, changed, call.switches.both_estimates)
    project |= changed
    return save_and_render(call, project)


def patch_template(call: Call) -> Response:
    """Set the template flag: written as `isTemplate`, read as `template`."""
    require_write_role(call)
    template = bool(flag(call.body("project"), "isTemplate"))
    return save_and_render(call, fetch_project(call) | {"template": template})


def _budget(body: Body) -> Record:
    """A budget estimate as it is stored; its amount is in minor units."""
    return {
        "estimate": long(body, "estimate") or 0,
        "type": choice(body, "type", _TYPES) or "AUTO",
        "resetOption": choice(body, "resetOption", _RESETS),
        "active": bool(flag(body, "active")),
        "includeExpenses": bool(flag(body, "includeExpenses")),
    }


def _reset(body: Body) -> Record | None:
    """A reset of the estimate as it is stored: the given keys of the answer's object; None for a reset that is switched off."""
    given: dict[str, Any] = {
        "dayOfMonth": integer(body, "dayOfMonth", least=1, most=31),
        "dayOfWeek": choice(body, "dayOfWeek", _DAYS),
        "hour": integer(body, "hour", most=23),
        "interval": choice(body, "interval", _RESETS),
        "month": choice(body, "month", _MONTHS),
    }
    flags = flag(body, "active"), flag(body, "isActive")
    return None if False in flags else {key: value for key, value in given.items() if value is not None}


def _ensure_one_active(project: Record, changed: Record, both: str) -> None:
    """Reject two active estimates, or keep the one that the switch names; activating one deactivates the other."""
    active = [key for key in ("timeEstimate", "budgetEstimate") if changed.get(key, {}).get("active")]
    if len(active) > 1 and both == "refused":
        raise domain("estimate.both")
    active = active if len(active) < 2 else [f"{both}Estimate"]
    for key in ("timeEstimate", "budgetEstimate"):
        if active and key not in active and (changed.get(key) or project[key]):
            changed[key] = (changed.get(key) or project[key]) | {"active": False}


_ONE = "workspaces/{workspace}/projects/{project}"
ROUTES: Routes = {
    ("PATCH", f"{_ONE}/estimate"): patch_estimate,
    ("PATCH", f"{_ONE}/template"): patch_template,
}

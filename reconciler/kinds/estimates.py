"""The field types of what one endpoint of a project writes: its time estimate, its budget, and the options of both.

The service keeps one active estimate of a project, the time estimate or the budget (docs/clockify.md section 7). What a request
leaves out may be reset, so every body holds both objects whole, as they are and with the new value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.kinds.durations import DURATION_PATTERN
from reconciler.kinds.field_types import Duration, Flag, Single
from reconciler.kinds.json_values import object_or_none, text_or_none
from reconciler.kinds.rates import amount_schema, amount_text, minor_units, text_of_minor
from reconciler.value_types import Wire

AUTO = "auto"
"""An estimate that is the sum of what the tasks have."""
ESTIMATE_PATTERN = f"^{AUTO}$|{DURATION_PATTERN}"
BUDGET_PATTERN = r"^[0-9]{1,12}(\.[0-9]{1,2})?$"
_TIME, _BUDGET, _RESET = "timeEstimate", "budgetEstimate", "estimateReset"
_RESETS = ("weekly", "monthly", "yearly")


def estimate_body(wire: Wire) -> dict[str, Any]:
    """The body of a request that changes nothing: both objects as they are, without nulls. Without a time estimate, a new one."""
    time = {"active": False, "type": "AUTO", "includeNonBillable": True, **_given(wire.get(_TIME))}
    body = {_TIME: {"estimate": "PT0S", **time}}
    return body | {key: _given(wire[key]) for key in (_BUDGET, _RESET) if wire.get(key)}


def _given(value: Any) -> dict[str, Any]:
    """The properties of an object that are not null."""
    return {key: item for key, item in (object_or_none(value) or {}).items() if item is not None}


def _is_active(value: Any) -> bool:
    return (object_or_none(value) or {}).get("active") is True


def _lacking(wire: Wire, key: str, what: str, other: str) -> str:
    return "" if key in wire else f"the service does not return {key!r}; {what} would switch an active {other} off"


@dataclass(frozen=True, slots=True)
class TimeEstimate(Single):
    """A project's time estimate: a duration or `auto` in manifests, an object with a type on the wire.

    `auto` is the sum of the tasks' estimates. One that is switched off is None, whatever it holds.
    """

    @property
    def schema(self) -> Mapping[str, Any]:
        """A string such as PT120H, or auto."""
        return {"type": "string", "pattern": ESTIMATE_PATTERN}

    def parse(self, value: Any) -> str | None:
        """The canonical duration; zero is None."""
        return AUTO if value == AUTO else Duration().parse(value)

    def read(self, value: Any) -> str | None:
        """The duration of a manual estimate, `auto` for an active automatic one; None for one that is switched off, or missing."""
        estimate = object_or_none(value) or {}
        if text_or_none(estimate.get("type")) != "MANUAL":
            return AUTO if estimate.get("active") is True else None
        return None if estimate.get("active") is False else Duration().parse(text_or_none(estimate.get("estimate")))

    def write(self, value: Any) -> dict[str, Any]:
        """The object that `POST /projects` takes as `estimate`."""
        is_manual = bool(value) and value != AUTO
        return {"estimate": value if is_manual else "PT0S", "type": "MANUAL" if is_manual else "AUTO"}

    def conflict(self, wire: Wire, value: Any) -> str:
        """Why a time estimate would switch the budget off, which is active or unknown."""
        if not value or _is_active(wire.get(_TIME)):
            return ""
        if reason := _lacking(wire, _BUDGET, "a time estimate", "budget"):
            return reason
        return (
            "its budget is active, and a time estimate would switch the budget off" if _is_active(wire[_BUDGET]) else ""
        )

    def switched_off(self, wire: Wire) -> str:
        """The duration of a manual estimate that is not active."""
        given = object_or_none(wire.get(_TIME)) or {}
        if given.get("active") is not False or given.get("type") != "MANUAL":
            return ""
        return self.read({**given, "active": True}) or ""

    def patch_body(self, wire: Wire, value: Any) -> dict[str, Any]:
        """The time estimate with this value, its options and the budget unchanged."""
        body = estimate_body(wire)
        return {**body, _TIME: {**body[_TIME], "active": bool(value), **self.write(value)}}


@dataclass(frozen=True, slots=True)
class Budget(Single):
    """A project's budget: an amount or `auto` in manifests, an object with a type and hundredths on the wire."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """A quoted decimal, a number, or auto."""
        return {"anyOf": [*amount_schema(BUDGET_PATTERN, 999999999999.99), {"type": "string", "enum": [AUTO]}]}

    def parse(self, value: Any) -> str | None:
        """Two places; zero is None. Raises ValueError for more places."""
        return AUTO if value == AUTO else amount_text(value)

    def read(self, value: Any) -> str | None:
        """The amount of an active manual budget, `auto` for an active automatic one; None for one that is switched off."""
        budget = object_or_none(value) or {}
        amount = text_of_minor(budget.get("estimate"))
        if budget.get("active") is not True:
            return None
        return amount if text_or_none(budget.get("type")) == "MANUAL" else AUTO

    def write(self, value: Any) -> dict[str, Any]:
        """The keys that this value has in the object."""
        is_manual = bool(value) and value != AUTO
        return {
            "active": bool(value),
            "estimate": minor_units(value) if is_manual else 0,
            "type": "MANUAL" if is_manual else "AUTO",
        }

    def conflict(self, wire: Wire, value: Any) -> str:
        """Why a budget would switch the time estimate off, which is active or unknown."""
        if not value or _is_active(wire.get(_BUDGET)):
            return ""
        if reason := _lacking(wire, _TIME, "a budget", "time estimate"):
            return reason
        is_active = _is_active(wire[_TIME])
        return "its time estimate is active, and a budget would switch the time estimate off" if is_active else ""

    def switched_off(self, wire: Wire) -> str:
        """The amount of a manual budget that is not active."""
        given = object_or_none(wire.get(_BUDGET)) or {}
        return (
            ""
            if given.get("active") is True or given.get("type") != "MANUAL"
            else self.read({**given, "active": True}) or ""
        )

    def patch_body(self, wire: Wire, value: Any) -> dict[str, Any]:
        """The budget with this value, its options and the time estimate unchanged."""
        body = estimate_body(wire)
        return {**body, _BUDGET: {"includeExpenses": False, **body.get(_BUDGET, {}), **self.write(value)}}

    def amounts(self, value: Any) -> Iterator[str]:
        """The amount of a manual budget."""
        if value and value != AUTO:
            yield value


@dataclass(frozen=True, slots=True)
class Reset(Single):
    """How often an estimate starts again: a word in manifests, `resetOption` of the estimate's object on the wire."""

    key: str

    @property
    def schema(self) -> Mapping[str, Any]:
        """One of the words."""
        return {"type": "string", "enum": list(_RESETS)}

    def read(self, value: Any) -> str | None:
        """Lower case; None for an estimate that never starts again."""
        return (text_or_none((object_or_none(value) or {}).get("resetOption")) or "").lower() or None

    def write(self, value: Any) -> dict[str, Any]:
        """The key that this value has in the object; left out to clear it."""
        return {"resetOption": value.upper()} if value else {}

    def patch_body(self, wire: Wire, value: Any) -> dict[str, Any]:
        """The object with this value; the schedule of the resets follows the interval, and its day is left to the service."""
        body = estimate_body(wire)
        rest = {key: item for key, item in body.get(self.key, {"active": False}).items() if key != "resetOption"}
        schedule = body.pop(_RESET, {})
        if schedule and schedule.get("interval") == (value or "").upper():
            body[_RESET] = schedule
        elif schedule:
            hour = {"hour": schedule["hour"]} if "hour" in schedule else {}
            body[_RESET] = {"interval": value.upper(), **hour} if value else {"active": False}
        return {**body, self.key: {**rest, **self.write(value)}}


@dataclass(frozen=True, slots=True)
class Includes(Flag):
    """Whether an estimate counts something: a property of the estimate's object on the wire."""

    key: str
    name: str
    usual: bool

    def read(self, value: Any) -> bool:
        """The property; that of a new project if the object or the property is missing."""
        given = (object_or_none(value) or {}).get(self.name)
        return self.usual if given is None else Flag.read(self, given)

    def patch_body(self, wire: Wire, value: Any) -> dict[str, Any]:
        """The object with this value."""
        body = estimate_body(wire)
        return {**body, self.key: {**body.get(self.key, {"active": False}), self.name: bool(value)}}

"""Hourly and cost rates of projects, tasks and members, with the time from which each applies (docs/clockify.md sections 7 and 8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.access import require_membership
from reconciler.sandbox.call import Call
from reconciler.sandbox.errors import domain
from reconciler.sandbox.fields import Body, integer, part
from reconciler.sandbox.instants import iso_of, since
from reconciler.sandbox.tables import Record

KEYS = ("hourlyRate", "costRate")
_HISTORY = "rateHistory"
"""A stored key of what has rates, never in responses: rates with a `since`, oldest first."""


def given_rates(body: Body, *, keys: tuple[str, ...] = KEYS) -> dict[str, Record]:
    """The validated rates of a request, `{amount, since}` under their keys."""
    return {key: rate_of(value) for key in keys if (value := part(body, key)) is not None}


def rate_of(body: Body) -> Record:
    """A validated `{amount, since}`; the amount is required."""
    amount = integer(body, "amount")
    if amount is None:
        raise domain("not_valid", field="amount")
    return {"amount": amount, "since": since(body)}


def set_rates(call: Call, holder: Record, given: Mapping[str, Record]) -> None:
    """Set rates in a record. One with a `since` that is still to come leaves the present rate until the clock reaches it."""
    if not given:
        return
    currency = require_membership(call)["hourlyRate"]["currency"]
    for key, rate in given.items():
        _set(holder, key, {"amount": rate["amount"], "currency": currency}, rate["since"])
    holder |= {key: value for key, value in at_present(call, holder).items() if key in KEYS}


def forget_rates(holder: Record) -> None:
    """Drop what is known of rates at other times."""
    holder.pop(_HISTORY, None)


def at_present(call: Call, holder: Record) -> Record:
    """A record as in responses: with the rates that apply now, its memberships' too, and without their history."""
    if "memberships" in holder:
        holder = holder | {"memberships": [at_present(call, member) for member in holder["memberships"]]}
    if _HISTORY not in holder:
        return holder
    now = iso_of(call.now)
    current = {entry["key"]: entry["rate"] for entry in holder[_HISTORY] if entry["since"] <= now}
    return {key: value for key, value in holder.items() if key != _HISTORY} | current


def _set(holder: Record, key: str, rate: dict[str, Any], start: str) -> None:
    """Set a rate from a time on; without one for all time, which ends what was set before."""
    history = [entry for entry in holder.pop(_HISTORY, ()) if entry["key"] != key or start]
    if not start:
        holder[key] = rate
    else:
        if not any(entry["key"] == key for entry in history):
            history.append({"key": key, "since": "", "rate": holder.get(key)})
        history = [entry for entry in history if (entry["key"], entry["since"]) != (key, start)]
        history.append({"key": key, "since": start, "rate": rate})
    if history:
        holder[_HISTORY] = sorted(history, key=lambda entry: (entry["key"], entry["since"]))

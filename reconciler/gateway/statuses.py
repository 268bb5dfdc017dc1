"""What an HTTP status says about the outcome of a request, for each method, and which statuses are retried. One table."""

from __future__ import annotations

from enum import Enum

TRANSIENT_STATUSES = frozenset({408, 425, 499, 500, 502, 503, 504})
"""Retried for idempotent methods. A 429 is retried for every method: the request was not carried out."""
IDEMPOTENT_METHODS = frozenset({"GET", "PUT", "DELETE"})
"""Methods that are safe to repeat. A POST whose response is lost may have been carried out, so it is not retried."""
_UNKNOWN_STATUSES = frozenset({408, 409, 425, 499})


class RequestOutcome(Enum):
    """What a status says about the outcome of a request."""

    DONE = "done"
    REFUSED = "refused"
    NOT_CARRIED_OUT = "not carried out"
    UNKNOWN = "unknown"


def outcome_of(method: str, status: int) -> RequestOutcome:
    """The outcome of a request that was answered with this status.

    A proxy on the way may answer a redirect, 408, 409, 425, 499 or any 5xx to a write that the service carried out. Only the
    other 4xx are refusals. A GET changes nothing, so its outcome is never unknown.
    """
    if 200 <= status < 300:
        return RequestOutcome.DONE
    if status == 429:
        return RequestOutcome.NOT_CARRIED_OUT
    if method == "GET" or (400 <= status < 500 and status not in _UNKNOWN_STATUSES):
        return RequestOutcome.REFUSED
    return RequestOutcome.UNKNOWN


def may_retry_status(method: str, status: int) -> bool:
    """Whether a request that was answered with this status may be sent again without reading the state first."""
    return status == 429 or (status in TRANSIENT_STATUSES and method in IDEMPOTENT_METHODS)

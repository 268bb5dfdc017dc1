"""The whole plan, where its forecast exceeds `--max-requests`."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.planning.guards.context import GuardContext
from reconciler.planning.plan import Blocked, Change, Forecast

NAME = "max_requests"


def evaluate(changes: Sequence[Change], context: GuardContext) -> dict[int, Blocked]:
    """Block every change where the plan needs more requests than allowed.

    The whole plan is blocked: a limit asks for a decision before anything is spent.
    """
    if context.max_requests is None:
        return {}
    blocked = over_limit(context.forecast, context.max_requests)
    return dict.fromkeys(range(len(changes)), blocked) if blocked else {}


def over_limit(forecast: Forecast, limit: int) -> Blocked | None:
    """The block of a plan that needs more requests than `limit`."""
    if forecast.requests <= limit:
        return None
    what = "what is left of the plan" if forecast.done else "the plan"
    reason = f"{what} needs {forecast.requests} requests; the limit is {limit} (--max-requests)"
    return Blocked(NAME, reason, f"--max-requests {forecast.requests}")

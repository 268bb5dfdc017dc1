"""The age of a plan: whether `policy.plan_expires` still lets it be applied. Pure; the caller has the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from reconciler.errors import StalePlanError
from reconciler.kinds.durations import period_of
from reconciler.planning.plan import Plan

SKEW: Final = timedelta(minutes=5)
"""How far the clocks of two machines may be apart."""
_AGAIN: Final = "make a new plan and approve it; nothing was written"


def parse_instant(text: str) -> datetime | None:
    """An ISO 8601 instant with its offset from UTC, as a time in UTC; None for anything else."""
    try:
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else None
    except (ValueError, OverflowError):
        return None


def require_unexpired(plan: Plan, made_at: str, now: datetime) -> None:
    """Raise StalePlanError for a plan whose policy lets it expire, and which is too old, of a time to come, or of an unknown time.

    `made_at`: when it was planned, as in a plan file; "" if that is not known.
    """
    seconds = plan.policy.plan_expires
    if seconds is None:
        return
    limit, made = period_of(seconds), parse_instant(made_at)
    if made is None:
        raise StalePlanError(
            f"the time of the plan is not known, and plans expire after {limit} (policy.plan_expires)",
            hint="name the plan file that was approved with --plan-file, or keep the state folder of plan; "
            "or make a new plan and approve it; nothing was written",
        )
    if made - now > SKEW:
        raise StalePlanError(f"the plan is dated in the future ({made_at})", hint=_AGAIN)
    # Compared as an age: a date so far back that its end is out of range has expired as well.
    if now - made > timedelta(seconds=seconds):
        raise StalePlanError(
            f"the plan of {made_at} has expired: plans expire after {limit} (policy.plan_expires)", hint=_AGAIN
        )

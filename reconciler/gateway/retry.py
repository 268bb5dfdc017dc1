"""When a request is sent again, and after how long."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from reconciler.errors import ApiError, GatewayError, NetworkError, ProtocolError

PASSING = frozenset({500, 502, 503, 504})
"""Statuses of trouble on the other side that often passes. A 429 is one for every method: it was refused before it was looked at."""

REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
"""Methods whose repetition changes nothing. A POST whose answer is lost may have been carried out: it is never sent blindly again."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a request is sent in all, the first pause (doubled each time, up to `longest_pause`), and the longest wait
    that the service may ask for before the run gives up. Pauses are in seconds.

    `outlasts_quota`: a refusal for too many requests ends nothing, however long it lasts (`apply --wait`). After more attempts
    than usual the limit looks hourly, and pauses grow up to `longest_quota_pause`: to ask every half minute would help nobody.
    """

    attempts: int = 5
    first_pause: float = 1.0
    longest_pause: float = 30.0
    longest_wait: float = 60.0
    longest_quota_pause: float = 300.0
    wait_for_quota: bool = False

    def pause(self, attempt: int, random_fraction: Callable[[], float]) -> float:
        """Seconds after the failed attempt of this number, counted from 1; `chance` gives numbers in [0, 1)."""
        is_quota = self.wait_for_quota and attempt > self.attempts
        longest = self.longest_quota_pause if is_quota else self.longest_pause
        full = min(longest, self.first_pause * 2.0 ** min(attempt - 1, 30))
        return full * (0.5 + random_fraction() / 2)


DEFAULT = RetryPolicy()


def may_repeat(method: str, failure: GatewayError) -> bool:
    """Whether the request may be sent again after this failure."""
    if isinstance(failure, NetworkError):
        return method in REPEATABLE or not failure.sent
    if isinstance(failure, ApiError):
        return failure.status == 429 or (failure.status in PASSING and method in REPEATABLE)
    if isinstance(failure, ProtocolError):
        return failure.unknown and method in REPEATABLE
    return False


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks for (seconds or an HTTP date; `now` in Unix time); None where it says nothing."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            date = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now
    return max(0.0, seconds) if math.isfinite(seconds) else None

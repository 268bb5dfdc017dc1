"""Which requests are retried, and after what delay."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from reconciler.errors import ApiError, GatewayError, NetworkError, ProtocolError
from reconciler.gateway.statuses import IDEMPOTENT_METHODS, may_retry_status


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Number of attempts, the first pause (doubled each time, up to `longest_pause`), and the longest `Retry-After` that the
    run accepts. Pauses are in seconds.

    `wait_for_quota`: a 429 never ends the run, however long it lasts (`apply --wait`). After `attempts` attempts the limit
    is assumed to be hourly, and pauses grow up to `longest_quota_pause`: a retry every 30 s would only use up requests.
    """

    attempts: int = 5
    first_pause: float = 1.0
    longest_pause: float = 30.0
    longest_wait: float = 60.0
    longest_quota_pause: float = 300.0
    wait_for_quota: bool = False

    def pause(self, attempt: int, random_fraction: Callable[[], float]) -> float:
        """Backoff with jitter: seconds to wait after failed attempt number `attempt`, from 1; `random_fraction` is in [0, 1)."""
        is_hourly = self.wait_for_quota and attempt > self.attempts
        longest = self.longest_quota_pause if is_hourly else self.longest_pause
        full = min(longest, self.first_pause * 2.0 ** min(attempt - 1, 30))
        return full * (0.5 + random_fraction() / 2)


DEFAULT = RetryPolicy()


def may_retry(method: str, error: GatewayError) -> bool:
    """Whether a request that failed with this error may be sent again."""
    if isinstance(error, NetworkError):
        return method in IDEMPOTENT_METHODS or not error.sent
    if isinstance(error, ApiError):
        return may_retry_status(method, error.status)
    if isinstance(error, ProtocolError):
        return error.unknown and method in IDEMPOTENT_METHODS
    return False


def retry_after(value: str | None, now: float) -> float | None:
    """The wait in seconds of a `Retry-After` header (seconds or an HTTP date; `now` in Unix time); None if it is invalid."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            date = parsedate_to_datetime(value)
        except (ValueError, OverflowError):  # the year of a date may have any number of digits
            return None
        seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now
    return max(0.0, seconds) if math.isfinite(seconds) else None

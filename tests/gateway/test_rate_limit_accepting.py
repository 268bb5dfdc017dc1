"""Whether a service accepts requests at all: a limit that is used up for long has none of the last two seconds."""

from __future__ import annotations

from reconciler.gateway import Rate
from reconciler.gateway.rate_limit import Limiter
from tests.clock import Time


def test_a_service_accepts_as_long_as_its_newest_request_is_recent() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    for seconds in (0.0, 0.9):
        time.seconds += seconds
        limiter.accept(time.seconds)
    time.seconds += 1.5
    assert limiter.is_accepting

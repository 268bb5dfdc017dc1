"""How long only a few requests are sent before they are answered: as long as little is known of the limit."""

from __future__ import annotations

from reconciler.gateway.rate_limit import FIRST_IN_FLIGHT, TRIAL, Limiter, Rate
from tests.clock import Time


def test_requests_that_were_accepted_long_ago_do_not_end_the_time_of_few_unanswered_ones() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep)
    for _ in range(TRIAL):
        time.seconds += 1
        limiter.accept(limiter.wait())
    before = time.seconds
    for _ in range(FIRST_IN_FLIGHT + 1):
        limiter.wait()
    assert time.seconds - before >= 0.5

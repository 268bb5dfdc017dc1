"""What was accepted in a short time before a 429 is an estimate, which is tried soon; over a longer time it is the limit."""

from __future__ import annotations

import pytest

from reconciler.gateway.rate_limit import TRUST, Limiter, Rate
from tests.clock import Time


@pytest.mark.parametrize(("seconds", "grows"), [(0.4, True), (0.5, False), (0.8, False)])
def test_a_limit_is_tried_soon_only_where_all_was_accepted_within_500_ms(seconds: float, *, grows: bool) -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep, margin=0)
    limiter.wait()
    time.seconds += 50
    for before in (seconds, 0.2, 0.1):
        limiter.accept(time.seconds - before)
    limiter.slow_down(time.seconds)
    reduced = limiter.per_second
    assert reduced == pytest.approx(3 * 0.98)
    time.seconds += TRUST + 0.1
    limiter.accept(time.seconds)
    assert (limiter.per_second > 1.5 * reduced) is grows

"""The rate after a 429: what was accepted in the second before it, and how it grows again."""

import pytest

from reconciler.gateway.rate_limit import MATON_LIMIT, TOLERABLE, TRUST, Limiter, Rate
from tests.clock import Time
from tests.gateway.virtual_time import VirtualTime


def test_requests_that_wait_already_wait_longer_after_a_429() -> None:
    time, sent_at = VirtualTime(), []
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep, margin=0)
    start = time.seconds

    def refuse() -> None:
        time.sleep(0.05)
        limiter.slow_down(start + 3)

    limiter.wait()
    time.seconds = start = time.seconds + 3
    time.run([*[lambda: sent_at.append(round(limiter.wait() - start, 6))] * 4, refuse])
    assert sent_at == [0.0, 1.05, 1.25, 1.45]


def test_a_429_without_accepted_requests_cuts_the_rate_in_two_once_for_all_requests_in_flight() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep, margin=0)
    limiter.wait()
    time.seconds += 3
    sent_at = limiter.wait()
    limiter.slow_down(sent_at)
    time.seconds += 0.05
    limiter.slow_down(sent_at)
    assert limiter.per_second == pytest.approx(5)


def test_a_429_for_the_first_requests_of_a_run_is_due_to_others_and_leaves_the_rate() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep, margin=0)
    sent_at = limiter.wait()
    time.seconds += 0.2
    limiter.slow_down(sent_at)
    assert limiter.per_second == 50
    assert limiter.wait() - sent_at == pytest.approx(1.2), "what others sent is a second old by then"


def test_a_run_that_others_disturb_in_its_first_second_begins_at_the_lowest_known_limit() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep, margin=0)
    for _ in range(4):
        limiter.accept(limiter.wait())
    limiter.slow_down(limiter.wait())
    assert limiter.per_second == pytest.approx(MATON_LIMIT * 0.98)


def test_a_429_reduces_the_rate_to_the_requests_accepted_in_the_second_before() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep, margin=0)
    for _ in range(10):
        limiter.accept(limiter.wait())
    limiter.slow_down(limiter.wait())
    assert limiter.per_second == pytest.approx(9.8)


def test_after_a_burst_nothing_is_sent_until_its_first_request_is_a_second_old() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep, margin=0)
    start = time.seconds
    for _ in range(10):
        limiter.accept(limiter.wait())
    limiter.slow_down(limiter.wait())
    assert limiter.wait() - start == pytest.approx(1.02)
    assert limiter.wait() - start == pytest.approx(1.02 + 1 / 9.8)


def test_a_limit_known_from_a_burst_is_tried_soon() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep, margin=0)
    for _ in range(10):
        limiter.accept(limiter.wait())
    limiter.slow_down(limiter.wait())
    time.seconds += TRUST - 0.1
    limiter.accept(time.seconds)
    assert limiter.per_second == pytest.approx(9.8, rel=0.001)
    time.seconds += 0.2
    limiter.accept(time.seconds)
    assert limiter.per_second == pytest.approx(9.8 * 1.2, rel=0.001)
    limiter.slow_down(time.seconds + 0.01)
    assert limiter.per_second == pytest.approx(9.8, rel=0.01), "what was accepted before the trial is no less now"


@pytest.mark.parametrize(
    ("burst", "accepted", "rate"), [(10, 12, 9.8), (10, 13, 12.74), (12, 14, 11.76), (12, 15, 14.7)]
)
def test_a_trial_that_gets_hardly_more_through_confirms_the_limit(burst: int, accepted: int, rate: float) -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep, margin=0)
    for _ in range(burst):
        limiter.accept(limiter.wait())
    limiter.slow_down(limiter.wait())
    time.seconds += TRUST + 1
    for _ in range(accepted):
        limiter.accept(time.seconds)
    limiter.slow_down(time.seconds + 0.1)
    assert limiter.per_second == pytest.approx(rate, rel=0.001)


@pytest.mark.parametrize(("accepted", "rate"), [(4, 9.41), (5, 9.607)])
def test_a_429_after_many_accepted_requests_does_not_count_as_one_more_of_the_last(accepted: int, rate: float) -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep, margin=0)
    limiter.wait()
    time.seconds = start = time.seconds + 3
    for number in range(10):
        limiter.accept(start - 0.9 + number / 10)
    limiter.slow_down(start + 0.01)
    time.seconds += 0.6
    for number in range(accepted):
        limiter.accept(start + 0.1 + number / 10)
    limiter.slow_down(start + 0.55)
    assert limiter.per_second == pytest.approx(rate, abs=0.002)


def test_what_was_under_way_at_a_429_and_got_through_takes_the_places_of_the_first() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep, margin=0)
    start = limiter.wait()
    for seconds in (0.0, 0.05, 0.1, 0.5, 0.7, 0.72, 0.74, 0.76, 0.78, 0.8):
        limiter.accept(start + seconds)
    time.seconds = start + 1.08
    limiter.slow_down(start + 0.82)
    for seconds in (1.03, 1.06):
        limiter.accept(start + seconds)
    assert limiter.wait() - start == pytest.approx(0.7 + 1.02 - 2 / 9.8), "the third, after those of 0.1 and 0.5"


def test_slow_responses_do_not_lower_the_count_of_accepted_requests() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep, margin=0)
    for _ in range(MATON_LIMIT + 1):
        limiter.accept(limiter.wait())
    in_flight = [limiter.wait() for _ in range(40)]
    for _ in range(100):
        in_flight.append(limiter.wait())
        limiter.accept(in_flight.pop(0))
    limiter.slow_down(in_flight.pop(0))
    assert limiter.per_second == pytest.approx(49, rel=0.01)


def _at_full_rate(accepted: int) -> Limiter:
    """A limiter of 50/s after this number of accepted requests."""
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep, margin=0)
    for _ in range(accepted):
        limiter.accept(limiter.wait())
    return limiter


def _rejected(limiter: Limiter, accepted_before: int) -> float:
    """The rate after further accepted requests and a 429."""
    for _ in range(accepted_before):
        limiter.accept(limiter.wait())
    limiter.slow_down(limiter.wait())
    return limiter.per_second


@pytest.mark.parametrize(("accepted", "rate"), [(60, 49.06), (500, 49.5), (TOLERABLE, 50), (3 * TOLERABLE, 50)])
def test_a_429_at_the_full_rate_reduces_it_the_less_the_rarer_it_is(accepted: int, rate: float) -> None:
    limiter = _at_full_rate(0)
    assert _rejected(limiter, accepted) == pytest.approx(rate)


def test_429s_that_follow_each_other_reduce_the_rate_in_growing_steps() -> None:
    limiter = _at_full_rate(60)
    rates = [_rejected(limiter, 0)]
    rates.extend(_rejected(limiter, 5) for _ in range(3))
    parts = [round(1 - after / before, 3) for before, after in zip([50, *rates], rates, strict=False)]
    assert parts == pytest.approx([0.019, 0.04, 0.08, 0.16], abs=0.02)
    assert 1 - _rejected(limiter, 60) / rates[-1] < 0.03


def test_a_reduced_rate_grows_with_the_number_of_accepted_requests() -> None:
    limiter = _at_full_rate(60)
    limiter.slow_down(limiter.wait())
    start = limiter.per_second
    grown = []
    for _ in range(2):
        for _ in range(300):
            limiter.accept(limiter.wait())
        grown.append(limiter.per_second / start)
    assert grown[0] == pytest.approx(1.001, abs=0.0002)
    assert grown[1] == pytest.approx(1.007, abs=0.0005)
    for _ in range(1000):
        limiter.accept(limiter.wait())
    assert limiter.per_second == 50


def test_a_rate_far_from_one_that_was_too_high_grows_with_the_time() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep, margin=0)
    limiter.wait()
    time.seconds += 3
    limiter.slow_down(limiter.wait())
    assert limiter.per_second == pytest.approx(5)
    rates = []
    for seconds in (0.5, 1, 30):
        time.seconds += seconds
        limiter.accept(time.seconds)
        rates.append(limiter.per_second)
    assert rates == pytest.approx([5 * 1.05, 5 * 1.05 * 1.1, 5 * 1.05 * 1.1 * 1.1])


def _in_use_at(seconds: float) -> Limiter:
    """A limiter of 10/s that sent its first request long before."""
    times = [seconds - 50]
    limiter = Limiter(Rate.parse("10/s"), lambda: times[-1], lambda _: None, margin=0)
    limiter.wait()
    times.append(seconds)
    return limiter


@pytest.mark.parametrize(("accepted", "rate"), [(0, 5), (1, 5), (2, 1.96), (7, 6.86), (8, 9.8016)])
def test_a_429_cuts_the_rate_in_two_unless_more_than_one_request_came_through(accepted: int, rate: float) -> None:
    limiter = _in_use_at(100.0)
    for _ in range(accepted):
        limiter.accept(100.0)
    limiter.slow_down(100.0)
    assert limiter.per_second == pytest.approx(rate, rel=0.001)


def test_a_request_from_a_second_before_counts_no_more() -> None:
    limiter = _in_use_at(100.0)
    for sent_at in (98.9, 99.0, 99.1, 99.5, 99.9):
        limiter.accept(sent_at)
    limiter.slow_down(100.0)
    assert limiter.per_second == pytest.approx(3 * 0.98)


def test_the_rate_has_a_lower_limit() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep, margin=0)
    limiter.wait()
    for _ in range(20):
        time.seconds += 100
        limiter.slow_down(time.seconds)
    assert limiter.per_second == pytest.approx(10 / 32)


def test_after_a_429_the_next_request_waits_as_long_as_the_reduced_rate_says() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep, margin=0)
    for _ in range(12):
        limiter.accept(limiter.wait())
        time.seconds += 0.2
    sent_at = limiter.wait()
    limiter.slow_down(sent_at)
    assert limiter.wait() - sent_at == pytest.approx(1 / limiter.per_second, abs=0.03)

"""Rates, and the rate limiter."""

import pytest

from reconciler.errors import ConfigurationError
from reconciler.gateway.rate_limit import FIRST_IN_FLIGHT, MATON_LIMIT, TOLERABLE, TRIAL, TRUST, Limiter, Rate
from tests.clock import Time
from tests.gateway.virtual_time import VirtualTime


@pytest.mark.parametrize(("text", "interval"), [("50/s", 0.02), ("10/s", 0.1), ("30/h", 120.0), ("0.5/s", 2.0)])
def test_a_rate_is_parsed_and_formatted(text: str, interval: float) -> None:
    rate = Rate.parse(text)
    assert rate.interval == pytest.approx(interval)
    assert rate.per_second == pytest.approx(1 / interval)
    assert str(rate) == text


@pytest.mark.parametrize("text", ["", "50", "50/m", "0/s", "-1/s", "1e9/s", "50 / s", "٣/s", "\x1b[31m/s", "nan/s"])
def test_an_invalid_rate_is_an_error(text: str) -> None:
    with pytest.raises(ConfigurationError, match="rate") as caught:
        Rate.parse(text)
    assert "\x1b" not in str(caught.value)


def test_requests_are_spaced_evenly_and_the_first_is_immediate() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    start, sent_at = time.seconds, []
    for _ in range(4):
        limiter.wait()
        sent_at.append(round(time.seconds - start, 6))
    assert sent_at == [0.0, 0.1, 0.2, 0.3]


def test_idle_time_does_not_allow_a_burst() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    limiter.wait()
    time.seconds += 60
    limiter.wait()
    limiter.wait()
    assert time.naps == [0.1]


def test_threads_share_one_rate() -> None:
    time, sent_at = VirtualTime(), []
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    start = time.seconds
    time.run([lambda: sent_at.append(round(limiter.wait() - start, 6))] * 8)
    assert sent_at == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]


def test_requests_that_wait_already_wait_longer_after_a_429() -> None:
    time, sent_at = VirtualTime(), []
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    start = time.seconds

    def refuse() -> None:
        time.sleep(0.05)
        limiter.slow_down(start)

    time.run([*[lambda: sent_at.append(round(limiter.wait() - start, 6))] * 4, refuse])
    assert sent_at == [0.0, 0.25, 0.45, 0.65]


def test_a_delay_of_a_thread_does_not_delay_the_next_ones() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, lambda seconds: time.sleep(seconds + 0.03))
    start = time.seconds
    assert [round(limiter.wait() - start, 6) for _ in range(3)] == [0.0, 0.13, 0.23]


def test_few_requests_are_unanswered_until_more_than_the_lowest_known_limit_are_accepted() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep)
    start = time.seconds
    sent = [limiter.wait() for _ in range(FIRST_IN_FLIGHT)]
    assert sent[-1] - start == pytest.approx((FIRST_IN_FLIGHT - 1) / 50)
    assert limiter.wait() - start == pytest.approx(0.5), "an answer that never comes frees its place"
    for sent_at in (*sent, *(time.seconds for _ in range(MATON_LIMIT))):
        limiter.accept(sent_at)
    before = time.seconds
    for _ in range(2 * FIRST_IN_FLIGHT):
        limiter.wait()
    assert time.seconds - before <= 2 * FIRST_IN_FLIGHT / 50


def test_a_slow_service_is_trusted_after_some_requests() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep)
    for _ in range(TRIAL + 1):
        time.seconds += 1
        limiter.accept(limiter.wait())
    before = time.seconds
    for _ in range(2 * FIRST_IN_FLIGHT):
        limiter.wait()
    assert time.seconds - before == pytest.approx(2 * FIRST_IN_FLIGHT / 50)


def test_a_429_without_accepted_requests_cuts_the_rate_in_two_once_for_all_requests_in_flight() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    sent_at = limiter.wait()
    limiter.slow_down(sent_at)
    time.seconds += 0.05
    limiter.slow_down(sent_at)
    assert limiter.per_second == pytest.approx(5)


def test_a_429_reduces_the_rate_to_the_requests_accepted_in_the_second_before() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep)
    for _ in range(10):
        limiter.accept(limiter.wait())
    limiter.slow_down(limiter.wait())
    assert limiter.per_second == pytest.approx(9.8)


def test_after_a_burst_nothing_is_sent_until_its_first_request_is_a_second_old() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep)
    start = time.seconds
    for _ in range(10):
        limiter.accept(limiter.wait())
    limiter.slow_down(limiter.wait())
    assert limiter.wait() - start == pytest.approx(1.02)
    assert limiter.wait() - start == pytest.approx(1.02 + 1 / 9.8)


def test_a_limit_known_from_a_burst_is_tried_soon() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep)
    for _ in range(10):
        limiter.accept(limiter.wait())
    limiter.slow_down(limiter.wait())
    time.seconds += TRUST - 0.1
    limiter.accept(time.seconds)
    assert limiter.per_second == pytest.approx(9.8, rel=0.001)
    time.seconds += 0.2
    limiter.accept(time.seconds)
    assert limiter.per_second == pytest.approx(9.8 * 1.02, rel=0.001)
    limiter.slow_down(time.seconds + 0.01)
    assert limiter.per_second == pytest.approx(9.8, rel=0.01), "what was accepted before the trial is no less now"


def test_slow_responses_do_not_lower_the_count_of_accepted_requests() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep)
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
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep)
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
    assert grown[0] == pytest.approx(1.007, abs=0.001)
    assert grown[1] == pytest.approx(1.018, abs=0.002)
    for _ in range(1000):
        limiter.accept(limiter.wait())
    assert limiter.per_second == 50


def test_a_rate_far_from_one_that_was_too_high_grows_with_the_time() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    limiter.slow_down(limiter.wait())
    assert limiter.per_second == pytest.approx(5)
    rates = []
    for seconds in (0.5, 1, 30):
        time.seconds += seconds
        limiter.accept(time.seconds)
        rates.append(limiter.per_second)
    assert rates == pytest.approx([5 * 1.05, 5 * 1.05 * 1.1, 5 * 1.05 * 1.1 * 1.1])


@pytest.mark.parametrize(("accepted", "rate"), [(0, 5), (1, 5), (2, 1.96), (7, 6.86), (8, 9.8016)])
def test_a_429_cuts_the_rate_in_two_unless_more_than_one_request_came_through(accepted: int, rate: float) -> None:
    limiter = Limiter(Rate.parse("10/s"), lambda: 100.0, lambda _: None)
    for _ in range(accepted):
        limiter.accept(100.0)
    limiter.slow_down(100.0)
    assert limiter.per_second == pytest.approx(rate, rel=0.001)


def test_a_request_from_a_second_before_counts_no_more() -> None:
    limiter = Limiter(Rate.parse("10/s"), lambda: 100.0, lambda _: None)
    for sent_at in (98.9, 99.0, 99.1, 99.5, 99.9):
        limiter.accept(sent_at)
    limiter.slow_down(100.0)
    assert limiter.per_second == pytest.approx(3 * 0.98)


def test_a_service_accepts_if_a_request_of_the_last_two_seconds_was_accepted() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    seen = [limiter.is_accepting]
    limiter.accept(limiter.wait())
    for seconds in (1.9, 0.2):
        time.seconds += seconds
        seen.append(limiter.is_accepting)
    assert seen == [False, True, False]


def test_the_rate_has_a_lower_limit() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    for _ in range(20):
        time.seconds += 100
        limiter.slow_down(time.seconds)
    assert limiter.per_second == pytest.approx(10 / 32)


def test_held_requests_are_sent_afterwards_spaced_evenly() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    start = time.seconds

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if not limiter._held_until > start:
            limiter.hold(7.0)

    limiter._sleep = sleep
    limiter.wait()
    sent_at = [limiter.wait() - start for _ in range(3)]
    assert sent_at == pytest.approx([7.1, 7.2, 7.3])


def test_after_a_429_the_next_request_waits_as_long_as_the_reduced_rate_says() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    sent_at = limiter.wait()
    limiter.slow_down(sent_at)
    assert limiter.wait() - sent_at == pytest.approx(0.2)

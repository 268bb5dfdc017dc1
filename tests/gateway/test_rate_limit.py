"""Rates, and the rate limiter."""

from itertools import pairwise

import pytest

from reconciler.errors import ConfigurationError
from reconciler.gateway.rate_limit import FIRST_IN_FLIGHT, MATON_LIMIT, TRIAL, Limiter, Rate
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
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep, margin=0)
    start, sent_at = time.seconds, []
    for _ in range(4):
        limiter.wait()
        sent_at.append(round(time.seconds - start, 6))
    assert sent_at == [0.0, 0.1, 0.2, 0.3]


def test_idle_time_does_not_allow_a_burst() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep, margin=0)
    limiter.wait()
    time.seconds += 60
    limiter.wait()
    limiter.wait()
    assert time.naps == [0.1]


def test_threads_share_one_rate() -> None:
    time, sent_at = VirtualTime(), []
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep, margin=0)
    start = time.seconds
    time.run([lambda: sent_at.append(round(limiter.wait() - start, 6))] * 8)
    assert sent_at == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]


def test_a_delay_of_a_thread_does_not_delay_the_next_ones() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, lambda seconds: time.sleep(seconds + 0.03), margin=0)
    start = time.seconds
    assert [round(limiter.wait() - start, 6) for _ in range(3)] == [0.0, 0.13, 0.23]


def test_few_requests_are_unanswered_until_more_than_the_lowest_known_limit_are_accepted() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep, margin=0)
    start = time.seconds
    sent = [limiter.wait() for _ in range(FIRST_IN_FLIGHT)]
    assert sent[-1] - start == pytest.approx((FIRST_IN_FLIGHT - 1) / 50)
    assert limiter.wait() - start == pytest.approx(0.5), "an answer that never comes frees its place"
    for sent_at in (*sent, *(time.seconds for _ in range(MATON_LIMIT))):
        limiter.accept(sent_at)
    before = time.seconds
    for _ in range(2 * FIRST_IN_FLIGHT):
        limiter.wait()
    assert time.seconds - before <= 2 * FIRST_IN_FLIGHT / 50 + 1e-6


def test_requests_that_waited_for_responses_leave_as_evenly_as_others() -> None:
    time, sent_at = VirtualTime(), list[float]()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep, margin=0)
    start = time.seconds

    def request() -> None:
        sent = limiter.wait()
        sent_at.append(sent)
        time.sleep(max(start + 0.4 - time.seconds, 0.1))
        limiter.accept(sent)

    time.run([request] * 2 * FIRST_IN_FLIGHT)
    apart = [after - before for before, after in pairwise(sent_at)]
    assert sent_at[FIRST_IN_FLIGHT] - start >= 0.4, "the first six have their responses at one time"
    assert min(apart) >= 0.02 - 1e-6


def test_a_slow_service_is_trusted_after_some_requests() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep, margin=0)
    for _ in range(TRIAL + 1):
        time.seconds += 1
        limiter.accept(limiter.wait())
    before = time.seconds
    for _ in range(2 * FIRST_IN_FLIGHT):
        limiter.wait()
    assert time.seconds - before == pytest.approx(2 * FIRST_IN_FLIGHT / 50)


def test_a_service_accepts_if_a_request_of_the_last_two_seconds_was_accepted() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep, margin=0)
    seen = [limiter.is_accepting]
    limiter.accept(limiter.wait())
    for seconds in (1.9, 0.2):
        time.seconds += seconds
        seen.append(limiter.is_accepting)
    assert seen == [False, True, False]


def test_held_requests_are_sent_afterwards_spaced_evenly() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep, margin=0)
    start = time.seconds

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if not limiter._held_until > start:
            limiter.hold(7.0)

    limiter._sleep = sleep
    limiter.wait()
    sent_at = [limiter.wait() - start for _ in range(3)]
    assert sent_at == pytest.approx([7.1, 7.2, 7.3])

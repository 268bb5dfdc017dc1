"""Rates, and the rate limiter."""

import threading

import pytest

from reconciler.errors import ConfigurationError
from reconciler.gateway.rate_limit import RECOVERY_DELAY, Limiter, Rate
from tests.clock import Time


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
    naps: list[float] = []
    limiter = Limiter(Rate.parse("10/s"), lambda: 0.0, naps.append)
    threads = [threading.Thread(target=limiter.wait) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(round(nap, 6) for nap in naps) == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]


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
    assert limiter.per_second == pytest.approx(10)


def test_slow_responses_do_not_lower_the_count_of_accepted_requests() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep)
    in_flight = [limiter.wait() for _ in range(40)]
    for _ in range(100):
        in_flight.append(limiter.wait())
        limiter.accept(in_flight.pop(0))
    limiter.slow_down(in_flight.pop(0))
    assert limiter.per_second == pytest.approx(49)


def test_one_429_at_the_full_rate_reduces_it_slightly() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep)
    for _ in range(60):
        limiter.accept(limiter.wait())
    limiter.slow_down(limiter.wait())
    assert limiter.per_second == pytest.approx(49)


def test_the_rate_recovers_slowly_after_the_recovery_delay() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    limiter.slow_down(limiter.wait())
    for _ in range(45):
        limiter.accept(limiter.wait())
    assert limiter.per_second == pytest.approx(5)
    for _ in range(100):
        limiter.accept(limiter.wait())
    assert 5 < limiter.per_second < 10
    for _ in range(400):
        limiter.accept(limiter.wait())
    assert limiter.per_second == pytest.approx(10)


@pytest.mark.parametrize(("accepted", "rate"), [(0, 5), (1, 5), (2, 2), (9, 9), (10, 9.8), (60, 9.8)])
def test_a_429_cuts_the_rate_in_two_unless_more_than_one_request_came_through(accepted: int, rate: float) -> None:
    limiter = Limiter(Rate.parse("10/s"), lambda: 100.0, lambda _: None)
    for _ in range(accepted):
        limiter.accept(100.0)
    limiter.slow_down(100.0)
    assert limiter.per_second == pytest.approx(rate)


def test_a_request_from_a_second_before_counts_no_more() -> None:
    limiter = Limiter(Rate.parse("10/s"), lambda: 100.0, lambda _: None)
    for sent_at in (98.9, 99.0, 99.1, 99.5, 99.9):
        limiter.accept(sent_at)
    limiter.slow_down(100.0)
    assert limiter.per_second == pytest.approx(3)


def test_the_recovery_grows_with_the_time_without_a_429() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    limiter.slow_down(time.seconds)
    assert limiter.per_second == pytest.approx(5)
    for pause, rate in (
        (RECOVERY_DELAY, 5),
        (1, 5 * (1 + 0.003 * 1 * 1.1)),
        (4, 5 * (1 + 0.003 * 1 * 1.1) * (1 + 0.003 * 4 * 1.5)),
        (500, 10),
    ):
        time.seconds += pause
        limiter.accept(time.seconds)
        assert limiter.per_second == pytest.approx(rate)


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

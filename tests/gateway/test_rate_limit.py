"""Pacing: rates as written, and requests that leave evenly."""

import threading

import pytest

from reconciler.errors import ConfigurationError
from reconciler.gateway.rate_limit import SLOWEST, Limiter, Rate
from tests.clock import Time


@pytest.mark.parametrize(("text", "interval"), [("50/s", 0.02), ("10/s", 0.1), ("30/h", 120.0), ("0.5/s", 2.0)])
def test_a_rate_is_read_and_written_alike(text: str, interval: float) -> None:
    rate = Rate.parse(text)
    assert rate.interval == pytest.approx(interval)
    assert rate.per_second == pytest.approx(1 / interval)
    assert str(rate) == text


@pytest.mark.parametrize("text", ["", "50", "50/m", "0/s", "-1/s", "1e9/s", "50 / s", "٣/s", "\x1b[31m/s", "nan/s"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="rate") as caught:
        Rate.parse(text)
    assert "\x1b" not in str(caught.value)


def test_requests_leave_evenly_and_the_first_at_once() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    start, left = time.seconds, []
    for _ in range(4):
        limiter.wait()
        left.append(round(time.seconds - start, 6))
    assert left == [0.0, 0.1, 0.2, 0.3]


def test_a_pause_of_the_run_earns_no_burst() -> None:
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


def test_a_refusal_with_nothing_to_go_by_halves_the_rate_once_for_all_that_were_under_way() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    left = limiter.wait()
    limiter.slow_down(left)
    time.seconds += 0.05
    limiter.slow_down(left)
    assert limiter.per_second == pytest.approx(5)


def test_a_refusal_brings_the_rate_down_to_what_was_accepted_within_the_second_before() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep)
    for _ in range(10):
        limiter.accept(limiter.wait())
    limiter.slow_down(limiter.wait())
    assert limiter.per_second == pytest.approx(10)


def test_answers_that_take_long_do_not_make_it_seem_as_if_less_were_accepted() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep)
    under_way = [limiter.wait() for _ in range(40)]
    for _ in range(100):
        under_way.append(limiter.wait())
        limiter.accept(under_way.pop(0))
    limiter.slow_down(under_way.pop(0))
    assert limiter.per_second == pytest.approx(49)


def test_one_refusal_at_the_full_rate_costs_little() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("50/s"), time.clock, time.sleep)
    for _ in range(60):
        limiter.accept(limiter.wait())
    limiter.slow_down(limiter.wait())
    assert limiter.per_second == pytest.approx(49)


def test_the_rate_comes_back_slowly_once_it_is_calm() -> None:
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


def test_the_rate_does_not_fall_without_end() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    for _ in range(20):
        time.seconds += 100
        limiter.slow_down(time.seconds)
    assert limiter.per_second == pytest.approx(10 / SLOWEST)


def test_what_is_held_leaves_afterwards_and_evenly_even_where_it_waited_before() -> None:
    time = Time()
    limiter = Limiter(Rate.parse("10/s"), time.clock, time.sleep)
    start = time.seconds

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if not limiter._held_until > start:
            limiter.hold(7.0)

    limiter._sleep = sleep
    limiter.wait()
    left = [limiter.wait() - start for _ in range(3)]
    assert left == pytest.approx([7.1, 7.2, 7.3])

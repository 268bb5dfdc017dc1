"""Reads at once: the results and the error of one after the other, whatever order they end in. On real threads, by no clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import pytest

from reconciler.errors import ApiError, NetworkError, StoppedError
from reconciler.gateway import Clock, GatewayConfig, Rate, RetryPolicy, open_limiter
from reconciler.gateway.messages import Request, Response
from reconciler.gateway.parallel import AHEAD, ParallelReads, _Token, reads_at_once
from reconciler.gateway.rate_limit import Limiter
from reconciler.gateway.requests import RequestPipeline
from tests.clock import Time
from tests.waiting import HANGING, wait_until


def _several(at_once: int = 8) -> ParallelReads:
    reads = ParallelReads()
    reads.at_once = at_once
    return reads


class _Backwards:
    """Jobs of which each ends only once the next one has."""

    def __init__(self, count: int) -> None:
        self.ended = [threading.Event() for _ in range(count + 1)]
        self.ended[count].set()

    def job(self, number: int, error: Exception | None = None) -> int:
        assert self.ended[number + 1].wait(HANGING)
        self.ended[number].set()
        if error is not None:
            raise error
        return number

    def jobs(self) -> list[Callable[[], int]]:
        return [partial(self.job, number) for number in range(len(self.ended) - 1)]


@pytest.mark.parametrize(
    ("in_flight", "at_once"), [(0.0, 1), (0.008, 1), (0.01, 2), (1.0, 3), (2.5, 5), (10.0, 14), (500.0, 32)]
)
def test_more_than_one_read_is_under_way_only_where_the_rate_needs_it(in_flight: float, at_once: int) -> None:
    assert reads_at_once(in_flight) == at_once


def test_one_after_the_other_needs_no_threads() -> None:
    threads = set()

    def job(number: int) -> int:
        threads.add(threading.current_thread())
        return number

    assert list(ParallelReads().in_order([partial(job, n) for n in range(5)])) == list(range(5))
    assert threads == {threading.current_thread()}
    assert list(_several().in_order(list[Callable[[], int]]())) == []


def test_results_are_in_the_order_of_the_jobs_whatever_order_they_end_in() -> None:
    reads = _several()
    assert list(reads.in_order(_Backwards(8).jobs())) == list(range(8))
    assert reads.outstanding == 0


def test_the_first_error_in_order_is_raised_though_a_later_one_came_first() -> None:
    backwards, reads = _Backwards(8), _several()
    jobs = backwards.jobs()
    for number in (3, 6):
        jobs[number] = partial(backwards.job, number, ValueError(number))
    results = reads.in_order(jobs)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="3"):
        next(results)
    assert reads.outstanding == 0


def test_a_slow_read_does_not_stop_the_others_up_to_a_bound() -> None:
    may_end, done = threading.Event(), list[int]()

    def slow() -> int:
        assert may_end.wait(HANGING)
        return 0

    def quick(number: int) -> int:
        done.append(number)
        if len(done) == AHEAD - 1:
            may_end.set()
        return number

    count = 3 * AHEAD
    jobs: list[Callable[[], int]] = [slow, *(partial(quick, number) for number in range(1, count))]
    assert list(_several(2).in_order(jobs)) == list(range(count))
    assert len(done) == count - 1


def test_once_the_iteration_has_ended_no_read_may_send() -> None:
    reads, may_ask, over = _several(4), threading.Event(), list[bool]()

    def first() -> int:
        wait_until(lambda: reads._running == 4)
        return 0

    def too_late() -> int:
        raise AssertionError("was started")

    def asks() -> int:
        before = reads.is_over
        assert may_ask.wait(HANGING)
        over.extend((before, reads.is_over))
        return 1

    started: list[Callable[[], int]] = [first, asks, asks, asks]
    results = reads.in_order([*started, *[too_late] * 20])
    reads.at_once = 4
    assert next(results) == 0
    results.close()
    may_ask.set()
    wait_until(lambda: len(over) == 6)
    assert over.count(True) == over.count(False) == 3
    assert not reads.is_over
    assert reads.outstanding == 0


def test_reads_inside_a_read_use_what_is_left_and_end_with_it() -> None:
    reads, inside, may_ask = _several(3), list[bool](), threading.Event()

    def part(number: int) -> int:
        if number == 9:
            wait_until(may_ask.is_set)
            inside.append(reads.is_over)
        return number

    def outer(number: int) -> list[int]:
        return list(reads.in_order([partial(part, 10 * number + n) for n in range(4)]))

    assert list(reads.in_order([partial(outer, number) for number in (1, 2, 3, 4)])) == [
        [10 * number + n for n in range(4)] for number in (1, 2, 3, 4)
    ]

    def failing() -> list[int]:
        raise ValueError("first")

    def waiting() -> list[int]:
        return list(reads.in_order([partial(part, 9), partial(part, 9)]))

    with pytest.raises(ValueError, match="first"):
        next(reads.in_order([failing, waiting]))
    may_ask.set()
    wait_until(lambda: reads._running == 0)
    assert all(inside)


class _Line:
    """A transport whose answers are statuses by path; the request of `held` waits until it may end."""

    def __init__(self, held: str = "") -> None:
        self.sent: list[str] = []
        self.may_end = threading.Event()
        self._held = held

    def send(self, request: Request) -> Response:
        self.sent.append(request.path)
        if request.path == self._held:
            assert self.may_end.wait(HANGING)
            raise NetworkError("lost", request=request.name, sent=True)
        if request.path == "/bad":
            wait_until(lambda: self._held in self.sent)
            return Response(400, {}, b'{"message": "No", "code": 501}')
        return Response(200, {}, b"{}")

    def close(self) -> None:
        pass


def _pipeline(transport: _Line, clock: Clock, limiter: Limiter | None = None) -> RequestPipeline:
    config = GatewayConfig("sandbox", base_url="http://127.0.0.1:1", rate=Rate.parse("100000/s"))
    pipeline = RequestPipeline(
        config, transport, limiter or open_limiter(config, clock), clock=clock, retry_policy=RetryPolicy()
    )
    pipeline.latency, pipeline.reads.at_once = 0.0001, 4
    return pipeline


def test_a_read_of_an_ended_iteration_is_not_sent_again() -> None:
    transport, time = _Line(held="/lost"), Time()
    pipeline = _pipeline(transport, time.gateway_clock)
    ended = list[BaseException]()

    def lost() -> Response:
        try:
            return pipeline.call(Request("GET", "/lost"))
        except StoppedError as error:
            ended.append(error)
            raise

    def bad() -> Response:
        return pipeline.call(Request("GET", "/bad"))

    with pytest.raises(ApiError, match="No"):
        list(pipeline.reads.in_order([bad, lost]))
    transport.may_end.set()
    wait_until(lambda: ended)
    assert sorted(transport.sent) == ["/bad", "/lost"]  # the retry that a lost GET has was not sent
    assert pipeline.requests == 2


def test_the_latency_of_the_responses_decides_how_many_reads_are_under_way() -> None:
    ticks = iter(range(0, 1_000_000, 1))
    clock = Clock(monotonic=lambda: next(ticks) / 100, sleep=lambda _: None, now=lambda: 0.0)
    pipeline = _pipeline(_Line(), clock)
    for _ in range(30):
        pipeline.call(Request("GET", "/fine"))
    assert pipeline.reads.at_once == 32


def test_at_50_a_second_and_200_ms_a_response_fourteen_reads_are_under_way() -> None:
    ticks, time = iter(range(1_000)), Time()
    clock = Clock(monotonic=lambda: next(ticks) / 5, sleep=lambda _: None, now=lambda: 0.0)
    pipeline = _pipeline(_Line(), clock, Limiter(Rate.parse("50/s"), time.clock, time.sleep))
    pipeline.latency = 0.2
    pipeline.call(Request("GET", "/fine"))
    assert pipeline.reads.at_once == 14


class _Never(Limiter):
    """A limiter that no request may reach."""

    def wait(self) -> float:
        raise AssertionError("took the place of another request")


def test_a_read_of_an_ended_iteration_waits_for_no_place() -> None:
    time = Time()
    pipeline = _pipeline(_Line(), time.gateway_clock, _Never(Rate.parse("1/s"), time.clock, time.sleep))
    with pipeline.reads._within(_Token(None, is_cancelled=True)), pytest.raises(StoppedError):
        pipeline.call(Request("GET", "/fine"))
    assert pipeline.requests == 0

"""Latency is not the limit: at 200 ms a request and 50/s at least ten requests are under way. On real threads, by no clock."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.applying import ApplyOptions, apply, approve
from reconciler.applying.executor.executor import Executor
from reconciler.gateway import Clock, Rate, RetryPolicy, Writer, open_limiter
from reconciler.gateway.messages import Request, Response, Transport
from reconciler.gateway.requests import RequestPipeline
from tests.sandbox_client import Stage
from tests.waiting import HANGING

AT_ONCE = 10


class Gate:
    """A transport that answers late, so that the run learns what latency is; then it lets nothing through before ten are waiting."""

    def __init__(self, inner: Transport, *, late: int) -> None:
        self._inner, self._late = inner, late
        self._changed = threading.Condition()
        self._waiting = 0
        self.is_open = False

    def send(self, request: Request) -> Response:
        with self._changed:
            self._late -= 1
            is_late = self._late >= 0
        if is_late:
            time.sleep(0.2)
        else:
            self._wait()
        return self._inner.send(request)

    def close(self) -> None:
        self._inner.close()

    def _wait(self) -> None:
        with self._changed:
            self._waiting += 1
            self.is_open = self.is_open or self._waiting >= AT_ONCE
            self._changed.notify_all()
            self._changed.wait_for(lambda: self.is_open, timeout=HANGING)
            self._waiting -= 1


@pytest.mark.parametrize(
    ("in_flight", "most", "wanted"),
    [(0.0, 64, 2), (0.5, 64, 2), (4.0, 64, 6), (10.0, 64, 14), (10.0, 8, 8), (10.0, 1, 1)],
)
def test_a_quarter_more_than_the_rate_needs_is_under_way_and_one_for_luck(
    in_flight: float, most: int, wanted: int
) -> None:
    executor: Any = SimpleNamespace(
        writer=SimpleNamespace(requests_in_flight=in_flight), options=ApplyOptions(max_concurrency=most)
    )
    assert Executor._concurrency(executor) == wanted


def test_at_200_ms_and_50_a_second_ten_requests_are_under_way_at_once() -> None:
    with Stage() as stage:
        plan, reading = stage.plan({"tags": [f"tag {number:02}" for number in range(60)]})
        config, clock = replace(stage.config, rate=Rate.parse("50/s")), Clock()
        gate = Gate(stage.raw, late=20)
        exchange = RequestPipeline(config, gate, open_limiter(config), clock=clock, retry_policy=RetryPolicy())
        report = apply(approve(plan, plan.digest), Writer(config, exchange), reading)
        assert gate.is_open
        assert report.exit_code == 0
        assert len(stage.snapshot()["tags"]) == 60

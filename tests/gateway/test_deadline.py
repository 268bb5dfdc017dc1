"""The deadline of a request shortens every timeout of its sockets, and passes on what has none."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.gateway.deadline import Deadline, DeadlineBackend


class _Recorder:
    """A network backend, and its streams, that record the timeouts."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def connect_tcp(self, host: str, port: int, timeout: float | None) -> _Recorder:
        self.calls.append(("tcp", host, port, timeout))
        return self

    def connect_unix_socket(self, path: str, timeout: float | None) -> _Recorder:
        self.calls.append(("unix", path, timeout))
        return self

    def sleep(self, seconds: float) -> None:
        self.calls.append(("sleep", seconds))

    def read(self, size: int, timeout: float | None) -> bytes:
        self.calls.append(("read", size, timeout))
        return b"x"

    def write(self, data: bytes, timeout: float | None) -> None:
        self.calls.append(("write", data, timeout))

    def start_tls(self, context: Any, name: str | None, timeout: float | None) -> _Recorder:
        self.calls.append(("tls", context, name, timeout))
        return self

    def get_extra_info(self, info: str) -> str:
        return info

    def close(self) -> None:
        self.calls.append(("close",))


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in seconds."""
    seconds = [100.0]
    monkeypatch.setattr("reconciler.gateway.deadline.time.monotonic", lambda: seconds[0])
    return seconds


def test_a_timeout_ends_at_the_deadline(now: list[float]) -> None:
    deadline = Deadline()
    with deadline.within(10):
        assert [deadline.shorten(timeout) for timeout in (None, 30, 5)] == [10, 10, 5]
        now[0] = 108
        assert deadline.shorten(5) == 2
        now[0] = 110
        assert deadline.shorten(5) == pytest.approx(0.001)
    assert [deadline.shorten(timeout) for timeout in (None, 30)] == [None, 30]


@pytest.mark.parametrize(("seconds", "has_passed"), [(109, False), (110, True), (111, True)])
def test_a_request_that_reaches_its_deadline_has_used_up_its_time(
    now: list[float], seconds: float, *, has_passed: bool
) -> None:
    deadline = Deadline()
    with deadline.within(10):
        now[0] = seconds
        assert deadline.has_passed is has_passed
    assert not deadline.has_passed


def test_every_operation_of_a_connection_has_the_deadline(now: list[float]) -> None:
    recorder, deadline = _Recorder(), Deadline()
    backend = DeadlineBackend(recorder, deadline)
    with deadline.within(10):
        stream = backend.connect_tcp("localhost", 443, timeout=30)
        now[0] = 101
        stream = stream.start_tls("context", "localhost", timeout=30)
        stream.write(b"data", timeout=30)
        assert stream.read(1, timeout=30) == b"x"
        backend.connect_unix_socket("/socket", timeout=30).close()
    backend.sleep(3)
    assert stream.get_extra_info("socket") == "socket"
    assert recorder.calls == [
        ("tcp", "localhost", 443, 10),
        ("tls", "context", "localhost", 9),
        ("write", b"data", 9),
        ("read", 1, 9),
        ("unix", "/socket", 9),
        ("close",),
        ("sleep", 3),
    ]

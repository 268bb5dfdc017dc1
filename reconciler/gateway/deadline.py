"""A deadline for a whole request: every operation on its sockets waits only until then.

The HTTP library has a timeout for each single read. A server that sends a byte now and then never exceeds it. So the
connections of a client are opened through a wrapper that shortens each timeout to what is left.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_SHORTEST = 0.001
"""Seconds. A socket timeout of 0 would mean non-blocking."""


class Deadline:
    """The deadline of the request that the current thread sends. Safe to share between threads."""

    def __init__(self) -> None:
        self._local = threading.local()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """The time of one request."""
        self._local.end = time.monotonic() + seconds
        try:
            yield
        finally:
            self._local.end = None

    @property
    def has_passed(self) -> bool:
        """Whether the request has used up its time."""
        end = getattr(self._local, "end", None)
        return end is not None and time.monotonic() >= end

    def shorten(self, timeout: float | None) -> float | None:
        """`timeout`, at most what is left."""
        end = getattr(self._local, "end", None)
        if end is None:
            return timeout
        left: float = max(end - time.monotonic(), _SHORTEST)
        return left if timeout is None else min(timeout, left)


class DeadlineBackend:
    """Opens network connections through another backend, with timeouts that end at the deadline."""

    def __init__(self, backend: Any, deadline: Deadline) -> None:
        self._backend, self._deadline = backend, deadline

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **options: Any) -> Any:
        """A connection to a host."""
        stream = self._backend.connect_tcp(host, port, timeout=self._deadline.shorten(timeout), **options)
        return _DeadlineStream(stream, self._deadline)

    def connect_unix_socket(self, path: str, timeout: float | None = None, **options: Any) -> Any:
        """A connection to a socket of this machine."""
        stream = self._backend.connect_unix_socket(path, timeout=self._deadline.shorten(timeout), **options)
        return _DeadlineStream(stream, self._deadline)

    def sleep(self, seconds: float) -> None:
        """Wait, for a retry of the HTTP library."""
        self._backend.sleep(seconds)


class _DeadlineStream:
    """A network connection whose operations end at the deadline of the request that uses it."""

    def __init__(self, stream: Any, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = self._stream.read(max_bytes, timeout=self._deadline.shorten(timeout))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=self._deadline.shorten(timeout))

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Any:
        stream = self._stream.start_tls(ssl_context, server_hostname, timeout=self._deadline.shorten(timeout))
        return _DeadlineStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()

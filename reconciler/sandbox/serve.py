"""Serves the sandbox on a port; the only module that imports uvicorn."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from contextlib import suppress

import uvicorn

from reconciler.sandbox.control_access import is_loopback
from reconciler.sandbox.faults import Asgi

_BACKLOG = 2048


def listen(host: str = "127.0.0.1", port: int = 8000) -> socket.socket:
    """A socket that listens on a loopback address; port 0 is any free one.

    Raises ValueError for another host, as the sandbox has no real keys, and OSError for a port in use.
    """
    if not is_loopback(host):
        raise ValueError(f"the sandbox serves this machine only; {host} is not a loopback address")
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    # Connections inherit it. The event loop sets it only for sockets that name their protocol, which accepted ones do not;
    # without it each response waits 40 ms for the acknowledgement of its head.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def serve(
    app: Asgi,
    listening: socket.socket,
    *,
    on_ready: Callable[[], None] = lambda: None,
    on_end: Callable[[], None] = lambda: None,
) -> None:
    """Serve on a socket until interrupted. Calls `on_ready` when requests are accepted and `on_end` when they no longer are.

    Headers of a proxy are not believed: the address of a request is that of its connection.
    """
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, lifespan="off", proxy_headers=False, date_header=False
    )
    with suppress(KeyboardInterrupt):
        _Server(config, on_ready, on_end).run(sockets=[listening])


class _Server(uvicorn.Server):
    """A server that reports its start and its end."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None], on_end: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready, self._on_end = on_ready, on_end

    async def startup(self, sockets: Sequence[socket.socket] | None = None) -> None:
        """Start, and report it."""
        await super().startup(list(sockets or ()))
        self._on_ready()

    async def shutdown(self, sockets: Sequence[socket.socket] | None = None) -> None:
        """Report the end, and stop."""
        self._on_end()
        await super().shutdown(list(sockets or ()))

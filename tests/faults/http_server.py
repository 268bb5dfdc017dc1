"""A sandbox on a port, served by this very process, so that a test can do something to the client right at a request."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import uvicorn

Asgi = Callable[..., Awaitable[None]]
Visitor = Callable[[int, str], bool]
"""Told of a request's number and its name (`GET /path`), and may take its time; whether the application may act on it."""


def welcome(_number: int, _name: str) -> bool:
    """Nobody is held up."""
    return True


class Gate:
    """Stands before an application: counts requests, and tells of each one before the application acts and after."""

    def __init__(self, app: Asgi) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._waiting_room = ThreadPoolExecutor(
            128
        )  # as many as may ever be held up at once: two programs, 32 requests each
        self.count = 0
        self.before: Visitor = welcome
        self.after: Visitor = welcome

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        with self._lock:
            number, self.count = self.count, self.count + 1
        name = f"{scope['method']} {scope['path']}"
        loop = asyncio.get_running_loop()
        if not await loop.run_in_executor(self._waiting_room, self.before, number, name):
            raise ConnectionResetError("the client of this request is no more")
        messages: list[Any] = []

        async def keep(message: Any) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        await loop.run_in_executor(self._waiting_room, self.after, number, name)
        for message in messages:
            await send(message)


@contextmanager
def served(app: Asgi) -> Iterator[str]:
    """The application's base URL."""
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", 0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)

"""Serves a sandbox on a port from this process, so that a test can act on the client at a given request."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import uvicorn

from tests.waiting import HANGING, wait_until

Asgi = Callable[..., Awaitable[None]]
RequestHook = Callable[[int, str], bool]
"""Called with the number and name (`GET /path`) of a request; may block. Returns whether the application receives it."""


def allow(_number: int, _name: str) -> bool:
    """Let every request through."""
    return True


class RequestGate:
    """Wraps an application: counts requests, and calls a hook before and after each."""

    def __init__(self, app: Asgi) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._hook_threads = ThreadPoolExecutor(
            128
        )  # the maximum of blocked requests: two programs with 32 each, before and after
        self.count = 0
        self.before: RequestHook = allow
        self.after: RequestHook = allow

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        with self._lock:
            number, self.count = self.count, self.count + 1
        name = f"{scope['method']} {scope['path']}"
        loop = asyncio.get_running_loop()
        if not await loop.run_in_executor(self._hook_threads, self.before, number, name):
            raise ConnectionResetError("the client of this request was killed")
        messages: list[Any] = []

        async def keep(message: Any) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        await loop.run_in_executor(self._hook_threads, self.after, number, name)
        for message in messages:
            await send(message)


@contextmanager
def serve(app: Asgi) -> Iterator[str]:
    """Serve the application; yields its base URL."""
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", 0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started or not thread.is_alive(), "the server's start")
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(HANGING)

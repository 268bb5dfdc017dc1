"""The sandbox behind a bad line: from some write on, answers are statuses of a proxy, or get lost, or the process dies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox import DroppedError
from tests.killed_process import KilledError


class Line:
    """An ASGI application before the sandbox. `trouble` is as settings.make_trouble has it; None for a good line.

    Requests are counted from the first write on. `met`: whether the trouble was met since it was set.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self.use(None)

    def use(self, trouble: Mapping[str, Any] | None) -> None:
        """From now on with this trouble."""
        self._trouble, self._writes, self._left, self.met = trouble, 0, 0, False
        self._dead = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        trouble = self._trouble
        if self._dead:
            raise KilledError
        if trouble is None or not self._hits(trouble, scope["method"]):
            await self._app(scope, receive, send)
            return
        self.met = True
        kind = trouble["kind"]
        if kind.endswith("-after"):
            await self._app(scope, receive, _swallow)
        if kind.startswith("kill"):
            self._dead = True
            raise KilledError
        if kind.startswith("lost"):
            raise DroppedError("the line is bad")
        body = b'{"message": "answered by a proxy"}'
        head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": trouble["status"], "headers": head})
        await send({"type": "http.response.body", "body": body})

    def _hits(self, trouble: Mapping[str, Any], method: str) -> bool:
        """Whether this request meets the trouble: the write with its number, and those that follow within its span."""
        is_write = method in (trouble.get("only"), "GET") if "only" in trouble else True
        if not is_write:
            return False
        is_write = method != "GET"
        if is_write:
            if self._writes == trouble["at"]:
                self._left = trouble["span"]
            self._writes += 1
        if not self._left or (not is_write and not trouble["kind"].startswith("lost")):
            return False
        self._left -= 1
        return True


async def _swallow(_: Any) -> None:
    """Discard the answer."""

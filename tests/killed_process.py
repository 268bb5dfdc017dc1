"""A process that dies at a request, in this process: what it had begun is left as it is, and no handler of errors may handle it."""

from __future__ import annotations

from typing import Any


class KilledError(BaseException):
    """The process ends here: nothing that handles errors may handle it."""


class KillableSandbox:
    """The sandbox as a process sees it that dies at a request: before it is carried out, or before its answer is there. Counts
    from the first write on; afterwards nothing gets through any more.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self.left: int | None = None
        self._is_after = self._has_written = False

    def live(self, requests: int | None, *, is_after: bool = False) -> None:
        """Serve this number of further requests; None is unlimited."""
        self.left, self._is_after, self._has_written = requests, is_after, False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self._has_written = self._has_written or scope["method"] != "GET"
        if self.left is not None and self._has_written:
            self.left -= 1
            if self.left < 0:
                if self.left == -1 and self._is_after:
                    await self._app(scope, receive, _swallow)
                raise KilledError
        await self._app(scope, receive, send)


async def _swallow(_: Any) -> None:
    """Discard the answer."""

"""What the asynchronous clients share: each call of the synchronous client runs in a thread of the client's own.

One core: rate limit, retries, paging and errors are those of the synchronous client. The methods are generated from it
(`docs/async_client.py`), so that the two forms cannot differ.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Generic, ParamSpec, Self, TypeVar

from reconciler.gateway.reader import Reader

_P = ParamSpec("_P")
_T = TypeVar("_T")
_C = TypeVar("_C", bound=Reader)

_END = object()


class AsyncClient(Generic[_C]):
    """Runs the methods of a synchronous client without blocking the event loop; close it with `async with` or `aclose`.

    `threads`: the most requests under way at once. A cancelled call is no longer awaited, but a request that was sent runs to
    its end, and `aclose` waits for it: cancelling a write does not undo it.
    """

    def __init__(self, client: _C, *, threads: int = 16) -> None:
        self._client = client
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="reconciler")

    @property
    def requests(self) -> int:
        """Number of requests sent so far, retries included."""
        return self._client.requests

    @property
    def retries(self) -> int:
        """Number of retries among them."""
        return self._client.retries

    async def aclose(self) -> None:
        """Wait for the requests under way, then close the connections."""
        try:
            await asyncio.to_thread(self._executor.shutdown)
        finally:
            self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _call(self, function: Callable[_P, _T], /, *args: _P.args, **keywords: _P.kwargs) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, partial(function, *args, **keywords))

    async def _iterate(self, items: Iterator[_T]) -> AsyncIterator[_T]:
        """The items of a lazy list, each awaited: only what is asked for is requested."""
        while True:
            item = await self._call(next, items, _END)
            if item is _END:
                return
            yield item  # type: ignore[misc]  # the end is not an item

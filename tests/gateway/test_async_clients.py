"""The awaitable clients: the same methods, one core, nothing sent that is not asked for, and no end before the last request's."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.errors import ApiError
from reconciler.gateway import (
    AsyncReader,
    AsyncWriter,
    GatewayConfig,
    Reader,
    Writer,
    open_async_reader,
    open_async_writer,
)
from reconciler.gateway.async_client import AsyncClient
from reconciler.kinds import BY_NAME
from reconciler.sandbox import Store, Switches, create_app, seed
from tests.gateway.fake_service import Service, config_for

SYNCHRONOUS = {"close", "in_order", "now", "pause"}


@pytest.fixture
def config() -> Iterator[GatewayConfig]:
    with Store(":memory:") as store:
        seed(store)
        yield GatewayConfig("sandbox", app=create_app(store, Switches(rate="off")))


@pytest.mark.parametrize(("original", "awaitable"), [(Reader, AsyncReader), (Writer, AsyncWriter)])
def test_every_method_has_an_awaitable_form_with_the_same_parameters(original: type, awaitable: type) -> None:
    for name, method in inspect.getmembers(original, inspect.isfunction):
        if not name.startswith("_") and name not in SYNCHRONOUS:
            other = getattr(awaitable, name)
            assert inspect.iscoroutinefunction(other) or inspect.isasyncgenfunction(other)
            assert inspect.signature(other).parameters == inspect.signature(method).parameters
            assert inspect.getdoc(other) == inspect.getdoc(method)


def test_reads_and_writes_arrive(config: GatewayConfig) -> None:
    async def work() -> tuple[str, list[str]]:
        async with open_async_writer(config) as writer:
            (workspace, *_) = await writer.workspaces()
            made = await writer.create(BY_NAME["tag"], workspace["id"], {"name": "awaited"})
            tags = await writer.list(BY_NAME["tag"], workspace["id"])
            assert made is not None
            await writer.delete(BY_NAME["tag"], workspace["id"], made["id"])
            assert writer.requests >= 4
            assert writer.retries == 0
            return made["name"], [tag["name"] for tag in tags.items]

    name, names = asyncio.run(work())
    assert name == "awaited"
    assert name in names


def test_a_reader_has_no_method_that_writes(config: GatewayConfig) -> None:
    async def work() -> None:
        async with open_async_reader(config) as reader:
            assert not [name for name in vars(AsyncWriter) if not name.startswith("_") and hasattr(reader, name)]
            assert (await reader.user())["id"]

    asyncio.run(work())


def test_an_error_is_raised_where_it_is_awaited(config: GatewayConfig) -> None:
    async def work() -> None:
        async with open_async_reader(config) as reader:
            with pytest.raises(ApiError):
                await reader.workspace("no-such-workspace")

    asyncio.run(work())


class _Meeting:
    """A client whose calls end only when all of them are under way."""

    requests = retries = 0

    def __init__(self, expected: int) -> None:
        self.barrier = threading.Barrier(expected, timeout=60)
        self.is_closed = False

    def meet(self) -> int:
        return self.barrier.wait()

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("awaitable", [AsyncReader, AsyncWriter])
def test_sixteen_requests_are_under_way_at_once_unless_told_otherwise(awaitable: Any) -> None:
    client = awaitable(_Meeting(1))
    assert client._executor._max_workers == 16
    asyncio.run(client.aclose())


class _Meetings(AsyncClient[Reader]):
    async def meet(self) -> int:
        return await self._call(self._client.meet)  # type: ignore[attr-defined]


def test_calls_are_under_way_at_the_same_time_and_the_loop_goes_on() -> None:
    client = _Meeting(4)

    async def work() -> list[int]:
        async with _Meetings(client, threads=4) as meetings:  # type: ignore[arg-type]
            return await asyncio.gather(*(meetings.meet() for _ in range(4)))

    assert sorted(asyncio.run(work())) == [0, 1, 2, 3]
    assert client.is_closed


def test_a_cancelled_call_ends_before_the_client_is_closed() -> None:
    client = _Meeting(2)
    order: list[str] = []

    async def work() -> None:
        async with _Meetings(client, threads=2) as meetings:  # type: ignore[arg-type]
            task = asyncio.create_task(meetings.meet())
            while not client.barrier.n_waiting:
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            order.append("closed" if client.is_closed else "open")
            await meetings.meet()  # the sent request was still waiting for this one
        order.append("closed" if client.is_closed else "open")

    asyncio.run(work())
    assert order == ["open", "closed"]


def test_a_lazy_list_is_asked_only_for_what_is_taken() -> None:
    asked: list[int] = []

    def pages() -> Iterator[int]:
        for number in range(10):
            asked.append(number)
            yield number

    async def work() -> list[int]:
        async with open_async_reader(config_for(Service([]))) as reader:
            found = []
            async for item in reader._iterate(pages()):
                found.append(item)
                if item == 2:
                    break
            return found

    assert asyncio.run(work()) == [0, 1, 2]
    assert asked == [0, 1, 2]


def test_a_lazy_list_ends() -> None:
    async def work() -> list[str]:
        async with open_async_reader(config_for(Service([]))) as reader:
            return [item async for item in reader._iterate(iter("ab"))]

    assert asyncio.run(work()) == ["a", "b"]


class _Recorder:
    """A synchronous client of which every method notes its call and returns it, lazily where the method is lazy."""

    requests = retries = 0

    def __init__(self, lazy: set[str]) -> None:
        self.lazy = lazy
        self.calls: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        def method(*args: Any, **keywords: Any) -> Any:
            call = (name, args, keywords)
            self.calls.append(call)
            return iter([call]) if name in self.lazy else call

        return method

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(("original", "awaitable"), [(Reader, AsyncReader), (Writer, AsyncWriter)])
def test_every_awaitable_method_hands_its_arguments_on(original: type, awaitable: Any) -> None:
    methods = dict(
        inspect.getmembers(awaitable, lambda m: inspect.iscoroutinefunction(m) or inspect.isasyncgenfunction(m))
    )
    names = {name for name in methods if not name.startswith("_") and hasattr(original, name)}
    lazy = {name for name in names if inspect.isasyncgenfunction(methods[name])}

    async def work() -> None:
        recorder = _Recorder(lazy)
        async with awaitable(recorder, threads=1) as client:
            for name in sorted(names):
                wanted: list[Any] = []
                keywords: dict[str, Any] = {}
                for parameter in list(inspect.signature(methods[name]).parameters.values())[1:]:
                    if parameter.kind is parameter.VAR_KEYWORD:
                        keywords["extra"] = "more"
                    elif parameter.kind is parameter.KEYWORD_ONLY:
                        keywords[parameter.name] = parameter.name
                    else:
                        wanted.append(parameter.name)
                called = getattr(client, name)(*wanted, **keywords)
                (result,) = [item async for item in called] if name in lazy else [await called]
                has_result = inspect.signature(methods[name]).return_annotation != "None"
                call = (name, tuple(wanted), keywords)
                assert result == (call if has_result else None)
                assert recorder.calls.pop() == call

    asyncio.run(work())
    assert names

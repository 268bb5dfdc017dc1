"""A service that a test writes as a plain function, and the clients that speak to it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from reconciler.gateway import GatewayConfig, Rate, Reader, RetryPolicy, Writer, open_reader, open_writer
from tests.clock import Time

Handler = Callable[["Asked"], "Reply"]
KEY = "k3y-that-nobody-may-see"


@dataclass(frozen=True)
class Asked:
    """A request as the service saw it."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None


@dataclass(frozen=True)
class Reply:
    """What the service answers; `body` is JSON unless it is bytes. `lost`: it did the work, and the answer never arrives."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False


def page(items: list[Any], *, last: str | None = "true", **headers: str) -> Reply:
    """A page of a list."""
    return Reply(items, headers={**({"Last-Page": last} if last else {}), **headers})


def refusal(status: int, code: int | None = None, message: str = "No", *, retry_after: str = "") -> Reply:
    """A refusal in Clockify's form, or without a code in another's."""
    headers = {"Retry-After": retry_after} if retry_after else {}
    return Reply({"message": message, **({} if code is None else {"code": code})}, status, headers)


class Service:
    """An ASGI application around a function, with a list of what it was asked."""

    def __init__(self, handler: Handler | list[Reply]) -> None:
        self.asked: list[Asked] = []
        self._replies = iter(handler) if isinstance(handler, list) else None
        self._handler = None if isinstance(handler, list) else handler

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        if self._handler is not None:
            return self._handler(asked)
        assert self._replies is not None
        return next(self._replies)

    async def __call__(
        self,
        scope: Mapping[str, Any],
        receive: Callable[[], Awaitable[Mapping[str, Any]]],
        send: Callable[[Mapping[str, Any]], Awaitable[None]],
    ) -> None:
        content = (await receive())["body"]
        reply = self.answer(
            Asked(
                scope["method"],
                scope["path"],
                dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True)),
                {name.decode(): value.decode() for name, value in scope["headers"]},
                json.loads(content) if content else None,
            )
        )
        if reply.lost:
            return
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        headers = [(name.encode(), value.encode()) for name, value in reply.headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    @property
    def lines(self) -> list[str]:
        """What it was asked, as `GET /path`, without the prefix of API paths."""
        return [f"{asked.method} {asked.path.removeprefix('/clockify/api/v1')}" for asked in self.asked]


def config_for(service: Service, name: str = "maton", *, connection: str = "", rate: str = "100000/s") -> GatewayConfig:
    """Settings that lead to the service."""
    return GatewayConfig(name, key=KEY, connection=connection, rate=Rate.parse(rate), app=service)


def reader_of(service: Service, name: str = "maton", time: Time | None = None) -> Reader:
    """A Reader of the service; waits take no time."""
    return open_reader(config_for(service, name), clock=(time or Time()).gateway_clock, retry_policy=RetryPolicy())


def writer_of(service: Service, name: str = "maton", time: Time | None = None) -> Writer:
    """A Writer to the service; waits take no time."""
    return open_writer(config_for(service, name), clock=(time or Time()).gateway_clock, retry_policy=RetryPolicy())

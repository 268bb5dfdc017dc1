"""A fake service, written as a function in each test, and clients connected to it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from reconciler.gateway import GatewayConfig, Rate, Reader, RetryPolicy, Writer, open_reader, open_writer
from tests.clock import Time

Handler = Callable[["ReceivedRequest"], "Reply"]
KEY = "k3y-that-must-stay-secret"


@dataclass(frozen=True)
class ReceivedRequest:
    """A request as the service received it."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None


@dataclass(frozen=True)
class Reply:
    """A response of the service; `body` is JSON unless it is bytes. `lost`: the request is carried out, the response lost."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False


def page(items: list[Any], *, last: str | None = "true", **headers: str) -> Reply:
    """A page of a list."""
    return Reply(items, headers={**({"Last-Page": last} if last else {}), **headers})


def error_reply(status: int, code: int | None = None, message: str = "No", *, retry_after: str = "") -> Reply:
    """An error response in Clockify's form; without a code, in that of a gateway."""
    headers = {"Retry-After": retry_after} if retry_after else {}
    return Reply({"message": message, **({} if code is None else {"code": code})}, status, headers)


class Service:
    """An ASGI application around a function. It records the requests."""

    def __init__(self, handler: Handler | list[Reply]) -> None:
        self.requests: list[ReceivedRequest] = []
        self._replies = iter(handler) if isinstance(handler, list) else None
        self._handler = None if isinstance(handler, list) else handler

    def reply_to(self, request: ReceivedRequest) -> Reply:
        self.requests.append(request)
        if self._handler is not None:
            return self._handler(request)
        assert self._replies is not None
        return next(self._replies)

    async def __call__(
        self,
        scope: Mapping[str, Any],
        receive: Callable[[], Awaitable[Mapping[str, Any]]],
        send: Callable[[Mapping[str, Any]], Awaitable[None]],
    ) -> None:
        content = (await receive())["body"]
        reply = self.reply_to(
            ReceivedRequest(
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
        """The requests as `GET /path`, without the prefix of API paths."""
        return [f"{request.method} {request.path.removeprefix('/clockify/api/v1')}" for request in self.requests]


def config_for(service: Service, name: str = "maton", *, connection: str = "", rate: str = "100000/s") -> GatewayConfig:
    """A configuration that connects to the service."""
    return GatewayConfig(name, key=KEY, connection=connection, rate=Rate.parse(rate), app=service)


def reader_of(service: Service, name: str = "maton", time: Time | None = None) -> Reader:
    """A Reader of the service, with a fake clock."""
    return open_reader(config_for(service, name), clock=(time or Time()).gateway_clock, retry_policy=RetryPolicy())


def writer_of(service: Service, name: str = "maton", time: Time | None = None) -> Writer:
    """A Writer to the service, with a fake clock."""
    return open_writer(config_for(service, name), clock=(time or Time()).gateway_clock, retry_policy=RetryPolicy())

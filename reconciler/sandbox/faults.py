"""Injects faults into responses, to test clients. It wraps the whole application."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


class Fault(Enum):
    """An injected fault. BEFORE: the call is not carried out. AFTER: it is, and only its response is lost."""

    DROP_BEFORE = "drop-before"
    DROP_AFTER = "drop-after"
    ERROR_BEFORE = "error-before"
    ERROR_AFTER = "error-after"
    BAD_GATEWAY = "bad-gateway"
    THROTTLE = "throttle"
    TRUNCATED = "truncated"
    BAD_JSON = "bad-json"


@dataclass(frozen=True, slots=True)
class IncomingRequest:
    """An incoming request; `index` counts all requests from 0."""

    index: int
    method: str
    path: str


Faults = Callable[[IncomingRequest], Fault | None]


class DroppedError(ConnectionResetError):
    """Raised to drop the connection without a response. On a port the server closes it or sends an error."""


_ERROR = (500, b"application/json", json.dumps({"message": "Internal server error", "code": 500}).encode())
_CANNED = {
    Fault.ERROR_BEFORE: _ERROR,
    Fault.ERROR_AFTER: _ERROR,
    Fault.BAD_GATEWAY: (502, b"text/html", b"<html><head><title>502 Bad Gateway</title></head></html>"),
    Fault.THROTTLE: (429, b"application/json", json.dumps({"message": "Too many requests", "code": 429}).encode()),
}
_AFTER = {Fault.DROP_AFTER, Fault.ERROR_AFTER, Fault.TRUNCATED, Fault.BAD_JSON}


class FaultInjector:
    """Wraps an application and injects the faults that `faults` returns."""

    def __init__(self, app: Asgi, faults: Faults) -> None:
        self._app = app
        self._faults = faults
        self._count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, with its fault if there is one."""
        fault = None
        if scope["type"] == "http":
            fault = self._faults(IncomingRequest(self._count, scope["method"], scope["path"]))
            self._count += 1
        if fault is None:
            await self._app(scope, receive, send)
            return
        messages: list[Message] = []
        if fault in _AFTER:
            await self._app(scope, receive, _collector(messages))
        if fault in {Fault.DROP_BEFORE, Fault.DROP_AFTER}:
            raise DroppedError("the sandbox dropped the connection, as it was asked to")
        if fault in _CANNED:
            messages = _canned(*_CANNED[fault])
        for message in messages:
            await send(_broken(message, fault))


def _collector(messages: list[Message]) -> Send:
    """A `send` that collects messages."""

    async def keep(message: Message) -> None:
        messages.append(message)

    return keep


def _canned(status: int, kind: bytes, body: bytes) -> list[Message]:
    """A complete response."""
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    return [
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body},
    ]


def _broken(message: Message, fault: Fault) -> Message:
    """A message of the real response with a truncated body, or with a body of the same length that is not JSON."""
    body = message.get("body", b"")
    if fault is Fault.TRUNCATED and body:
        return {**message, "body": body[: len(body) // 2]}
    if fault is Fault.BAD_JSON and body:
        return {**message, "body": b"{" * len(body)}
    return message

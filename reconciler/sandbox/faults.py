"""Breaks answers on purpose, for tests of what a client does then. It stands in front of the whole application."""

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
    """What goes wrong. BEFORE means that the call was never carried out, AFTER that it was and only its answer is lost."""

    DROP_BEFORE = "drop-before"
    DROP_AFTER = "drop-after"
    ERROR_BEFORE = "error-before"
    ERROR_AFTER = "error-after"
    BAD_GATEWAY = "bad-gateway"
    THROTTLE = "throttle"
    TRUNCATED = "truncated"
    BAD_JSON = "bad-json"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as it comes in; `index` counts from 0 over all of them."""

    index: int
    method: str
    path: str


Faults = Callable[[Incoming], Fault | None]


class DroppedError(ConnectionResetError):
    """The connection went away without an answer. Over a port the server turns it into a closed or failed answer."""


_ERROR = (500, b"application/json", json.dumps({"message": "Internal server error", "code": 500}).encode())
_CANNED = {
    Fault.ERROR_BEFORE: _ERROR,
    Fault.ERROR_AFTER: _ERROR,
    Fault.BAD_GATEWAY: (502, b"text/html", b"<html><head><title>502 Bad Gateway</title></head></html>"),
    Fault.THROTTLE: (429, b"application/json", json.dumps({"message": "Too many requests", "code": 429}).encode()),
}
_AFTER = {Fault.DROP_AFTER, Fault.ERROR_AFTER, Fault.TRUNCATED, Fault.BAD_JSON}


class Faulty:
    """An application whose answers break where `faults` says so."""

    def __init__(self, app: Asgi, faults: Faults) -> None:
        self._app = app
        self._faults = faults
        self._count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or break its answer."""
        fault = None
        if scope["type"] == "http":
            fault = self._faults(Incoming(self._count, scope["method"], scope["path"]))
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
    """A `send` that keeps what it is given."""

    async def keep(message: Message) -> None:
        messages.append(message)

    return keep


def _canned(status: int, kind: bytes, body: bytes) -> list[Message]:
    """A whole answer."""
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    return [
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body},
    ]


def _broken(message: Message, fault: Fault) -> Message:
    """A message of the true answer with its body cut short, or as long as before but no JSON."""
    body = message.get("body", b"")
    if fault is Fault.TRUNCATED and body:
        return {**message, "body": body[: len(body) // 2]}
    if fault is Fault.BAD_JSON and body:
        return {**message, "body": b"{" * len(body)}
    return message

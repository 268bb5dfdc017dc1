"""What goes out and what comes back: requests and answers as plain values, and the lock that lets only reads through."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from reconciler.errors import ProtocolError, RefusedError

MAX_ANSWER_BYTES = 256 * 1024 * 1024
"""More than this is no list that Clockify sends; 1,000 projects with 100 tasks each are about 40 MiB."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request: method, path below the base URL (already quoted), query, and a JSON body (None: no body)."""

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: Any = None

    @property
    def name(self) -> str:
        """`GET /path`, for messages: no host, no query, no key."""
        return f"{self.method} {self.path}"

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{urlencode(self.params)}" if self.params else self.path

    def content(self) -> bytes:
        """The body in UTF-8, empty where there is none."""
        if self.body is None:
            return b""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Response:
    """One answer: HTTP status, headers by lower-case name, and the body as bytes. Parsed at most once."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        """Whether it is a 2xx."""
        return 200 <= self.status < 300

    @property
    def is_empty(self) -> bool:
        """Whether there is no body."""
        return not self.body.strip()

    def json(self) -> Any:
        """The body as JSON; raises ValueError."""
        return self._parsed

    @cached_property
    def _parsed(self) -> Any:
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("nested too deeply") from None


class Transport(Protocol):
    """Something that carries a request to the service and its answer back, once."""

    def send(self, request: Request) -> Response:
        """The answer, whatever its status. Raises NetworkError where none arrives, ProtocolError where it is none."""

    def close(self) -> None:
        """Let go of connections."""


class ReadOnly:
    """A transport that lets nothing but GET through: what holds one cannot write, whatever it tries."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(self, request: Request) -> Response:
        """The answer to a GET; raises RefusedError for any other method before anything is sent."""
        if request.method != "GET":
            raise RefusedError(f"{request.name} was not sent: this part of the run only reads")
        return self._transport.send(request)

    def close(self) -> None:
        """Let go of connections."""
        self._transport.close()


def path_of(*parts: str) -> str:
    """`/a/b` from path parts, each quoted. An empty part or dots would address something else: ProtocolError."""
    for part in parts:
        if not part or part in (".", ".."):
            raise ProtocolError(f"an id that is {part!r} addresses something else; no request was made of it")
    return "".join(f"/{quote(part, safe='')}" for part in parts)

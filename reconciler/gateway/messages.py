"""Requests and responses as plain values, the transport protocol, and the transport that only sends GET."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from reconciler.errors import ProtocolError, RefusedError
from reconciler.json_text import parse_json

MAX_RESPONSE_BYTES = 64 * 1024 * 1024
"""Limit on a response body, decoded. The largest page of Clockify, 1,000 projects with 100 tasks each, has about 40 MiB."""

_MAX_DIGITS = 19


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request: method, path below the base URL (percent-encoded), query parameters, and a JSON body (None: no body)."""

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    body: Any = None

    @property
    def name(self) -> str:
        """`GET /path`, for messages: without host, query and key."""
        return f"{self.method} {self.path}"

    @property
    def target(self) -> str:
        """Path and query string."""
        return f"{self.path}?{urlencode(self.params)}" if self.params else self.path

    def content(self) -> bytes:
        """The body as JSON in UTF-8; empty if there is none."""
        if self.body is None:
            return b""
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Response:
    """An HTTP response: status, headers by lower-case name, and the body as bytes. The body is parsed at most once."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def is_empty(self) -> bool:
        """Whether the body is empty."""
        return not self.body.strip()

    def json(self) -> Any:
        """The parsed body; raises ValueError if it is not JSON."""
        return self._parsed

    @cached_property
    def _parsed(self) -> Any:
        return parse_json(self.body)


def decimal_header(headers: Mapping[str, str], name: str) -> int | None:
    """The value of a header that counts something; None for anything else. One beyond 19 digits is cut: it stays beyond every limit.

    Python refuses to convert more than 4,300 digits with an error of its own.
    """
    digits = headers.get(name, "").strip()
    return int(digits[:_MAX_DIGITS]) if digits.isdecimal() else None


def too_large(host: str, request: Request, limit: int) -> ProtocolError:
    """The error for a body over the limit. The service may have carried out a write that it answered so."""
    error = ProtocolError(
        f"the response of {host} is larger than {limit / (1 << 20):.3g} MiB",
        request=request.name,
        unknown=request.method != "GET",
    )
    error.is_too_large = True
    return error


class Transport(Protocol):
    """Sends a request once, without retries."""

    def send(self, request: Request) -> Response:
        """The response, whatever its status. Raises NetworkError if none arrives, ProtocolError if it is not valid HTTP."""

    def close(self) -> None:
        """Close the connections."""


class ReadOnly:
    """A transport that only sends GET requests, so that its holder cannot write."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(self, request: Request) -> Response:
        """The response to a GET request; raises RefusedError for any other method before anything is sent."""
        if request.method != "GET":
            raise RefusedError(f"{request.name} was not sent: this client is read-only")
        return self._transport.send(request)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def path_of(*parts: str) -> str:
    """`/a/b` from path parts, each percent-encoded. Raises ProtocolError for an empty part and for dots: they change the path."""
    for part in parts:
        if not part or part in (".", ".."):
            raise ProtocolError(f"invalid id {part!r}: it would change the path of the request")
    return "".join(f"/{quote(part, safe='')}" for part in parts)

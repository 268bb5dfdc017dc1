"""A transport to an ASGI application in the same process: one request at a time, without a port or HTTP."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, MutableMapping
from typing import Any
from urllib.parse import unquote, urlencode

from reconciler.errors import NetworkError
from reconciler.gateway.config import AsgiApp
from reconciler.gateway.messages import MAX_RESPONSE_BYTES, Request, Response, decimal_header, too_large

Message = MutableMapping[str, Any]


class AsgiTransport:
    """Calls an ASGI application for each request. A lock serializes threads: the application sees one request at a time."""

    def __init__(self, app: AsgiApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def send(self, request: Request) -> Response:
        """The application's response. Raises NetworkError if the application fails or the response is incomplete, ProtocolError if it is too large."""
        content = request.content()
        asgi_call = _AsgiCall(content)
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
            try:
                self._loop.run_until_complete(
                    self._app(self._scope(request, content), asgi_call.receive, asgi_call.send)
                )
            except Exception as error:
                raise NetworkError(
                    f"the in-process application failed: {type(error).__name__}", request=request.name
                ) from error
        if asgi_call.is_too_large:
            raise too_large("the in-process application", request, MAX_RESPONSE_BYTES)
        if not asgi_call.is_complete:
            raise NetworkError("the in-process application sent an incomplete response", request=request.name)
        return Response(asgi_call.status, asgi_call.headers, bytes(asgi_call.body))

    def close(self) -> None:
        """Close the event loop."""
        with self._lock:
            if self._loop is not None:
                self._loop.close()
                self._loop = None

    def __del__(self) -> None:
        self.close()

    def _scope(self, request: Request, content: bytes) -> dict[str, Any]:
        headers = [*self._headers, (b"host", b"sandbox.localhost")]
        if content:
            headers += [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": "http",
            "path": unquote(request.path),
            "raw_path": request.path.encode(),
            "query_string": urlencode(request.params).encode(),
            "root_path": "",
            "headers": headers,
        }


class _AsgiCall:
    """The `receive` and `send` callables of one request, and the response that they collect."""

    def __init__(self, content: bytes) -> None:
        self._content: bytes | None = content
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = bytearray()
        self._ended = False
        self.is_too_large = False
        """Whether the body exceeds the limit; the rest of it is dropped."""

    @property
    def is_complete(self) -> bool:
        """Whether the response has a status and ended, with as many bytes as its `Content-Length` states."""
        length = decimal_header(self.headers, "content-length")
        return bool(self.status) and self._ended and length in (None, len(self.body))

    async def receive(self) -> Message:
        if self._content is None:
            return {"type": "http.disconnect"}
        content, self._content = self._content, None
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]
            }
        elif message["type"] == "http.response.body":
            part = message.get("body", b"")
            self.is_too_large = self.is_too_large or len(self.body) + len(part) > MAX_RESPONSE_BYTES
            self.body += b"" if self.is_too_large else part
            self._ended = not message.get("more_body", False)

"""A transport to an application in the same process that answers at once: no port, no HTTP, and no event loop."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from urllib.parse import unquote, urlencode

from reconciler.errors import NetworkError
from reconciler.gateway.config import InProcessApp
from reconciler.gateway.messages import MAX_RESPONSE_BYTES, Request, Response, too_large


class InProcessTransport:
    """Calls an application for each request. A lock serializes threads: the application sees one request at a time."""

    def __init__(self, app: InProcessApp, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = {name.lower(): value for name, value in headers.items()} | {"host": "sandbox.localhost"}
        self._lock = threading.Lock()

    def send(self, request: Request) -> Response:
        """The application's response. Raises NetworkError if the application fails, ProtocolError if the response is too large."""
        content, query = request.content(), urlencode(request.params)
        headers = {**self._headers, "content-type": "application/json"} if content else self._headers
        with self._lock:
            try:
                answer = self._app.handle(request.method, unquote(request.path), query, headers, content)
            except Exception as error:
                raise NetworkError(
                    f"the in-process application failed: {type(error).__name__}", request=request.name
                ) from error
        response = Response(*answer)
        if len(response.body) > MAX_RESPONSE_BYTES:
            raise too_large("the in-process application", request, MAX_RESPONSE_BYTES)
        return response

    def close(self) -> None:
        """Nothing is held open."""

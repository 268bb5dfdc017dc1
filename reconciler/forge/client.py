"""JSON requests to the API of a forge: retries where they are safe, pages to their end, and errors in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from reconciler.errors import ForgeError, GatewayError, NetworkError
from reconciler.forge.config import ForgeConfig
from reconciler.gateway.decoding import ACCEPTED_ENCODINGS
from reconciler.gateway.messages import Request, Response, Transport
from reconciler.gateway.retry import retry_after
from reconciler.gateway.transport import HttpTransport
from reconciler.text import redact
from reconciler.version import __version__

PAGE: Final = 100
"""Items of a page: the most that both forges give."""
MOST_PAGES: Final = 500
_ATTEMPTS = 4
_LONGEST_WAIT = 60.0
_BUSY = (429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How the client waits: `sleep` takes seconds, `now` is Unix time."""

    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time


REAL_TIME = Waiting()


class ForgeClient:
    """Sends requests below the REST prefix of a forge. `transport`: None opens one over HTTP."""

    def __init__(self, config: ForgeConfig, transport: Transport | None = None, waiting: Waiting = REAL_TIME) -> None:
        headers = {"User-Agent": f"reconciler/{__version__}", "Accept": "application/json", **config.headers()}
        self._config, self._waiting = config, waiting
        self._transport = transport or HttpTransport(config, {**headers, "Accept-Encoding": ACCEPTED_ENCODINGS})

    def get(self, path: str, *params: tuple[str, str]) -> Any:
        """The answer to a GET below the REST prefix."""
        return self._send(Request("GET", self._config.prefix + path, params), is_safe=True).json()

    def pages(self, path: str, *params: tuple[str, str]) -> Iterator[Any]:
        """The items of a list, page by page to its end. Raises ForgeError for what is no list."""
        for page in range(1, MOST_PAGES + 1):
            wanted = (*params, ("per_page", str(PAGE)), ("page", str(page)))
            response = self._send(Request("GET", self._config.prefix + path, wanted), is_safe=True)
            items = response.json()
            if not isinstance(items, list):
                raise ForgeError(f"{self._config.host} answered GET {path} without a list")
            yield from items
            if 'rel="next"' not in response.headers.get("link", "") and len(items) < PAGE:
                return
        raise ForgeError(f"GET {path} has more than {MOST_PAGES} pages; nothing is concluded from a part of them")

    def write(self, method: str, path: str, body: Any = None) -> Any:
        """The answer to a write below the REST prefix, None without one. A POST is sent once: a lost answer is `unknown`."""
        response = self._send(Request(method, self._config.prefix + path, body=body), is_safe=method != "POST")
        return None if response.is_empty else response.json()

    def query(self, path: str, body: Any) -> Any:
        """The answer to a POST that only reads, below the base URL itself."""
        return self._send(Request("POST", path, body=body), is_safe=True).json()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _send(self, request: Request, *, is_safe: bool) -> Response:
        """The response, a 2xx with JSON or nothing. `is_safe`: whether it may be sent twice."""
        attempt = 0
        while True:
            attempt += 1
            try:
                response = self._transport.send(request)
            except GatewayError as error:
                may_retry = is_safe or (isinstance(error, NetworkError) and not error.sent)
                if may_retry and isinstance(error, NetworkError) and attempt < _ATTEMPTS:
                    self._waiting.sleep(2.0 ** (attempt - 1))
                    continue
                hint = error.hint.replace("--base-url", self._config.variable)
                raise ForgeError(error.message, hint=hint, unknown=error.unknown and not is_safe) from None
            if response.is_success:
                return self._parsed(request, response, is_safe=is_safe)
            pause = self._pause(response, attempt)
            # A limit is refused before anything is done; after another error a write may have been carried out.
            if pause is None or attempt == _ATTEMPTS or not (is_safe or response.status in (403, 429)):
                raise self._refused(request, response, is_safe=is_safe)
            self._waiting.sleep(pause)

    def _parsed(self, request: Request, response: Response, *, is_safe: bool) -> Response:
        try:
            if not response.is_empty:
                response.json()
        except ValueError as error:
            message = f"{self._config.host} answered {request.name} with invalid JSON: {redact(str(error), 80)}"
            raise ForgeError(message, status=response.status, unknown=not is_safe) from None
        return response

    def _pause(self, response: Response, attempt: int) -> float | None:
        """Seconds before the next attempt; None where another one is of no use. GitHub limits some writes with 403 and Retry-After."""
        wanted = retry_after(response.headers.get("retry-after"), self._waiting.now())
        if response.status not in _BUSY and not (response.status == 403 and wanted is not None):
            return None
        pause = 2.0 ** (attempt - 1) if wanted is None else wanted
        return pause if pause <= _LONGEST_WAIT else None

    def _refused(self, request: Request, response: Response, *, is_safe: bool) -> ForgeError:
        status, config = response.status, self._config
        hints = {
            401: f"check {config.token_variable}: the token is invalid or has expired",
            403: "the token lacks a permission: see docs/ci.md",
            404: f"check {config.variable} and the project; a token without a permission may get this answer too",
        }
        lost = status >= 500 and not is_safe
        text = f"{config.host} answered {request.name} with {status}{_message(response)}"
        return ForgeError(text, hint=hints.get(status, ""), status=status, unknown=lost)


def _message(response: Response) -> str:
    """What the forge says about an error."""
    try:
        content = response.json()
    except ValueError:
        return ""
    found = (content.get("message") or content.get("error")) if isinstance(content, dict) else None
    return f": {redact(str(found), 160)}" if found else ""

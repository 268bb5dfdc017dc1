"""What an error response means: one table of HTTP status, Clockify's code and who answered, with the error class and the advice.

Clockify translates its messages into the account's language, so their text decides nothing (docs/clockify.md 1.2). Who answered is
known from the shape of the response: Clockify's errors are JSON with one of its codes. The gateway's own are recorded nowhere, so
everything else that comes through it is its own: JSON with another code or none, text, an empty body (docs/clockify.md 2).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.errors import (
    AccessDeniedError,
    AddonTokenError,
    ApiError,
    ConnectionAuthorisationError,
    ConnectionExpiredError,
    DomainError,
    EntryApprovedError,
    EntryLockedError,
    ErrorOrigin,
    InvalidRequestError,
    KeyHeaderError,
    KeyRejectedError,
    MalformedRequestError,
    ManualTimeError,
    MethodNotAllowedError,
    MissingConnectionError,
    NoRunningTimerError,
    NotFoundError,
    NotInPlanError,
    RateLimitError,
    RouteError,
    ServerError,
)
from reconciler.gateway.config import GatewayConfig
from reconciler.gateway.messages import Request, Response
from reconciler.text import redact

CREDENTIAL_CODES = (1000, 4003, 4017)
"""Clockify's codes for invalid credentials, sent with HTTP 401 (docs/clockify.md 1.1)."""
NOT_IN_PLAN = 4033
"""Clockify's code for a feature that the subscription plan does not include; sent with HTTP 400 or 403."""
DOMAIN_ERROR = 501
"""Clockify's code for every domain error: validation, duplicates, unknown ids. Sent with HTTP 400, and with some 403."""
_EMPTY_OF_CLOCKIFY = (403, 404, 429)
"""Statuses that Clockify sends with an empty body (docs/clockify.md 17)."""
_SMALLEST_CODE = 100
"""Codes of gRPC gateways are smaller, Clockify's are not."""
_CONNECTIONS = "/connections"


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """What an error response says: Clockify's code (None without one), the redacted message, and who answered."""

    code: int | None
    message: str
    origin: ErrorOrigin


@dataclass(frozen=True, slots=True)
class Meaning:
    """A row of the table: the responses that it covers, their error class, and the advice.

    Empty `statuses` or `codes` cover all; `code` None in `codes` is a response without one. `is_own`: only requests to the gateway's
    own paths (`/connections`), or only others. `subject` replaces the name of the request in the message.
    """

    error: type[ApiError]
    advice: str = ""
    statuses: Collection[int] = ()
    codes: Collection[int | None] = ()
    origin: ErrorOrigin | None = None
    through_gateway: bool | None = None
    is_own: bool | None = None
    method: str = ""
    subject: str = ""

    def covers(self, request: Request, status: int, body: ErrorBody, config: GatewayConfig) -> bool:
        """Whether this row is about the response."""
        return (
            (not self.statuses or status in self.statuses)
            and (not self.codes or body.code in self.codes)
            and self.origin in (None, body.origin)
            and self.through_gateway in (None, config.gateway.has_connections)
            and self.is_own in (None, is_own_path(request))
            and self.method in ("", request.method)
        )


_CLOCKIFY, _GATEWAY = ErrorOrigin.CLOCKIFY, ErrorOrigin.GATEWAY
_CREATE = "reconciler connections create"
_LIST = "reconciler connections list"
_NO_ACCESS = "the account is not a member of this workspace, or its role or subscription plan does not allow this"
_OWN_HOST = "a workspace of a region or with a subdomain has its own host and its own keys: add --region or --base-url"
_ADDRESS = "check --base-url and --gateway"

MEANINGS: tuple[Meaning, ...] = (
    Meaning(
        ConnectionAuthorisationError, f"reconnect Clockify: {_CREATE}", (401,), CREDENTIAL_CODES,
        through_gateway=True, is_own=False, subject="the authorisation of the Clockify connection is invalid",
    ),
    Meaning(
        KeyHeaderError, "{renew}; a proxy may have removed or added a header", (401,), (1000,),
        through_gateway=False, subject="{host} received no key, or several",
    ),
    Meaning(
        AddonTokenError, f"{{renew}}; {_OWN_HOST}", (401,), (4017,),
        through_gateway=False, subject="{host} rejected the {key}",
    ),
    Meaning(
        KeyRejectedError, f"{{renew}}; {_OWN_HOST}", (401,),
        through_gateway=False, subject="{host} rejected the {key}",
    ),
    Meaning(
        KeyRejectedError, "{renew}", (401,), subject="{host} rejected the {key}",
    ),
    Meaning(
        NotInPlanError, "the Clockify subscription plan of the workspace does not include this feature",
        (400, 403), (NOT_IN_PLAN,),
    ),
    Meaning(EntryLockedError, "an admin of the workspace can unlock the period", (403,), (1003,)),
    Meaning(EntryApprovedError, "withdraw the approval in Clockify first", (403,), (4005,)),
    Meaning(ManualTimeError, "the workspace allows timers only: start and stop one instead", (403,), (4030,)),
    Meaning(AccessDeniedError, _NO_ACCESS, (403,), through_gateway=True),
    Meaning(AccessDeniedError, f"{_NO_ACCESS}; {_OWN_HOST}", (403,)),
    Meaning(DomainError, "", (400,), (DOMAIN_ERROR,)),
    Meaning(MalformedRequestError, "", (400,), (3000, 3001, 3002)),
    Meaning(
        MissingConnectionError, f"connect Clockify: {_CREATE}; to see the connections: {_LIST}", (400,),
        origin=_GATEWAY, is_own=False,
    ),
    Meaning(InvalidRequestError, "", (400,)),
    Meaning(NoRunningTimerError, "no timer is running", (404,), (404,), origin=_CLOCKIFY, method="PATCH"),
    Meaning(RouteError, _ADDRESS, (404,), (3000,)),
    Meaning(NotFoundError, _ADDRESS, (404,), (None,)),
    Meaning(NotFoundError, "", (404,)),
    Meaning(MethodNotAllowedError, "", (405,)),
    Meaning(RateLimitError, "", (429,), subject="{request} failed: rate limit exceeded"),
    Meaning(
        ConnectionExpiredError, f"the authorisation of the connection may have expired; reconnect Clockify: {_CREATE}",
        (500,), origin=_GATEWAY, is_own=False,
    ),
    Meaning(ServerError, "", range(500, 600)),
    Meaning(ApiError),
)  # fmt: skip
"""The first row that covers a response holds. The last one covers all."""


def meaning_of(request: Request, status: int, body: ErrorBody, config: GatewayConfig) -> Meaning:
    """The row of the table for a response."""
    return next(row for row in MEANINGS if row.covers(request, status, body, config))


def is_own_path(request: Request) -> bool:
    """Whether a request is answered by the gateway itself, not by Clockify behind it."""
    return request.path == _CONNECTIONS or request.path.startswith(f"{_CONNECTIONS}/")


def read_body(request: Request, response: Response, config: GatewayConfig) -> ErrorBody:
    """What an error response says, whatever its shape."""
    if _is_html(response):
        return ErrorBody(None, "the response is an HTML page of a proxy or the gateway, not JSON", ErrorOrigin.PROXY)
    try:
        body: Any = response.json() if not response.is_empty else None
    except ValueError:
        origin = ErrorOrigin.GATEWAY if config.gateway.has_connections else ErrorOrigin.PROXY
        return ErrorBody(None, redact(response.body[:10_000].decode("utf-8", "replace")), origin)
    code, message = _code_of(body), redact(_text_of(body))
    if not config.gateway.has_connections or _is_of_clockify(request, response, code):
        return ErrorBody(code, message, ErrorOrigin.CLOCKIFY)
    return ErrorBody(None, message, ErrorOrigin.GATEWAY)


def _is_of_clockify(request: Request, response: Response, code: int | None) -> bool:
    """Whether a JSON or empty response that came through the gateway is Clockify's, by its code.

    A 401 of Clockify has one of three codes. A code that repeats the status is another service's, except the 404 of a timer.
    """
    if is_own_path(request):
        return False
    if code is None:
        return response.is_empty and response.status in _EMPTY_OF_CLOCKIFY
    if response.status == 401:
        return code in CREDENTIAL_CODES
    return code >= _SMALLEST_CODE and (code != response.status or code == 404)


def _is_html(response: Response) -> bool:
    start = response.body[:200].lstrip().lower()
    return start.startswith((b"<!doctype html", b"<html")) or (
        "html" in response.headers.get("content-type", "").lower() and not start.startswith((b"{", b"["))
    )


def _code_of(body: Any) -> int | None:
    number = body.get("code") if isinstance(body, Mapping) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _text_of(body: Any) -> str:
    """The message of a body: of `message`, `error` or `detail`, also within an object, or the body if it is text."""
    if isinstance(body, Mapping):
        body = next((body[key] for key in ("message", "error", "detail") if body.get(key)), "")
        if isinstance(body, Mapping):
            body = body.get("message", "")
    return body if isinstance(body, str) else ""

"""Maps HTTP error responses to exceptions with a message and a hint.

Clockify translates its messages into the account's language, so their text decides nothing. HTTP status, Clockify's numeric
`code`, and whether there is a code at all (Maton's own errors have none) decide (docs/clockify.md sections 1.1, 1.2 and 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from reconciler.errors import ApiError, CredentialsError, ForbiddenError, RateLimitError
from reconciler.gateway.config import GatewayConfig
from reconciler.gateway.messages import Request, Response
from reconciler.gateway.statuses import RequestOutcome, outcome_of
from reconciler.text import redact, sanitize

NOT_IN_PLAN = 4033
"""Clockify's code for a feature that the subscription plan does not include; sent with HTTP 400 or 403."""
DOMAIN_ERROR = 501
"""Clockify's code for every domain error: validation, duplicates, unknown ids. Always sent with HTTP 400."""

CREDENTIAL_CODES = frozenset({1000, 4003, 4017})
"""Clockify's codes for invalid credentials, sent with HTTP 401 (docs/clockify.md 1.1). Any other 401 is Maton's."""

HOURLY_HINT = "the rate limit appears to be hourly (a new Free workspace allows 30 requests per hour); wait, then run again with --rate 30/h"


def error_for(request: Request, response: Response, config: GatewayConfig) -> ApiError:
    """The exception for a response other than 2xx."""
    status = response.status
    is_unknown = outcome_of(request.method, status) is RequestOutcome.UNKNOWN
    if 300 <= status < 400:
        return _redirect_error(request, response, config, is_unknown=is_unknown)
    code, message = _code_and_message(response)
    detail = f": {message}" if message else ""
    codes = f"HTTP {status}" + (f", code {code}" if code is not None else "")
    if status == 401:
        return _credentials_error(request, config, code, detail)
    if status == 429:
        return RateLimitError(f"{request.name} failed: rate limit exceeded (HTTP 429){detail}", request=request.name)
    text = f"{request.name} failed ({codes}){detail}"
    if status == 403 or (status == 400 and code == NOT_IN_PLAN):
        return ForbiddenError(text, status=status, code=code, hint=_forbidden_hint(code), request=request.name)
    if status >= 500:
        text = f"{request.name} failed: server error ({codes}){detail}"
    hint = _hint(config, status, code)
    return ApiError(text, status=status, code=code, hint=hint, request=request.name, unknown=is_unknown)


def _redirect_error(request: Request, response: Response, config: GatewayConfig, *, is_unknown: bool) -> ApiError:
    try:
        target = urlsplit(response.headers.get("location", "")).hostname or "another path"
    except ValueError:
        target = "another address"
    return ApiError(
        f"{config.host} redirects to {sanitize(target, 80)} (HTTP {response.status}); "
        "redirects are not followed, to protect the API key",
        status=response.status,
        hint="check --base-url",
        request=request.name,
        unknown=is_unknown,
    )


def _code_and_message(response: Response) -> tuple[int | None, str]:
    """Clockify's code (None for an error of the gateway or a proxy) and the redacted message."""
    try:
        body: Any = response.json() if response.body else None
    except ValueError:
        if "html" in response.headers.get("content-type", ""):
            return None, "the response is an HTML page of a proxy or the gateway, not JSON"
        body = response.body[:10_000].decode("utf-8", "replace")
    code: int | None = None
    if isinstance(body, Mapping):
        number = body.get("code")
        code = number if isinstance(number, int) and not isinstance(number, bool) else None
        body = next((body[key] for key in ("message", "error", "detail") if body.get(key)), "")
        if isinstance(body, Mapping):
            body = body.get("message", "")
    return code, redact(body) if isinstance(body, str) else ""


def _credentials_error(request: Request, config: GatewayConfig, code: int | None, detail: str) -> CredentialsError:
    gateway = config.gateway
    if gateway.has_connections and code in CREDENTIAL_CODES:
        text = f"the authorisation of the Clockify connection is invalid (HTTP 401, code {code}){detail}"
        hint = "reconnect Clockify in your Maton account"
    else:
        text = f"{config.host} rejected the API key (HTTP 401){detail}"
        hint = (
            f"set {gateway.variable} to a valid key" if gateway.variable else "a sandbox without --key accepts any key"
        )
    return CredentialsError(text, status=401, code=code, hint=hint, request=request.name)


def _forbidden_hint(code: int | None) -> str:
    if code == NOT_IN_PLAN:
        return "the Clockify subscription plan of the workspace does not include this feature"
    return "the account is not a member of this workspace, or its role or subscription plan does not allow this"


def _hint(config: GatewayConfig, status: int, code: int | None) -> str:
    if config.gateway.has_connections and code is None:
        if status == 400:
            return "connect Clockify in your Maton account; reconciler whoami shows the connection"
        if status == 500:
            return "the authorisation of the connection may have expired; reconnect Clockify in your Maton account"
    if status == 404 and code is None:
        return "check --base-url and --gateway"
    return ""

"""Refusals in plain words: which error an answer is, whose it is, and what to do about it.

Clockify translates its messages into the account's language, so nothing here looks at their text: HTTP status, Clockify's numeric
`code`, and whether there is one at all (Maton's own answers have none) decide (docs/clockify.md sections 1.1, 1.2 and 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.errors import ApiError, CredentialsError, ForbiddenError, RateLimitError
from reconciler.gateway.config import GatewayConfig
from reconciler.gateway.messages import Request, Response
from reconciler.text import redact

NOT_IN_PLAN = 4033
"""Clockify's code for a feature that the workspace has not paid for; comes with 400 or 403."""
DOMAIN_REFUSAL = 501
"""Clockify's code for every refusal of what was asked: validation, duplicates, unknown ids. Always with HTTP 400."""

HOURLY_HINT = "the limit looks hourly (a new Free workspace allows 30 requests an hour): wait, then run the same again; see --rate 30/h"


def error_for(request: Request, answer: Response, config: GatewayConfig) -> ApiError:
    """The error that a refusing answer is."""
    code, message = _code_and_message(answer, config)
    said = f": {message}" if message else ""
    status = answer.status
    numbers = f"HTTP {status}" + (f", code {code}" if code is not None else "")
    if status == 401:
        return _credentials(request, config, code, said)
    if status == 429:
        return RateLimitError(f"{request.name} was refused: too many requests{said}", request=request.name)
    text = f"{request.name} was refused ({numbers}){said}"
    if status == 403 or (status == 400 and code == NOT_IN_PLAN):
        return ForbiddenError(text, status=status, code=code, hint=_why_forbidden(code), request=request.name)
    if status >= 500:
        text = f"{request.name} failed on the other side ({numbers}){said}"
    return ApiError(text, status=status, code=code, hint=_advice(config, status, code), request=request.name)


def _code_and_message(answer: Response, config: GatewayConfig) -> tuple[int | None, str]:
    """Clockify's code (None where another speaks) and the message, made harmless."""
    try:
        body: Any = answer.json() if answer.body else None
    except ValueError:
        if "html" in answer.headers.get("content-type", ""):
            return None, "a web page instead of JSON, so a proxy or the gateway spoke, not Clockify"
        body = answer.body[:2000].decode("utf-8", "replace")
    code: int | None = None
    if isinstance(body, Mapping):
        number = body.get("code")
        code = number if isinstance(number, int) and not isinstance(number, bool) else None
        body = next((body[key] for key in ("message", "error", "detail") if body.get(key)), "")
        if isinstance(body, Mapping):
            body = body.get("message", "")
    return code, redact(body, (config.key,)) if isinstance(body, str) else ""


def _credentials(request: Request, config: GatewayConfig, code: int | None, said: str) -> CredentialsError:
    gateway = config.gateway
    if gateway.has_connections and code is not None:
        text = f"Clockify refused the authorisation behind the connection (HTTP 401, code {code}){said}"
        hint = "make the Clockify connection anew in your Maton account"
    else:
        text = f"{config.host} did not accept the API key (HTTP 401){said}"
        hint = f"set {gateway.variable} to a valid key" if gateway.variable else "any key will do for a plain sandbox"
    return CredentialsError(text, status=401, code=code, hint=hint, request=request.name)


def _why_forbidden(code: int | None) -> str:
    if code == NOT_IN_PLAN:
        return "the workspace's Clockify plan does not include this"
    return "the account is not in this workspace, its role is too low, or the plan does not include this"


def _advice(config: GatewayConfig, status: int, code: int | None) -> str:
    if config.gateway.has_connections and code is None:
        if status == 400:
            return "is there an ACTIVE Clockify connection? see: reconciler connections list"
        if status == 500:
            return (
                "the authorisation behind the connection may have run out; connect Clockify anew in your Maton account"
            )
    if status == 404 and code is None:
        return "check --base-url and --gateway"
    return ""

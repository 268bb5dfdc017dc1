"""Maps HTTP error responses to exceptions with a message and advice, by the table of `error_table`."""

from __future__ import annotations

from urllib.parse import urlsplit

from reconciler.errors import ApiError, ErrorOrigin, ProtocolError, RedirectError
from reconciler.gateway.config import GatewayConfig
from reconciler.gateway.messages import Request, Response
from reconciler.gateway.statuses import RequestOutcome, outcome_of
from reconciler.text import sanitize

HOURLY_HINT = "the rate limit appears to be hourly (a new Free workspace allows 30 requests per hour); wait, then run again with --rate 30/h"


def error_for(request: Request, response: Response, config: GatewayConfig) -> ApiError:
    """The exception for a response other than 2xx."""
    status = response.status
    is_unknown = outcome_of(request.method, status) is RequestOutcome.UNKNOWN
    if 300 <= status < 400:
        return _redirect_error(request, response, config, is_unknown=is_unknown)
    from reconciler.gateway.error_table import meaning_of, read_body  # noqa: PLC0415 - start-up: most requests succeed

    body = read_body(request, response, config)
    meaning = meaning_of(request, status, body, config)
    codes = f"HTTP {status}" + (f", code {body.code}" if body.code is not None else "")
    detail = f": {body.message}" if body.message else ""
    subject = meaning.subject.format(host=config.host, key=config.key_kind.value, request=request.name)
    if not subject:
        subject = f"{request.name} failed" + (": server error" if status >= 500 else "")
    return meaning.error(
        f"{subject} ({codes}){detail}",
        status=status,
        code=body.code,
        hint=meaning.advice.format(renew=config.key_advice),
        request=request.name,
        unknown=is_unknown,
        server_message=body.message,
        origin=body.origin,
    )


def _redirect_error(request: Request, response: Response, config: GatewayConfig, *, is_unknown: bool) -> ApiError:
    try:
        target = urlsplit(response.headers.get("location", "")).hostname or "another path"
    except ValueError:
        target = "another address"
    return RedirectError(
        f"{config.host} redirects to {sanitize(target, 80)} (HTTP {response.status}); "
        "redirects are not followed, to protect the API key",
        status=response.status,
        hint="check --base-url",
        request=request.name,
        unknown=is_unknown,
        origin=ErrorOrigin.PROXY,
    )


def invalid_json(request: Request, response: Response) -> ProtocolError | None:
    """The error for a 2xx whose body is not JSON (a proxy's page, a truncated response): the outcome is unknown."""
    content_type = response.headers.get("content-type", "")
    if response.is_empty or (request.method == "DELETE" and "json" not in content_type):
        return None  # any 2xx of a delete is a success (docs/clockify.md 12 #20), except a truncated JSON body
    try:
        response.json()
    except ValueError as error:
        return ProtocolError(
            f"the response to {request.name} is not JSON: {error}",
            hint="check --base-url and --gateway",
            request=request.name,
            # A GET that returns an HTML page does so again on a retry; a write may have been carried out behind the page.
            unknown=request.method != "GET" or "html" not in content_type,
        )
    return None

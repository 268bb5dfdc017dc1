"""Errors of requests. What a response means is decided in one table: `reconciler.gateway.error_table`."""

from __future__ import annotations

from enum import Enum

from reconciler.errors.base import ReconcilerError


class ErrorOrigin(Enum):
    """Who answered with an error, by the shape of the response (docs/clockify.md 1.2 and 2)."""

    CLOCKIFY = "clockify"
    """Clockify itself: JSON with one of its numeric codes, or the empty bodies that it sends with 403, 404 and 429."""
    GATEWAY = "gateway"
    """The Maton gateway: JSON without such a code, text, or an empty body."""
    PROXY = "proxy"
    """Something on the way: an HTML page or a redirect, and without Maton also plain text."""


class GatewayError(ReconcilerError):
    """Raised when a request fails. `request` is its name, `GET /path`, without host and key.

    `unknown`: the outcome is unknown; the service may have carried the request out.
    """

    def __init__(self, message: str, *, hint: str = "", request: str = "", unknown: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.request = request
        self.unknown = unknown


class NetworkError(GatewayError):
    """Raised when no complete response arrives. `sent` is False only if the request certainly was not sent.

    `rejection`: the response to the retry of a request whose first response was lost. If a read shows that the first was not
    carried out, this is the outcome.
    """

    def __init__(
        self, message: str, *, hint: str = "", request: str = "", sent: bool = True, rejection: ApiError | None = None
    ) -> None:
        super().__init__(message, hint=hint, request=request, unknown=sent)
        self.sent, self.rejection = sent, rejection


class ProtocolError(GatewayError):
    """Raised when a response violates the API contract. `is_too_large`: it is larger than what a client takes."""

    is_too_large = False


class StoppedError(GatewayError):
    """Raised instead of sending a request when the run is stopping."""

    exit_code = 130


class ApiError(GatewayError):
    """Raised for an HTTP status other than 2xx. `code` is Clockify's error code (None for an error of the gateway itself).

    `server_message` is the text of the response, redacted; `origin` who answered. `hint` is the advice. Status and method decide
    whether the outcome is unknown (`reconciler.gateway.statuses`).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: int | None = None,
        hint: str = "",
        request: str = "",
        unknown: bool = False,
        server_message: str = "",
        origin: ErrorOrigin = ErrorOrigin.CLOCKIFY,
    ) -> None:
        super().__init__(message, hint=hint, request=request, unknown=unknown)
        self.status = status
        self.code = code
        self.server_message = server_message
        self.origin = origin


class RedirectError(ApiError):
    """Raised for a redirect: none is followed, because the key is in its headers."""


class InvalidRequestError(ApiError):
    """Raised for 400: the request is refused as it is."""


class DomainError(InvalidRequestError):
    """Raised for 400 with code 501, Clockify's refusals: validation, a name in use, an unknown id, an active object to delete."""


class MalformedRequestError(InvalidRequestError):
    """Raised for 400 with code 3000, 3001 or 3002: a parameter or a body that the API does not understand."""


class MissingConnectionError(InvalidRequestError):
    """Raised for a 400 of the gateway itself: the account has no Clockify connection, or not the one that was named."""


class CredentialsError(ApiError):
    """Raised for 401: the key, or the authorisation of the connection behind the gateway, is missing or invalid."""


class KeyRejectedError(CredentialsError):
    """Raised when the API key or the access token is missing, wrong or revoked: 401 of the gateway, or code 4003 of Clockify."""


class AddonTokenError(CredentialsError):
    """Raised for 401 with code 4017: the add-on token is invalid or expired."""


class KeyHeaderError(CredentialsError):
    """Raised for 401 with code 1000: the request reached Clockify with no key, or with several."""


class ConnectionAuthorisationError(CredentialsError):
    """Raised for a 401 of Clockify behind the gateway: the connection's authorisation is invalid."""


class ForbiddenError(ApiError):
    """Raised for 403: the role or the subscription plan does not allow the request, or the workspace is another account's."""


class AccessDeniedError(ForbiddenError):
    """Raised for 403: the account is not in the workspace, the workspace is unknown, or the role is too low."""


class NotInPlanError(ForbiddenError):
    """Raised for code 4033, with 400 or 403: the subscription plan of the workspace does not include the feature."""


class EntryLockedError(ForbiddenError):
    """Raised for 403 with code 1003: the time entry is in a locked period."""


class EntryApprovedError(ForbiddenError):
    """Raised for 403 with code 4005: the time entry is approved."""


class ManualTimeError(ForbiddenError):
    """Raised for 403 with code 4030: the workspace allows timers only."""


class NotFoundError(ApiError):
    """Raised for 404. Clockify answers an unknown id inside a workspace with 400, see DomainError."""


class RouteError(NotFoundError):
    """Raised for 404 with code 3000: the API has no such path."""


class NoRunningTimerError(NotFoundError):
    """Raised for 404 with code 404 when a timer is to be stopped and none is running."""


class MethodNotAllowedError(ApiError):
    """Raised for 405: the path does not support the method."""


class RateLimitError(ApiError):
    """Raised for 429 after the last retry. `retry_after` is the requested wait in seconds, None if the response has none."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 429,
        code: int | None = None,
        retry_after: float | None = None,
        hint: str = "",
        request: str = "",
        unknown: bool = False,
        server_message: str = "",
        origin: ErrorOrigin = ErrorOrigin.CLOCKIFY,
    ) -> None:
        super().__init__(
            message,
            status=status,
            code=code,
            hint=hint,
            request=request,
            unknown=unknown,
            server_message=server_message,
            origin=origin,
        )
        self.retry_after = retry_after


class ServerError(ApiError):
    """Raised for 5xx. For a write the outcome is unknown."""


class ConnectionExpiredError(ServerError):
    """Raised for a 500 of the gateway itself: the authorisation of the connection may have expired."""

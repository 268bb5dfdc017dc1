"""Authentication: the gateway's bearer key and Clockify's own header (docs/clockify.md sections 1.1 and 2)."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.sandbox.errors import ErrorResponse, gateway


def authenticate_direct(headers: Mapping[str, str], key: str) -> str:
    """The key of a direct request. Exactly one of two headers is valid; none, both, or a bearer key is 401 with code 1000."""
    given = [name for name in ("x-api-key", "x-addon-token") if name in headers]
    if len(given) != 1:
        raise ErrorResponse(401, 1000, "Multiple or none auth tokens present")
    value = headers[given[0]]
    if not value or (key and value != key):
        if given == ["x-addon-token"]:
            raise ErrorResponse(401, 4017, "Token is not valid")
        raise ErrorResponse(401, 4003, "Api key does not exist")
    return value


def authenticate_gateway(headers: Mapping[str, str], key: str) -> str:
    """The key of a request to the gateway; 401 without a numeric code if it is missing or wrong."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not value.strip() or (key and value.strip() != key):
        raise gateway(401, "Invalid or missing Maton API key")
    return value.strip()

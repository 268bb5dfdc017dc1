"""Error responses: which exception they become, and what their messages never quote."""

import json

import pytest

from reconciler.errors import (
    ApiError,
    CredentialsError,
    ErrorOrigin,
    ForbiddenError,
    ProtocolError,
    ReconcilerError,
)
from reconciler.gateway import GatewayConfig
from reconciler.gateway.error_mapping import error_for
from reconciler.gateway.messages import Request, Response
from tests.gateway.fake_service import KEY, Reply, Service, error_reply, reader_of


def error_of(reply: Reply, gateway: str = "maton") -> ReconcilerError:
    with pytest.raises(ReconcilerError) as caught:
        reader_of(Service([reply] * 5), gateway).user()
    return caught.value


@pytest.mark.parametrize("code", [1000, 4003, 4017])
def test_clockifys_own_401_behind_maton_means_the_connection(code: int) -> None:
    error = error_of(error_reply(401, code, "Api key does not exist"))
    assert isinstance(error, CredentialsError)
    assert error.code == code
    assert "reconnect" in error.hint
    assert "MATON_API_KEY" not in error.hint


@pytest.mark.parametrize(
    "reply",
    [
        error_reply(401),
        error_reply(401, 401, "invalid key"),
        error_reply(401, 0),
        error_reply(401, 16, "UNAUTHENTICATED"),
        Reply(b"", 401),
        Reply(b"nope", 401),
        Reply({"code": "401"}, 401),
        Reply({"code": "4003"}, 401),
    ],
)
def test_a_401_without_clockifys_code_means_the_maton_key(reply: Reply) -> None:
    error = error_of(reply)
    assert isinstance(error, CredentialsError)
    assert "MATON_API_KEY" in error.hint


def test_a_401_of_a_direct_gateway_means_the_clockify_key() -> None:
    assert "CLOCKIFY_API_KEY" in error_of(error_reply(401, 4003), "clockify").hint


@pytest.mark.parametrize(
    "reply", [error_reply(403, 501, "Access Denied"), Reply(b"", 403), error_reply(400, 4033), error_reply(403, 4033)]
)
def test_role_and_subscription_plan_errors_are_forbidden_errors(reply: Reply) -> None:
    error = error_of(reply)
    assert isinstance(error, ForbiddenError)
    assert error.hint


@pytest.mark.parametrize("reply", [error_reply(403, 4033), error_reply(400, 4033)])
def test_a_plan_that_is_too_small_has_a_hint_of_its_own(reply: Reply) -> None:
    assert error_of(reply).hint == "the Clockify subscription plan of the workspace does not include this feature"


@pytest.mark.parametrize("code", [None, 501])
def test_a_role_that_is_too_low_has_a_hint_of_its_own(code: int | None) -> None:
    assert error_of(error_reply(403, code, "Access Denied")).hint == (
        "the account is not a member of this workspace, or its role or subscription plan does not allow this"
    )


@pytest.mark.parametrize("status", [300, 399])
def test_a_redirect_is_not_followed_and_hints_at_the_address(status: int) -> None:
    error = error_of(Reply(b"", status, {"Location": "https://elsewhere.example/api"}))
    assert f"redirects to elsewhere.example (HTTP {status})" in error.message
    assert error.hint == "check --base-url"


def test_a_redirect_to_something_that_is_no_address_is_named_without_it() -> None:
    assert "redirects to another address" in error_of(Reply(b"", 301, {"Location": "https://[x"})).message
    assert "redirects to another path" in error_of(Reply(b"", 301, {"Location": "/elsewhere"})).message


@pytest.mark.parametrize(("length", "named"), [(80, "x" * 80), (81, "x" * 79 + "…")])
def test_a_redirect_to_a_long_name_is_cut(length: int, named: str) -> None:
    error = error_of(Reply(b"", 301, {"Location": f"https://{'x' * length}/"}))
    assert f"redirects to {named} (HTTP 301)" in error.message


def test_a_400_is_a_refusal_and_not_a_redirect() -> None:
    error = error_of(error_reply(400, 501, "Name is taken"))
    assert isinstance(error, ApiError)
    assert error.message == "GET /clockify/api/v1/user failed (HTTP 400, code 501): Name is taken"
    assert (error.hint, error.unknown) == ("", False)


@pytest.mark.parametrize(
    ("gateway", "status", "code", "hint"),
    [
        (
            "maton",
            400,
            None,
            "connect Clockify: reconciler connections create; to see the connections: reconciler connections list",
        ),
        ("maton", 400, 501, ""),
        ("maton", 404, None, "check --base-url and --gateway"),
        ("maton", 404, 404, ""),
        (
            "maton",
            500,
            None,
            "the authorisation of the connection may have expired; reconnect Clockify: reconciler connections create",
        ),
        ("maton", 500, 501, ""),
        ("maton", 502, None, ""),
        ("clockify", 400, None, ""),
        ("clockify", 404, None, "check --base-url and --gateway"),
        ("clockify", 500, None, ""),
    ],
)
def test_what_to_do_depends_on_the_gateway_and_on_who_answered(
    gateway: str, status: int, code: int | None, hint: str
) -> None:
    body = {"message": "No"} if code is None else {"message": "No", "code": code}
    response = Response(status, {}, json.dumps(body).encode())
    assert error_for(Request("GET", "/x"), response, GatewayConfig(gateway, key=KEY)).hint == hint


@pytest.mark.parametrize(
    ("status", "words", "unknown"),
    [
        (499, "failed (HTTP 499, code 7): No", True),
        (500, "failed: server error (HTTP 500, code 7): No", True),
        (501, "failed: server error (HTTP 501, code 7): No", True),
    ],
)
def test_an_error_of_the_server_is_called_one(status: int, words: str, *, unknown: bool) -> None:
    response = Response(status, {}, json.dumps({"code": 7, "message": "No"}).encode())
    error = error_for(Request("POST", "/x"), response, GatewayConfig("clockify", key=KEY))
    assert (error.message, error.status, error.code, error.unknown) == (f"POST /x {words}", status, 7, unknown)


def test_a_400_without_a_code_is_matons_and_hints_at_the_connection() -> None:
    error = error_of(error_reply(400, None, "no connection"))
    assert isinstance(error, ApiError)
    assert error.code is None
    assert "reconciler connections create" in error.hint


def test_a_domain_error_keeps_status_code_and_message_in_any_language() -> None:
    error = error_of(error_reply(400, 501, "No se puede eliminar un proyecto activo"))
    assert isinstance(error, ApiError)
    assert (error.status, error.code) == (400, 501)
    assert "No se puede eliminar un proyecto activo" in error.message
    assert error.request == "GET /clockify/api/v1/user"


def test_a_500_of_maton_hints_at_an_expired_authorisation() -> None:
    assert "connection" in error_of(error_reply(500)).hint


@pytest.mark.parametrize("key", ["message", "error", "detail"])
def test_the_message_is_read_from_any_shape_of_error_body(key: str) -> None:
    assert "bad gateway day" in error_of(Reply({key: "bad gateway day"}, 418)).message
    assert "bad gateway day" in error_of(Reply({key: {"message": "bad gateway day"}}, 418)).message


def test_an_html_error_page_is_named_and_not_quoted() -> None:
    error = error_of(Reply(b"<html><script>alert(1)</script></html>", 502, {"Content-Type": "text/html"}))
    assert isinstance(error, ApiError)
    assert "HTML page" in error.message
    assert "<" not in error.message


@pytest.mark.parametrize(
    "message",
    [
        f"key {KEY} unknown",
        "Authorization: Bearer abc.s3cret.def",
        'headers {"X-Api-Key": "abc.s3cret"}',
        "open https://connect.maton.ai/?session_token=s3cret now",
        "connect.maton.ai/s3cret",
        "Required request body is missing: public com.clockify.s3cret.Dto com.clockify.Api.create(java.lang.String)",
    ],
)
def test_messages_never_quote_secrets_or_java_signatures(message: str) -> None:
    error = error_of(error_reply(400, 3002, message))
    shown = f"{error.message} {error.hint} {error!r}"
    for secret in (KEY, "s3cret", "com.clockify"):
        assert secret not in shown


def test_a_message_is_one_short_line_without_control_characters() -> None:
    error = error_of(error_reply(400, 501, "a\x1b[31m\r\n::error::\u202eb\u2028" + "x" * 5000))
    assert error.message.isprintable()
    assert len(error.message) < 450


@pytest.mark.parametrize("body", [b"<html>", b"", b"[1]", b'"text"', b"[" * 100_000, b"\xff\xfe"])
def test_a_success_that_is_not_an_object_is_a_protocol_error(body: bytes) -> None:
    assert isinstance(error_of(Reply(body)), ProtocolError)


JSON, TEXT, HTML, EMPTY = "JSON", "text", "HTML", "empty"
BODIES = {
    JSON: (b'{"error":"No"}', "application/json"),
    TEXT: (b"No", "text/plain"),
    HTML: (b"<!doctype html><p>No", "text/html"),
    EMPTY: (b"", ""),
}


def meaning(gateway: str, method: str, status: int, shape: str | int, path: str = "/x") -> ApiError:
    """The error for a response: with a body of this shape, or with this code of Clockify."""
    body, kind = (
        (json.dumps({"message": "No", "code": shape}).encode(), "application/json")
        if isinstance(shape, int)
        else BODIES[shape]
    )
    response = Response(status, {"content-type": kind}, body)
    return error_for(Request(method, path), response, GatewayConfig(gateway, key=KEY))


@pytest.mark.parametrize(
    ("method", "status", "code", "error"),
    [
        ("POST", 400, 501, "DomainError"),
        ("GET", 400, 3000, "MalformedRequestError"),
        ("GET", 400, 3001, "MalformedRequestError"),
        ("POST", 400, 3002, "MalformedRequestError"),
        ("POST", 400, 4033, "NotInPlanError"),
        ("POST", 403, 4033, "NotInPlanError"),
        ("PUT", 403, 1003, "EntryLockedError"),
        ("PUT", 403, 4005, "EntryApprovedError"),
        ("POST", 403, 4030, "ManualTimeError"),
        ("GET", 403, 501, "AccessDeniedError"),
        ("PATCH", 404, 404, "NoRunningTimerError"),
        ("GET", 404, 404, "NotFoundError"),
        ("GET", 404, 3000, "RouteError"),
        ("GET", 404, 2999, "NotFoundError"),
        ("GET", 405, 3000, "MethodNotAllowedError"),
        ("GET", 429, 501, "RateLimitError"),
        ("GET", 500, 501, "ServerError"),
        ("GET", 599, 501, "ServerError"),
        ("GET", 600, 501, "ApiError"),
        ("GET", 400, 100, "InvalidRequestError"),
        ("GET", 418, 501, "ApiError"),
    ],
)
@pytest.mark.parametrize("gateway", ["maton", "clockify"])
def test_each_code_of_clockify_has_its_class_on_both_gateways(
    gateway: str, method: str, status: int, code: int, error: str
) -> None:
    found = meaning(gateway, method, status, code)
    assert (type(found).__name__, found.status, found.code) == (error, status, code)
    assert (found.server_message, found.origin) == ("No", ErrorOrigin.CLOCKIFY)


@pytest.mark.parametrize(
    ("code", "error"), [(1000, "KeyHeaderError"), (4003, "KeyRejectedError"), (4017, "AddonTokenError")]
)
def test_a_401_is_about_the_key_directly_and_about_the_connection_behind_maton(code: int, error: str) -> None:
    direct = meaning("clockify", "GET", 401, code)
    assert type(direct).__name__ == error
    assert "CLOCKIFY_API_KEY" in direct.hint
    assert type(meaning("maton", "GET", 401, code)).__name__ == "ConnectionAuthorisationError"


@pytest.mark.parametrize(
    ("status", "shape", "error", "origin"),
    [
        (400, JSON, "MissingConnectionError", ErrorOrigin.GATEWAY),
        (400, TEXT, "MissingConnectionError", ErrorOrigin.GATEWAY),
        (400, EMPTY, "MissingConnectionError", ErrorOrigin.GATEWAY),
        (400, 400, "MissingConnectionError", ErrorOrigin.GATEWAY),
        (400, 3, "MissingConnectionError", ErrorOrigin.GATEWAY),
        (400, HTML, "InvalidRequestError", ErrorOrigin.PROXY),
        (401, JSON, "KeyRejectedError", ErrorOrigin.GATEWAY),
        (400, 99, "MissingConnectionError", ErrorOrigin.GATEWAY),
        (401, 401, "KeyRejectedError", ErrorOrigin.GATEWAY),
        (401, 501, "KeyRejectedError", ErrorOrigin.GATEWAY),
        (401, EMPTY, "KeyRejectedError", ErrorOrigin.GATEWAY),
        (403, JSON, "AccessDeniedError", ErrorOrigin.GATEWAY),
        (403, EMPTY, "AccessDeniedError", ErrorOrigin.CLOCKIFY),
        (404, EMPTY, "NotFoundError", ErrorOrigin.CLOCKIFY),
        (404, TEXT, "NotFoundError", ErrorOrigin.GATEWAY),
        (429, EMPTY, "RateLimitError", ErrorOrigin.CLOCKIFY),
        (500, JSON, "ConnectionExpiredError", ErrorOrigin.GATEWAY),
        (500, EMPTY, "ConnectionExpiredError", ErrorOrigin.GATEWAY),
        (500, HTML, "ServerError", ErrorOrigin.PROXY),
        (502, HTML, "ServerError", ErrorOrigin.PROXY),
        (502, JSON, "ServerError", ErrorOrigin.GATEWAY),
    ],
)
def test_the_gateways_own_errors_are_told_apart_under_every_shape(
    status: int, shape: str | int, error: str, origin: ErrorOrigin
) -> None:
    found = meaning("maton", "GET", status, shape)
    assert (type(found).__name__, found.origin, found.code) == (error, origin, None)


@pytest.mark.parametrize("shape", [JSON, TEXT, EMPTY, 501, 4003])
def test_an_error_of_the_connections_is_always_the_gateways(shape: str | int) -> None:
    assert meaning("maton", "GET", 400, shape, "/connections").origin is ErrorOrigin.GATEWAY
    assert type(meaning("maton", "GET", 400, shape, "/connections/c1")).__name__ == "InvalidRequestError"
    assert type(meaning("maton", "GET", 401, shape, "/connections")).__name__ == "KeyRejectedError"


def test_directly_only_a_page_or_a_text_is_not_clockifys() -> None:
    origins = {shape: meaning("clockify", "GET", 502, shape).origin for shape in (JSON, EMPTY, TEXT, HTML)}
    assert origins == {
        JSON: ErrorOrigin.CLOCKIFY, EMPTY: ErrorOrigin.CLOCKIFY, TEXT: ErrorOrigin.PROXY, HTML: ErrorOrigin.PROXY,
    }  # fmt: skip

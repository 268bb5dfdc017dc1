"""Requests and responses as values."""

from __future__ import annotations

import pytest

from reconciler.errors import ProtocolError
from reconciler.gateway.messages import MAX_RESPONSE_BYTES, Request, Response, decimal_header, path_of, too_large


def test_a_response_may_have_64_mib() -> None:
    assert MAX_RESPONSE_BYTES == 64 * 2**20
    error = too_large("h", Request("GET", "/x"), MAX_RESPONSE_BYTES)
    assert "larger than 64 MiB" in error.message
    assert error.request == "GET /x"


@pytest.mark.parametrize(("status", "is_success"), [(199, False), (200, True), (299, True), (300, False)])
def test_a_2xx_is_a_success(status: int, *, is_success: bool) -> None:
    assert Response(status).is_success is is_success


@pytest.mark.parametrize(
    ("parts", "path"), [(("a", "b c"), "/a/b%20c"), (("a/b", "ä"), "/a%2Fb/%C3%A4"), (("...",), "/...")]
)
def test_parts_of_a_path_are_encoded(parts: tuple[str, ...], path: str) -> None:
    assert path_of(*parts) == path


@pytest.mark.parametrize("part", ["", ".", ".."])
def test_a_part_that_would_change_the_path_is_refused(part: str) -> None:
    with pytest.raises(ProtocolError, match="it would change the path of the request"):
        path_of("workspaces", part, "tags")


def test_a_request_is_named_without_its_query_and_a_write_that_is_answered_too_largely_is_in_doubt() -> None:
    request = Request("PUT", "/x", (("a", "b c"),), {"k": "ä"})
    assert (request.name, request.target, request.content()) == ("PUT /x", "/x?a=b+c", '{"k":"ä"}'.encode())
    assert (Request("GET", "/x").target, Request("GET", "/x").content()) == ("/x", b"")
    assert [too_large("h", Request(method, "/x"), 1 << 19).unknown for method in ("GET", "PUT")] == [False, True]
    assert "larger than 0.5 MiB" in too_large("h", request, 1 << 19).message


@pytest.mark.parametrize(
    ("value", "number"),
    [("", None), (" 12 ", 12), ("-1", None), ("1.5", None), ("many", None), ("9" * 5000, 10**19 - 1)],
)
def test_a_header_that_counts_is_a_number_or_nothing(value: str, number: int | None) -> None:
    assert decimal_header({"total-count": value}, "total-count") == number
    assert decimal_header({}, "total-count") is None

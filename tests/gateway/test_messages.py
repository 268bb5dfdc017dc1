"""Requests and responses as values."""

from __future__ import annotations

import pytest

from reconciler.gateway.messages import MAX_RESPONSE_BYTES, Request, Response, too_large


def test_a_response_may_have_64_mib() -> None:
    assert MAX_RESPONSE_BYTES == 64 * 2**20
    error = too_large("h", Request("GET", "/x"), MAX_RESPONSE_BYTES)
    assert "larger than 64 MiB" in error.message
    assert error.request == "GET /x"


@pytest.mark.parametrize(("status", "is_success"), [(199, False), (200, True), (299, True), (300, False)])
def test_a_2xx_is_a_success(status: int, *, is_success: bool) -> None:
    assert Response(status).is_success is is_success

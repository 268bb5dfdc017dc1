"""The table of error responses: the row that covers one says its class."""

from __future__ import annotations

import pytest

from reconciler.errors import ErrorOrigin
from reconciler.gateway import GatewayConfig
from reconciler.gateway.error_table import MEANINGS, ErrorBody
from reconciler.gateway.messages import Request
from tests.gateway.fake_service import KEY

DIRECT = GatewayConfig("clockify", key=KEY)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, 2999, "InvalidRequestError"),
        (400, 3000, "MalformedRequestError"),
        (400, 3001, "MalformedRequestError"),
        (400, 3002, "MalformedRequestError"),
        (400, 3003, "InvalidRequestError"),
        (401, 3000, "KeyRejectedError"),
    ],
)
def test_a_400_with_one_of_three_codes_is_a_malformed_request(status: int, code: int, error: str) -> None:
    body = ErrorBody(code, "No", ErrorOrigin.CLOCKIFY)
    found = next(row for row in MEANINGS if row.covers(Request("GET", "/x"), status, body, DIRECT))
    assert found.error.__name__ == error

"""The table of error responses: which row is about a response, by its status, its code, and who is in between."""

from __future__ import annotations

import pytest

from reconciler.errors import ErrorOrigin
from reconciler.gateway import GatewayConfig
from reconciler.gateway.error_table import MEANINGS, ErrorBody
from reconciler.gateway.messages import Request
from tests.gateway.fake_service import KEY


@pytest.mark.parametrize(
    ("gateway", "status", "code", "error"),
    [
        ("maton", 401, 1000, "ConnectionAuthorisationError"),
        ("maton", 401, 4003, "ConnectionAuthorisationError"),
        ("maton", 401, 4017, "ConnectionAuthorisationError"),
        ("maton", 401, 4016, "KeyRejectedError"),
        ("maton", 401, None, "KeyRejectedError"),
        ("clockify", 400, 2999, "InvalidRequestError"),
        ("clockify", 400, 3000, "MalformedRequestError"),
        ("clockify", 400, 3001, "MalformedRequestError"),
        ("clockify", 400, 3002, "MalformedRequestError"),
        ("clockify", 400, 3003, "InvalidRequestError"),
        ("clockify", 401, 1000, "KeyHeaderError"),
        ("clockify", 401, 3000, "KeyRejectedError"),
        ("clockify", 401, 4017, "AddonTokenError"),
        ("clockify", 403, 1003, "EntryLockedError"),
        ("clockify", 403, 4005, "EntryApprovedError"),
        ("clockify", 403, 4030, "ManualTimeError"),
        ("clockify", 403, 501, "AccessDeniedError"),
        ("clockify", 404, 4030, "NotFoundError"),
    ],
)
def test_the_first_row_that_covers_a_response_is_its_meaning(
    gateway: str, status: int, code: int | None, error: str
) -> None:
    config = GatewayConfig(gateway, key=KEY)
    body = ErrorBody(code, "No", ErrorOrigin.CLOCKIFY)
    found = next(row for row in MEANINGS if row.covers(Request("GET", "/x"), status, body, config))
    assert found.error.__name__ == error

"""The table of methods and statuses: refused, unknown or retried."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reconciler.errors import ApiError, GatewayError
from reconciler.gateway import Writer
from reconciler.gateway.statuses import RequestOutcome, outcome_of
from reconciler.kinds import CLIENT, PROJECT
from tests.gateway.fake_service import Reply, Service, error_reply, writer_of

CALLS: dict[str, Callable[[Writer], object]] = {
    "GET": lambda writer: writer.get(CLIENT, "w", "c1"),
    "POST": lambda writer: writer.create(CLIENT, "w", {"name": "Acme"}),
    "PUT": lambda writer: writer.update(CLIENT, "w", "c1", {"name": "Acme"}),
    "PATCH": lambda writer: writer.patch(PROJECT, "w", "p1", "estimate", {}),
    "DELETE": lambda writer: writer.delete(CLIENT, "w", "c1"),
}
REFUSED = (400, 401, 402, 403, 404, 405, 406, 410, 412, 413, 415, 418, 422, 423, 428, 431, 451)
REDIRECTS = (300, 301, 302, 303, 304, 307, 308)
TRANSIENT = (408, 425, 499, 500, 502, 503, 504)
OTHER_UNKNOWN = (409, 501, 505, 507, 511, 520, 522, 524, 599)


def failure(method: str, status: int, code: int | None = None) -> tuple[ApiError, int]:
    """The error of a request that is always answered with this status, and the number of attempts."""
    service = Service(lambda _: error_reply(status, code))
    with pytest.raises(ApiError) as caught:
        CALLS[method](writer_of(service))
    return caught.value, len(service.requests)


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("status", REFUSED)
def test_a_refusal_is_not_unknown_and_not_retried(method: str, status: int) -> None:
    error, attempts = failure(method, status, 501)
    assert (error.status, error.unknown, attempts) == (status, False, 1)


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("status", REDIRECTS + OTHER_UNKNOWN)
def test_an_unknown_outcome_of_a_write_is_not_retried_blindly(method: str, status: int) -> None:
    error, attempts = failure(method, status)
    assert (error.status, error.unknown, attempts) == (status, method != "GET", 1)


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("status", TRANSIENT)
def test_a_transient_status_is_retried_where_repeating_is_safe(method: str, status: int) -> None:
    error, attempts = failure(method, status)
    is_idempotent = method in ("GET", "PUT", "DELETE")
    assert (error.status, error.unknown, attempts) == (status, method != "GET", 5 if is_idempotent else 1)


@pytest.mark.parametrize("method", CALLS)
def test_429_is_retried_and_carries_nothing_out(method: str) -> None:
    error, attempts = failure(method, 429)
    assert (error.status, error.unknown, attempts) == (429, False, 5)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("status", [303, 400, 404, 409])
def test_whatever_answers_the_retry_of_a_lost_write_its_outcome_is_unknown(method: str, status: int) -> None:
    with pytest.raises(GatewayError) as caught:
        CALLS[method](writer_of(Service([Reply(lost=True), error_reply(status)])))
    assert caught.value.unknown


@pytest.mark.parametrize("method", CALLS)
def test_every_status_has_one_outcome(method: str) -> None:
    for status in range(100, 600):
        outcome = outcome_of(method, status)
        assert (outcome is RequestOutcome.DONE) == (200 <= status < 300)
        assert (outcome is RequestOutcome.NOT_CARRIED_OUT) == (status == 429)
        if method == "GET":
            assert outcome is not RequestOutcome.UNKNOWN
        elif status >= 500 or 300 <= status < 400:
            assert outcome is RequestOutcome.UNKNOWN

"""Retries as the service sees them."""

from email.utils import formatdate

import pytest

from reconciler.errors import ApiError, NetworkError, RateLimitError, StoppedError
from reconciler.gateway import Paused, Writer, open_reader, open_writer
from reconciler.gateway.error_mapping import HOURLY_HINT
from reconciler.gateway.rate_limit import Limiter
from reconciler.gateway.requests import _LATENCY_WEIGHT
from reconciler.gateway.retry import RetryPolicy, may_retry, retry_after
from reconciler.kinds import CLIENT, PROJECT, TAG
from tests.clock import Time
from tests.gateway.fake_service import (
    ReceivedRequest,
    Reply,
    Service,
    config_for,
    error_reply,
    page,
    reader_of,
    writer_of,
)

OK = Reply({"id": "c1", "name": "Acme"})
LOST = Reply(lost=True)


@pytest.mark.parametrize(
    "failure", [error_reply(500), error_reply(502), error_reply(503), error_reply(504), error_reply(429), LOST]
)
def test_a_read_is_retried_after_a_transient_error(failure: Reply) -> None:
    service, time = Service([failure, failure, OK]), Time()
    assert reader_of(service, time=time).get(CLIENT, "w", "c1")["name"] == "Acme"
    assert len(service.requests) == 3
    assert [nap for nap in time.naps if nap >= 1] == [1.0, 2.0]


def test_requests_in_flight_are_those_that_the_latency_needs() -> None:
    time = Time()

    def slowly(_: ReceivedRequest) -> Reply:
        time.seconds += seconds.pop(0)
        return OK

    seconds = [0.5, 1.5]
    reader = reader_of(Service(slowly), time=time)
    assert reader.requests_in_flight == 0
    for latency in (0.5, 0.5 + _LATENCY_WEIGHT * 1.0):
        reader.get(CLIENT, "w", "c1")
        assert reader.requests_in_flight == pytest.approx(reader._pipeline.per_second * latency)


def test_requests_and_retries_are_counted() -> None:
    reader = reader_of(Service([error_reply(500), error_reply(502), OK, OK]))
    assert (reader.requests, reader.retries) == (0, 0)
    reader.get(CLIENT, "w", "c1")
    assert (reader.requests, reader.retries) == (3, 2)
    reader.get(CLIENT, "w", "c1")
    assert (reader.requests, reader.retries) == (4, 2)


def test_retries_end_after_five_attempts() -> None:
    service = Service([error_reply(503)] * 9)
    with pytest.raises(ApiError) as caught:
        reader_of(service).user()
    assert caught.value.status == 503
    assert len(service.requests) == 5


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 422, 501])
def test_a_permanent_error_is_not_retried(status: int) -> None:
    service = Service([error_reply(status, 501)])
    with pytest.raises(ApiError):
        reader_of(service).user()
    assert len(service.requests) == 1


def test_an_update_and_a_delete_are_retried() -> None:
    service = Service([LOST, error_reply(502), OK, error_reply(503), OK])
    writer = writer_of(service)
    assert writer.update(CLIENT, "w", "c1", {"name": "Acme"}) == OK.body
    writer.delete(CLIENT, "w", "c1")
    assert [request.method for request in service.requests] == ["PUT", "PUT", "PUT", "DELETE", "DELETE"]


@pytest.mark.parametrize("end", [[error_reply(429, retry_after="3000")], [error_reply(429)] * 4])
def test_an_update_whose_first_response_was_lost_stays_in_doubt_however_its_last_attempt_ends(end: list[Reply]) -> None:
    with pytest.raises(RateLimitError) as caught:
        writer_of(Service([LOST, *end])).update(CLIENT, "w", "c1", {"name": "Acme"})
    assert caught.value.unknown


@pytest.mark.parametrize("failure", [LOST, error_reply(500), error_reply(502), error_reply(503), error_reply(504)])
def test_a_create_is_not_retried_after_an_unknown_outcome(failure: Reply) -> None:
    service = Service([failure])
    with pytest.raises((ApiError, NetworkError)) as caught:
        writer_of(service).create(CLIENT, "w", {"name": "Acme"})
    assert getattr(caught.value, "sent", True)
    assert len(service.requests) == 1


def test_a_patch_is_not_retried_after_an_unknown_outcome() -> None:
    service = Service([LOST])
    with pytest.raises(NetworkError) as caught:
        writer_of(service).patch(PROJECT, "w", "p1", "estimate", {"timeEstimate": {}})
    assert caught.value.sent
    assert len(service.requests) == 1


def test_a_create_is_retried_after_429_which_carries_nothing_out() -> None:
    service = Service([error_reply(429), OK])
    assert writer_of(service).create(CLIENT, "w", {"name": "Acme"}) == OK.body
    assert [request.body for request in service.requests] == [{"name": "Acme"}] * 2


def test_a_delete_that_fails_after_its_response_was_lost_has_an_unknown_outcome() -> None:
    service = Service([LOST, error_reply(400, 501, "Client doesn't belong to Workspace")])
    with pytest.raises(NetworkError, match="outcome is unknown") as caught:
        writer_of(service).delete(CLIENT, "w", "c1")
    assert caught.value.sent
    assert caught.value.request == "DELETE /clockify/api/v1/workspaces/w/clients/c1"


def test_retry_after_in_seconds_is_honoured() -> None:
    service, time = Service([error_reply(429, retry_after="7"), OK]), Time()
    reader_of(service, time=time).user()
    assert 7.0 in time.naps


def test_retry_after_as_a_date_is_honoured() -> None:
    time = Time()
    service = Service([error_reply(503, retry_after=formatdate(time.seconds + 9, usegmt=True)), OK])
    reader_of(service, time=time).user()
    assert 9.0 in time.naps


def test_a_long_retry_after_is_an_error_that_hints_at_an_hourly_limit() -> None:
    service, time = Service([error_reply(429, retry_after="1800")]), Time()
    with pytest.raises(RateLimitError, match="30 min") as caught:
        reader_of(service, time=time).user()
    assert caught.value.retry_after == 1800
    assert "hour" in caught.value.hint
    assert time.naps == []


@pytest.mark.parametrize("body", [b"", b"Too many requests", b"{}", b"null"])
def test_429_without_retry_after_or_body_ends_after_all_retries(body: bytes) -> None:
    service = Service([Reply(body, 429)] * 5)
    with pytest.raises(RateLimitError, match="5 attempts") as caught:
        reader_of(service).user()
    assert caught.value.retry_after is None
    assert "hour" in caught.value.hint


@pytest.mark.parametrize(("wait", "naps"), [("60", [60.0]), ("61", []), ("1800", [])])
def test_a_wait_of_a_minute_is_the_longest(wait: str, naps: list[float]) -> None:
    service, time = Service([error_reply(503, retry_after=wait), OK]), Time()
    reader = reader_of(service, time=time)
    if naps:
        reader.user()
    else:
        with pytest.raises(ApiError) as caught:
            reader.user()
        assert caught.value.status == 503
    assert [nap for nap in time.naps if nap >= 1] == naps


@pytest.mark.parametrize(("wait", "words"), [("61", "61 s"), ("119", "119 s"), ("120", "2 min"), ("1800", "30 min")])
def test_a_rate_limit_that_asks_for_a_long_wait_says_how_long(wait: str, words: str) -> None:
    with pytest.raises(RateLimitError) as caught:
        reader_of(Service([error_reply(429, retry_after=wait)])).user()
    assert caught.value.message.endswith(f"; the service requires a wait of {words}")
    assert caught.value.hint == HOURLY_HINT


def test_429_reduces_the_rate() -> None:
    service, time = Service([error_reply(429), OK, OK, OK]), Time()
    with reader_of(service, time=time) as reader:
        reader.user()
        before = time.seconds
        reader.user()
        assert time.seconds - before > 1e-5  # 100000/s, halved


def test_every_attempt_counts_as_a_request() -> None:
    service = Service([error_reply(503), LOST, page([])])
    reader = reader_of(service)
    reader.workspaces()
    assert reader.requests == 3


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("3", 3.0),
        ("0", 0.0),
        ("-5", 0.0),
        ("1.5", 1.5),
        ("nan", None),
        ("inf", None),
    ],
)
def test_a_retry_after_header_is_parsed(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, 0.0) == seconds


def test_pauses_double_up_to_a_limit_with_jitter() -> None:
    retry_policy = RetryPolicy()
    assert [retry_policy.pause(n, lambda: 1.0) for n in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]
    assert (retry_policy.pause(3, lambda: 0.0), retry_policy.pause(3, lambda: 0.5)) == (2, 3)
    assert retry_policy.pause(10_000, lambda: 1.0) == 30


def test_pauses_grow_beyond_the_limit_only_with_wait_for_quota() -> None:
    retry_policy = RetryPolicy(wait_for_quota=True)
    assert [retry_policy.pause(n, lambda: 1.0) for n in range(4, 12)] == [8, 16, 32, 64, 128, 256, 300, 300]


def test_the_last_ordinary_attempt_has_an_ordinary_pause() -> None:
    retry_policy = RetryPolicy(attempts=3, first_pause=20.0, wait_for_quota=True)
    assert [retry_policy.pause(n, lambda: 1.0) for n in range(1, 6)] == [20, 30, 30, 160, 300]


def test_every_answer_but_a_429_lets_the_rate_recover(monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[str] = []
    monkeypatch.setattr(Limiter, "accept", lambda *_: noted.append("accept"))
    monkeypatch.setattr(Limiter, "slow_down", lambda *_: noted.append("slow down"))
    reader_of(Service([error_reply(429), LOST, error_reply(503), OK]), time=Time()).get(CLIENT, "w", "c1")
    assert noted == ["slow down", "accept", "accept"]


def _stopping(after: int) -> tuple[Service, Writer]:
    """A writer to a service that loses every answer; the run stops after some requests."""
    service = Service(lambda _: Reply(lost=True))
    clock = Time().stoppable(lambda: len(service.requests) >= after)
    return service, open_writer(config_for(service), clock=clock)


def test_a_stop_before_the_first_attempt_sends_nothing() -> None:
    service, writer = _stopping(0)
    with pytest.raises(StoppedError, match="was not sent: the run is stopping"):
        writer.delete(TAG, "w", "t1")
    assert service.requests == []


def test_a_stop_after_a_lost_answer_leaves_the_outcome_unknown() -> None:
    service, writer = _stopping(1)
    with pytest.raises(NetworkError) as caught:
        writer.delete(TAG, "w", "t1")
    assert caught.value.unknown
    assert len(service.requests) == 1


def test_a_read_that_is_stopped_between_attempts_was_stopped() -> None:
    service, writer = _stopping(1)
    with pytest.raises(StoppedError):
        writer.get(TAG, "w", "t1")
    assert len(service.requests) == 1


def test_a_pause_is_told_before_it_is_made() -> None:
    pauses: list[Paused] = []
    service = Service([error_reply(503), error_reply(429), Reply({"id": "u"})])
    open_reader(config_for(service), clock=Time().gateway_clock, on_pause=pauses.append).user()
    assert [(pause.attempt, pause.is_rate_limit) for pause in pauses] == [(1, False), (2, True)]


def test_an_error_of_another_sort_is_not_retried() -> None:
    assert may_retry("GET", StoppedError("the run is stopping")) is False


@pytest.mark.parametrize(
    "date", ["Thu, 01 Jan 1970 02:00:10 +0200", "Thu, 01 Jan 1970 00:00:10 GMT", "Thu, 01 Jan 1970 00:00:10 -0000"]
)
def test_a_date_is_of_its_zone_or_of_none(date: str) -> None:
    assert retry_after(date, 0.0) == 10

"""What is sent again, and when: seen from the service."""

from email.utils import formatdate

import pytest

from reconciler.errors import ApiError, NetworkError, RateLimitError
from reconciler.gateway.retry import RetryPolicy, retry_after
from reconciler.kinds import CLIENT, PROJECT
from tests.clock import Time
from tests.gateway.support import Reply, Service, page, reader_of, refusal, writer_of

OK = Reply({"id": "c1", "name": "Acme"})
LOST = Reply(lost=True)


@pytest.mark.parametrize("trouble", [refusal(500), refusal(502), refusal(503), refusal(504), refusal(429), LOST])
def test_a_read_is_repeated_after_what_passes(trouble: Reply) -> None:
    service, time = Service([trouble, trouble, OK]), Time()
    assert reader_of(service, time=time).get(CLIENT, "w", "c1")["name"] == "Acme"
    assert len(service.asked) == 3
    assert [nap for nap in time.naps if nap >= 1] == [1.0, 2.0]


def test_patience_has_an_end() -> None:
    service = Service([refusal(503)] * 9)
    with pytest.raises(ApiError) as caught:
        reader_of(service).user()
    assert caught.value.status == 503
    assert len(service.asked) == 5


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 422, 501])
def test_a_refusal_that_will_stand_is_not_repeated(status: int) -> None:
    service = Service([refusal(status, 501)])
    with pytest.raises(ApiError):
        reader_of(service).user()
    assert len(service.asked) == 1


def test_an_update_and_a_delete_are_repeated() -> None:
    service = Service([LOST, refusal(502), OK, refusal(503), OK])
    writer = writer_of(service)
    assert writer.update(CLIENT, "w", "c1", {"name": "Acme"}) == OK.body
    writer.delete(CLIENT, "w", "c1")
    assert [asked.method for asked in service.asked] == ["PUT", "PUT", "PUT", "DELETE", "DELETE"]


@pytest.mark.parametrize("end", [[refusal(429, retry_after="3000")], [refusal(429)] * 4])
def test_an_update_whose_first_answer_was_lost_stays_in_doubt_however_its_last_attempt_ends(end: list[Reply]) -> None:
    with pytest.raises(RateLimitError) as caught:
        writer_of(Service([LOST, *end])).update(CLIENT, "w", "c1", {"name": "Acme"})
    assert caught.value.unknown


@pytest.mark.parametrize("trouble", [LOST, refusal(500), refusal(502), refusal(503), refusal(504)])
def test_a_create_is_never_sent_blindly_again(trouble: Reply) -> None:
    service = Service([trouble])
    with pytest.raises((ApiError, NetworkError)) as caught:
        writer_of(service).create(CLIENT, "w", {"name": "Acme"})
    assert getattr(caught.value, "sent", True)
    assert len(service.asked) == 1


def test_a_patch_is_never_sent_blindly_again() -> None:
    service = Service([LOST])
    with pytest.raises(NetworkError) as caught:
        writer_of(service).patch(PROJECT, "w", "p1", "estimate", {"timeEstimate": {}})
    assert caught.value.sent
    assert len(service.asked) == 1


def test_a_create_is_repeated_after_429_since_nobody_looked_at_it() -> None:
    service = Service([refusal(429), OK])
    assert writer_of(service).create(CLIENT, "w", {"name": "Acme"}) == OK.body
    assert [asked.body for asked in service.asked] == [{"name": "Acme"}] * 2


def test_a_delete_that_is_refused_after_its_answer_was_lost_is_of_unknown_outcome() -> None:
    service = Service([LOST, refusal(400, 501, "Client doesn't belong to Workspace")])
    with pytest.raises(NetworkError, match="not known") as caught:
        writer_of(service).delete(CLIENT, "w", "c1")
    assert caught.value.sent
    assert caught.value.request == "DELETE /clockify/api/v1/workspaces/w/clients/c1"


def test_the_wait_that_the_service_asks_for_is_kept() -> None:
    service, time = Service([refusal(429, retry_after="7"), OK]), Time()
    reader_of(service, time=time).user()
    assert 7.0 in time.naps


def test_a_date_to_wait_for_is_kept() -> None:
    time = Time()
    service = Service([refusal(503, retry_after=formatdate(time.seconds + 9, usegmt=True)), OK])
    reader_of(service, time=time).user()
    assert 9.0 in time.naps


def test_a_long_wait_ends_the_run_and_says_that_the_limit_looks_hourly() -> None:
    service, time = Service([refusal(429, retry_after="1800")]), Time()
    with pytest.raises(RateLimitError, match="30 min") as caught:
        reader_of(service, time=time).user()
    assert caught.value.retry_after == 1800
    assert "hour" in caught.value.hint
    assert time.naps == []


@pytest.mark.parametrize("body", [b"", b"Too many requests", b"{}", b"null"])
def test_429_without_a_wait_or_a_body_ends_after_all_patience(body: bytes) -> None:
    service = Service([Reply(body, 429)] * 5)
    with pytest.raises(RateLimitError, match="5 times") as caught:
        reader_of(service).user()
    assert caught.value.retry_after is None
    assert "hour" in caught.value.hint


def test_429_slows_the_run_down() -> None:
    service, time = Service([refusal(429), OK, OK, OK]), Time()
    with reader_of(service, time=time) as reader:
        reader.user()
        before = time.seconds
        reader.user()
        assert time.seconds - before > 1e-5  # 100000/s, halved


def test_every_attempt_counts_as_a_request() -> None:
    service = Service([refusal(503), LOST, page([])])
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
def test_what_a_retry_after_header_says(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, 0.0) == seconds


def test_pauses_double_up_to_a_bound_with_chance_in_them() -> None:
    retry_policy = RetryPolicy()
    assert [retry_policy.pause(n, lambda: 1.0) for n in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]
    assert retry_policy.pause(3, lambda: 0.0) == 2.0


def test_pauses_grow_longer_only_where_the_run_was_asked_to_wait_for_a_limit_that_looks_hourly() -> None:
    retry_policy = RetryPolicy(wait_for_quota=True)
    assert [retry_policy.pause(n, lambda: 1.0) for n in range(4, 12)] == [8, 16, 32, 64, 128, 256, 300, 300]

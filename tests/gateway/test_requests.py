"""One request with its retries: what its answer proves, and in what words it fails."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.errors import ApiError, NetworkError, ProtocolError, RateLimitError
from reconciler.gateway import RetryPolicy
from reconciler.gateway.error_mapping import invalid_json
from reconciler.gateway.messages import Request, Response
from reconciler.gateway.requests import RequestPipeline, _duration_text, _rejected_after_lost

HTML, JSON = "text/html", "application/json"


@pytest.mark.parametrize(
    ("method", "body", "content_type", "is_error", "unknown"),
    [
        ("GET", b"{}", JSON, False, False),
        ("GET", b"{}", "", False, False),
        ("GET", b"", JSON, False, False),
        ("GET", b" \n", JSON, False, False),
        ("GET", b'{"a', JSON, True, True),
        ("GET", b"<html>", HTML, True, False),
        ("GET", b"oops", "", True, True),
        ("POST", b'{"a', JSON, True, True),
        ("PUT", b"<html>", HTML, True, True),
        ("DELETE", b"<html>", HTML, False, False),
        ("DELETE", b"ok", "", False, False),
        ("DELETE", b'{"a', JSON, True, True),
        ("DELETE", b"{}", JSON, False, False),
    ],
)
def test_a_body_that_is_not_json_is_an_error_except_after_a_delete(
    method: str, body: bytes, content_type: str, *, is_error: bool, unknown: bool
) -> None:
    error = invalid_json(Request(method, "/x"), Response(200, {"content-type": content_type}, body))
    assert (error is not None) is is_error
    if error is not None:
        assert error.message.startswith(f"the response to {method} /x is not JSON: ")
        assert (error.hint, error.request, error.unknown) == (
            "check --base-url and --gateway",
            f"{method} /x",
            unknown,
        )


def test_a_rejection_after_a_lost_answer_leaves_the_outcome_unknown() -> None:
    rejected = ApiError("no", status=404)
    error = _rejected_after_lost(Request("DELETE", "/x"), rejected)
    assert isinstance(error, NetworkError)
    assert error.message == (
        "the response to DELETE /x was lost and the retry failed (HTTP 404); the outcome is unknown"
    )
    assert (error.hint, error.request) == ("plan again to read the current state", "DELETE /x")
    assert (error.rejection, error.unknown) == (rejected, True)
    other = ProtocolError("odd")
    assert _rejected_after_lost(Request("DELETE", "/x"), other) is other


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.6, "60 s"), (119, "119 s"), (120, "2 min"), (3600, "60 min"), (7200, "120 min")],
)
def test_a_wait_is_given_in_seconds_below_two_minutes(seconds: float, text: str) -> None:
    assert _duration_text(seconds) == text


@pytest.mark.parametrize(
    ("error", "attempt", "wait", "others", "held", "slept"),
    [
        # A first refusal may be chance: the request alone waits. A second one where no other is accepted, or a time of more
        # than a second that the service gives, holds all.
        (RateLimitError("slow down"), 1, None, False, [], [1.0]),
        (RateLimitError("slow down"), 2, None, False, [2.0], []),
        (RateLimitError("slow down"), 2, None, True, [], [2.0]),
        (RateLimitError("slow down"), 1, 1.0, True, [], [1.0]),
        (RateLimitError("slow down"), 2, 1.0, False, [1.0], []),
        (RateLimitError("slow down"), 1, 7.0, True, [7.0], []),
        (RateLimitError("slow down"), 2, 7.0, False, [7.0], []),
        (ApiError("busy", status=503), 2, None, False, [], [2.0]),
        (ApiError("busy", status=503), 2, 7.0, False, [], [7.0]),
    ],
)
def test_a_rate_limit_holds_every_request_where_it_is_certain(
    error: ApiError | RateLimitError,
    attempt: int,
    wait: float | None,
    others: bool,  # noqa: FBT001 - a parameter of the cases
    held: list[float],
    slept: list[float],
) -> None:
    holds: list[float] = []
    naps: list[float] = []
    pipeline: Any = SimpleNamespace(
        _retry_policy=RetryPolicy(),
        _on_pause=None,
        _limiter=SimpleNamespace(hold=holds.append, is_accepting=others),
        _lock=threading.Lock(),
        paused=0,
        _clock=SimpleNamespace(sleep=naps.append, random_fraction=lambda: 1.0),
    )
    RequestPipeline._wait_for_retry(pipeline, Request("GET", "/x"), attempt, wait, error)
    assert (holds, naps) == (held, slept)

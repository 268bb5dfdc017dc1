"""Which errors end a run, and in what words."""

from __future__ import annotations

import pytest

from reconciler.applying.executor.stop_reason import StopReason, words
from reconciler.errors import (
    ApiError,
    CredentialsError,
    ForbiddenError,
    JournalError,
    MovedError,
    NetworkError,
    ProtocolError,
    RateLimitError,
    ReconcilerError,
    StoppedError,
)


@pytest.mark.parametrize(
    ("error", "why", "interrupted", "is_quota"),
    [
        (CredentialsError("no key", status=401, hint="set it"), "no key; set it", False, False),
        (ForbiddenError("not yours", status=403, request="PUT /x"), "not yours (PUT /x)", False, False),
        (RateLimitError("too many", hint="wait"), "too many", False, True),
        (NetworkError("lost", request="PUT /x", hint="look"), "lost (PUT /x); look", False, False),
        (JournalError("full", hint="make room"), "full; make room", False, False),
        (StoppedError("asked to stop"), "interrupted", True, False),
        (ApiError("no", status=400), "", False, False),
        (ProtocolError("odd"), "", False, False),
        (MovedError("moved"), "", False, False),
    ],
)
def test_an_error_that_every_request_would_meet_ends_the_run(
    error: ReconcilerError, why: str, *, interrupted: bool, is_quota: bool
) -> None:
    reason = StopReason()
    reason.observe(error)
    assert (reason.why, reason.interrupted, reason.is_quota) == (why, interrupted, is_quota)


def test_the_first_reason_is_kept_and_an_interrupt_and_a_quota_are_never_forgotten() -> None:
    reason = StopReason()
    reason.stop("first")
    assert (reason.interrupted, reason.is_quota) == (False, False)
    reason.observe(RateLimitError("too many"))
    reason.stop("second", is_interrupt=True)
    reason.observe(NetworkError("lost"))
    assert (reason.why, reason.interrupted, reason.is_quota) == ("first", True, True)


def test_the_request_is_named_once() -> None:
    assert words(ApiError("no", status=400, request="PUT /x")) == "no (PUT /x)"
    assert words(ApiError("PUT /x failed", status=400, request="PUT /x")) == "PUT /x failed"
    assert words(ApiError("no", status=400)) == "no"
    assert words(MovedError("moved")) == "moved"

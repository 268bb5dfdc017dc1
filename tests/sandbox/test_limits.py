"""The rate limit: docs/clockify.md section 1.4."""

from __future__ import annotations

import pytest

from reconciler.sandbox import Switches
from reconciler.sandbox.limits import Limiter
from tests.sandbox.driving import Clock, Driver


def test_the_window_slides() -> None:
    clock = Clock(0.0)
    limiter = Limiter("2/s", clock)
    assert [limiter.wait("a") for _ in range(3)] == [None, None, 1.0]
    clock.now = 0.75
    assert limiter.wait("a") == 0.25
    assert limiter.wait("b") is None
    clock.now = 1.0
    assert limiter.wait("a") is None


def test_an_hourly_quota_lasts_an_hour() -> None:
    clock = Clock(0.0)
    limiter = Limiter("30/h", clock)
    assert [limiter.wait("a") for _ in range(30)] == [None] * 30
    clock.now = 3599.0
    assert limiter.wait("a") == 1.0


@pytest.mark.parametrize(
    ("throttle", "after", "body"),
    [("plain", None, {"message": "Too many requests", "code": 429}), ("retry-after", "1", {"message": "Too many requests", "code": 429}), ("empty", None, None)],
)  # fmt: skip
def test_a_request_over_the_limit_is_429(throttle: str, after: str | None, body: object) -> None:
    with Driver(Switches(rate="2/s", throttle=throttle)) as sandbox:
        assert [sandbox("GET", "tags").status_code for _ in range(3)] == [200, 200, 429]
        response = sandbox("GET", "tags")
        assert response.headers.get("Retry-After") == after
        assert (response.json() if response.content else None) == body
        sandbox.clock.now += 1
        assert sandbox("GET", "tags").status_code == 200


def test_the_limit_is_per_workspace_at_clockify_and_per_account_at_the_gateway() -> None:
    with Driver(Switches(rate="1/s")) as sandbox:
        key = {"X-Api-Key": "k3y-number-one"}
        path = f"/api/v1/workspaces/{sandbox.workspace}/tags"
        assert sandbox("GET", path, headers=key).status_code == 200
        assert sandbox("GET", path, headers={"X-Api-Key": "k3y-number-two"}).status_code == 429
        assert sandbox("GET", "/api/v1/user", headers=key).status_code == 200
        assert sandbox("GET", "tags").status_code == 200
        assert sandbox("GET", "/connections").status_code == 429
        assert sandbox("GET", "/connections", headers={"Authorization": "Bearer k3y-number-three"}).status_code == 200


def test_the_default_limit_is_fifty_requests_per_second() -> None:
    with Driver(Switches()) as sandbox:
        statuses = [sandbox("GET", "tags").status_code for _ in range(51)]
        assert statuses == [200] * 50 + [429]

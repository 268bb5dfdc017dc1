"""Authentication: docs/clockify.md sections 1.1 and 2."""

from __future__ import annotations

import pytest

from tests.sandbox.driving import Driver

CLOCKIFY, MATON = "/api/v1/user", "/clockify/api/v1/user"
NONE = (1000, "Multiple or none auth tokens present")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, NONE),
        ({"Authorization": "Bearer any-k3y-will-do"}, NONE),
        ({"X-Api-Key": "right-k3y", "X-Addon-Token": "other-k3y"}, NONE),
        ({"X-Api-Key": ""}, (4003, "Api key does not exist")),
        ({"X-Api-Key": "wrong-k3y"}, (4003, "Api key does not exist")),
        ({"X-Addon-Token": "wrong-t0ken"}, (4017, "Token is not valid")),
        ({"X-Api-Key": "right-k3y"}, None),
    ],
)
def test_the_key_of_direct_requests_is_validated(headers: dict[str, str], expected: tuple[int, str] | None) -> None:
    with Driver("key=right-k3y") as sandbox:
        response = sandbox("GET", CLOCKIFY, headers=headers)
        if expected is None:
            assert response.status_code == 200
        else:
            assert response.status_code == 401
            assert (response.json()["code"], response.json()["message"]) == expected


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"X-Api-Key": "right-k3y"}, 401), ({"Authorization": "Bearer "}, 401), ({"Authorization": "Basic right-k3y"}, 401),
     ({"Authorization": "Bearer wrong-k3y"}, 401), ({"Authorization": "Bearer right-k3y"}, 200)],
)  # fmt: skip
def test_the_key_at_the_gateway_is_validated(headers: dict[str, str], status: int) -> None:
    with Driver("key=right-k3y") as sandbox:
        for path in (MATON, "/connections"):
            response = sandbox("GET", path, headers=headers)
            assert response.status_code == status
            assert status == 200 or "code" not in response.json()


def test_any_non_empty_key_is_accepted_by_default(sandbox: Driver) -> None:
    assert sandbox("GET", CLOCKIFY, headers={"X-Api-Key": "whatever-k3y"}).status_code == 200


def test_the_key_is_validated_before_the_path(sandbox: Driver) -> None:
    assert sandbox("GET", "/api/v1/nowhere", headers={}).status_code == 401


def test_keys_are_neither_in_the_log_nor_in_repr() -> None:
    with Driver("key=s3cret-key") as sandbox:
        sandbox("GET", CLOCKIFY, headers={"X-Api-Key": "s3cret-key"})
        assert "s3cret" not in repr(sandbox.app.state.log)
        assert "s3cret" not in repr(sandbox.app.state.switches)

"""Who is not active, from a list of users."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.live.statuses import inactive_users


def _membership(status: Any, workspace: str = "w1") -> dict[str, Any]:
    return {"targetId": workspace, "membershipStatus": status}


@pytest.mark.parametrize(
    ("user", "status"),
    [
        ({"status": "ACTIVE", "memberships": [_membership("INACTIVE")]}, "INACTIVE"),
        ({"status": "ACTIVE", "memberships": [_membership("INACTIVE", "w2"), _membership("ACTIVE")]}, None),
        ({"status": "NOT_REGISTERED", "memberships": [_membership("ACTIVE")]}, None),
        ({"status": "NOT_REGISTERED", "memberships": []}, "NOT_REGISTERED"),
        ({"status": "LIMITED"}, "LIMITED"),
        ({"status": "ACTIVE"}, None),
        ({"status": None, "memberships": None}, None),
        ({"memberships": [None, "w1", _membership(3), {"targetId": "w1"}]}, None),
    ],
)
def test_the_membership_of_the_workspace_counts_and_without_one_the_account(
    user: dict[str, Any], status: str | None
) -> None:
    assert inactive_users([{"id": "u1", **user}], "w1") == ({"u1": status} if status else {})

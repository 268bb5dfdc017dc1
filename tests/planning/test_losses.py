"""What an undo of a delete cannot restore, in words."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.kinds import BY_NAME
from reconciler.planning.losses import losses_of_delete, losses_of_values
from reconciler.planning.plan import Impact
from tests.planning.literals import live_of

TAG = {"id": "t1", "name": "a", "archived": False}
PROJECT = {
    "id": "p1", "name": "Web", "clientId": "c1", "color": "#1976D2", "note": "", "public": True, "billable": True,
    "timeEstimate": None, "budgetEstimate": None, "hourlyRate": None, "costRate": None, "archived": False, "memberships": [],
}  # fmt: skip
RATE = {"amount": 100}
NO_RATE = {"amount": 0}
JOB = {"userId": "u1", "membershipType": "PROJECT", "membershipStatus": "ACTIVE"}
DATES = "the dates since which rates apply"
NO_REQUEST = "values that no request sets: "


@pytest.mark.parametrize(
    ("wire", "losses"),
    [
        ({}, []),
        ({"hourlyRate": RATE}, [DATES]),
        ({"costRate": RATE}, [DATES]),
        ({"hourlyRate": NO_RATE, "costRate": None}, []),
        ({"memberships": [JOB]}, []),
        ({"memberships": None}, []),
        ({"memberships": ["odd"]}, []),
        ({"memberships": [JOB | {"hourlyRate": RATE}]}, [DATES]),
        ({"memberships": [JOB | {"costRate": RATE}]}, [DATES]),
        ({"memberships": [JOB | {"costRate": RATE, "membershipType": "WORKSPACE"}]}, []),
        ({"memberships": [JOB | {"membershipStatus": None}]}, []),
        ({"memberships": [JOB | {"membershipStatus": "INACTIVE"}]}, ["the status of 1 member"]),
        ({"memberships": [JOB, *[JOB | {"membershipStatus": "PENDING"}] * 2]}, ["the status of 2 members"]),
        ({"memberships": [JOB | {"shirt": "L", "shoe": None}]}, [NO_REQUEST + "memberships.shirt"]),
        ({"tasks": [{"shirt": "L"}]}, []),
        ({"unknown": 1}, [NO_REQUEST + "unknown"]),
        ({"workspaceId": "w", "clientName": "A", "duration": "PT0S"}, []),
        ({"a": None, "b": "", "c": False, "d": 0, "e": [], "f": {}, "g": ()}, []),
        (dict.fromkeys("edcba", 1), [NO_REQUEST + "a, b, c, d, e"]),
        (dict.fromkeys("fedcba", 1), [NO_REQUEST + "a, b, c, d, e, …"]),
        ({"x" * 60: 1}, [NO_REQUEST + "x" * 39 + "…"]),
    ],
)
def test_what_no_request_sets_again_is_named(wire: dict[str, Any], losses: list[str]) -> None:
    assert list(losses_of_values(BY_NAME["project"], PROJECT | wire)) == losses


def test_what_the_service_does_not_return_is_named_unless_nothing_was_read() -> None:
    assert list(losses_of_values(BY_NAME["tag"], {})) == []
    assert list(losses_of_values(BY_NAME["tag"], {"id": "t1", "name": "a"})) == [
        "values that the service does not return: archived"
    ]


@pytest.mark.parametrize(
    ("impact", "losses"),
    [
        (Impact(0, 0), ("its id",)),
        (Impact(0, 1), ("its id", "the tag of its time entries")),
        (Impact(60, 0), ("its id", "the tag of its time entries")),
        (Impact(0, None), ("its id", "the tag of its time entries")),
        (Impact(None, 0), ("its id", "the tag of its time entries")),
    ],
)
def test_time_entries_lose_what_they_were_booked_on(impact: Impact, losses: tuple[str, ...]) -> None:
    (tag,) = live_of({"tags": [{"at": "a", "wire": TAG}]}).of_kind("tag")
    assert losses_of_delete(tag, (), impact) == losses


def test_each_loss_of_what_goes_along_is_named_once() -> None:
    live = live_of(
        {
            "projects": [{"at": "Web", "wire": PROJECT | {"hourlyRate": RATE}}],
            "tasks": [{"at": f"Web/{name}", "wire": {"id": name, "costRate": RATE}} for name in "ab"],
        }
    )
    (project,), tasks = live.of_kind("project"), list(live.of_kind("task"))
    assert losses_of_delete(project, tasks, Impact(0, 0)) == (
        "its id",
        "the ids of its tasks",
        DATES,
        "values that the service does not return: estimate, billable, assignees, hourly_rate, status",
    )

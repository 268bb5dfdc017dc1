"""Instants, durations and numbers at the ends of what can be written: never a 500, never an odd year."""

from __future__ import annotations

import itertools
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.sandbox.driving import Driver

ENDS = {
    "0001-01-01T00:00:00Z": "0001-01-01T00:00:00Z",
    "0026-02-13T09:00:00Z": "0026-02-13T09:00:00Z",
    "0001-01-01T00:00:00+05:00": None,
    "9999-12-31T23:59:59Z": "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-05:00": None,
    "2026-02-13T09:00:00.123456789+01:00": "2026-02-13T08:00:00Z",
}
"""An instant in a request, and how it is stored; None for a rejected one."""

MALFORMED = [
    "26-02-13T09:00:00Z", "2026-02-13", "20260213T090000Z", "2026-W07-5T09:00:00Z", "2026-02-13 09:00:00Z", "2026-02-13T09:00:00",
    "2026-02-30T09:00:00Z", "2026-02-13T24:00:00Z", "٢٠٢٦-02-13T09:00:00Z", "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "",
]  # fmt: skip


@pytest.mark.parametrize(("given", "stored"), ENDS.items())
def test_an_entry_starts_at_the_ends_of_the_calendar_or_is_rejected(
    sandbox: Driver, given: str, stored: str | None
) -> None:
    body = {"start": given}
    if stored is None:
        assert sandbox.refused("POST", "time-entries", body)[:2] == (400, 501)
        return
    entry = sandbox.ok("POST", "time-entries", body)
    assert entry["timeInterval"]["start"] == stored
    assert sandbox.ok("PUT", f"time-entries/{entry['id']}", body)["timeInterval"]["start"] == stored


@pytest.mark.parametrize(("given", "stored"), ENDS.items())
def test_a_timer_is_stopped_there_or_not(sandbox: Driver, given: str, stored: str | None) -> None:
    sandbox.ok("POST", "time-entries", {"start": "0001-01-01T00:00:00Z"})
    path = f"user/{sandbox.me()}/time-entries"
    if stored is None:
        assert sandbox.refused("PATCH", path, {"end": given})[:2] == (400, 501)
    else:
        assert sandbox.ok("PATCH", path, {"end": given})["timeInterval"]["end"] == stored


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_a_filter_there_is_a_list_or_rejected(sandbox: Driver, zone: str) -> None:
    user = sandbox.store.load("user", sandbox.me()) or {}
    sandbox.store.save("user", user | {"settings": user["settings"] | {"timeZone": zone}})
    sandbox.entry()
    for name, given in itertools.product(("start", "end", "get-week-before"), ENDS):
        response = sandbox("GET", f"user/{user['id']}/time-entries?{urlencode({name: given})}")
        assert response.status_code == 200 or response.json()["code"] == 501, (name, given)


def test_an_instant_of_another_form_is_rejected(sandbox: Driver) -> None:
    path = f"user/{sandbox.me()}/time-entries"
    for given in MALFORMED:
        assert sandbox.refused("POST", "time-entries", {"start": given})[:2] == (400, 3002), given
        assert sandbox.refused("PATCH", path, {"end": given})[:2] == (400, 3002), given
        assert not given or sandbox.refused("GET", path, start=given)[:2] == (400, 3000), given


@pytest.mark.parametrize(
    "given", ["soon", "2026-02-13", "2026-02-13T09:00:00+00:00", "2026-02-13T09:00:00.000Z", "2026-13-01T00:00:00Z"]
)
def test_since_of_a_rate_has_the_form_of_the_contract(sandbox: Driver, given: str) -> None:
    project = sandbox.project()
    rate = {"amount": 5, "since": given}
    place = f"projects/{project['id']}"
    for method, path, body in (
        ("PUT", place, {"hourlyRate": rate}),
        ("PUT", place, {"costRate": rate}),
        ("PUT", f"{place}/users/{sandbox.me()}/hourly-rate", rate),
        ("PATCH", f"{place}/memberships", {"memberships": [{"userId": sandbox.me(), "costRate": rate}]}),
        ("PUT", f"users/{sandbox.me()}/cost-rate", rate),
        ("PUT", f"{place}/tasks/{sandbox.task(project, str(given))['id']}/hourly-rate", rate),
    ):
        assert sandbox.refused(method, path, body) == (400, 501, "since is not valid")


def test_the_week_before_has_entries_of_projects_only(sandbox: Driver) -> None:
    project = sandbox.project()["id"]
    sandbox.entry()
    for day in ("05", "06", "13"):
        start, end = f"2026-02-{day}T09:00:00Z", f"2026-02-{day}T10:00:00Z"
        sandbox.entry(projectId=project, start=start, end=end)
    path, week_end = f"user/{sandbox.me()}/time-entries", "2026-02-13T08:00:00Z"
    zone = sandbox.ok("GET", "/clockify/api/v1/user")["settings"]["timeZone"]
    assert zone == "Europe/London"
    found = sandbox.ok("GET", path, get_week_before=week_end)
    assert [entry["timeInterval"]["start"] for entry in found] == ["2026-02-06T09:00:00Z"]
    assert sandbox.ok("GET", path, get_week_before=week_end, start="2026-02-07T00:00:00Z") == []


@pytest.mark.parametrize("path", ["clients", "projects", "tags", "users", "user-groups", "time-entries/status/in-progress"])  # fmt: skip
def test_a_number_that_is_no_32_bit_integer_cannot_be_converted(sandbox: Driver, path: str) -> None:
    values = ("9999999999", "-9999999999", "9" * 5000, "1_0", "1.5", "x", "٣", "+")
    for name, value in itertools.product(("page", "page-size"), values):
        status, code, message = sandbox.refused("GET", path, **{name: value})
        assert (status, code) == (400, 3000), (name, value)
        assert value in message


def test_the_last_page_that_can_be_named_is_empty(sandbox: Driver) -> None:
    sandbox.tag()
    assert sandbox.ok("GET", "tags", page="2147483647", page_size="2147483647") == []
    assert sandbox.ok("GET", "tags", page="+1") != []


LONG = "9" * 5000


@pytest.mark.parametrize("estimate", [f"PT{LONG}H", f"P{LONG}DT1S", "PT2147483648S", f"PT{LONG}M"])
def test_a_duration_beyond_32_bits_cannot_be_converted(sandbox: Driver, estimate: str) -> None:
    project = sandbox.project()
    place = f"projects/{project['id']}"
    task = sandbox.task(project)["id"]
    timed: dict[str, Any] = {"estimate": estimate, "type": "MANUAL"}
    for method, path, body in (
        ("POST", "projects", {"name": "New", "estimate": timed}),
        ("POST", "projects", {"name": "New", "tasks": [{"name": "x", "estimate": estimate}]}),
        ("PATCH", f"{place}/estimate", {"timeEstimate": timed}),
        ("POST", f"{place}/tasks", {"name": "New", "estimate": estimate}),
        ("PUT", f"{place}/tasks/{task}", {"name": "New", "estimate": estimate}),
    ):
        status, code, message = sandbox.refused(method, path, body)
        assert (status, code) == (400, 3000)
        assert estimate in message


@pytest.mark.parametrize(
    ("estimate", "stored"),
    [("PT2147483647S", "PT596523H14M7S"), (f"PT{'0' * 5000}1H", "PT1H"), ("P1DT0.5S", "PT24H"), ("PT", None), ("P1DT", None), ("PT١H", None)],
)  # fmt: skip
def test_other_durations_are_right_or_rejected(sandbox: Driver, estimate: str, stored: str | None) -> None:
    project = sandbox.project()
    body = {"name": "New", "estimate": estimate}
    if stored is None:
        assert sandbox.refused("POST", f"projects/{project['id']}/tasks", body)[:2] == (400, 501)
    else:
        assert sandbox.ok("POST", f"projects/{project['id']}/tasks", body)["estimate"] == stored


@pytest.mark.parametrize("content", [b'{"name": NaN}', b'{"name": "x", "note": Infinity}', b'{"name": ' + b"9" * 5000 + b"}"])  # fmt: skip
def test_what_is_no_json_number_is_no_json(sandbox: Driver, content: bytes) -> None:
    response = sandbox("POST", "clients", content=content)
    assert (response.status_code, response.json()["code"]) == (400, 3002)

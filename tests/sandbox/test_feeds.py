"""The feeds of changes: what they show, and every reading of what is not known of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.sandbox.instants import iso_of
from tests.sandbox.driving import Driver

EVERY = ("CLIENTS", "PROJECTS", "TAGS", "TASKS", "USER_GROUPS", "TIME_ENTRY")


@pytest.fixture
def sandbox() -> Iterator[Driver]:
    with Driver() as made:
        yield made


def names_in(sandbox: Driver, feed: str, *types: str, **params: Any) -> list[tuple[str, str]]:
    """Type and name of what a feed shows."""
    value = sandbox.ok("GET", f"entities/{feed}", type=list(types or EVERY), **params)
    items = value["response"] if isinstance(value, dict) else value
    return [(item["documentCode"], (item["document"] or {}).get("name", "-")) for item in items]


def later(sandbox: Driver, seconds: float = 100) -> str:
    """Some time passes; the start of a window that begins then."""
    sandbox.clock.now += seconds
    return iso_of(sandbox.clock.now)


def test_what_is_created_shows_with_its_type_and_document(sandbox: Driver) -> None:
    client = sandbox.client("Acme")
    project = sandbox.project("Site", clientId=client["id"])
    task = sandbox.task(project)
    group = sandbox.ok("POST", "user-groups", {"name": "Crew"})
    sandbox.ok("POST", "time-entries", {"start": "2026-02-13T09:00:00Z", "projectId": project["id"]})
    items = sandbox.ok("GET", "entities/created", type=list(EVERY))["response"]
    assert [item["documentCode"] for item in items] == ["CLIENTS", "PROJECTS", "TASKS", "USER_GROUPS", "TIME_ENTRY"]
    assert items[2]["id"] == items[2]["document"]["id"] == task["id"]
    assert items[2]["document"]["projectId"] == project["id"]
    assert items[3]["document"]["name"] == group["name"]
    assert items[0]["createdAt"] == iso_of(sandbox.clock.now)


def test_a_window_and_types_limit_what_shows(sandbox: Driver) -> None:
    sandbox.client("Old")
    start = later(sandbox)
    sandbox.client("New")
    sandbox.ok("POST", "tags", {"name": "urgent"})
    assert names_in(sandbox, "created", "CLIENTS", start=start) == [("CLIENTS", "New")]
    assert names_in(sandbox, "created", "TAGS,CLIENTS", start=start) == [("CLIENTS", "New"), ("TAGS", "urgent")]
    assert names_in(sandbox, "created", "CLIENTS", end="2026-01-01T00:00:00Z") == []
    assert names_in(sandbox, "created", "SCHEDULED_ASSIGNMENT") == []
    later(sandbox, 40 * 86_400)
    assert names_in(sandbox, "created") == []


def test_what_was_created_and_updated_is_among_the_created_alone(sandbox: Driver) -> None:
    client = sandbox.client("Old")
    start = later(sandbox)
    new = sandbox.client("New")
    for item in (client, new):
        sandbox.ok("PUT", f"clients/{item['id']}", {"name": item["name"], "note": "x"})
    assert names_in(sandbox, "updated", start=start) == [("CLIENTS", "Old")]
    assert names_in(sandbox, "created", start=start) == [("CLIENTS", "New")]


def test_a_deletion_shows_later_and_never_what_was_created_in_the_window(sandbox: Driver) -> None:
    old = sandbox.ok("POST", "tags", {"name": "old"})
    entry = sandbox.ok("POST", "time-entries", {"start": "2026-02-13T09:00:00Z"})
    start = later(sandbox)
    new = sandbox.ok("POST", "tags", {"name": "new"})
    for tag in (old, new):
        sandbox.ok("DELETE", f"tags/{tag['id']}")
    sandbox("DELETE", f"time-entries/{entry['id']}")
    assert names_in(sandbox, "deleted", start=start) == []
    later(sandbox, 61)
    assert names_in(sandbox, "deleted", start=start) == [("TAGS", "old"), ("TIME_ENTRY", "-")] or names_in(
        sandbox, "deleted", start=start
    ) == [("TIME_ENTRY", "-"), ("TAGS", "old")]
    assert names_in(sandbox, "created", start=start) == []


def test_what_a_seed_holds_is_older_than_every_window() -> None:
    with Driver(seeded=True) as sandbox:
        assert sandbox.ok("GET", "entities/created", type="CLIENTS") == []
        tag = sandbox.ok("GET", "tags")[0]
        sandbox.ok("PUT", f"tags/{tag['id']}", {"name": "other", "archived": False})
        assert names_in(sandbox, "updated") == [("TAGS", "other")]


def test_a_reset_store_forgets_its_changes(sandbox: Driver) -> None:
    sandbox.client("Acme")
    sandbox.store.clear()
    assert list(sandbox.store._db.execute("SELECT id FROM changes")) == []


def test_pages_begin_at_zero(sandbox: Driver) -> None:
    for name in ("a", "b", "c"):
        sandbox.ok("POST", "tags", {"name": name})
    assert (
        names_in(sandbox, "created", limit=2)
        == names_in(sandbox, "created", limit=2, page=0)
        == [("TAGS", "a"), ("TAGS", "b")]
    )
    assert names_in(sandbox, "created", limit=2, page=1) == [("TAGS", "c")]
    assert names_in(sandbox, "created", limit=2, page=2) == []


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, 3001),
        ({"type": "WEBHOOKS"}, 3000),
        ({"type": "TAGS", "page": "x"}, 3000),
        ({"type": "TAGS", "limit": "0"}, 501),
        ({"type": "TAGS", "start": "yesterday"}, 3000),
    ],
)
def test_an_invalid_request_is_refused(sandbox: Driver, params: dict[str, str], code: int) -> None:
    assert sandbox.refused("GET", "entities/created", **params)[:2] == (400, code)


@pytest.mark.parametrize(
    ("switch", "status", "code"),
    [
        ("feeds=missing", 404, 3000),
        ("feeds=forbidden", 403, 501),
        ("feeds=paid", 400, 4033),
        ("feed_types=time", 400, 3000),
        ("role=member", 403, 501),
    ],
)
def test_a_service_without_feeds(switch: str, status: int, code: int) -> None:
    with Driver(switch) as sandbox:
        assert sandbox.refused("GET", "entities/updated", type="TAGS")[:2] == (status, code)


@pytest.mark.parametrize(
    ("shape", "empty", "filled"),
    [("live", list, dict), ("wrapped", dict, dict), ("bare", list, list), ("text", str, str)],
)
def test_forms_of_the_answer(shape: str, empty: type, filled: type) -> None:
    with Driver(f"feed_answers={shape}") as sandbox:
        assert type(sandbox.ok("GET", "entities/created", type="TAGS")) is empty
        sandbox.ok("POST", "tags", {"name": "a"})
        assert type(sandbox.ok("GET", "entities/created", type="TAGS")) is filled


def test_pages_may_begin_at_one_and_be_cut() -> None:
    with Driver("feed_pages=from-1,feed_limit=1") as sandbox:
        for name in ("a", "b"):
            sandbox.ok("POST", "tags", {"name": name})
        assert names_in(sandbox, "created") == names_in(sandbox, "created", page=1) == [("TAGS", "a")]
        assert names_in(sandbox, "created", page=2) == [("TAGS", "b")]
        assert sandbox.refused("GET", "entities/created", type="TAGS", page=0)[:2] == (400, 501)


def test_ids_may_be_those_of_the_feed() -> None:
    with Driver("feed_ids=log") as sandbox:
        tag = sandbox.ok("POST", "tags", {"name": "a"})
        item = sandbox.ok("GET", "entities/created", type="TAGS")["response"][0]
        assert item["id"] != tag["id"] == item["document"]["id"]


def test_changes_of_tasks_may_show_as_those_of_their_project() -> None:
    with Driver("feed_tasks=project") as sandbox:
        project, other = sandbox.project("Site"), sandbox.project("Shop")
        start = later(sandbox)
        sandbox.task(project, "New")
        sandbox.ok("PUT", f"projects/{other['id']}", {"name": "Shop", "note": "x"})
        sandbox.task(other, "New")
        assert names_in(sandbox, "created", start=start) == []
        assert sorted(names_in(sandbox, "updated", start=start)) == [("PROJECTS", "Shop"), ("PROJECTS", "Site")]
        assert names_in(sandbox, "updated", "TASKS", start=start) == []


@pytest.mark.parametrize(("switch", "expected"), [("all", [("PROJECTS", "Site")]), ("own", [])])
def test_updates_by_another_request_may_not_show(switch: str, expected: list[tuple[str, str]]) -> None:
    with Driver(f"feed_updates={switch}") as sandbox:
        project = sandbox.project("Site")
        start = later(sandbox)
        estimate = {"timeEstimate": {"active": True, "estimate": "PT5H", "type": "MANUAL"}}
        sandbox.ok("PATCH", f"projects/{project['id']}/estimate", estimate)
        assert names_in(sandbox, "updated", start=start) == expected


def test_answers_have_the_date_of_the_sandbox(sandbox: Driver) -> None:
    sandbox.clock.now = 1_770_974_282.5
    assert sandbox("GET", "tags").headers["date"] == "Fri, 13 Feb 2026 09:18:02 GMT"

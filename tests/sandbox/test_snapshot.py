"""A sandbox as a document: what is written can be loaded, what is left out is filled in, and what is wrong is named."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from reconciler.errors import ConfigurationError
from reconciler.sandbox import Store, dump, load, seed
from tests.sandbox.driving import Driver

SMALL: dict[str, Any] = {
    "format": "reconciler-sandbox/1",
    "caller": "jo@x.example",
    "users": [{"id": "u2", "email": "sam@x.example", "name": "Sam"}, {"id": "u1", "email": "jo@x.example", "name": "Jo"}],
    "workspaces": [
        {
            "id": "w1",
            "name": "Small",
            "workspaceSettings": {"forceTags": True},
            "memberships": [{"userId": "u1"}, {"userId": "u2", "membershipStatus": "INACTIVE"}],
            "clients": [{"id": "c1", "name": "Acme"}],
            "projects": [{"id": "p1", "name": "Site", "clientId": "c1", "memberships": [{"userId": "u2"}]}],
            "tasks": [{"id": "t1", "projectId": "p1", "name": "Build", "assigneeIds": ["u2"]}],
            "tags": [{"name": "one"}, {"name": "two", "archived": True}],
            "time_entries": [
                {"userId": "u1", "projectId": "p1", "timeInterval": {"start": "2026-02-13T10:00:00+01:00", "end": "2026-02-13T10:30:00Z"}},
                {"userId": "u1", "timeInterval": {"start": "2026-02-13T11:00:00Z"}},
            ],
        }
    ],
}  # fmt: skip


def test_a_dump_loads_to_an_equal_store_that_goes_on_alike() -> None:
    with Driver(seeded=True) as studio, Store() as other:
        team = studio.ok("POST", "user-groups", {"name": "Crew"})["id"]
        studio.ok("POST", f"users/{studio.me()}/roles", {"role": "WORKSPACE_ADMIN", "entityId": studio.workspace})
        rate = {"amount": 5, "since": "2027-01-01T00:00:00Z"}
        project = studio.project("New", hourlyRate=rate)
        studio.ok("POST", f"projects/{project['id']}/memberships", {"userGroups": {"ids": [team]}})
        studio.store.reserve("tag", studio.workspace, "", "gone")
        document = json.loads(json.dumps(dump(studio.store)))
        assert "session_token" not in json.dumps(document)
        load(other, document)
        assert dump(other) == document
        assert other.new_id() == studio.store.new_id()
        assert other.reserved("tag", studio.workspace, "", "gone") == ["gone"]


def test_what_a_document_leaves_out_is_as_in_a_new_object(sandbox: Driver) -> None:
    load(sandbox.store, SMALL)
    sandbox.workspace = "w1"
    assert sandbox.ok("GET", "/clockify/api/v1/user")["id"] == "u1"
    [client] = sandbox.ok("GET", "clients")
    assert (client["archived"], client["currencyCode"]) == (False, "USD")
    [project] = sandbox.ok("GET", "projects", hydrated="true")
    assert (project["clientName"], project["duration"], project["public"]) == ("Acme", "PT1H30M", True)
    assert project["memberships"][0] | {"hourlyRate": 0, "costRate": 0} == {
        "userId": "u2", "hourlyRate": 0, "costRate": 0, "targetId": "p1", "membershipType": "PROJECT", "membershipStatus": "ACTIVE",
    }  # fmt: skip
    assert [task["assigneeId"] for task in project["tasks"]] == ["u2"]
    assert [user["id"] for user in sandbox.ok("GET", "users", status="ACTIVE")] == ["u1"]
    entries = sandbox.ok("GET", "user/u1/time-entries")
    assert [entry["timeInterval"]["duration"] for entry in entries] == [None, "PT1H30M"]
    assert sandbox.refused("POST", "time-entries", {})[2] == "tags is required"
    assert sandbox.ok("GET", "/connections?status=ACTIVE")["connections"]
    assert len({tag["id"] for tag in sandbox.ok("GET", "tags")} | {sandbox.tag("three")["id"]}) == 3


def test_new_ids_avoid_those_of_a_document() -> None:
    with Store() as store, Store() as fresh:
        first = [fresh.new_id() for _ in range(40)]
        named = {"format": "reconciler-sandbox/1", "users": [{"email": "a@x.example"}]}
        tags = [{"name": f"t{index}", "id": item} for index, item in enumerate(first)]
        load(store, named | {"workspaces": [{"name": "W", "clients": [{"name": "C"}], "tags": tags}]})
        made = {store.new_id() for _ in range(40)}
        assert not made & set(first)
        assert len(store.records("tag", store.records("workspace")[0]["id"])) == 40


def _put(path: str, value: Any) -> dict[str, Any]:
    """SMALL with another value at a place such as `workspaces/0/name`."""
    document = copy.deepcopy(SMALL)
    *places, last = (int(part) if part.isdecimal() else part for part in path.split("/"))
    target: Any = document
    for part in places:
        target = target[part]
    target[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("format", "reconciler-sandbox/2", "format must be reconciler-sandbox/1"),
        ("users", {}, "users must be a list"),
        ("users", [], "caller must be the id or email of one of users"),
        ("users/0/email", 5, r"users\[0\].email must be text"),
        ("users/0/id", "a/b", r"users\[0\].id must be 1 to 64 letters, digits and hyphens"),
        ("users/0/id", "u1", "id u1 is used twice"),
        ("caller", "else@x.example", "caller must be the id or email of one of users"),
        ("odd", 1, "odd is no key of a document"),
        ("ids", True, "ids must be a whole number"),
        ("ids", 2**63, "ids is out of range"),
        ("workspaces/0", 5, r"workspaces\[0\] must be an object"),
        ("workspaces/0/tags/0", {}, r"workspaces\[0\].tags\[0\].name is missing"),
        ("workspaces/0/tags/0/archived", "no", r"workspaces\[0\].tags\[0\].archived must be true or false"),
        ("workspaces/0/tasks/0/assigneeIds", [1], "assigneeIds must be a list of texts"),
        ("workspaces/0/tasks/0/projectId", "p9", "projectId 'p9' in tasks does not exist"),
        ("workspaces/0/projects/0/clientId", "c9", "clientId 'c9' in projects does not exist"),
        ("workspaces/0/projects/0/memberships/0/userId", "u9", "userId 'u9' in memberships does not exist"),
        ("workspaces/0/time_entries/0/userId", "u9", "userId 'u9' in time_entries does not exist"),
        ("workspaces/0/time_entries/0/timeInterval/start", "soon", "timeInterval 'soon' in time_entries is not valid"),
        ("workspaces/0/time_entries/0/timeInterval/end", "2026-01-01T00:00:00Z", "in time_entries is not valid"),
        ("workspaces/0/time_entries/0/timeInterval/start", "0001-01-01T00:00:00+05:00", "is not valid"),
        ("workspaces/0/projects/0/hourlyRate", {"amount": 1.5}, "hourlyRate.amount must be a whole number"),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_nothing_changes(path: str, value: Any, problem: str) -> None:
    with Store() as store:
        seed(store)
        before = dump(store)
        with pytest.raises(ConfigurationError, match=problem):
            load(store, _put(path, value))
        assert dump(store) == before


def test_of_many_problems_ten_are_named() -> None:
    with Store() as store, pytest.raises(ConfigurationError, match="and 5 more"):
        load(store, _put("workspaces/0/tags", [{}] * 15))


def test_a_document_that_is_no_object_is_one_clear_sentence() -> None:
    with pytest.raises(ConfigurationError, match="invalid sandbox document: it must be an object"):
        load(Store(":memory:"), [])

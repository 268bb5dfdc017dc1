"""Every answer of the sandbox is valid under the contract; each deviation is listed here with its reason in docs/clockify.md."""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from reconciler.sandbox.native import NATIVE
from tests.contract.contract import ROOT, document, operation_of, texts_of
from tests.sandbox.driving import Driver

NULL_AS_WELL: dict[str, tuple[str, ...]] = {
    # Section 6: what is unset is null.
    "ClientDtoV1": ("email", "address", "note", "ccEmails"),
    "ClientWithCurrencyDtoV1": ("email", "address", "note", "ccEmails"),
    # Section 7: costRate null, hourlyRate null or an amount, budgetEstimate and estimateReset null, resetOption null.
    "ProjectDtoV1": ("hourlyRate", "costRate", "budgetEstimate"),
    "ProjectDtoImplV1": ("hourlyRate", "costRate", "budgetEstimate", "estimateReset"),
    "TimeEstimateDto": ("resetOption",),
    "EstimateWithOptionsDto": ("resetOption",),
    # Section 8: a task without assignee or rate; the values are not recorded, null is the choice of this sandbox.
    "TaskDtoV1": ("assigneeId", "hourlyRate", "costRate"),
    # Section 10: null projectId, taskId, tagIds are allowed; a running entry has neither end nor duration.
    "TimeEntryDtoV1": ("projectId", "taskId", "tagIds", "kioskId"),
    "TimeEntryDtoImplV1": ("projectId", "taskId", "tagIds", "kioskId"),
    "TimeEntryWithRatesDtoV1": ("projectId", "taskId", "tagIds", "kioskId", "hourlyRate", "costRate"),
    "TimeIntervalDtoV1": ("end", "duration"),
    # Section 5: settings may be null, and the name of an invited user.
    "UserDtoV1": ("settings", "name"),
    # A member without a rate, entries without a lock: the choice of this sandbox.
    "MembershipDtoV1": ("hourlyRate", "costRate"),
    "WorkspaceSettingsDtoV1": ("lockTimeEntries",),
}

MORE_KEYS: dict[str, set[str]] = {
    # Section 7: 19 keys on the wire [live], more than the contract's list answer has; hydrated adds three.
    "ProjectDtoV1": {"clientId", "clientName", "estimateReset", "tasks", "client", "customFields"},
    # Section 10: 15 keys on the wire [live]; hydrated adds four.
    "TimeEntryDtoV1": {"hourlyRate", "costRate"},
    "TimeEntryDtoImplV1": {"hourlyRate", "costRate"},
    "TimeEntryWithRatesDtoV1": {"project", "task", "tags", "user"},
    # The parameter include-roles adds a user's roles [openapi]; the contract has no key for them.
    "UserDtoV1": {"roles"},
}

NOT_IN_CONTRACT = {
    # Section 10: the seed's path for running timers; 405 unless a switch changes it.
    ("GET", "workspaces/{workspace}/time-entries"),
}

LISTS: dict[str, tuple[str, ...]] = {
    # Section 4: `features` is an array, in the contract a single word.
    "WorkspaceDtoV1": ("features",)
}

FEEDS = ("created", "updated", "deleted")
# Section 17: of the answers of the feeds the contract says "a string", or an object with `response`; an empty one was a bare array.

HOUR = {"start": "2026-02-13T09:00:00Z", "end": "2026-02-13T10:00:00Z"}
_P, _T = "projects/{project}", "projects/{project}/tasks/{task}"
CALLS: list[tuple[str, str, Any]] = [
    ("GET", "/user", None),
    ("GET", "/user?include-memberships=true", None),
    ("GET", "/workspaces", None),
    ("GET", "/workspaces?roles=OWNER", None),
    ("POST", "/workspaces", {"name": "Third"}),
    ("GET", "/workspaces/{workspace}", None),
    ("GET", "users?memberships=ALL", None),
    ("GET", "users?status=ALL&account-statuses=ACTIVE,DELETED", None),
    ("POST", "users?send-email=false", {"email": "new@acme.example"}),
    ("PUT", "users/{other}", {"status": "INACTIVE"}),
    ("GET", "entities/created?type=CLIENTS", None),
    ("GET", "entities/updated?type=TASKS&start=2026-01-20T00:00:00Z", None),
    ("GET", "entities/deleted?type=TAGS", None),
    ("GET", "clients", None),
    ("POST", "clients", {"name": "New", "email": "a@x.example"}),
    ("GET", "clients/{client}", None),
    ("PUT", "clients/{client}", {"name": "Renamed", "archived": True, "ccEmails": ["a@x.example"]}),
    ("DELETE", "clients/{client}", None),
    ("GET", "tags", None),
    ("POST", "tags", {"name": "new"}),
    ("GET", "tags/{tag}", None),
    ("PUT", "tags/{tag}", {"name": "renamed", "archived": True}),
    ("DELETE", "tags/{tag}", None),
    ("GET", "projects", None),
    ("GET", "projects?hydrated=true&page-size=100", None),
    (
        "POST",
        "projects",
        {"name": "New", "hourlyRate": {"amount": 100}, "estimate": {"estimate": "PT1H", "type": "MANUAL"}},
    ),
    ("GET", f"{_P}?hydrated=true", None),
    ("PATCH", f"{_P}/estimate", {"budgetEstimate": {"active": True, "estimate": 5, "type": "MANUAL"}}),
    ("PATCH", f"{_P}/memberships", {"memberships": [{"userId": "{me}"}]}),
    ("POST", f"{_P}/memberships", {"userIds": ["{other}"]}),
    ("PATCH", f"{_P}/template", {"isTemplate": True}),
    ("PUT", f"{_P}/users/{{me}}/hourly-rate", {"amount": 100}),
    ("PUT", f"{_P}/users/{{me}}/cost-rate", {"amount": 100}),
    ("POST", "user-groups", {"name": "Crew"}),
    ("PUT", "user-groups/{user-group}", {"name": "Team"}),
    ("POST", "user-groups/{user-group}/users", {"userId": "{other}"}),
    ("POST", "users/{me}/roles", {"role": "PROJECT_MANAGER", "entityId": "{project}"}),
    ("POST", "users/{me}/roles", {"role": "TEAM_MANAGER", "entityId": "{user-group}", "sourceType": "USER_GROUP"}),
    ("GET", "user-groups?includeTeamManagers=true", None),
    ("GET", "users?include-roles=true&memberships=ALL", None),
    ("POST", "users/{me}/roles", {"role": "TEAM_MANAGER", "entityId": "{other}"}),
    ("GET", "users/{other}/managers", None),
    ("GET", "member-profile/{other}", None),
    (
        "PATCH",
        f"{_P}/memberships",
        {"memberships": [{"userId": "{me}", "hourlyRate": {"amount": 5}}], "userGroups": {"ids": ["{user-group}"]}},
    ),
    ("PATCH", f"{_P}/estimate", {"estimateReset": {"interval": "MONTHLY", "dayOfMonth": 3, "hour": 9}}),
    ("GET", "user-groups?project-id={project}", None),
    ("DELETE", "users/{me}/roles", {"role": "PROJECT_MANAGER", "entityId": "{project}"}),
    ("DELETE", "user-groups/{user-group}/users/{other}", None),
    ("DELETE", "user-groups/{user-group}", None),
    ("PUT", "users/{me}/hourly-rate", {"amount": 100}),
    ("PUT", "users/{me}/cost-rate", {"amount": 100, "since": "2026-01-01T00:00:00Z"}),
    ("POST", "projects/from-template", {"name": "Copy", "templateProjectId": "{project}"}),
    ("GET", f"{_P}/tasks", None),
    ("POST", f"{_P}/tasks", {"name": "New", "estimate": "PT1H"}),
    ("GET", _T, None),
    ("PUT", f"{_T}/hourly-rate", {"amount": 100}),
    ("PUT", f"{_T}/cost-rate", {"amount": 100}),
    ("POST", "time-entries", HOUR | {"projectId": "{project}", "taskId": "{task}"}),
    ("GET", "time-entries/{entry}", None),
    ("GET", "time-entries/{entry}?hydrated=true", None),
    ("PUT", "time-entries/{entry}", HOUR),
    ("GET", "time-entries/status/in-progress", None),
    ("GET", "user/{me}/time-entries", None),
    ("PATCH", "user/{me}/time-entries", {"end": "2026-02-13T12:00:00Z"}),
    ("POST", "user/{me}/time-entries/{entry}/duplicate", None),
    ("PUT", "user/{me}/time-entries", [{"id": "{entry}", **HOUR}]),
    ("DELETE", "user/{me}/time-entries?time-entry-ids={entry}", None),
    ("POST", "time-entries", HOUR),
    ("DELETE", "time-entries/{entry}", None),
    ("POST", "user/{other}/time-entries", HOUR),
    ("PUT", _T, {"name": "Renamed", "status": "DONE"}),
    ("DELETE", _T, None),
    ("PUT", _P, {"name": "Renamed", "archived": True}),
    ("DELETE", _P, None),
]


def contract_with_deviations() -> dict[str, Any]:
    """The contract with the deviations above."""
    contract = copy.deepcopy(document())
    schemas = contract["components"]["schemas"]
    for feed in FEEDS:
        answer = contract["paths"][f"/v1/workspaces/{{workspaceId}}/entities/{feed}"]["get"]["responses"]["200"]
        own = {"$ref": "#/components/schemas/PageableCollectionLogBinDocumentDto"}
        answer["content"]["application/json"]["schema"] = {"anyOf": [own, {"type": "array", "items": {}}]}
    for name, keys in LISTS.items():
        for key in keys:
            schemas[name]["properties"][key] = {"type": "array", "items": schemas[name]["properties"][key]}
    for name, keys in NULL_AS_WELL.items():
        for key in keys:
            own = schemas[name]["properties"][key]
            schemas[name]["properties"][key] = {"nullable": True, "anyOf": [own, {"nullable": True, "enum": [None]}]}
    return contract


@functools.cache
def _openapi() -> OpenAPI:
    return OpenAPI.from_dict(contract_with_deviations())


@pytest.fixture(scope="module")
def answers() -> Iterator[list[tuple[str, str, httpx.Response]]]:
    """All of CALLS, in their order, on the seeded workspace."""
    received: list[tuple[str, str, httpx.Response]] = []
    with Driver(seeded=True) as sandbox:
        people = [user["id"] for user in sandbox.ok("GET", "users")]
        places = {"workspace": sandbox.workspace, "me": people[0], "other": people[1]}
        for method, path, body in CALLS:
            full = f"/clockify/api/v1{path}" if path.startswith("/") else path
            place, _, query = _filled(full, places).partition("?")
            params = dict(pair.split("=") for pair in query.split("&") if pair)
            answer = sandbox(method, place, _filled(body, places), **params)
            received.append((method, path, answer))
            if method == "POST" and answer.status_code == 201 and isinstance(answer.json(), dict):
                kind = path.rstrip("s").rpartition("/")[2].replace("time-entrie", "entry").replace("duplicate", "copy")
                places[kind] = answer.json()["id"]
        yield received


def _filled(value: Any, places: dict[str, str]) -> Any:
    """A value with the ids of `places` where it names them."""
    if isinstance(value, str):
        return re.sub(r"\{([\w-]+)\}", lambda match: places[match[1]], value)
    if isinstance(value, list):
        return [_filled(item, places) for item in value]
    return {key: _filled(item, places) for key, item in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("index", range(len(CALLS)), ids=[f"{method} {path}" for method, path, _ in CALLS])
def test_answer_is_valid_under_the_contract(answers: list[tuple[str, str, httpx.Response]], index: int) -> None:
    method, _, answer = answers[index]
    assert answer.is_success, answer.text
    url = answer.request.url
    request = MockRequest(ROOT, method.lower(), url.path.removeprefix("/clockify"), args=dict(url.params))
    reply = MockResponse(answer.content, answer.status_code, dict(answer.headers), "application/json")
    problems = [text for error in _openapi().iter_apicall_response_errors(request, reply) for text in texts_of(error)]
    assert problems == []
    if answer.content:
        schema = _schema_of(method, url.path, answer.status_code)
        assert sorted(set(_unknown(answer.json(), schema))) == []


def _schema_of(method: str, path: str, status: int) -> dict[str, Any]:
    """The schema of an answer's body."""
    operation = operation_of(method, path.removeprefix("/clockify"))
    schema: dict[str, Any] = operation["responses"][str(status)]["content"]["application/json"]["schema"]
    return schema


def _unknown(value: Any, schema: dict[str, Any]) -> Iterator[str]:
    """The keys of an answer that are neither in the contract nor in MORE_KEYS, as `Schema.key`."""
    if isinstance(value, list):
        for item in value:
            yield from _unknown(item, schema.get("items", {}))
    elif isinstance(value, dict) and "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        properties = document()["components"]["schemas"][name].get("properties", {})
        yield from (f"{name}.{key}" for key in value if key not in properties and key not in MORE_KEYS.get(name, ()))
        for key, item in value.items():
            yield from _unknown(item, properties.get(key, {}))


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "{}", path)


def test_every_route_is_in_the_contract_or_listed_here() -> None:
    known = {
        (method.upper(), _shape(path.removeprefix("/v1/")))
        for path, operations in document()["paths"].items()
        for method in operations
    }
    assert {route for route in NATIVE if (route[0], _shape(route[1])) not in known} == NOT_IN_CONTRACT


def test_every_route_is_called_above() -> None:
    called = {
        (method, _shape(path[1:] if path.startswith("/") else f"workspaces/{{}}/{path}").partition("?")[0])
        for method, path, _ in CALLS
    }
    assert {route for route in {*NATIVE} - NOT_IN_CONTRACT if (route[0], _shape(route[1])) not in called} == set()


def test_every_deviation_is_needed(answers: list[tuple[str, str, httpx.Response]]) -> None:
    text = "".join(answer.text for _, _, answer in answers)
    for keys in (*NULL_AS_WELL.values(), *(tuple(sorted(keys)) for keys in MORE_KEYS.values())):
        for key in keys:
            assert f'"{key}":' in text, key

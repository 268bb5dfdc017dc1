"""Random requests for every operation of the sandbox (schemathesis): no answer of 500, and each conforms to the contract.

The contract is `facts.yaml` with the deviations of test_sandbox_answers.py and the envelope of errors. Requests are valid and
invalid ones; ids are those of the seeded workspace as often as not, so that what is behind a check is reached too.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.contract import facts
from tests.contract.test_sandbox_answers import contract_with_deviations
from tests.sandbox.driving import Driver

EXAMPLES = 3
"""Requests of an operation, valid ones and invalid ones each: about 15 seconds of CPU together."""
CHECKS: list[Any] = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
REFUSALS = (400, 403, 404, 405)
ENVELOPE = {
    "type": "object",
    "properties": {"message": {"type": "string", "minLength": 1}, "code": {"type": "integer"}},
    "required": ["message", "code"],
    "additionalProperties": False,
}
OPERATIONS = list(facts()["operations"])


def _document() -> dict[str, Any]:
    """The contract with the errors that every operation may answer with."""
    made = contract_with_deviations()
    refusal = {"description": "", "content": {"application/json": {"schema": ENVELOPE}}}
    for operations in made["paths"].values():
        for operation in operations.values():
            operation["responses"] |= {str(status): refusal for status in REFUSALS}
    return made


SCHEMA = schemathesis.openapi.from_dict(_document())


@functools.cache
def _requests(line: str, mode: schemathesis.GenerationMode) -> st.SearchStrategy[Any]:
    """Requests of an operation; a strategy is expensive to make."""
    method, path = line.split(" ")
    return SCHEMA[path][method].as_strategy(generation_mode=mode)


@pytest.fixture(scope="module")
def ids() -> Iterator[tuple[Driver, Mapping[str, list[str]]]]:
    """A seeded sandbox, and the ids of its objects by the key that names them in a path or body."""
    with Driver(seeded=True) as studio:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for kind, keys in (
            ("clients", ("clientId",)),
            ("projects", ("projectId", "templateProjectId", "entityId")),
            ("tags", ("tagIds", "excluded-ids")),
            ("users", ("userId", "assigneeIds", "assigneeId", "userIds")),
            ("user-groups", ("userGroupId", "userGroupIds", "ids")),
            ("time-entries/status/in-progress", ("time-entry-ids",)),
        ):
            if kind == "user-groups":
                studio.ok("POST", kind, {"name": "Team"})
            listed = [item["id"] for item in studio.ok("GET", kind)]
            for key in keys:
                found[key] += listed
            found[f"{kind}/id"] = listed
        project = found["projectId"][0]
        found["taskId"] = [task["id"] for task in studio.ok("GET", f"projects/{project}/tasks")]
        found["tasks/id"] = found["taskId"]
        found["time-entries/id"] = found["time-entry-ids"]
        yield studio, found


def _known(key: str, path: str, ids: Mapping[str, list[str]]) -> list[str]:
    """The ids that fit a key; `id` of a path is that of the collection before it."""
    return ids.get(f"{path.rpartition('/{id}')[0].rpartition('/')[2]}/id" if key == "id" else key, [])


def _with_ids(value: Any, path: str, ids: Mapping[str, list[str]], data: st.DataObject) -> Any:
    """A body or query with known ids where it has a key for them, as often as not."""
    if isinstance(value, list):
        return [_with_ids(item, path, ids, data) for item in value]
    if not isinstance(value, dict):
        return value
    made: dict[str, Any] = {}
    for key, item in value.items():
        known = _known(key, path, ids)
        if known and data.draw(st.sampled_from((True, False))):
            one: str = data.draw(st.sampled_from(known))
            made[key] = [one] if isinstance(item, list) else one
        else:
            made[key] = _with_ids(item, path, ids, data)
    return made


@pytest.mark.slow
@pytest.mark.parametrize("line", OPERATIONS)
@with_seed(12)
@given(data=st.data())
@settings(
    max_examples=2 * EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_is_answered_by_an_error_of_the_server_or_outside_the_contract(
    line: str, ids: tuple[Driver, Mapping[str, list[str]]], data: st.DataObject
) -> None:
    studio, known = ids
    path = line.partition(" ")[2]
    mode = data.draw(st.sampled_from(list(schemathesis.GenerationMode)))
    case = data.draw(_requests(line, mode))
    for key in case.path_parameters or {}:
        fitting = [studio.workspace] if key == "workspaceId" else _known(key, path, known)
        if fitting and (key == "workspaceId" or data.draw(st.integers(0, 3))):
            case.path_parameters[key] = data.draw(st.sampled_from(fitting))
    case.body = _with_ids(case.body, path, known, data)
    case.query = _with_ids(case.query, path, known, data)
    sent = case.as_transport_kwargs(base_url="http://sandbox/clockify/api")
    response = studio.send(sent["method"], sent["url"], sent.get("params"), sent.get("json"), sent.get("data"))
    case.validate_response(response, checks=CHECKS)

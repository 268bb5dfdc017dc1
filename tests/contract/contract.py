"""The official contract, for tests: loads it where it is at hand, and says what is wrong with a request."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest

from tests.gateway.support import ReceivedRequest

CONTRACT = Path(__file__).parents[3] / "shared" / "openapi" / "clockify-v1.json"
needs_contract = pytest.mark.skipif(
    not CONTRACT.is_file(), reason="the official contract, ../shared/openapi, is not at hand"
)

ROOT = "https://api.clockify.me"
PREFIX = "/api"


@functools.cache
def document() -> dict[str, Any]:
    """The contract as it is."""
    loaded: dict[str, Any] = json.loads(CONTRACT.read_text(encoding="utf-8"))
    return loaded


@functools.cache
def openapi() -> OpenAPI:
    """The contract, ready to check requests."""
    return OpenAPI.from_dict(document())


def faults_of(request: ReceivedRequest) -> list[str]:
    """What the contract has against a request: its own checks, and keys and parameters that it does not know."""
    data = json.dumps(request.body).encode() if request.body is not None else None
    mock_request = MockRequest(
        ROOT,
        request.method.lower(),
        request.path,
        args=dict(request.params),
        headers=dict(request.headers),
        data=data,
        content_type="application/json",
    )
    problems = [text for error in openapi().iter_apicall_request_errors(mock_request) for text in _texts(error)]
    operation = _operation(request)
    known = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"}
    problems += [f"unknown parameter {name}" for name in request.params if name not in known]
    if isinstance(request.body, dict):
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        problems += [f"unknown key {key}" for key in request.body if key not in _properties(schema)]
    elif "requestBody" in operation and request.body is None:
        problems.append("no body")
    return problems


def _texts(error: Exception) -> list[str]:
    """The schema errors behind an error of the library, one by one; itself where there are none."""
    details = getattr(error.__cause__, "schema_errors", ())
    return [f"{'/'.join(map(str, detail.path))}: {detail.message}" for detail in details] or [str(error)]


def _operation(request: ReceivedRequest) -> dict[str, Any]:
    path = request.path.removeprefix(PREFIX)
    for template, operations in document()["paths"].items():
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
        # A template without parameters at this place goes before one with: no two of ours compete.
        if re.fullmatch(pattern, path) and request.method.lower() in operations:
            found: dict[str, Any] = operations[request.method.lower()]
            return found
    raise AssertionError(f"the contract has no {request.method} {path}")


def _properties(schema: dict[str, Any]) -> set[str]:
    if "$ref" in schema:
        return _properties(document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    own = set(schema.get("properties", ()))
    return own.union(*(_properties(part) for key in ("allOf", "oneOf", "anyOf") for part in schema.get(key, ())))

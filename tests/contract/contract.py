"""The API contract for tests: `facts.yaml` as an OpenAPI document, and the problems of a request under it."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

from openapi_core import OpenAPI
from openapi_core.testing import MockRequest

from tests.case_files import load_cases
from tests.gateway.fake_service import ReceivedRequest

FACTS = Path(__file__).with_name("facts.yaml")
ROOT = "https://api.clockify.me"
PREFIX = "/api"
TYPES = ("string", "integer", "number", "boolean", "object")


@functools.cache
def facts() -> dict[str, Any]:
    """`facts.yaml` as written: operations, and the keys of bodies and answers."""
    loaded: dict[str, Any] = load_cases(FACTS)
    return loaded


def schema_of(form: Any) -> dict[str, Any]:
    """The JSON Schema of a form in `facts.yaml`: a type, a name of another entry, a list of one form, or keywords."""
    if isinstance(form, list):
        return {"type": "array", "items": schema_of(form[0])}
    if isinstance(form, str):
        return {"type": form} if form in TYPES else {"$ref": f"#/components/schemas/{form}"}
    own = {key: value for key, value in form.items() if key != "items"}
    return own | ({"items": schema_of(form["items"])} if "items" in form else {})


@functools.cache
def document() -> dict[str, Any]:
    """The facts as an OpenAPI document."""
    paths: dict[str, dict[str, Any]] = {}
    for line, operation in facts()["operations"].items():
        method, path = line.split(" ")
        paths.setdefault(path, {})[method.lower()] = _operation_of(path, operation)
    schemas = {name: _object(keys) for section in ("bodies", "answers") for name, keys in facts()[section].items()}
    schemas |= {name: {"type": "string", "enum": words} for name, words in facts()["enums"].items()}
    schemas |= {name: {"type": "string"} for name in facts()["texts"]}
    return {
        "openapi": "3.0.1",
        "info": {"title": "facts", "version": "1"},
        "servers": [{"url": f"{ROOT}{PREFIX}"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _operation_of(path: str, operation: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        {"in": "path", "name": name, "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", path)
    ]
    for name, form in operation.get("query", {}).items():
        schema = schema_of(form)
        is_required = schema.pop("required", False)
        parameters.append({"in": "query", "name": name, "required": is_required, "schema": schema})
    responses = {
        str(status): {"description": "", "content": {"application/json": {"schema": schema_of(form)}}}
        if form
        else {"description": ""}
        for status, form in operation["answers"].items()
    }
    made: dict[str, Any] = {"parameters": parameters, "responses": responses}
    if "body" in operation:
        content = {"application/json": {"schema": schema_of(operation["body"])}}
        made["requestBody"] = {"required": True, "content": content}
    return made


def _object(keys: dict[str, Any]) -> dict[str, Any]:
    properties = {key: schema_of(form) for key, form in keys.items()}
    required = [key for key, schema in properties.items() if schema.pop("required", False)]
    return {"type": "object", "properties": properties} | ({"required": required} if required else {})


@functools.cache
def openapi() -> OpenAPI:
    """The contract, ready to validate requests."""
    return OpenAPI.from_dict(document())


def problems_of(received: ReceivedRequest) -> list[str]:
    """What is wrong with a request under the contract: schema errors, and keys and parameters that it does not have."""
    data = json.dumps(received.body).encode() if received.body is not None else None
    request = MockRequest(
        ROOT,
        received.method.lower(),
        received.path,
        args=dict(received.params),
        headers=dict(received.headers),
        data=data,
        content_type="application/json",
    )
    problems = [text for error in openapi().iter_apicall_request_errors(request) for text in texts_of(error)]
    operation = operation_of(received.method, received.path)
    known = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"}
    problems += [f"unknown parameter {name}" for name in received.params if name not in known]
    if isinstance(received.body, dict):
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        problems += [f"unknown key {key}" for key in received.body if key not in _properties(schema)]
    elif "requestBody" in operation and received.body is None:
        problems.append("no body")
    return problems


def texts_of(error: Exception) -> list[str]:
    """The schema errors behind an error of the library, one by one; the error itself where it has none."""
    details = getattr(error.__cause__, "schema_errors", ())
    return [f"{'/'.join(map(str, detail.path))}: {detail.message}" for detail in details] or [str(error)]


def operation_of(method: str, path: str) -> dict[str, Any]:
    """The operation behind a request. Raises AssertionError where the contract has none."""
    below = path.removeprefix(PREFIX)
    for template, operations in document()["paths"].items():
        # No two templates of ours match one path, so the first match is the operation.
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), below) and method.lower() in operations:
            operation: dict[str, Any] = operations[method.lower()]
            return operation
    raise AssertionError(f"the contract has no {method} {path}")


def _properties(schema: dict[str, Any]) -> set[str]:
    if "$ref" in schema:
        return _properties(document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    return set(schema.get("properties", ()))

"""The official API document as facts: the same shape as `facts.yaml`, for comparison. The document is not part of this repository."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.contract.contract import TYPES

OFFICIAL = Path(__file__).parents[3] / "shared" / "openapi" / "clockify-v1-full.json"
DROPPED = {"description", "example", "examples", "default", "title", "deprecated", "writeOnly"}
"""Prose, and what no request or answer is validated against."""


def official_document() -> dict[str, Any]:
    """The document as published."""
    loaded: dict[str, Any] = json.loads(OFFICIAL.read_text(encoding="utf-8"))
    return loaded


def form_of(schema: dict[str, Any]) -> Any:
    """A schema as a form of `facts.yaml`."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    kept = {key: value for key, value in schema.items() if key not in DROPPED}
    if kept.get("type") == "array":
        inner = form_of(kept.pop("items"))
        return [inner] if set(kept) == {"type"} else kept | {"items": inner}
    if set(kept) == {"type"} and kept["type"] in TYPES:
        return kept["type"]
    return kept


def operation_facts(operation: dict[str, Any]) -> dict[str, Any]:
    """Query parameters, body and answers of one operation."""
    query = {
        parameter["name"]: _required(form_of(parameter["schema"]), is_required=parameter.get("required", False))
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query"
    }
    facts: dict[str, Any] = {"query": query} if query else {}
    if "requestBody" in operation:
        facts["body"] = form_of(_content(operation["requestBody"]))
    answers = {int(status): form_of(_content(response)) or None for status, response in operation["responses"].items()}
    return facts | {"answers": answers}


def key_facts(schema: dict[str, Any]) -> dict[str, Any]:
    """The keys of an object, each with its form; a required one says so."""
    required = schema.get("required", ())
    return {key: _required(form_of(part), is_required=key in required) for key, part in schema["properties"].items()}


def enum_of(schema: dict[str, Any]) -> list[str] | None:
    """The words of an enum. The document describes some as objects with `oneOf`; None where there are no words."""
    branches = [schema, *schema.get("oneOf", ())]
    return next((branch["enum"] for branch in branches if "enum" in branch), None)


def names_in(form: Any) -> Iterator[str]:
    """The names of other entries in a form."""
    if isinstance(form, str):
        if form not in TYPES:
            yield form
    elif isinstance(form, list):
        yield from names_in(form[0])
    elif isinstance(form, dict):
        yield from names_in(form.get("items"))


def _content(part: dict[str, Any]) -> dict[str, Any]:
    schemas = [content.get("schema", {}) for content in part.get("content", {}).values()]
    return schemas[0] if schemas else {}


def _required(form: Any, *, is_required: bool) -> Any:
    if not is_required:
        return form
    if isinstance(form, dict):
        return form | {"required": True}
    if isinstance(form, list):
        return {"type": "array", "items": form[0], "required": True}
    return (
        {"type": form, "required": True}
        if form in TYPES
        else {"$ref": f"#/components/schemas/{form}", "required": True}
    )

"""The JSON Schema of one kind: an entry of its list, its defaults, and the file of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.manifest.schema.nesting import SET_KIND, children_of, parent_key_of
from reconciler.model import UNSET, Field, Kind

DRAFT = "https://json-schema.org/draft/2020-12/schema"
# Edges without blanks; the finer rules (Unicode form, hidden characters) have no words in JSON Schema.
_INNER = r"[^<>\u0000-\u001f\u007f-\u009f]"
_EDGE = r"[^ <>\u0000-\u001f\u007f-\u009f]"
NAME_PATTERN = f"^{_EDGE}(?:{_INNER}*{_EDGE})?$"

Reference = Callable[[str], str]
"""The name of a definition → the `$ref` that leads to it from where it stands."""


def kind_schema(kind: Kind) -> dict[str, Any]:
    """The schema of one kind as a file of its own, which refers to the files of the kinds below it."""
    return {"$schema": DRAFT, "$id": f"{kind.name}.schema.json", **kind_definition(kind, lambda n: f"{n}.schema.json")}


def kind_definition(kind: Kind, reference: Reference) -> dict[str, Any]:
    """One entry of a list of this kind: a mapping, or a bare string that is its name.

    Both forms share one schema without alternatives (keywords for strings pass over mappings, and the other way round), so
    that a validator points at the very value that is wrong.
    """
    return {
        "title": kind.title,
        "description": f"{kind.description} A bare string is a {kind.name} of that name with nothing else declared.",
        "type": ["string", "object"],
        **_name_rules(kind),
        "properties": {**_identity(kind), **_fields(kind), **_nested(kind, reference)},
        "required": ["name"],
        "additionalProperties": False,
    }


def _name_rules(kind: Kind) -> dict[str, Any]:
    shortest, longest = kind.name_limits
    return {"minLength": shortest, "maxLength": longest, "pattern": NAME_PATTERN}


def _identity(kind: Kind) -> dict[str, Any]:
    path = {"type": "string", "minLength": 1}
    earlier = "Earlier name, or a list of them: what bears it is renamed, not replaced."
    if parent_key_of(kind):
        earlier += f" `Other/Name` moves it here from another {kind.parent}, `/Name` from none."
    properties: dict[str, Any] = {
        "name": {
            "description": f"Name of the {kind.name}, unique within {kind.unique_within}.",
            "type": "string",
            **_name_rules(kind),
        },
        "was": {
            "description": f"{earlier} In a name, a slash is written `\\/` and a backslash `\\\\`.",
            "anyOf": [path, {"type": "array", "items": path, "uniqueItems": True}],
            "examples": ["Earlier name", ["Earlier name", "First name"]],
        },
    }
    if parent_key_of(kind):
        properties[kind.parent] = {
            "description": f"Name of the {kind.parent} that it belongs to, declared or already there; without it, none. "
            f"Only in the top-level list: nested under a {kind.parent} it is said by the place.",
            "type": ["string", "null"],
            "minLength": 1,
            "maxLength": 1000,
            "default": None,
        }
    return properties


def _fields(kind: Kind) -> dict[str, Any]:
    return {f.name: _field(f) for f in kind.fields}


def _field(field: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"description": _description(field), **field.type.schema}
    if field.clearable:
        schema = _or_null(schema)
    if field.default is not UNSET:
        schema["default"] = field.default
    if field.examples:
        schema["examples"] = list(field.examples)
    return schema


def _description(field: Field) -> str:
    if field.default is not UNSET:
        return field.description
    left_out = "Left out, the value that is there stays" + ("; null clears it." if field.clearable else ".")
    return f"{field.description} {left_out}"


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]}


def _nested(kind: Kind, reference: Reference) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for child in children_of(kind):
        items: dict[str, Any] = {"$ref": reference(child.name)}
        if parent_key_of(child):
            said = f"Not here: the place under the {kind.name} says it."
            items["properties"] = {child.parent: {"description": said, "not": {}}}
        within = f"of this {kind.name}" if child.parent_required else f"under this {kind.name}"
        scope = f"this {kind.name}" if child.parent_required else "the workspace"
        properties[child.plural] = {
            "description": f"The {child.plural} {within}. Where the key is present, what {scope} has beyond the declared "
            f"{child.plural} counts as removed.",
            "type": "array",
            "items": items,
        }
        if child is SET_KIND:
            properties["use"] = {
                "description": f"Task sets whose {child.plural} it has, before its own.",
                "type": "array",
                "items": {"type": "string"},
                "uniqueItems": True,
                "examples": [["web-build"]],
            }
    return properties


def defaults_definition(kind: Kind) -> dict[str, Any]:
    """What `defaults` may say for one kind."""
    return {
        "title": f"Defaults of {kind.plural}",
        "description": f"Any field of a {kind.name} but its name, its earlier names and what nests in it.",
        "type": "object",
        "properties": _fields(kind),
        "additionalProperties": False,
    }

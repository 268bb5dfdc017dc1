"""The JSON Schema of one kind: an entry of its list, its defaults, and its own file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.manifest.schema.defaults import with_default
from reconciler.manifest.schema.for_each import FOR_EACH, for_each_property
from reconciler.manifest.schema.nesting import SET_KIND, children_of, parent_key_of
from reconciler.manifest.schema.patterns import NAME_PATTERN, with_messages
from reconciler.manifest.schema.published import with_placeholders
from reconciler.model import UNSET, Field, Kind

DRAFT = "https://json-schema.org/draft/2020-12/schema"

NESTED = "nested"

Reference = Callable[[str], str]
"""The name of a definition → the `$ref` to it."""


def kind_schema(kind: Kind) -> dict[str, Any]:
    """The schema of one kind as a file, with references to the files of its child kinds."""
    definition = kind_definition(kind, _file)
    nested = {"$defs": {NESTED: kind_definition(kind, _file, is_nested=True)}} if parent_key_of(kind) else {}
    schema = with_placeholders(with_messages({**definition, **nested}))
    return {"$schema": DRAFT, "$id": f"{kind.name}.schema.json", **schema}


def _file(name: str) -> str:
    kind, _, nested = name.partition("_")
    return f"{kind}.schema.json" + (f"#/$defs/{nested}" if nested else "")


def nested_name(kind: Kind) -> str:
    """The definition of an entry of a list in a resource: one of its own for a kind whose parent can be given by a key."""
    return f"{kind.name}_{NESTED}" if parent_key_of(kind) else kind.name


def kind_definition(kind: Kind, reference: Reference, *, is_nested: bool = False) -> dict[str, Any]:
    """One entry of a list of this kind: a mapping, or a string as short form for its name.

    Both forms share one schema without `anyOf` (keywords for strings ignore mappings, and vice versa), so that a validator
    reports the position of the invalid value itself. A nested entry has no key for its parent, so that no editor suggests one.
    """
    return {
        "title": kind.title,
        "description": f"{kind.description} A string is short for a {kind.name} with only that name.",
        "type": ["string", "object"],
        **_name_rules(kind),
        "properties": {**_identity(kind, is_nested=is_nested), **_fields(kind), **_nested(kind, reference)},
        "required": ["name"],
        "additionalProperties": False,
    }


def _name_rules(kind: Kind) -> dict[str, Any]:
    shortest, longest = kind.name_limits
    return {"minLength": shortest, "maxLength": longest, "pattern": NAME_PATTERN}


def _identity(kind: Kind, *, is_nested: bool) -> dict[str, Any]:
    path = {"type": "string", "minLength": 1}
    earlier = f"Earlier name, or a list of them: the {kind.name} with that name is renamed instead of replaced."
    if parent_key_of(kind):
        earlier += f" `Other/Name` also moves it from another {kind.parent}, `/Name` from no {kind.parent}."
    properties: dict[str, Any] = {
        FOR_EACH: for_each_property(kind.name),
        "name": {
            "description": f"Name of the {kind.name}, unique within {kind.unique_within}.",
            "type": "string",
            **_name_rules(kind),
        },
        "was": {
            "description": f"{earlier} In a name, write / as `\\/` and \\ as `\\\\`.",
            "anyOf": [path, {"type": "array", "items": path, "uniqueItems": True}],
            "examples": ["Earlier name", ["Earlier name", "First name"]],
        },
    }
    if parent_key_of(kind) and not is_nested:
        properties[kind.parent] = {
            "description": f"Name of its {kind.parent}, declared or existing in the workspace. Default: no {kind.parent}. "
            f"Only in the top-level list; nesting under a {kind.parent} replaces it.",
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
        schema = with_default(schema, field.default)
    if field.examples:
        schema["examples"] = list(field.examples)
    return schema


def _description(field: Field) -> str:
    if field.default is not UNSET:
        return field.description
    return f"{field.description} Omit to keep the live value" + ("; null clears it." if field.clearable else ".")


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    words = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [schema["type"], "null"], **words}


def _nested(kind: Kind, reference: Reference) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for child in children_of(kind):
        items = {"$ref": reference(nested_name(child))}
        scope = f"of this {kind.name}" if child.parent_required else "of the whole workspace"
        properties[child.plural] = {
            "description": f"The {child.plural} of this {kind.name}. If present, `policy.prune` applies to unlisted {child.plural} {scope}.",
            "type": "array",
            "items": items,
        }
        if child is SET_KIND:
            properties["use"] = {
                "description": f"Names of task sets to include. An entry of `{child.plural}` with the same name overrides their fields.",
                "type": "array",
                "items": {"type": "string"},
                "uniqueItems": True,
            }
    return properties


def defaults_definition(kind: Kind) -> dict[str, Any]:
    """The entry of `defaults` for one kind."""
    return {
        "title": f"Defaults of {kind.plural}",
        "description": f"Values for the fields that a {kind.name} omits; all fields except names and nested lists.",
        "type": "object",
        "properties": _fields(kind),
        "additionalProperties": False,
    }

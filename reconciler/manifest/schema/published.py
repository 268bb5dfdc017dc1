"""The schema for editors: as that of a filled-in manifest, and with placeholders in the place of values.

An editor sees `billable: "{billable}"`, validation the boolean that a row or a variable puts there. Which names are defined, an
editor cannot know, so a placeholder is accepted anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.kinds.field_types import TEXT_PATTERN
from reconciler.manifest.schema.for_each import FOR_EACH
from reconciler.manifest.schema.patterns import NAME_PATTERN

PLACEHOLDER = r"\{[^{}]+\}"
_SCALARS = frozenset(("boolean", "integer", "number", "array"))
_PLAIN_KEYS = frozenset((FOR_EACH, "include", "vars", "version"))
"""Properties in which braces have no meaning, or one of their own."""
_CHECKS = ("check", "condition")
"""The beginnings of the definitions of checks, in which braces belong to regular expressions."""
_WORDS = (("boolean", "true or false"), ("integer", "a number"), ("number", "a number"), ("array", "a list"))
_MAPPINGS_OF_SCHEMAS = ("properties", "$defs")
_SCHEMAS = ("items", "additionalProperties")
_TAKES_BRACES = (NAME_PATTERN, TEXT_PATTERN)


def with_placeholders(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same schema, in which each value may be a text with a placeholder."""
    return {**schema, **_below(schema)}


def _value(schema: Mapping[str, Any]) -> dict[str, Any]:
    result = {**schema, **_below(schema)}
    if "enum" in result:
        words = {key: result.pop(key) for key in ("type", "enum") if key in result}
        message = "invalid value: use one of the words, or a placeholder in quotes"
        return {**result, "anyOf": [words, {"type": "string", "pattern": PLACEHOLDER, "errorMessage": message}]}
    types = {result["type"]} if isinstance(result.get("type"), str) else set(result.get("type", ()))
    if "string" in types:
        if result.get("pattern", TEXT_PATTERN) in _TAKES_BRACES:
            return result
        result["pattern"] = f"(?:{result['pattern']})|{PLACEHOLDER}"
    elif types & _SCALARS:
        listed = [result["type"]] if isinstance(result["type"], str) else result["type"]
        word = next(word for name, word in _WORDS if name in types)
        message = f"invalid value: use {word}, or a placeholder in quotes"
        result |= {"type": [*listed, "string"], "pattern": PLACEHOLDER, "errorMessage": message}
    return result


def _below(schema: Mapping[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    if "anyOf" in schema:
        has_text = any(part.get("type") == "string" for part in schema["anyOf"])
        changed["anyOf"] = [
            _value(part) if not has_text or part.get("type") in ("string", "object") else {**part, **_below(part)}
            for part in schema["anyOf"]
        ]
    for key in _MAPPINGS_OF_SCHEMAS:
        if key in schema:
            changed[key] = {name: part if _is_plain(key, name) else _value(part) for name, part in schema[key].items()}
    for key in _SCHEMAS:
        if isinstance(schema.get(key), Mapping):
            changed[key] = _value(schema[key])
    return changed


def _is_plain(keyword: str, name: str) -> bool:
    return name.startswith(_CHECKS) if keyword == "$defs" else name in _PLAIN_KEYS

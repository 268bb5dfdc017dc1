"""Messages: schema violations → problems, each with a message, its position and a hint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reconciler.errors import Problem
from reconciler.kinds import BY_NAME
from reconciler.kinds.durations import DURATION_PATTERN
from reconciler.kinds.estimates import BUDGET_PATTERN, ESTIMATE_PATTERN
from reconciler.kinds.field_types import EMAIL_PATTERN, TEXT_PATTERN, Colour
from reconciler.kinds.rates import RATE_PATTERN, RATE_PLACES, SINCE_PATTERN
from reconciler.manifest.schema.kinds import NAME_PATTERN
from reconciler.manifest.schema.manifest import SHARE_PATTERN
from reconciler.manifest.validation.names import validate_name
from reconciler.manifest.validation.suggestions import did_you_mean, enumerate_words
from reconciler.manifest.yaml.document import Document
from reconciler.manifest.yaml.text import quote

Path = Sequence[str | int]

_TYPES = {
    "object": "a mapping", "array": "a list", "string": "a string", "boolean": "true or false", "integer": "an integer",
    "number": "a number", "null": "null",
}  # fmt: skip
_PATTERNS = {
    EMAIL_PATTERN: ("e-mail address", "use the form name@example.com"),
    DURATION_PATTERN: ("duration", "use ISO 8601 hours, minutes, seconds, e.g. PT1H30M"),
    ESTIMATE_PATTERN: ("duration", "use ISO 8601 hours, minutes, seconds, e.g. PT1H30M"),
    Colour().schema["pattern"]: ("color", 'use "#RRGGBB" in quotes (# begins a comment), e.g. "#1976D2"'),
    RATE_PATTERN: ("amount", 'use major units, up to 9999999.99 with at most 2 decimals, e.g. "95.00"'),
    BUDGET_PATTERN: (
        "amount",
        'use major units, up to 999999999999.99 with at most 2 decimals, e.g. "5000.00", or auto',
    ),
    SINCE_PATTERN: ("day", "use a day or a UTC instant, e.g. 2026-01-31 or 2026-01-31T09:00:00Z"),
    SHARE_PATTERN: ("share", "use a percentage from 0% to 100%, e.g. 25%"),
}
_BOOLEAN_WORDS = {"yes": "true", "y": "true", "on": "true", "no": "false", "n": "false", "off": "false"}


def explain(document: Document, path: Path, error: Any) -> list[Problem]:
    """The problems of one violation (a jsonschema ValidationError); `path` leads to the value in the document."""
    if document.place_at(path) in document.reported:
        return []
    return _EXPLAINERS.get(error.validator, _other)(document, path, error)


def format_hint(schema: Mapping[str, Any]) -> str:
    """How to write a value of a field with this schema; empty if the schema has neither a known pattern nor a type."""
    pattern = schema.get("pattern") or next((s["pattern"] for s in schema.get("anyOf", ()) if "pattern" in s), "")
    if pattern in _PATTERNS:
        return _PATTERNS[pattern][1]
    return f"use {_TYPES[schema['type']]}" if schema.get("type") in _TYPES else ""


def describe_value(value: Any) -> str:
    """A value for a message: scalars as written, `a mapping` or `a list` for the rest."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return quote(value) if isinstance(value, str) else str(value)[:40]


def invalid_value(value: Any, label: str) -> str:
    """The message for a value that the field does not allow; `label` names the field."""
    if isinstance(value, dict | list):
        return f"{label} cannot be {describe_value(value)}"
    return f"invalid value {describe_value(value)} for {label}"


def _at(document: Document, path: Path, message: str, hint: str = "", *, of_key: bool = False) -> list[Problem]:
    return [document.source.problem(document.place_at(path, of_key=of_key), message, hint)]


def _container(path: Path, error: Any) -> str:
    """The mapping with a missing or unknown key: `a project`, `a check`, or its own key."""
    title = str(error.schema.get("title", "")).lower()
    return f"a {title}" if title in BY_NAME or title == "check" else _label(path)


def _label(path: Path) -> str:
    """The value at a path: its key, or `an entry of` the key of its list."""
    keys = [step for step in path if isinstance(step, str)]
    if not keys:
        return "the manifest"
    return quote(keys[-1]) if isinstance(path[-1], str) else f"an entry of {quote(keys[-1])}"


def _unknown_keys(document: Document, path: Path, error: Any) -> list[Problem]:
    known = error.schema.get("properties", {})
    problems = []
    for key in error.instance:
        if key not in known:
            if key == "<<":
                message, hint = "merge keys (<<) are not part of YAML 1.2", "use 'defaults' or a task set"
            else:
                message = f"unknown key {quote(key)} in {_container(path, error)}"
                hint = did_you_mean(key, known, otherwise=f"valid keys: {enumerate_words(sorted(known))}")
            problems += _at(document, [*path, key], message, hint, of_key=True)
    return problems


def _required(document: Document, path: Path, error: Any) -> list[Problem]:
    missing = [key for key in error.validator_value if key not in error.instance]
    if missing == ["version"]:
        return _at(document, path, "missing key 'version'", "begin every document with: version: 1")
    return _at(document, path, f"missing key {enumerate_words(missing)} in {_container(path, error)}")


def _type(document: Document, path: Path, error: Any) -> list[Problem]:
    types = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    value = error.instance
    if value is None:
        hint = "write [] for an empty list, or remove the key" if "array" in types else "add a value, or remove the key"
        hint = _PATTERNS.get(error.schema.get("pattern"), ("", hint))[1]
        of_key = bool(path) and isinstance(path[-1], str)
        return _at(document, path, f"{_label(path)} has no value", hint, of_key=of_key)
    expected = " or ".join(_TYPES[name] for name in types if name != "null" or len(types) == 1)
    hint = _type_hint(document, path, error.schema, types, value)
    return _at(document, path, f"{_label(path)} must be {expected}, not {describe_value(value)}", hint)


def _type_hint(document: Document, path: Path, schema: Mapping[str, Any], types: list[str], value: Any) -> str:
    if schema.get("pattern") in _PATTERNS:
        return _PATTERNS[schema["pattern"]][1]
    if types[0] == "array":
        return f"write [{value}]" if isinstance(value, str) and len(value) <= 60 else ""
    if "string" in types and not isinstance(value, dict | list):
        return f'put it in quotes: "{document.written_at(path)[:60]}"'
    if types == ["boolean"] and value in ("true", "false"):
        return f"remove the quotes: {value}"
    if types == ["boolean"] and str(value).lower() in _BOOLEAN_WORDS:
        return f"write {_BOOLEAN_WORDS[str(value).lower()]}"
    return ""


def _pattern(document: Document, path: Path, error: Any) -> list[Problem]:
    value, pattern = error.instance, error.validator_value
    if pattern == NAME_PATTERN:
        violation = validate_name(value) if value else None  # an empty name already violates minLength
        return _at(document, path, *violation) if violation else []
    if pattern == TEXT_PATTERN:
        characters = "< or >" if "<" in value or ">" in value else "control characters"
        message = f"{_label(path)} contains {characters}, which Clockify rejects"
        return _at(document, path, message, "remove the characters")
    decimals = value.partition(".")[2]
    if pattern in (RATE_PATTERN, BUDGET_PATTERN) and len(decimals) > RATE_PLACES and decimals.isdigit():
        # Also in KWD and others with three decimals: what is on the wire is a whole number of hundredths.
        message = f"{_label(path)} has {len(decimals)} decimals; the API has {RATE_PLACES}, in every currency"
        return _at(document, path, message, _PATTERNS[pattern][1])
    name, hint = _PATTERNS.get(pattern, ("value", ""))
    return _at(document, path, f"invalid {name} {quote(value)}", hint)


def _length(document: Document, path: Path, error: Any) -> list[Problem]:
    size, limit = len(error.instance), error.validator_value
    if size == 0:
        return _at(document, path, f"{_label(path)} is empty")
    one, several = ("character", "characters") if isinstance(error.instance, str) else ("entry", "entries")
    bound = "maximum" if error.validator.startswith("max") else "minimum"
    message = f"{_label(path)} has {size} {one if size == 1 else several}; the {bound} is {limit}"
    return _at(document, path, message)


def _choice(document: Document, path: Path, error: Any) -> list[Problem]:
    value = error.instance
    if error.validator == "const":
        if value is None:
            return _at(document, path, f"{_label(path)} has no value", f"write {path[-1]}: {error.validator_value}")
        if value == str(error.validator_value):
            message = f"{_label(path)} must be a number, not {describe_value(value)}"
            return _at(document, path, message, f"remove the quotes: {value}")
        message = f"unsupported {path[-1] if path else 'value'} {describe_value(value)}"
        return _at(document, path, message, f"supported: {error.validator_value}")
    words = [str(word) for word in error.validator_value]
    hint = did_you_mean(str(value), words, otherwise=f"use {enumerate_words(words, 'or')}")
    return _at(document, path, invalid_value(value, _label(path)), hint)


def _unique(document: Document, path: Path, error: Any) -> list[Problem]:
    seen: list[Any] = []
    problems = []
    for index, item in enumerate(error.instance):
        if item in seen:
            message = f"duplicate entry {describe_value(item)} in {_label(path)}"
            problems += _at(document, [*path, index], message, "remove one of them")
        seen.append(item)
    return problems


def _bound(document: Document, path: Path, error: Any) -> list[Problem]:
    bound = "at most" if error.validator == "maximum" else "at least"
    return _at(document, path, f"{_label(path)} must be {bound} {error.validator_value}, not {error.instance}")


def _any_of(document: Document, path: Path, error: Any) -> list[Problem]:
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    if key == "was":
        return _at(document, path, "'was' must be a name or a list of unique names")
    hint = 'use major units, e.g. "95.00"' if key.endswith("rate") else ""
    return _at(document, path, invalid_value(error.instance, _label(path)), hint)


def _misplaced(document: Document, path: Path, _: Any) -> list[Problem]:
    message = f"{_label(path)} is not allowed in a nested resource"
    return _at(document, path, message, "remove it; nesting defines the parent", of_key=True)


def _key_count(document: Document, path: Path, _: Any) -> list[Problem]:
    if path[0] != "removed":
        return _at(document, path, f"{_label(path)} is empty", "add at least one key")
    hint = "write the kind and the address, e.g. - tag: old-tag"
    return _at(document, path, f"{_label(path)} must have exactly one key", hint)


def _other(document: Document, path: Path, error: Any) -> list[Problem]:
    return _at(document, path, f"{_label(path)} does not match the schema ({error.validator})")


_EXPLAINERS: dict[str, Callable[[Document, Path, Any], list[Problem]]] = {
    "additionalProperties": _unknown_keys,
    "required": _required,
    "type": _type,
    "pattern": _pattern,
    "minLength": _length,
    "maxLength": _length,
    "minItems": _length,
    "maxItems": _length,
    "enum": _choice,
    "const": _choice,
    "uniqueItems": _unique,
    "minimum": _bound,
    "maximum": _bound,
    "anyOf": _any_of,
    "not": _misplaced,
    "minProperties": _key_count,
    "maxProperties": _key_count,
}

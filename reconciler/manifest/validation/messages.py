"""Messages: schema violations → problems, each with a message, its position and a hint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reconciler.errors import Problem
from reconciler.kinds import BY_NAME
from reconciler.kinds.estimates import BUDGET_PATTERN
from reconciler.kinds.field_types import TEXT_PATTERN
from reconciler.kinds.rates import RATE_PATTERN, RATE_PLACES
from reconciler.manifest.schema.patterns import NAME_PATTERN, PATTERNS
from reconciler.manifest.validation.formats import TYPES, describe_value, invalid_value, pattern_hint
from reconciler.manifest.validation.misread import null_as_text, text_as_mapping
from reconciler.manifest.validation.names import validate_name
from reconciler.manifest.validation.suggestions import did_you_mean, enumerate_words
from reconciler.manifest.yaml.document import Document
from reconciler.manifest.yaml.text import quote

Path = Sequence[str | int]

_BOOLEAN_WORDS = {
    **dict.fromkeys(("yes", "y", "on", "1"), "true"),
    **dict.fromkeys(("no", "n", "off", "0"), "false"),
}
_REMOVED_HINT = "write the kind and the address, e.g. - tag: old-tag"


def explain(document: Document, path: Path, error: Any) -> list[Problem]:
    """The problems of one violation (a jsonschema ValidationError); `path` leads to the value in the document."""
    if document.place_at(path) in document.reported:
        return []
    return _EXPLAINERS.get(error.validator, _other)(document, path, error)


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
    misread = text_as_mapping(document, path, error.instance, known) if _is_resource(error) else None
    if misread:
        return _at(document, path, *misread)
    problems = []
    for key in error.instance:
        if key not in known:
            if key == "<<":
                message, hint = "merge keys (<<) are not part of YAML 1.2", "use 'defaults' or a task set"
            elif _is_resource(error) and key == BY_NAME[str(error.schema["title"]).lower()].parent:
                message = f"{quote(key)} is not allowed in a nested resource"
                hint = "remove it; nesting defines the parent"
            else:
                message = f"unknown key {quote(key)} in {_container(path, error)}"
                hint = did_you_mean(key, known, otherwise=f"valid keys: {enumerate_words(sorted(known))}")
            problems += _at(document, [*path, key], message, hint, of_key=True)
    return problems


def _required(document: Document, path: Path, error: Any) -> list[Problem]:
    missing = [key for key in error.validator_value if key not in error.instance]
    if missing == ["version"]:
        return _at(document, path, "missing key 'version'", "begin every document with: version: 1")
    if _is_resource(error) and text_as_mapping(document, path, error.instance, error.schema.get("properties", {})):
        return []  # reported by its unknown key
    return _at(document, path, f"missing key {enumerate_words(missing)} in {_container(path, error)}")


def _is_resource(error: Any) -> bool:
    """Whether a violation is one of an entry of a list of resources, for which a string is short."""
    return str(error.schema.get("title", "")).lower() in BY_NAME


def _type(document: Document, path: Path, error: Any) -> list[Problem]:
    types = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    value = error.instance
    if value is None:
        of_key = bool(path) and isinstance(path[-1], str)
        hint = _null_hint(document, path, error, types)
        fact = "is null" if hint.startswith("put it in quotes") else "has no value"
        return _at(document, path, f"{_label(path)} {fact}", hint, of_key=of_key)
    if "string" in types and (misread := text_as_mapping(document, path, value)):
        return _at(document, path, *misread)
    expected = " or ".join(TYPES[name] for name in types if name != "null" or len(types) == 1)
    hint = _type_hint(document, path, error.schema, types, value)
    return _at(document, path, f"{_label(path)} must be {expected}, not {describe_value(value)}", hint)


def _null_hint(document: Document, path: Path, error: Any, types: list[str]) -> str:
    text = null_as_text(document, path) if "string" in types else ""
    if text and (error.schema.get("pattern") not in PATTERNS or text.startswith("#")):
        return text
    hint = "write [] for an empty list, or remove the key" if "array" in types else "add a value, or remove the key"
    return PATTERNS.get(error.schema.get("pattern"), ("", _one_of(error.schema) or hint))[1]


def _type_hint(document: Document, path: Path, schema: Mapping[str, Any], types: list[str], value: Any) -> str:
    if schema.get("pattern") in PATTERNS:
        return pattern_hint(schema["pattern"], document.written_at(path))
    if types[0] == "array" or "enum" in schema:
        in_brackets = f"write [{value}]" if isinstance(value, str) and len(value) <= 60 else ""
        return _one_of(schema) or (
            "write a list, whose entries begin with -" if isinstance(value, dict) else in_brackets
        )
    if types == ["object"]:
        keys = sorted(schema.get("properties", ()))
        of_keys = f"valid keys: {enumerate_words(keys)}" if keys and path else ""
        return _removed_hint(value) if path and path[0] == "removed" else of_keys
    if "string" in types and not isinstance(value, dict | list):
        return f'put it in quotes: "{document.written_at(path)[:60]}"'
    if types == ["boolean"] and value in ("true", "false"):
        return f"remove the quotes: {value}"
    word = _BOOLEAN_WORDS.get(str(value).lower()) if types == ["boolean"] else None
    return f"write {word}" if word else ""


def _removed_hint(value: Any) -> str:
    kind, colon, rest = value.partition(":") if isinstance(value, str) else ("", "", "")
    return f"write {kind}: {rest.strip()}" if colon and kind in BY_NAME else _REMOVED_HINT


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
        return _at(document, path, message, PATTERNS[pattern][1])
    is_cell = any(document.place_at(path)[2:])
    hint = pattern_hint(pattern, value, is_cell=is_cell)
    return _at(document, path, f"invalid {PATTERNS[pattern][0]} {quote(value)}", hint)


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
    if "string" in error.schema.get("type", ()) and not isinstance(value, str):
        return []  # reported by its type
    words = [str(word) for word in error.validator_value if word is not None]
    hint = did_you_mean(str(value), words, otherwise=_one_of(error.schema))
    return _at(document, path, invalid_value(value, _label(path)), hint)


def _one_of(schema: Mapping[str, Any]) -> str:
    """The hint that lists the words of a choice; empty for any other value."""
    words = [str(word) for word in schema.get("enum", ()) if word is not None]
    return f"use {enumerate_words(words, 'or')}" if words else ""


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
    if error.instance is None:
        of_key = isinstance(path[-1], str)
        return _at(document, path, f"{_label(path)} has no value", "add a value, or remove the key", of_key=of_key)
    if key == "was":
        return _at(document, path, "'was' must be a name or a list of unique names")
    hint = 'use major units, e.g. "95.00"' if key.endswith("rate") else ""
    return _at(document, path, invalid_value(error.instance, _label(path)), hint)


def _key_count(document: Document, path: Path, _: Any) -> list[Problem]:
    if path[0] != "removed":
        return _at(document, path, f"{_label(path)} is empty", "add at least one key")
    return _at(document, path, f"{_label(path)} must have exactly one key", _REMOVED_HINT)


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
    "minProperties": _key_count,
    "maxProperties": _key_count,
}

"""From a schema violation to one clear message a problem: what is wrong, where exactly, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reconciler.errors import Problem
from reconciler.kinds import BY_NAME
from reconciler.kinds.field_types import DURATION_PATTERN, EMAIL_PATTERN, TEXT_PATTERN, Colour, Rate
from reconciler.manifest.schema.kinds import NAME_PATTERN
from reconciler.manifest.schema.manifest import SHARE_PATTERN
from reconciler.manifest.validation.names import trouble_with
from reconciler.manifest.validation.suggestions import did_you_mean, listed
from reconciler.manifest.yaml.document import Document
from reconciler.manifest.yaml.text import shown

Path = Sequence[str | int]

_TYPES = {
    "object": "a mapping", "array": "a list", "string": "text", "boolean": "true or false", "integer": "a whole number",
    "number": "a number", "null": "null",
}  # fmt: skip
_PATTERNS = {
    EMAIL_PATTERN: ("is no e-mail address", "write it as somebody@example.com"),
    DURATION_PATTERN: ("is no duration", "write hours, minutes and seconds as ISO 8601 has them: PT1H30M"),
    Colour().schema["pattern"]: ("is no colour", 'write it as "#RRGGBB", in quotes: a # begins a comment'),
    Rate().schema["anyOf"][0]["pattern"]: ("is no amount", 'write major units with a point: "95.00"'),
    SHARE_PATTERN: ("is no share", "write it as a percentage from 0% to 100%"),
}


def explain(document: Document, path: Path, error: Any) -> list[Problem]:
    """The problems that one violation (a jsonschema ValidationError) stands for; `path` leads to the value in the document."""
    if document.place_at(path) in document.unclear:
        return []
    return _EXPLAINERS.get(error.validator, _other)(document, path, error)


def hint_for(schema: Mapping[str, Any]) -> str:
    """How a value of a field is written, in a few words."""
    pattern = schema.get("pattern") or next((s["pattern"] for s in schema.get("anyOf", ()) if "pattern" in s), "")
    if pattern in _PATTERNS:
        return _PATTERNS[pattern][1]
    return f"it is {_TYPES[schema['type']]}" if schema.get("type") in _TYPES else ""


def _at(document: Document, path: Path, message: str, hint: str = "", *, of_key: bool = False) -> list[Problem]:
    return [document.source.problem(document.place_at(path, of_key=of_key), message, hint)]


def _noun(path: Path, error: Any) -> str:
    """What to call the mapping that lacks a key or has one too many: `a project`, or the key that it stands under."""
    kind = str(error.schema.get("title", "")).lower()
    return f"a {kind}" if kind in BY_NAME else _label(path)


def _label(path: Path) -> str:
    """What to call the value: its key, or the key of the list that it is in."""
    keys = [step for step in path if isinstance(step, str)]
    if not keys:
        return "a manifest"
    return shown(keys[-1]) if isinstance(path[-1], str) else f"an entry of {shown(keys[-1])}"


def _unknown_keys(document: Document, path: Path, error: Any) -> list[Problem]:
    known = error.schema.get("properties", {})
    problems = []
    for key in error.instance:
        if key not in known:
            if key == "<<":
                message, hint = "merge keys (<<) are no part of YAML 1.2", "use `defaults` or a task set instead"
            else:
                message = f"unknown key {shown(key)} in {_noun(path, error)}"
                hint = did_you_mean(key, known, otherwise=f"known are {listed(sorted(known))}")
            problems += _at(document, [*path, key], message, hint, of_key=True)
    return problems


def _required(document: Document, path: Path, error: Any) -> list[Problem]:
    missing = [key for key in error.validator_value if key not in error.instance]
    if missing == ["version"]:
        return _at(document, path, "`version: 1` is missing", "every document of a manifest begins with it")
    return _at(document, path, f"{_noun(path, error)} needs {listed(missing)}")


def _type(document: Document, path: Path, error: Any) -> list[Problem]:
    wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    words = " or ".join(_TYPES[word] for word in wanted if word != "null" or len(wanted) == 1)
    value = error.instance
    if value is None:
        hint = "write [] for none, or drop the key" if "array" in wanted else "give it a value, or drop the key"
        return _at(
            document, path, f"{_label(path)} has no value", hint, of_key=isinstance(path[-1] if path else 0, str)
        )
    hint = f"write [{value}]" if wanted[0] == "array" and isinstance(value, str) and len(value) <= 60 else ""
    if error.schema.get("pattern") in _PATTERNS:
        hint = _PATTERNS[error.schema["pattern"]][1]
    elif "string" in wanted and not isinstance(value, dict | list):
        hint = f'put it in quotes: "{document.written_at(path)[:60]}"'
    elif wanted == ["boolean"] and value in ("true", "false"):
        hint = "take the quotes away"
    elif wanted == ["boolean"] and str(value).lower() in {"yes", "no", "on", "off", "y", "n"}:
        hint = f"write {'true' if str(value).lower() in {'yes', 'on', 'y'} else 'false'}"
    return _at(document, path, f"{_label(path)} must be {words}, not {_kind_of(value)}", hint)


def _kind_of(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return shown(value) if isinstance(value, str) else str(value)[:40]


def _pattern(document: Document, path: Path, error: Any) -> list[Problem]:
    value, pattern = error.instance, error.validator_value
    if pattern == NAME_PATTERN:
        trouble = trouble_with(value) if value else None  # an empty name is too short, which is said already
        return _at(document, path, f"the name {shown(value)} {trouble[0]}", trouble[1]) if trouble else []
    if pattern == TEXT_PATTERN:
        what = "has < or >" if "<" in value or ">" in value else "has control characters"
        return _at(document, path, f"{_label(path)} {what}, which Clockify refuses", "take them out")
    said, hint = _PATTERNS.get(pattern, ("is not of the form that it must have", ""))
    return _at(document, path, f"{shown(value)} {said}", hint)


def _length(document: Document, path: Path, error: Any) -> list[Problem]:
    size, limit = len(error.instance), error.validator_value
    side = "at most" if error.validator.startswith("max") else "at least"
    unit = "character" if isinstance(error.instance, str) else "entr"
    plural = {"character": ("", "s"), "entr": ("y", "ies")}[unit]
    of = f"{unit}{plural[0] if limit == 1 else plural[1]}"
    if error.validator == "minLength" and size == 0:
        return _at(document, path, f"{_label(path)} is empty")
    return _at(document, path, f"{_label(path)} must have {side} {limit} {of}; this has {size}")


def _choice(document: Document, path: Path, error: Any) -> list[Problem]:
    if error.validator == "const":
        message = f"{_label(path)} must be {error.validator_value}, not {_kind_of(error.instance)}"
        quoted = error.instance == str(error.validator_value)
        hint = "take the quotes away" if quoted else "this version of reconciler reads version 1"
        return _at(document, path, message, hint)
    words = [str(word) for word in error.validator_value]
    hint = did_you_mean(str(error.instance), words, otherwise=f"it is {listed(words, 'or')}")
    return _at(document, path, f"{_label(path)} cannot be {_kind_of(error.instance)}", hint)


def _unique(document: Document, path: Path, error: Any) -> list[Problem]:
    seen: list[Any] = []
    problems = []
    for index, item in enumerate(error.instance):
        if item in seen:
            problems += _at(
                document, [*path, index], f"{_kind_of(item)} stands twice in {_label(path)}", "keep one of them"
            )
        seen.append(item)
    return problems


def _bound(document: Document, path: Path, error: Any) -> list[Problem]:
    side = "at most" if error.validator == "maximum" else "at least"
    return _at(document, path, f"{_label(path)} must be {side} {error.validator_value}, not {error.instance}")


def _any_of(document: Document, path: Path, error: Any) -> list[Problem]:
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    if key == "was":
        return _at(document, path, "`was` must be a name or a list of different names")
    hint = 'write it in major units: "95.00"' if key.endswith("rate") else ""
    return _at(document, path, f"{_label(path)} cannot be {_kind_of(error.instance)}", hint)


def _misplaced(document: Document, path: Path, _: Any) -> list[Problem]:
    return _at(
        document, path, f"{_label(path)} does not belong here", "the place under it says it already", of_key=True
    )


def _one_key(document: Document, path: Path, _: Any) -> list[Problem]:
    if path[0] != "removed":
        return _at(document, path, f"{_label(path)} is empty", "say at least one thing in it")
    return _at(document, path, f"{_label(path)} must be one kind and its address", "for example `- tag: old-tag`")


def _other(document: Document, path: Path, error: Any) -> list[Problem]:
    return _at(document, path, f"{_label(path)} is not as the schema says ({error.validator})")


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
    "minProperties": _one_key,
    "maxProperties": _one_key,
}

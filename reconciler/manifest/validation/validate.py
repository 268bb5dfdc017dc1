"""The only door to the JSON Schema validators: is a document as the schema says, and if not, where and how.

Two engines, held together by a test: the compiled one says yes or no to everything, the one in Python explains, and looks only
into those entries of lists that the compiled one refuses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from reconciler.errors import Problem
from reconciler.manifest.schema.manifest import manifest_schema
from reconciler.manifest.validation.messages import explain
from reconciler.manifest.yaml.document import Document


def is_valid(value: Any) -> bool:
    """Whether the value of a document is as the schema says."""
    return bool(_whole().is_valid(value))


def check(document: Document) -> list[Problem]:
    """Everything in which a document is not as the schema says, as problems at their places; empty for a valid one.

    What is wrong is cut out of the document, so that the rest of it can be looked at further.
    """
    if is_valid(document.value):
        return []
    found = [pair for error in _explainer().iter_errors(document.value) for pair in _unfolded(error)]
    other_version = [pair for pair in found if pair[1] == ("version",)]
    if other_version:  # what these rules say of another version's manifest would only mislead
        found, document.value = other_version, None
    problems = [problem for error, path in found for problem in explain(document, path, error)]
    if not found:  # should the engines ever disagree, what the stricter one refused does not pass for want of words
        problems.append(document.source.problem(document.place_at(()), "the document is not as the schema says"))
    for error, path in found:
        if error.validator == "additionalProperties":
            for key in set(error.instance) - set(error.schema["properties"]):
                document.cut((*path, key))
        else:
            document.cut(path)
    return problems


def is_part_valid(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether a value is as a schema of its own says."""
    return bool(_compiled(json.dumps(schema, sort_keys=True)).is_valid(value))


@cache
def _whole() -> Any:
    return jsonschema_rs.Draft202012Validator(manifest_schema())


@cache
def _compiled(part: str) -> Any:
    """The compiled validator of a part of the schema, given as JSON."""
    return jsonschema_rs.Draft202012Validator({**json.loads(part), "$defs": manifest_schema()["$defs"]})


@cache
def _explainer() -> Any:
    # Imported late: jsonschema takes longer to import than a valid manifest takes to check.
    from jsonschema import Draft202012Validator, validators  # noqa: PLC0415  # see above

    extend: Any = validators.extend  # untyped in its stubs
    return extend(Draft202012Validator, {"items": _items, "pattern": _pattern})(manifest_schema())


def _items(validator: Any, items: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    """`items`, passing over what the compiled engine finds valid: of 20,000 tasks one is wrong."""
    if not validator.is_type(instance, "array"):
        return
    valid = _compiled(json.dumps(items, sort_keys=True)).is_valid
    for index, item in enumerate(instance):
        if not valid(item):
            yield from validator.descend(item, items, path=index)


def _pattern(validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
    """`pattern` as ECMA 262 reads it, and so the other engine: `$` is the very end, U+FEFF is a blank."""
    if validator.is_type(instance, "string") and not _ecma(pattern).search(instance):
        yield _error(f"{instance!r} does not match {pattern!r}")


def _error(message: str) -> Exception:
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415  # for the same reason

    return ValidationError(message)


@cache
def _ecma(pattern: str) -> re.Pattern[str]:
    text = re.sub(r"(?<!\\)\$$", r"\\Z", pattern)
    return re.compile(text.replace(r"\s", r"\s\ufeff"))


def _unfolded(error: Any) -> Iterator[tuple[Any, tuple[str | int, ...]]]:
    """Errors with their paths: of alternatives, the one whose type fits speaks, where there is one."""
    path = tuple(error.absolute_path)
    if error.validator == "anyOf":
        branches: dict[int, list[Any]] = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).append(inner)
        meant = [found for found in branches.values() if all(e.validator != "type" or e.path for e in found)]
        if meant:
            for inner in meant[0]:
                yield from _unfolded(inner)
            return
    yield error, path

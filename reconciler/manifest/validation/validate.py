"""Validation of documents against the schema. The only module of this package that imports the JSON Schema validators.

Two engines, whose agreement a test proves: the compiled one decides whether a value is valid, the one in Python locates the
violations, and only in the list entries that the compiled one rejects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from reconciler.errors import Problem
from reconciler.manifest.schema.manifest import validation_schema
from reconciler.manifest.yaml.document import Document


def is_valid(value: Any) -> bool:
    """Whether the value of a document matches the manifest schema."""
    return bool(_manifest_validator().is_valid(value))


def validate_document(document: Document) -> list[Problem]:
    """All violations of the schema as problems at their positions; empty for a valid document.

    Invalid parts are cut out of the document, so that the rest can be validated further.
    """
    if is_valid(document.value):
        return []
    from reconciler.manifest.validation.messages import explain  # noqa: PLC0415 - start-up: most manifests are valid

    errors = [pair for error in _explainer().iter_errors(document.value) for pair in _flatten(error)]
    version_errors = [pair for pair in errors if pair[1] == ("version",)]
    if version_errors and _is_other_version(document.value["version"]):
        errors, document.value = version_errors, None  # violations of version 1 would be misleading
    problems = [problem for error, path in errors for problem in explain(document, path, error)]
    if not errors:  # if the engines disagree, the document is rejected
        problems.append(document.source.problem(document.place_at(()), "the document does not match the schema"))
    for error, path in errors:
        if error.validator == "additionalProperties":
            for key in set(error.instance) - set(error.schema["properties"]):
                document.cut((*path, key))
        elif path[-1:] == ("name",) and isinstance(error.instance, str):
            document.reported.add(
                document.place_at(path)
            )  # kept, so that what nests in the resource is validated further
        else:
            document.cut(path)
    return problems


def _is_other_version(value: Any) -> bool:
    """Whether a value is a version, and not 1: a number, also in quotes. Any other value is a mistake in a manifest of version 1."""
    try:
        return not isinstance(value, bool) and float(value) != 1
    except (TypeError, ValueError):
        return False


def matches_schema(value: Any, schema: Mapping[str, Any]) -> bool:
    """Whether a value matches a schema, which may refer to the definitions of the manifest schema."""
    return bool(_compiled(json.dumps(schema, sort_keys=True)).is_valid(value))


@cache
def _manifest_validator() -> Any:
    return jsonschema_rs.Draft202012Validator(validation_schema())


@cache
def _compiled(part: str) -> Any:
    """The compiled validator of a part of the manifest schema, given as JSON."""
    return jsonschema_rs.Draft202012Validator({**json.loads(part), "$defs": validation_schema()["$defs"]})


@cache
def _explainer() -> Any:
    # Importing jsonschema takes longer than validating a manifest, and only invalid manifests need it.
    from jsonschema import Draft202012Validator, validators  # noqa: PLC0415 - start-up: see above

    extend: Any = validators.extend  # untyped in the stubs
    return extend(Draft202012Validator, {"items": _items, "pattern": _pattern})(validation_schema())


def _items(validator: Any, items: Any, instance: Any, _schema: Any) -> Iterator[Any]:
    """`items` for entries that the compiled engine rejects: typically one of 20,000 tasks."""
    if not validator.is_type(instance, "array"):
        return
    valid = _compiled(json.dumps(items, sort_keys=True)).is_valid
    for index, item in enumerate(instance):
        if not valid(item):
            yield from validator.descend(item, items, path=index)


def _pattern(validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
    """`pattern` by ECMA 262, as in the compiled engine: `$` matches only the end, `\\s` includes U+FEFF."""
    if validator.is_type(instance, "string") and not _ecma(pattern).search(instance):
        yield _error(f"{instance!r} does not match {pattern!r}")


def _error(message: str) -> Exception:
    from jsonschema.exceptions import ValidationError  # noqa: PLC0415 - start-up: see _explainer

    return ValidationError(message)


@cache
def _ecma(pattern: str) -> re.Pattern[str]:
    text = re.sub(r"(?<!\\)\$$", r"\\Z", pattern)
    return re.compile(text.replace(r"\s", r"\s\ufeff"))


def _misfit(errors: list[Any]) -> int:
    """How many keys a mapping lacks or has too many for a branch."""
    return sum(error.validator in ("required", "additionalProperties") and not error.path for error in errors)


def _flatten(error: Any) -> Iterator[tuple[Any, tuple[str | int, ...]]]:
    """Errors with their paths; an `anyOf` is replaced by those of a branch whose type matches, if there is one, with the keys."""
    path = tuple(error.absolute_path)
    if error.validator == "anyOf":
        branches: dict[int, list[Any]] = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).append(inner)
        matching = [errors for errors in branches.values() if all(e.validator != "type" or e.path for e in errors)]
        if matching:
            for inner in min(matching, key=_misfit):
                yield from _flatten(inner)
            return
    yield error, path

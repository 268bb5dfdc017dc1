"""The schema of what fills manifests in: `for_each` of an entry, `vars` and `include` of a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FOR_EACH = "for_each"
CSV, DISTINCT, WHERE, PRODUCT = "csv", "distinct", "where", "product"
ITEM = "item"
"""The name of the value of a row that is no mapping."""
VARIABLE_PATTERN = "^[A-Za-z_][A-Za-z0-9_]*$"

_VALUE = ["string", "number", "boolean", "null"]


def for_each_property(kind: str) -> dict[str, Any]:
    """The property `for_each` of an entry of one kind."""
    rows = {
        "type": "array",
        "items": {"type": [*_VALUE, "object"], "additionalProperties": {"type": _VALUE}, "minProperties": 1},
        "minItems": 1,
    }
    return {
        "description": f"Repeats this entry: one {kind} per row of a list, of a CSV file, or of a product of lists. In its texts, `{{name}}` "
        f"is the value of a column (of a row that is no mapping: `{{{ITEM}}}`), also as `{{name|slug}}` with a filter; `{{{{` is a brace.",
        "anyOf": [rows, _table(), _product(rows)],
        "examples": [["Design", "Build"]],
    }  # fmt: skip


def _table() -> dict[str, Any]:
    """The rows of a CSV file. A mapping of its own, so that no editor suggests a product beside a file."""
    texts = {"type": "string", "minLength": 1}
    properties = {
        CSV: {"description": "CSV file with one row per entry, relative to this file. Its header has the names of the columns.", **texts},
        DISTINCT: {
            "description": "Columns of the CSV file: one entry for each of their different values. Default: one for each row.",
            "type": ["string", "array"],
            "minLength": 1,
            "items": texts,
            "minItems": 1,
            "uniqueItems": True,
        },
        WHERE: {
            "description": "Columns of the CSV file and the values that a row must have in them. Default: all rows.",
            "type": "object",
            "additionalProperties": {"type": _VALUE},
            "minProperties": 1,
        },
    }  # fmt: skip
    return {"type": "object", "properties": properties, "required": [CSV], "additionalProperties": False}


def _product(rows: Mapping[str, Any]) -> dict[str, Any]:
    """The combinations of several lists."""
    lists = {
        "description": "Lists by name: one entry for each combination of their values.",
        "type": "object",
        "additionalProperties": rows,
        "minProperties": 1,
    }
    return {"type": "object", "properties": {PRODUCT: lists}, "required": [PRODUCT], "additionalProperties": False}


def document_properties() -> dict[str, Any]:
    """The properties `include` and `vars` of a document."""
    path = {"type": "string", "minLength": 1}
    return {
        "include": {
            "description": "Further manifests to read, relative to this file and inside the folder of the manifest. They merge as files do.",
            "type": ["string", "array"],
            "minLength": 1,
            "items": path,
            "uniqueItems": True,
        },
        "vars": {
            "description": "Variables and their values, for `{name}` in the texts of all manifests that are read together. `--var NAME=VALUE` "
            "and RECONCILER_VAR_NAME set other ones; null: no value, one of them is needed.",
            "type": "object",
            "propertyNames": {"pattern": VARIABLE_PATTERN},
            "additionalProperties": {"type": _VALUE},
            "examples": [{"team": "Web", "year": 2026}],
        },
    }

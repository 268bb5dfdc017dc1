"""Shared by `whoami`, `workspaces` and `users`: records as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.cli.terminal.output import print_json, print_result, table


def print_record(record: Mapping[str, Any], form: str) -> None:
    """Print one record: a line for each key that has a value."""
    if form == "json":
        print_json(record)
    else:
        rows = [(key.replace("_", " "), _cell(value)) for key, value in record.items() if value is not None]
        print_result(table(rows))


def print_records(records: Sequence[Mapping[str, Any]], form: str) -> None:
    """Print records: a line for each."""
    if form == "json":
        print_json(list(records))
    else:
        print_result(table([[_cell(value) for value in record.values()] for record in records]))


def _cell(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)

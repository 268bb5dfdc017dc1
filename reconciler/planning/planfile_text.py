"""The text of a plan file, made change by change: that of a large plan, and its values, are many times the plan."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from reconciler.json_text import canonical_json, indented_json
from reconciler.planning.plan import Plan
from reconciler.planning.planfile import change_to_json, content_to_json


def planfile_pieces(plan: Plan, *, indent: int = 2, is_ascii: bool = False) -> Iterator[str]:
    """The plan file as text, in pieces: what `json.dumps` makes of `plan_to_json` with this indent, and a final newline.

    `is_ascii`: other characters are escaped.
    """
    content = content_to_json(plan, [])
    checksum = hashlib.sha256()
    earlier = [key for key in sorted(content) if key < "changes"]
    checksum.update(
        f"{{{''.join(f'{canonical_json(key)}:{canonical_json(content[key])},' for key in earlier)}".encode()
    )
    start = "{"
    for key, value in content.items():
        yield f"{start}\n{' ' * indent}{json.dumps(key)}: "
        start = ","
        if key == "changes":
            yield from _changes(plan, checksum, indent, is_ascii=is_ascii)
        else:
            yield indented_json(value, indent, level=1, is_ascii=is_ascii)
    later = [key for key in sorted(content) if key > "changes"]
    checksum.update(f"{''.join(f',{canonical_json(key)}:{canonical_json(content[key])}' for key in later)}}}".encode())
    yield f',\n{" " * indent}"checksum": "sha256:{checksum.hexdigest()}"\n}}\n'


def _changes(plan: Plan, checksum: Any, indent: int, *, is_ascii: bool) -> Iterator[str]:
    """The changes, each added to the checksum as well."""
    checksum.update(b'"changes":[')
    comma = ""
    for change in plan.changes:
        value = change_to_json(change)
        checksum.update(f"{comma}{canonical_json(value)}".encode())
        yield f"{comma or '['}\n{' ' * 2 * indent}{indented_json(value, indent, level=2, is_ascii=is_ascii)}"
        comma = ","
    checksum.update(b"]")
    yield f"\n{' ' * indent}]" if comma else "[]"

"""The usual order of keys: that of the schema, with what a resource uses in front of what it lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from reconciler.manifest.schema.manifest import manifest_schema
from reconciler.manifest.schema.nesting import SET_KIND

_TOP = ""
_BEFORE = {"use": SET_KIND.plural}
_BEFORE_AT_TOP = {"tags": "clients"}
"""Keys that stand right before another one, though the schema has them later; the second in a document."""


def item_key(key: str, parent: str) -> str:
    """The key that says what the items of a list are: its own, or for a task set that of its entries."""
    return SET_KIND.plural if parent == "task_sets" else key


def rank_of(within: str, key: str) -> int:
    """Where a key stands in a mapping. `within`: the key that the mapping is at, or that its list is at; empty for a document."""
    return _ranks().get(within, {}).get(key, len(_ranks()))


@cache
def _ranks() -> dict[str, dict[str, int]]:
    schema = manifest_schema()
    found: dict[str, dict[str, int]] = {}
    pending: list[tuple[str, Mapping[str, Any]]] = [(_TOP, schema)]
    while pending:
        key, part = pending.pop()
        properties = part.get("properties", {})
        if properties and key not in found:
            found[key] = {
                name: at for at, name in enumerate(_ordered(list(properties), _BEFORE if key else _BEFORE_AT_TOP))
            }
            for name, inner in properties.items():
                pending += [(name, each) for each in _parts(inner, schema)]
    return found


def _parts(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What a schema consists of: itself, its alternatives, and the items of its lists."""
    if "$ref" in part:
        part = schema["$defs"][part["$ref"].rpartition("/")[2]]
    yield part
    for inner in (*part.get("anyOf", ()), *([part["items"]] if isinstance(part.get("items"), Mapping) else ())):
        yield from _parts(inner, schema)


def _ordered(names: list[str], before: Mapping[str, str]) -> list[str]:
    for first, other in before.items():
        if first in names and other in names:
            names.remove(first)
            names.insert(names.index(other), first)
    return names

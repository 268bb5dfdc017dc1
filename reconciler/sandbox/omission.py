"""Responses without some of their keys, as from a service or proxy that leaves out what it does not know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reconciler.sandbox.switches import Switches

_COLLECTIONS = {"clients": "client", "projects": "project", "tasks": "task", "tags": "tag"}


def without_omitted(value: Any, path: str, switches: Switches) -> Any:
    """The JSON of a response to a request of `path`, without the keys that the switches omit."""
    if not (switches.omits or switches.list_omits):
        return value
    kinds = [_COLLECTIONS[part] for part in path.split("/") if part in _COLLECTIONS]
    if not kinds:
        return value
    if isinstance(value, list):
        return [_without(item, kinds[-1], (*switches.omits, *switches.list_omits)) for item in value]
    return _without(value, kinds[-1], switches.omits)


def _without(item: Any, kind: str, omitted: Iterable[str]) -> Any:
    """An object without the omitted keys of its kind, and of the tasks embedded in it."""
    if not isinstance(item, dict):
        return item
    omitted = tuple(omitted)
    kept = {key: value for key, value in item.items() if f"{kind}.{key}" not in omitted}
    if isinstance(kept.get("tasks"), list):
        kept["tasks"] = [_without(task, "task", omitted) for task in kept["tasks"]]
    return kept

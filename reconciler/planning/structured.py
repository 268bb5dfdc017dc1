"""What changed inside a structured value: a list of people, a nested estimate, memberships. The one door to deepdiff."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

ChangeType = Literal["removed", "changed", "added"]

_ORDER: tuple[ChangeType, ...] = ("removed", "changed", "added")
_TYPES: Mapping[str, ChangeType] = {
    "iterable_item_removed": "removed",
    "dictionary_item_removed": "removed",
    "values_changed": "changed",
    "type_changes": "changed",
    "iterable_item_added": "added",
    "dictionary_item_added": "added",
}
_PLAIN_KEY = re.compile(r"[^\W\d]\w*")

MOST_PAIRED = 20
"""Longest list whose similar items are paired as one change: deepdiff compares all pairs, 7 s for 200 items."""

_Path = tuple[int | str, ...]


class ItemChange(NamedTuple):
    """One item that was removed, changed or added inside a value.

    `path` is text such as `[0].amount` or `type`, in the old value; for an added item in the new one. `before` is None for
    an added item, `after` for a removed one.
    """

    path: str
    type: ChangeType
    before: Any
    after: Any


def is_structured(value: Any) -> bool:
    """Whether a value contains others."""
    return isinstance(value, list | tuple | Mapping)


def item_changes(before: Any, after: Any) -> tuple[ItemChange, ...]:
    """The items that differ between two structured values of the same shape; None is an empty value.

    The order of a list does not count: sets of people are canonical sorted, and a list that only changes its order has no
    changed item. A plain item of a list is removed or added, never changed. Removed items are first, then changed, then
    added ones, each sorted by path.
    """
    old, new = _jsonlike(before), _jsonlike(after)
    old, new = _empty_like(new) if old is None else old, _empty_like(old) if new is None else new
    if old == new:
        return ()
    found = sorted(_differences(old, new), key=lambda item: (_ORDER.index(item[1]), [_sort_key(p) for p in item[0]]))
    return tuple(ItemChange(_path_text(path), *rest) for path, *rest in found)


def member_changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[Any, Any]]:
    """Before and after of each member that differs, given by whom it is: removed ones, changed ones, added ones.

    A removed or an added one is a tuple of one item beside an empty one, a changed one the item before and after.
    """
    yield from (((item,), ()) for who, item in before.items() if who not in after)
    yield from ((item, after[who]) for who, item in before.items() if after.get(who, item) != item)
    yield from (((), (item,)) for who, item in after.items() if who not in before)


def _differences(before: Any, after: Any) -> Iterator[tuple[_Path, ChangeType, Any, Any]]:
    from deepdiff import DeepDiff  # noqa: PLC0415 - costs 0.3 s to import, and few plans change structured values

    difference = DeepDiff(
        before,
        after,
        view="tree",
        ignore_order=True,
        ignore_numeric_type_changes=True,
        # Similar mappings are one changed item, whatever part of their keys differs.
        threshold_to_diff_deeper=0,
        cutoff_distance_for_pairs=0.6,
        cutoff_intersection_for_pairs=1 if _may_pair(before) and _may_pair(after) else 0,
    )
    for name, levels in difference.items():
        change = _TYPES[name]
        for level in levels:
            old = None if change == "added" else level.t1
            new = None if change == "removed" else level.t2
            if _is_empty(old) and _is_empty(new):
                continue
            path = tuple(level.path(output_format="list"))
            if change == "changed" and path and isinstance(path[-1], int) and not _are_structured(old, new):
                yield path, "removed", old, None
                # Where the lists differ in order, deepdiff knows the path in both.
                yield tuple(level.path(output_format="list", use_t2=True)), "added", None, new
            else:
                yield path, change, old, new


def _may_pair(value: Any) -> bool:
    """Whether every list in a value is short enough to pair similar items."""
    if isinstance(value, dict):
        return all(_may_pair(item) for item in value.values())
    return not isinstance(value, list) or (len(value) <= MOST_PAIRED and all(map(_may_pair, value)))


def _are_structured(before: Any, after: Any) -> bool:
    return is_structured(before) and is_structured(after)


def _is_empty(value: Any) -> bool:
    return value is None or (is_structured(value) and not value)


def _empty_like(value: Any) -> Any:
    return {} if isinstance(value, dict) else []


def _jsonlike(value: Any) -> Any:
    """Lists for tuples and dicts for mappings: the container's type is no difference."""
    if isinstance(value, Mapping):
        return {key: _jsonlike(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonlike(item) for item in value]
    return value


def _sort_key(part: int | str) -> tuple[bool, Any]:
    return isinstance(part, str), part


def _path_text(path: Sequence[int | str]) -> str:
    """`[0].amount`; a key that is not a word is quoted: `["a.b"]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif _PLAIN_KEY.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part, ensure_ascii=False)}]"
    return text

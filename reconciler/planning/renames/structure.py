"""Structure: pairs of a create and a removal that are alike in everything but their names.

Alike are two resources under one parent with equal children, or with equal telling fields: a text, or two other values. Where several
creates or removals there have that structure, each of them may be the one, so each such pair counts: a removal without a question
could be the history of what is created. A live resource that stays with the same fields shows that defaults made them. What
has no structure, such as a bare tag, has no such pair, unless the names differ in one last letter (`Phase A`, `Phase B`) and no third
name under the parent does: that would be a series.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from reconciler.model import Resource
from reconciler.planning.renames.forms import stem_of
from reconciler.planning.renames.score import RenameSide
from reconciler.planning.renames.similarity import are_of_one_series

_Pair = tuple[RenameSide, RenameSide]
_FieldKey = tuple[str, tuple[str, ...]]
_MOST_PAIRS = 100
"""Pairs of one structure that are all compared by their names."""


def same_structure(
    new: Sequence[RenameSide], old: Sequence[RenameSide], gone: Sequence[RenameSide], live: Iterable[Resource]
) -> Iterator[_Pair]:
    """The pairs of creates and removals of one kind that only their structure shows, or a last letter.

    `gone`: removals that an interrupted run has carried out already, which a series counted when the plan was made. `live`: every
    live resource of the kind. Members of one series (`Sprint 12` and `Sprint 13`) are no pair.
    """
    live = list(live) if new else ()
    by_structure = (*_same_children(new, old), *_same_fields(new, old, live))
    for one, other in (*by_structure, *_one_letter_apart(new, old, gone, live)):
        if not are_of_one_series(one.address.name, other.address.name):
            yield one, other


def _same_children(new: Sequence[RenameSide], old: Sequence[RenameSide]) -> Iterator[_Pair]:
    created, removed = _by_children(new), _by_children(old)
    for key, sides in created.items():
        yield from _covering(sides, removed.get(key, ()))


def _covering(new: Sequence[RenameSide], old: Sequence[RenameSide]) -> Iterator[_Pair]:
    """Every pair; of many, as many as leave no side out, since a project template may be in hundreds of projects."""
    if len(new) * len(old) <= _MOST_PAIRS:
        yield from product(new, old)
        return
    for position in range(max(len(new), len(old))):
        yield new[position % len(new)], old[position % len(old)]


def _by_children(sides: Iterable[RenameSide]) -> Mapping[Hashable, list[RenameSide]]:
    result: dict[Hashable, list[RenameSide]] = {}
    for side in sides:
        for children in side.inside:
            result.setdefault((side.home, children), []).append(side)
    return result


def _same_fields(new: Sequence[RenameSide], old: Sequence[RenameSide], live: Iterable[Resource]) -> Iterator[_Pair]:
    by_names: dict[tuple[str, ...], list[RenameSide]] = {}
    for side in new:
        if names := _telling(side):
            by_names.setdefault(names, []).append(side)
    if not by_names:
        return
    every = tuple(dict.fromkeys(name for names in by_names for name in names))
    stock = Counter((r.parent_id, _values(r.values, every)) for r in live)
    removable = [(side, _values(side.values, every)) for side in old]
    for names, sides in by_names.items():
        at = [every.index(name) for name in names]
        held: Counter[_FieldKey] = Counter()
        for (home, values), number in stock.items():
            held[home, tuple(values[each] for each in at)] += number
        removed: dict[_FieldKey, list[RenameSide]] = {}
        for side, values in removable:
            removed.setdefault((side.home, tuple(values[each] for each in at)), []).append(side)
        for key, those in _by_fields(sides, names).items():
            others = removed.get(key, ())
            if held[key] == len(others):  # nothing with these values stays
                yield from (pair for pair in _covering(those, others) if _fit(*pair))


def _by_fields(sides: Iterable[RenameSide], names: Sequence[str]) -> Mapping[_FieldKey, list[RenameSide]]:
    result: dict[_FieldKey, list[RenameSide]] = {}
    for side in sides:
        result.setdefault((side.home, _values(side.values, names)), []).append(side)
    return result


def _telling(side: RenameSide) -> tuple[str, ...]:
    """The declared fields that tell resources apart; empty if they are too few to do so."""
    return side.declared if side.texts or len(side.declared) > 1 else ()


def _values(values: Mapping[str, Any], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(repr(values.get(name)) for name in names)


def _fit(new: RenameSide, old: RenameSide) -> bool:
    """Whether the children do not contradict: either side has none, or they share one."""
    return not new.children or not old.children or bool(new.children & old.children)


def _one_letter_apart(
    new: Sequence[RenameSide], old: Sequence[RenameSide], gone: Sequence[RenameSide], live: Iterable[Resource]
) -> Iterator[_Pair]:
    """The pairs under one parent whose names differ in the letter that alone ends them, as no third name there does."""
    created = [(side.home, stem, side) for side in new if (stem := stem_of(side.address.name))]
    if not created:
        return
    counts = Counter((home, stem) for home, stem, _ in created)
    stems = {stem for _, stem, _ in created}
    counts.update((r.parent_id, stem) for r in live if (stem := stem_of(r.name)) in stems)
    counts.update((side.home, stem_of(side.address.name)) for side in gone)
    removed = {(side.home, stem_of(side.address.name)): side for side in old}
    for home, stem, side in created:
        other = removed.get((home, stem))
        if other is not None and counts[home, stem] == 2 and _fit(side, other):
            yield side, other

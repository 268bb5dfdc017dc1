"""Structure: pairs of a create and a removal that are alike in everything but their names, and that no third one resembles.

Alike are two resources under one parent with equal children, or with equal telling fields: a text, or two other values. A second
create or removal of that structure under the parent leaves the question open, as a task set for every project would; so does a
further live resource with the same fields, as defaults make them. What has no structure, such as a bare tag, has no such pair,
unless the names differ in one last letter (`Phase A`, `Phase B`) and no third name under the parent does: that would be a series.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.kinds import BY_NAME
from reconciler.model import Resource
from reconciler.planning.renames.score import RenameSide, declared_fields
from reconciler.planning.renames.similarity import are_of_one_series, stem_of

_Pair = tuple[RenameSide, RenameSide]


def same_structure(
    new: Sequence[RenameSide], old: Sequence[RenameSide], gone: Sequence[RenameSide], live: Iterable[Resource]
) -> Iterator[_Pair]:
    """The pairs of creates and removals of one kind that only their structure shows, or a last letter.

    `gone`: removals that an interrupted run has carried out already, which were counted when the plan was made. `live`: every
    live resource of the kind. Members of one series (`Sprint 12` and `Sprint 13`) are no pair.
    """
    live = list(live) if new else ()
    by_structure = (*_same_children(new, (*old, *gone)), *_same_fields(new, old, gone, live))
    for one, other in (*by_structure, *_one_letter_apart(new, old, gone, live)):
        if other.id and not are_of_one_series(one.address.name, other.address.name):
            yield one, other


def _same_children(new: Sequence[RenameSide], old: Sequence[RenameSide]) -> Iterator[_Pair]:
    created, removed = _by_children(new), _by_children(old)
    for key, sides in created.items():
        if len(sides) == 1 == len(removed.get(key, ())):
            yield sides[0], removed[key][0]


def _by_children(sides: Iterable[RenameSide]) -> Mapping[Hashable, list[RenameSide]]:
    result: dict[Hashable, list[RenameSide]] = {}
    for side in sides:
        for children in side.inside:
            result.setdefault((side.home, children), []).append(side)
    return result


def _same_fields(
    new: Sequence[RenameSide], old: Sequence[RenameSide], gone: Sequence[RenameSide], live: Iterable[Resource]
) -> Iterator[_Pair]:
    by_names: dict[tuple[str, ...], list[RenameSide]] = {}
    for side in new:
        if names := _telling(side):
            by_names.setdefault(names, []).append(side)
    resources = list(live) if by_names else []
    homes = {side.home for side in gone}
    for names, sides in by_names.items():
        held = Counter((r.parent_id, _values(r.values, names)) for r in resources)
        removed = {(side.home, _values(side.values, names)): side for side in old}
        wanted = Counter((side.home, _values(side.values, names)) for side in new)
        for side in sides:
            key = side.home, _values(side.values, names)
            other = removed.get(key)
            if other is not None and held[key] == wanted[key] == 1 and side.home not in homes and _fit(side, other):
                yield side, other


def _telling(side: RenameSide) -> tuple[str, ...]:
    """The declared fields that tell resources apart; empty if they are too few to do so."""
    names = tuple(declared_fields(BY_NAME[side.address.kind], side.values))
    return names if side.texts or len(names) > 1 else ()


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

"""The removals of one kind, or those under one parent, among which the partner of a create is looked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.planning.renames.name_index import NameIndex
from reconciler.planning.renames.score import ENOUGH, RenameSide, features, least_similarities, score_by

MOST_OF_ONE_NAME = 20
"""Limit of removals with one name under different parents that are compared with one create."""
MOST_ELSEWHERE = 100
"""Limit of removals under other parents that are compared with one create for their names, the most similar names first."""


class Pool:
    """Removals, indexed by name, children and texts, so that a create is not compared with each of them."""

    def __init__(self, sides: Sequence[RenameSide], *, is_brief: bool = False) -> None:
        self._names = NameIndex((side.address.name for side in sides), is_brief=is_brief)
        self._first: dict[Any, list[RenameSide]] = {}
        """The first sides of each feature: with one name in thousands of places, all of them would take quadratic time."""
        self._at_home: dict[tuple[Any, str], list[RenameSide]] = {}
        for side in sides:
            for feature in dict.fromkeys((side.address.name, *features(side))):
                for group in (self._first.setdefault(feature, []), self._at_home.setdefault((feature, side.home), [])):
                    if len(group) < MOST_OF_ONE_NAME:
                        group.append(side)
        self._similar: dict[tuple[str, float], Mapping[str, float]] = {}

    def scored(self, new: RenameSide) -> list[tuple[float, RenameSide]]:
        """The removals that score enough with a create, each with its score."""
        found = {side.address: (score_by(points, new, side), side) for points, side in self._compared(new)}
        return [each for each in found.values() if each[0] >= ENOUGH]

    def _compared(self, new: RenameSide) -> Iterator[tuple[float, RenameSide]]:
        """The removals that are compared with a create, with the similarity of their names."""
        name, (at_home, elsewhere) = new.address.name, least_similarities(new)
        if (name, at_home) not in self._similar:
            self._similar[name, at_home] = self._names.similar(name, at_home)
        similar = self._similar[name, at_home]
        if of_features := [side for feature in features(new) for side in self._of(feature, new.home)]:
            names = {side.address.name for side in of_features}.difference(similar)
            known = {**similar, **self._names.similar_among(name, names, at_home)}
            yield from ((known[side.address.name], side) for side in of_features if side.address.name in known)
        room = MOST_ELSEWHERE
        for other, points in sorted(similar.items(), key=lambda item: (-item[1], item[0])):
            yield from ((points, side) for side in self._at_home.get((other, new.home), ()))
            if points >= elsewhere and room:
                away = [side for side in self._first.get(other, ()) if side.home != new.home][:room]
                room -= len(away)
                yield from ((points, side) for side in away)

    def _of(self, feature: Any, home: str) -> Iterator[RenameSide]:
        yield from self._at_home.get((feature, home), ())
        yield from self._first.get(feature, ())

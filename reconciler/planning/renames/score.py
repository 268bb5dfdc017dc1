"""The two sides of a pair, and the score of their being one resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reconciler.kinds import BY_NAME
from reconciler.kinds.field_types import Email, Text
from reconciler.model import Address, FieldRole, Kind
from reconciler.planning.renames.forms import are_in_a_series
from reconciler.planning.renames.similarity import similarity

ENOUGH = 78
"""Of 100: the least score of a candidate. A wrong candidate costs a line in a manifest; a missed rename, a history."""

ELSEWHERE = 15
"""Points that a pair under different parents loses."""
_SAME_CHILDREN, _OTHER_CHILDREN = 20, 10
_SAME_TEXT, _SAME_VALUE, _OTHER_VALUE = 10, 3, 3
_MOST_TEXTS, _MOST_VALUES = 20, 6
EQUAL_EXCEPT_NAME = 80


@dataclass(frozen=True, eq=False)
class RenameSide:
    """One side of a pair: `home` is the live parent's id ("" for none), `new:…` for a parent that the plan creates.

    `inside`: the sets of children that may show its structure: those that come or go with it, and the active ones among them.
    """

    address: Address
    home: str
    values: Mapping[str, Any]
    children: frozenset[str]
    id: str = ""
    inside: frozenset[frozenset[str]] = frozenset()

    @cached_property
    def texts(self) -> dict[str, str]:
        """Fields that two resources seldom share by chance: notes and e-mail addresses, not colours and rates."""
        fields = {f.name for f in BY_NAME[self.address.kind].fields if isinstance(f.type, Text | Email)}
        return {name: value for name, value in self.values.items() if name in fields and value}

    @cached_property
    def declared(self) -> tuple[str, ...]:
        """The names of its fields with a value that is compared."""
        return tuple(declared_fields(BY_NAME[self.address.kind], self.values))


def features(side: RenameSide) -> Iterator[Any]:
    """What two sides with different names may share: their children, or a text."""
    if len(side.children) > 1:
        yield side.home, side.children
    yield from side.texts.items()


def score(new: RenameSide, old: RenameSide) -> float:
    """The score of a pair, from 0 to 100."""
    names = new.address.name, old.address.name
    return 0.0 if are_in_a_series(*names) else score_by(similarity(*names), new, old)


def score_by(points: float, new: RenameSide, old: RenameSide) -> float:
    """The score of a pair that is no series, by the similarity of its names."""
    is_home = new.home == old.home
    total = points if is_home else points - ELSEWHERE
    if not new.declared and not (new.children and old.children):
        return max(min(total, 100.0), 0.0)
    common = len(new.children & old.children)
    if common:
        total += _SAME_CHILDREN * common / len(new.children | old.children)
    elif min(len(new.children), len(old.children)) > 1:
        total -= _OTHER_CHILDREN
    same, texts, other = _fields(new, old)
    total += min(_SAME_TEXT * texts, _MOST_TEXTS) + min(_SAME_VALUE * same, _MOST_VALUES) - min(_OTHER_VALUE * other, 9)
    same_children = common > 1 and new.children == old.children
    if is_home and not other and (texts > 1 or (same_children and texts + same)):
        total = max(total, EQUAL_EXCEPT_NAME)
    return max(min(total, 100.0), 0.0)


def least_similarities(new: RenameSide) -> tuple[float, float]:
    """The similarities of names below which no pair of a create scores enough, under the same parent and under another one.

    The first is 0 where the structure may be enough.
    """
    texts = sum(name in new.texts for name in new.declared)
    others = len(new.declared) - texts
    gain = min(_SAME_TEXT * texts, _MOST_TEXTS) + min(_SAME_VALUE * others, _MOST_VALUES)
    gain += _SAME_CHILDREN if new.children else 0
    is_structure_enough = texts > 1 or (len(new.children) > 1 and new.declared)
    return 0.0 if is_structure_enough else ENOUGH - gain, ENOUGH + ELSEWHERE - gain


def _fields(new: RenameSide, old: RenameSide) -> tuple[int, int, int]:
    """Numbers of declared fields: equal ones other than texts, equal texts, different ones. Flags do not count."""
    same = texts = other = 0
    for name in new.declared:
        if new.values[name] != old.values.get(name):
            other += 1
        elif name in new.texts:
            texts += 1
        else:
            same += 1
    return same, texts, other


def declared_fields(kind: Kind, values: Mapping[str, Any]) -> Iterator[str]:
    """The fields with a value that is compared: set, no flag, and not the lifecycle."""
    for field in kind.fields:
        value = values.get(field.name)
        if value not in (None, ()) and not isinstance(value, bool) and field.role is not FieldRole.LIFECYCLE:
            yield field.name

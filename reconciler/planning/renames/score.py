"""The two sides of a pair, and how much speaks for their being one thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reconciler.kinds import BY_NAME
from reconciler.kinds.field_types import Email, Text
from reconciler.model import Address, FieldRole, Kind
from reconciler.planning.renames.similarity import are_in_a_series, similarity

ENOUGH = 78
"""Of 100: from here on a pair is asked about. A wrong question costs a line; a rename that nobody asks about, a history."""

_ELSEWHERE = 15
_SAME_CHILDREN, _OTHER_CHILDREN = 20, 10
_SAME_TEXT, _SAME_VALUE, _OTHER_VALUE = 10, 3, 3
_SAME_BUT_FOR_THE_NAME = 80


@dataclass(frozen=True, eq=False)
class RenameSide:
    """One side of a pair: `home` is the live parent's id ("" for none), `new:…` for a parent that is yet to be created."""

    address: Address
    home: str
    values: Mapping[str, Any]
    children: frozenset[str]
    id: str = ""

    @cached_property
    def texts(self) -> dict[str, str]:
        """Fields that hardly two things have in common by chance: notes and addresses, not colours and rates."""
        fields = {f.name for f in BY_NAME[self.address.kind].fields if isinstance(f.type, Text | Email)}
        return {name: value for name, value in self.values.items() if name in fields and value}


def features(side: RenameSide) -> Iterator[Any]:
    """What two halves under quite different names may have in common."""
    if len(side.children) > 1:
        yield side.home, side.children
    yield from side.texts.items()


def score(kind: Kind, new: RenameSide, old: RenameSide) -> float:
    """What speaks for and against a pair, from 0 to 100."""
    names = new.address.name, old.address.name
    if are_in_a_series(*names):
        return 0.0
    is_home = new.home == old.home
    common = len(new.children & old.children)
    total = similarity(*names) - (0 if is_home else _ELSEWHERE)
    if common:
        total += _SAME_CHILDREN * common / len(new.children | old.children)
    elif min(len(new.children), len(old.children)) > 1:
        total -= _OTHER_CHILDREN
    same, texts, other = _fields(kind, new, old)
    total += min(_SAME_TEXT * texts, 20) + min(_SAME_VALUE * same, 6) - min(_OTHER_VALUE * other, 9)
    same_children = common > 1 and new.children == old.children
    if is_home and not other and (texts > 1 or (same_children and texts + same)):
        total = max(total, _SAME_BUT_FOR_THE_NAME)
    return max(min(total, 100.0), 0.0)


def _fields(kind: Kind, new: RenameSide, old: RenameSide) -> tuple[int, int, int]:
    """How many declared fields say the same, how many of those by a text, and how many say something else. Flags say nothing."""
    same = texts = other = 0
    for field in kind.fields:
        value = new.values.get(field.name)
        if value in (None, ()) or isinstance(value, bool) or field.role is FieldRole.LIFECYCLE:
            continue
        if value != old.values.get(field.name):
            other += 1
        elif field.name in new.texts:
            texts += 1
        else:
            same += 1
    return same, texts, other

"""Values as people write them: names, field values, and the change of one field. No layout, no escaping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from reconciler.kinds import fields_of
from reconciler.kinds.managers import MANAGER
from reconciler.planning.plan import Action, Change, FieldChange
from reconciler.planning.structured import ItemChange, is_structured, item_changes, member_changes
from reconciler.value_types import MembersType

LONGEST = 160
"""Characters shown of a long text; the plan file holds all of it, and the digest covers it."""
_PLAIN = re.compile(r"[\w#@+][\w.@+#:%-]*")
_POSITION = re.compile(r"\[\d+\]")
_WORDS = frozenset(("true", "false", "none", "null"))


class Piece(NamedTuple):
    """A part of a field's change; `tone` is before, after, added, removed or plain (punctuation)."""

    text: str
    tone: str


def name(text: str) -> str:
    """A name as it is, in quotes if its ends are ambiguous."""
    if not text or text != text.strip() or "  " in text or text[0] in "\"'(:":
        return f'"{text}"'
    return text


def value(given: Any) -> str:
    """A value as a person would write it: `(none)`, true, PT8H, "two words"."""
    if given is None or given == ():
        return "(none)"
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, tuple | list):
        return ", ".join(value(item) for item in given)
    if isinstance(given, Mapping):
        return "{" + ", ".join(f"{key}: {value(item)}" for key, item in given.items()) + "}"
    text = str(given)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return f'"{text}"'


def one_a_member(change: Change, fields: Iterable[FieldChange]) -> tuple[FieldChange, ...]:
    """The fields, with a line of its own for each member that is removed, changed or added."""
    lines: list[FieldChange] = []
    members = {
        field.name: field.type for field in fields_of(change.kind, MembersType) if isinstance(field.type, MembersType)
    }
    for field in fields:
        if field.name in members:
            changes = member_changes(*map(members[field.name].by_identity, (field.before, field.after)))
            lines += [FieldChange(field.name, *_with_role(*pair)) for pair in changes]
        else:
            lines.append(field)
    return tuple(lines)


def _with_role(before: Any, after: Any) -> tuple[Any, Any]:
    """Before and after of one member; where only one of them is a manager, the other one says that it is not."""
    pair = [item if isinstance(item, str) else "" for item in (before, after)]
    word = f" {MANAGER} "
    if all(pair) and (word in pair[0]) is not (word in pair[1]):
        pair = [item if word in item else f"{item}{word}false" for item in pair]
        return pair[0], pair[1]
    return before, after


def field_pieces(change: Change, field: FieldChange) -> tuple[Piece, ...]:
    """One field as shown: the value of a create, the changed items of a structured value, else before → after."""
    before, after = field.before, field.after
    if change.action is Action.CREATE:
        return (Piece(_short(after), "after"),)
    if is_structured(before) and is_structured(after) and (items := item_changes(before, after)):
        return tuple(_items(items))
    shown = _short_pair(before, after)
    return (Piece(shown[0], "before"), Piece(" → ", "plain"), Piece(shown[1], "after"))


def _items(items: Sequence[ItemChange]) -> Iterator[Piece]:
    """`- a, + b` for items of a list, `amount: 1 → 2` for what has a key."""
    for position, item in enumerate(items):
        if position:
            yield Piece(", ", "plain")
        # The position of an item of a plain list adds nothing: the value says which it is.
        key = "" if _POSITION.fullmatch(item.path) and item.type != "changed" else f"{item.path}: "
        if item.type == "changed":
            yield Piece(key, "plain")
            yield Piece(value(item.before), "before")
            yield Piece(" → ", "plain")
            yield Piece(value(item.after), "after")
        elif item.type == "removed":
            yield Piece(f"- {key}{value(item.before)}", "removed")
        else:
            yield Piece(f"+ {key}{value(item.after)}", "added")


def _short(given: Any) -> str:
    if not isinstance(given, str) or len(given) <= LONGEST:
        return value(given)
    return f'"{given[:LONGEST]}…" ({len(given):,} characters)'


def _short_pair(before: Any, after: Any) -> tuple[str, str]:
    """Both values; of long texts the part where they begin to differ, so that two different texts never look alike."""
    if isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) > LONGEST:
        skip = _same_start(before, after)
        if skip:
            return _part(before, skip), _part(after, skip)
    return _short(before), _short(after)


def shortened(given: Sequence[Any]) -> list[str]:
    """Values of one field; of long ones the part where the last two begin to differ, so that two different ones never look alike."""
    texts = [one if isinstance(one, str) else value(one) for one in given]
    skip = _same_start(*texts[-2:]) if any(len(text) > LONGEST for text in texts) else 0
    return [
        value(one) if len(text) <= LONGEST else _part(text, skip) if isinstance(one, str) else _excerpt(text, skip)
        for one, text in zip(given, texts, strict=True)
    ]


def _same_start(one: str, other: str) -> int:
    """How many characters stand before the part where two texts begin to differ; 0 if they are few."""
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return same - 20 if same > LONGEST // 2 else 0


def _part(text: str, skip: int) -> str:
    return f'"{_excerpt(text, skip)}" ({len(text):,} characters)'


def _excerpt(text: str, skip: int) -> str:
    start, end = "…" if skip else "", "…" if len(text) > skip + LONGEST else ""
    return f"{start}{text[skip : skip + LONGEST]}{end}"


def duration(seconds: float) -> str:
    """A duration: `0.3 s`, `2 min`, `1 h 30 min`."""
    if seconds < 99.5:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60:,} h" + (f" {minutes % 60} min" if minutes % 60 else "")

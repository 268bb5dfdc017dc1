"""The change of one field as two sides: what it was and what it becomes, for outputs that show them beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from reconciler.planning.plan import Action, Change, FieldChange
from reconciler.render import values
from reconciler.render.values import LONGEST, Piece

_BEFORE = ("before", "removed")


class Sides(NamedTuple):
    """The pieces of each side. `whole`: both whole texts where they are shortened, else empty."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    whole: tuple[str, str] | tuple[()]


def sides(change: Change, field: FieldChange) -> Sides:
    """Both sides of a field; `before` is empty for a create."""
    if change.action is Action.CREATE:
        return Sides((), values.field_pieces(change, field), _whole(("", field.after)))
    pieces = values.field_pieces(change, field)
    return Sides(_side(pieces, _BEFORE), _side(pieces, ("after", "added")), _whole((field.before, field.after)))


def _side(pieces: Iterable[Piece], tones: Sequence[str]) -> tuple[Piece, ...]:
    """The pieces of one side, each with the key that stands before it, separated by commas."""
    side: list[Piece] = []
    key: Piece | None = None
    for piece in pieces:
        if piece.tone in tones:
            side += [Piece(", ", "plain")] if side else []
            side += [key, piece] if key else [piece]
        elif piece.tone != "plain":
            continue
        elif piece.text == ", ":
            key = None
        elif piece.text != " → ":
            key = piece
    return tuple(side)


def _whole(pair: tuple[object, object]) -> tuple[str, str] | tuple[()]:
    texts = tuple(item if isinstance(item, str) else "" for item in pair)
    return (texts[0], texts[1]) if any(len(text) > LONGEST for text in texts) else ()

"""The items of a feed of changes: which object, of which kind, in which project (docs/clockify.md section 17)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reconciler.errors import ProtocolError
from reconciler.kinds import BY_NAME, KINDS
from reconciler.text import sanitize
from reconciler.value_types import Wire

TYPES = {kind.plural.upper(): kind.name for kind in KINDS}
"""The name of the kind, by the type of a feed."""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An object in a feed. `ids`: that of the item and that in its document, of which one is the object's.

    `parent_id`: that of the parent in whose lists the kind is; empty if it has none, or the item does not have it.
    """

    kind: str
    ids: frozenset[str]
    parent_id: str = ""


def feed_items(wires: Iterable[Wire]) -> list[FeedItem]:
    """The items of an answer. Raises ProtocolError for a type that was not asked for, and for a document of another shape."""
    return [_item(wire) for wire in wires]


def _item(wire: Wire) -> FeedItem:
    kind = TYPES.get(wire["documentCode"])
    if kind is None:
        raise ProtocolError(f"a feed has an item of the unknown type {sanitize(wire['documentCode'], 60)!r}")
    document = wire.get("document")
    if document is None:
        document = {}
    if not isinstance(document, Mapping):
        raise ProtocolError("a feed has an item whose document is not an object")
    ids = {wire["id"], document.get("id", wire["id"])}
    parent_id = document.get(f"{BY_NAME[kind].parent}Id") or "" if BY_NAME[kind].is_embedded else ""
    if not all(isinstance(value, str) for value in (*ids, parent_id)):
        raise ProtocolError("a feed has an item with an invalid id")
    return FeedItem(kind, frozenset(ids), parent_id)

"""Fields: a live value is written into an entry, with as much as possible of what is there."""

from __future__ import annotations

from typing import Any

from reconciler.kinds.people import identity_of
from reconciler.manifest.edit.tree import MAPPING, SCALAR, SEQUENCE
from reconciler.manifest.edit.values import Value, new_value, plain_of
from reconciler.manifest.export.declarable import document_of
from reconciler.manifest.yaml.scalars import FLOAT, INT, tag_of
from reconciler.model import Field
from reconciler.value_types import MembersType, ResolvedType

_NUMBERS = (INT, FLOAT)


def set_field(mapping: Value, field: Field, live: Any) -> None:
    """Give a field of an entry its live value, which is canonical. Items of a list that stay keep their text."""
    document = document_of(field, live)
    present = mapping.get(field.name)
    if present is None:
        mapping.pairs[field.name] = new_value(document)
    elif isinstance(field.type, MembersType) and present.form == SEQUENCE:
        _set_members(present, field, live)
    elif present.form == SEQUENCE and isinstance(document, list):
        _set_items(present, field, document)
    elif present.form == MAPPING and isinstance(document, str) and "amount" in present.pairs:
        present.pairs["amount"] = _scalar(document, present.pairs["amount"])
        present.pairs.pop("since", None)  # of the amount that was declared
    elif present.form == SCALAR and not isinstance(document, list | dict):
        mapping.pairs[field.name] = _scalar(document, present)
    else:
        mapping.pairs[field.name] = new_value(document)


def _scalar(document: Any, present: Value) -> Value:
    """A new scalar in the place of another; an amount without quotes in that of one without them."""
    value = new_value(document)
    value.node = present.node
    if present.tag in _NUMBERS and isinstance(document, str) and document and tag_of(document) in _NUMBERS:
        value.tag = tag_of(document)
    return value


def _set_items(present: Value, field: Field, document: list[Any]) -> None:
    """A set of texts: the items that stay, then the new ones."""
    wanted = {field.type.parse([item]): item for item in document}
    staying = [item for item in present.items if wanted.pop(field.type.parse([plain_of(item)]), None) is not None]
    present.items = [*staying, *map(new_value, wanted.values())]


def _set_members(present: Value, field: Field, live: Any) -> None:
    """People and groups: those that stay, with the rates and roles that they have where these are declared."""
    wanted = {identity_of(item): item for item in live or ()}
    items = []
    for item in present.items:
        declared = field.type.parse([plain_of(item)])
        current = wanted.pop(identity_of(declared[0]), None)
        if current is None:
            continue
        resolved = field.type.resolved((current,), declared) if isinstance(field.type, ResolvedType) else declared
        items.append(item if resolved == (current,) else _member(item, field.type.document((current,))[0]))
    present.items = [*items, *map(new_value, field.type.document(tuple(wanted.values())))]


def _member(item: Value, document: Any) -> Value:
    """A person with other rates or another role, of whom the item declares some. What is declared and none in the workspace is
    declared as none. An item that is a name alone declares neither, so that it has no other ones.
    """
    present = document if isinstance(document, dict) else {"email": document}
    for key in (key for key in item.pairs if key not in ("email", "group")):
        none = False if key == "manager" else None
        item.pairs[key] = _scalar(present.get(key, none), item.pairs[key])
    for key, value in present.items():
        if key not in item.pairs:
            item.pairs[key] = new_value(value)
    return item

"""People in values: each item is a person, alone or followed by words, such as `jo@acme.example hourly 95.00`, or `group NAME`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

GROUP = "group"
"""Stands before a user group among members: its id on the wire, its name elsewhere."""


def person_of(item: str) -> str:
    """The person of an item: a user id on the wire, an e-mail address elsewhere."""
    return item.partition(" ")[0]


def identity_of(item: str) -> str:
    """Whom an item is about: the person, or a group with the word before it."""
    return item if is_group(item) else person_of(item)


def is_group(item: str) -> bool:
    """Whether an item is a user group."""
    return item.startswith(f"{GROUP} ")


def rename_people(items: Iterable[str] | None, names: Mapping[str, str]) -> tuple[str, ...]:
    """The items with each person or group under the name that `names` has for it; others stay."""
    renamed = []
    for item in items or ():
        who = identity_of(item)
        renamed.append(names.get(who, who) + item[len(who) :])
    return tuple(renamed)

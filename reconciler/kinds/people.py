"""People in values: each item is a person, alone or followed by words, such as `jo@acme.example hourly 95.00`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def person_of(item: str) -> str:
    """The person of an item: a user id on the wire, an e-mail address elsewhere."""
    return item.partition(" ")[0]


def rename_people(items: Iterable[str] | None, names: Mapping[str, str]) -> tuple[str, ...]:
    """The items with each person under the name that `names` has for it; others stay."""
    renamed = []
    for item in items or ():
        person, blank, rest = item.partition(" ")
        renamed.append(names.get(person, person) + blank + rest)
    return tuple(renamed)

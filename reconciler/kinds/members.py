"""The field type of a project's members: people by e-mail address and user groups by name, people with rates of their own and the role of a manager."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.kinds.field_types import EMAIL, TEXT_PATTERN
from reconciler.kinds.json_values import object_or_none, text_or_none, wrong_type
from reconciler.kinds.managers import MANAGER, managers_in
from reconciler.kinds.people import GROUP, identity_of, is_group
from reconciler.kinds.rates import RATE_PATTERN, Rate, amount_schema, amount_text, minor_units
from reconciler.value_types import Wire

_NONE = "none"
"""Stands for a rate that is declared as none, until it is resolved."""
_YES, _NO = "true", "false"
"""After the word of a manager; the second one stands for a role that is declared as none, until it is resolved."""
_GROUP_NAME = {"type": "string", "minLength": 1, "maxLength": 250, "pattern": TEXT_PATTERN}
_RATES = {"hourly": ("hourlyRate", "hourly-rate", "hourly_rate"), "cost": ("costRate", "cost-rate", "cost_rate")}
"""The word of a member's rate → its key, its endpoint below the member, and its key in manifests."""


@dataclass(frozen=True, slots=True)
class Members:
    """A set of people and groups, which one request replaces.

    Canonical is a sorted tuple of texts: `PERSON`, `PERSON hourly 95.00 cost 50.00 manager true`, `group NAME`. Rooms that know the people and
    groups convert between ids on the wire and e-mail addresses and names elsewhere. A person of a manifest whose rate or role is not
    declared keeps it; one that is declared as none has the word `none` or `false`, and `resolved` takes both for what they lead to.
    """

    @property
    def schema(self) -> Mapping[str, Any]:
        """An array of addresses, and of mappings for a person with rates and for a group."""
        rates = {
            "hourly_rate": {
                "description": "Rate per hour in this project. Omit to keep the live value; null clears it.",
                "anyOf": [*amount_schema(RATE_PATTERN, 9999999.99), {"type": "null"}],
            },
            "cost_rate": {
                "description": "Cost per hour in this project. Omit to keep the live value; null clears it.",
                "anyOf": [*amount_schema(RATE_PATTERN, 9999999.99), {"type": "null"}],
            },
        }
        manager = {
            "description": "Whether the person manages this project. Omit to keep the live role.",
            "type": "boolean",
        }
        email = {"description": "E-mail address of a workspace user.", **EMAIL}
        person = {"email": email, **rates, MANAGER: manager}
        group = {"group": {"description": "Name of a user group, which has no rates.", **_GROUP_NAME}}
        mappings = [
            {"type": "object", "properties": properties, "required": [key], "additionalProperties": False}
            for key, properties in (("email", person), (GROUP, group))
        ]
        item = {"description": "A person or a user group.", "anyOf": [EMAIL, *mappings]}
        return {"type": "array", "items": item, "uniqueItems": True}

    def parse(self, value: Any) -> tuple[str, ...]:
        """Sorted, each person and group once: the first entry. Raises ValueError for what is neither."""
        found: dict[str, str] = {}
        for item in value or ():
            text = _canonical(item) if isinstance(item, str) else _declared(item)
            found.setdefault(identity_of(text), text)
        return tuple(sorted(found.values()))

    def read(self, value: Any) -> tuple[str, ...]:
        """An item for each membership."""
        if value is not None and not isinstance(value, list | tuple):
            raise wrong_type(value, "a list")
        return tuple(sorted({_member(object_or_none(item) or {}) for item in value or ()}))

    def write(self, value: Any) -> list[dict[str, Any]]:
        """A request object for each person."""
        return [_member_request(item) for item in _people(value)]

    def document(self, value: Any) -> list[Any]:
        """An address, a mapping for a person with rates, or one for a group."""
        return [_document(item) for item in value or ()]

    def patch_body(self, wire: Wire, value: Any) -> dict[str, Any]:  # noqa: ARG002 - the signature is PatchType's
        """The whole set: who is not named is removed (docs/clockify.md section 7)."""
        groups = [_group(item) for item in value or () if is_group(item)]
        named = {"userGroups": {"contains": "CONTAINS", "ids": groups, "status": "ALL"}} if groups else {}
        return {"memberships": self.write(value), **named}

    def is_sent(self, body: Wire, wire: Wire) -> bool:
        """Whether an object has exactly the people and groups of a body; the rates may need requests of their own."""
        given = object_or_none(body.get("userGroups")) or {}
        sent = {
            *(item["userId"] for item in body["memberships"]),
            *(f"{GROUP} {each}" for each in given.get("ids", ())),
        }
        return sent == set(map(identity_of, self.read(wire.get("memberships"))))

    def follow_ups(self, wire: Wire, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        """A request for each rate that the object has otherwise: no record shows that the set takes them."""
        present = self.by_identity(self.read(wire.get("memberships")))
        for item in _people(value):
            person = identity_of(item)
            if person not in present:  # the set was not written: another attempt writes it first
                continue
            wanted, now = _rates(item), _rates(present[person])
            for word, (_, endpoint, _) in _RATES.items():
                if wanted.get(word) != now.get(word):
                    yield f"users/{person}/{endpoint}", {"amount": minor_units(wanted.get(word))}

    def most_follow_ups(self, before: Any, after: Any) -> int:
        """The most requests that `follow_ups` and the roles lead to: the set may drop every rate, and may keep one that is to go."""
        earlier, staying = self.by_identity(before), self.by_identity(after)
        gone = sum(MANAGER in _rates(item) for person, item in earlier.items() if person not in staying)
        return gone + sum(
            len({**_rates(item), **_rates(earlier.get(identity_of(item), ""))}) for item in _people(after)
        )

    def managers(self, value: Any) -> frozenset[str]:
        """The identities of the managers among the members."""
        return frozenset(identity_of(item) for item in _people(value) if _rates(item).get(MANAGER) == _YES)

    def mentions_managers(self, value: Any) -> bool:
        """Whether the roles of a canonical value's people have to be known: one is declared, or is held."""
        return any(MANAGER in _rates(item) for item in _people(value))

    def former_managers(self, wire: Wire, value: Any) -> list[str]:
        """The ids of the managers of an object that the canonical `value` does not have as managers, or as members."""
        return sorted(managers_in(wire) - self.managers(value))

    def new_managers(self, wire: Wire, value: Any) -> list[str]:
        """The ids of the members of an object that the canonical `value` makes managers."""
        present = self.by_identity(self.read(wire.get("memberships")))
        return sorted((self.managers(value) - managers_in(wire)) & present.keys())

    def resolved(self, live: Any, declared: Any) -> tuple[str, ...]:
        """The declared members, with the live rates and roles of those whose rates and roles are not declared."""
        present = self.by_identity(live)
        items = []
        for item in declared or ():
            person = identity_of(item)
            rates = {**_rates(present.get(person, person)), **_rates(item)}
            items.append(item if is_group(item) else _text(person, rates))
        return tuple(sorted(items))

    def with_person(self, live: Any, value: Any, person: str) -> tuple[str, ...]:
        """The members with this person among them, as the live ones have them."""
        if person in self.by_identity(value):
            return tuple(value or ())
        return tuple(sorted((*(value or ()), self.by_identity(live).get(person, person))))

    def by_identity(self, value: Any) -> dict[str, str]:
        """Address (or id) of a person, or `group NAME` → the item."""
        return {identity_of(item): item for item in value or ()}

    def could_precede(self, value: Any, wanted: Any) -> bool:
        """Whether a new object may have these members before `wanted` is written: beside wanted ones, who created it."""
        return len(self.by_identity(value).keys() - self.by_identity(wanted).keys()) <= 1

    def amounts(self, value: Any) -> Iterator[str]:
        """The amounts of all rates."""
        for item in _people(value):
            yield from (rate for word, rate in _rates(item).items() if word in _RATES and rate != _NONE)


def removed_members(before: Any, after: Any) -> tuple[str, ...]:
    """The people and groups that a change of members removes."""
    staying = set(map(identity_of, after or ()))
    return tuple(person for person in map(identity_of, before or ()) if person not in staying)


def _group(item: str) -> str:
    return item.partition(" ")[2]


def _people(value: Iterable[str] | None) -> Iterator[str]:
    return (item for item in value or () if not is_group(item))


def _rates(item: str) -> dict[str, str]:
    """The words of a person's rates with their amounts, and that of a manager."""
    words = [] if is_group(item) else item.split(" ")[1:]
    return dict(zip(words[::2], words[1::2], strict=True))


def _text(person: str, rates: Mapping[str, str | None]) -> str:
    given = (f"{word} {rates[word]}" for word in (*_RATES, MANAGER) if rates.get(word) not in (None, _NONE, _NO))
    return " ".join((person, *given))


def _canonical(item: str) -> str:
    """An item that is canonical; an address in lower case. Raises ValueError for other text."""
    try:
        person, rates = identity_of(item), _rates(item)
        is_right = bool(_group(item)) if is_group(item) else person not in ("", GROUP) and item == _text(person, rates)
        if is_right and all(rate == (_YES if word == MANAGER else Rate().parse(rate)) for word, rate in rates.items()):
            return item if is_group(item) or "@" not in person else person.lower() + item[len(person) :]
    except (ValueError, ArithmeticError):
        pass
    raise ValueError(f"not a member: {item[:60]!r}")


def _declared(entry: Mapping[str, Any]) -> str:
    """The item of a mapping in a manifest."""
    if GROUP in entry:
        return _canonical(f"{GROUP} {entry[GROUP]}")
    words = [_canonical(entry["email"])]
    for word, (_, _, key) in _RATES.items():
        if key in entry:
            words += [word, amount_text(entry[key]) or _NONE]
    if MANAGER in entry:
        words += [MANAGER, _YES if entry[MANAGER] else _NO]
    return " ".join(words)


def _document(item: str) -> Any:
    if is_group(item):
        return {GROUP: _group(item)}
    words = _rates(item)
    given: dict[str, Any] = {
        key: words[word] for word, (_, _, key) in _RATES.items() if words.get(word, _NONE) != _NONE
    }
    if MANAGER in words:
        given[MANAGER] = words[MANAGER] == _YES
    return {"email": identity_of(item), **given} if given else identity_of(item)


def _member(item: Mapping[str, Any]) -> str:
    person = text_or_none(item.get("userId"))
    if not person or " " in person:
        raise wrong_type(person, "a user id", "its userId is ")
    if text_or_none(item.get("membershipType")) == "USERGROUP":
        return f"{GROUP} {person}"
    rates: dict[str, str | None] = {word: Rate().read(item.get(key)) for word, (key, _, _) in _RATES.items()}
    return _text(person, {**rates, MANAGER: _YES if item.get(MANAGER) is True else _NO})


def _member_request(item: str) -> dict[str, Any]:
    words = _rates(item)
    rates = {key: Rate().write(words[word]) for word, (key, _, _) in _RATES.items() if word in words}
    return {"userId": identity_of(item), **rates}

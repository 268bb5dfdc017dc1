"""What of a live resource a manifest can declare: its name, and those of its values that lead to no change."""

from __future__ import annotations

from typing import Any

from reconciler.kinds.people import identity_of
from reconciler.kinds.rates import WITHOUT_MINOR_UNIT
from reconciler.manifest.validation.names import validate_name, validate_reference
from reconciler.manifest.validation.validate import matches_schema
from reconciler.manifest.yaml.text import quote
from reconciler.model import Field, FieldRole, Kind, Resource
from reconciler.names import fold, writable
from reconciler.state import Live
from reconciler.value_types import MoneyType, ResolvedType

_LONGEST_REFERENCE = 1000


def is_empty(value: Any) -> bool:
    """Whether a canonical value is none: null, or an empty list."""
    return value in (None, ())


def name_problem(kind: Kind, name: str) -> str:
    """Why no manifest can declare a resource of this name; empty if one can."""
    shortest, longest = kind.name_limits
    if not shortest <= len(name) <= longest:
        return f"invalid name {quote(name)}: a name of a {kind.name} has {shortest} to {longest} characters"
    violation = validate_name(name)
    return violation[0] if violation else ""


def document_of(field: Field, value: Any) -> Any:
    """The value as a manifest has it, null where there is none."""
    return None if is_empty(value) and field.clearable else field.type.document(value)


class Declarable:
    """The live state as far as it can be declared. Equal values of one field are judged once."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._people = frozenset(live.users.values())
        self._has_cents = live.workspace.currency not in WITHOUT_MINOR_UNIT
        self._known: dict[tuple[str, str, Any], bool] = {}
        self._clients: dict[str, int] = {}
        for client in live.of_kind("client"):
            name = fold(client.name)
            self._clients[name] = self._clients.get(name, 0) + 1

    def split(self, kind: Kind, resource: Resource) -> tuple[dict[str, Any], list[str]]:
        """The values that a manifest can declare, and the names of the fields whose values it cannot."""
        values: dict[str, Any] = {}
        others = []
        for field in kind.fields:
            if field.name in resource.values:
                value = resource.values[field.name]
                if self.can_write(kind, field, value):
                    values[field.name] = value
                    continue
            others.append(field.name)
        for one, other in kind.exclusive:
            if values.get(one) and values.get(other):
                del values[other]
                others.append(other)
        return values, others

    def can_write(self, kind: Kind, field: Field, value: Any) -> bool:
        """Whether a manifest can have this value, so that it is the same when it is read again."""
        key = (kind.name, field.name, value)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._is_faithful(field, value)
        return found

    def _is_faithful(self, field: Field, value: Any) -> bool:
        if is_empty(value) and field.clearable:
            return True
        if field.role is FieldRole.PEOPLE and not self._people.issuperset(map(identity_of, value or ())):
            return False
        if isinstance(field.type, MoneyType) and not self._has_cents:
            if not all(amount.endswith(".00") for amount in field.type.amounts(value)):
                return False
        document = field.type.document(value)
        if not _is_unicode(document) or not matches_schema(document, field.type.schema):
            return False
        parsed = field.type.parse(document)
        return bool((field.type.resolved(value, parsed) if isinstance(field.type, ResolvedType) else parsed) == value)

    def client_reference(self, client: Resource) -> str:
        """How a project can name its client although no manifest can declare the client; empty if it cannot."""
        name = writable(client.name)
        is_valid = 0 < len(name) <= _LONGEST_REFERENCE and validate_reference(name) is None
        return name if is_valid and fold(name) == fold(client.name) and self._clients[fold(name)] == 1 else ""


def _is_unicode(document: Any) -> bool:
    """Whether no text in a value has a lone surrogate, which neither YAML nor UTF-8 can have."""
    if isinstance(document, str):
        return document.isascii() or not any("\ud800" <= char <= "\udfff" for char in document)
    if isinstance(document, dict):
        return all(map(_is_unicode, document.values()))
    return not isinstance(document, list) or all(map(_is_unicode, document))

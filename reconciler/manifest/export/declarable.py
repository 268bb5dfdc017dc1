"""What of a live resource a manifest can declare: its name, and those of its values that lead to no change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from reconciler.kinds.people import identity_of
from reconciler.kinds.rates import WITHOUT_MINOR_UNIT
from reconciler.manifest.validation.names import validate_name, validate_reference
from reconciler.manifest.validation.validate import matches_schema
from reconciler.manifest.yaml.text import quote
from reconciler.manifest.yaml.write import write_scalar
from reconciler.model import Field, FieldRole, Kind, Resource
from reconciler.names import fold, writable
from reconciler.state import Live
from reconciler.value_types import MoneyType, ResolvedType

_LONGEST_REFERENCE = 1000
_LONGEST = 200


def is_empty(value: Any) -> bool:
    """Whether a canonical value is none: null, or an empty list."""
    return value in (None, ())


def name_problem(kind: Kind, name: str) -> str:
    """Why no manifest can declare a resource of this name; empty if one can."""
    shortest, longest = kind.name_limits
    if not shortest <= len(name) <= longest:
        return f"the name of a {kind.name} has {shortest} to {longest} characters in a manifest"
    violation = validate_name(name)
    return f"invalid name: {violation[0].removeprefix(f'invalid name {quote(name)}: ')}" if violation else ""


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
        self._spellings: dict[str, Counter[str]] = {}

    def split(self, kind: Kind, resource: Resource) -> tuple[dict[str, Any], dict[str, str]]:
        """The values that a manifest can declare; and the fields whose values it cannot, each with the reason."""
        values = {field.name: resource.values[field.name] for field in kind.fields if field.name in resource.values}
        others = {field.name: "the service does not return it" for field in kind.fields if field.name not in values}
        for field in kind.fields:
            is_writable = field.name not in values or self.can_write(kind, field, values[field.name])
            if not is_writable and not is_empty(values.pop(field.name)):
                others[field.name] = self._reason(field)
        for name, inherited in self._live.workspace.default_rates.items():
            if values.get(name) == inherited:
                del values[name]  # the answer may be the rate of the workspace: declared, it would no longer follow it
        for one, other in kind.exclusive:
            if values.get(one) and values.get(other):
                del values[other]
                others[other] = f"a {kind.name} has {one} or {other} in a manifest, not both"
        return values, others

    def _reason(self, field: Field) -> str:
        """Why a value cannot be written."""
        if field.role is not FieldRole.PEOPLE:
            return "a manifest cannot have the value"
        if not self._people:
            return "this API key may not list the users of the workspace"
        return "of some people there is no e-mail address in the workspace, or of some groups no name"

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
        if not self._has_cents and isinstance(field.type, MoneyType) and not _is_whole(field.type.amounts(value)):
            return False
        document = field.type.document(value)
        if not _is_unicode(document) or not matches_schema(document, field.type.schema):
            return False
        parsed = field.type.parse(document)
        return bool((field.type.resolved(value, parsed) if isinstance(field.type, ResolvedType) else parsed) == value)

    def reference(self, parent: Resource) -> str:
        """How a child can name its parent although no manifest can declare the parent; empty if it cannot."""
        if parent.kind not in self._spellings:
            self._spellings[parent.kind] = Counter(fold(resource.name) for resource in self._live.of_kind(parent.kind))
        name = writable(parent.name)
        is_valid = 0 < len(name) <= _LONGEST_REFERENCE and validate_reference(name) is None
        is_one = fold(name) == fold(parent.name) and self._spellings[parent.kind][fold(name)] == 1
        return name if is_valid and is_one else ""


def _is_whole(amounts: Iterable[str]) -> bool:
    return all(amount.endswith(".00") for amount in amounts)


def _is_unicode(document: Any) -> bool:
    """Whether no text in a value has a lone surrogate, which neither YAML nor UTF-8 can have."""
    if isinstance(document, str):
        return document.isascii() or not any("\ud800" <= char <= "\udfff" for char in document)
    if isinstance(document, dict):
        return all(map(_is_unicode, document.values()))
    return not isinstance(document, list) or all(map(_is_unicode, document))


def legible(text: str) -> str:
    """A name or an address for a message or a comment, of which nothing hides; cut to 200 characters."""
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return write_scalar(short.encode(errors="replace").decode())

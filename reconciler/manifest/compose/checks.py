"""Entries of `policy.checks` → checks, with fields, operators and values validated against the kinds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reconciler.checks import Check, Condition, Level, Operator, fields_of, pattern_error
from reconciler.errors import Problem
from reconciler.kinds import BY_NAME, KINDS
from reconciler.manifest.schema.operators import MEMBERSHIP, PRESENCE, operators_of, type_of
from reconciler.manifest.validation.formats import format_hint, invalid_value
from reconciler.manifest.validation.suggestions import did_you_mean, enumerate_words
from reconciler.manifest.validation.validate import matches_schema
from reconciler.manifest.yaml.document import INVALID, Document
from reconciler.manifest.yaml.marks import Place
from reconciler.manifest.yaml.text import quote
from reconciler.value_types import MoneyType

_PARTS = ("when", "require", "forbid")


def read_checks(document: Document, entries: list[Any], problems: list[Problem]) -> tuple[Check, ...]:
    """The valid checks of one list; adds the problems of the others to `problems`."""
    checks = []
    for entry, place in zip(entries, document.places(entries), strict=True):
        if entry is not INVALID:
            check = _CheckReader(document, entry, place, problems).read()
            if check is not None:
                checks.append(check)
    return tuple(checks)


class _CheckReader:
    """Reads one entry, which already matches the schema."""

    def __init__(self, document: Document, entry: dict[str, Any], place: Place, problems: list[Problem]) -> None:
        self.document, self.entry, self.place, self.problems = document, entry, place, problems
        self.is_valid = True

    def read(self) -> Check | None:
        entry = self.entry
        if not (entry.keys() & {"require", "forbid"}):
            self._problem(self.place, "missing key 'require' or 'forbid' in a check", "add one of them")
        kinds = self._kinds()
        parts: dict[str, tuple[Condition, ...]] = {}
        for key in _PARTS:
            parts[key] = tuple(self._conditions(entry.get(key, {}), kinds)) if kinds else ()
        if not self.is_valid:
            return None
        level, name = Level(entry.get("level", Level.ERROR)), entry.get("name", "")
        return Check(entry["message"], level, name, kinds, _as_tuple(entry.get("action", ())), **parts)

    def _kinds(self) -> tuple[str, ...]:
        """The kinds that the entry names; otherwise all kinds that have every field of its conditions."""
        fields = [(part, field) for key in _PARTS for part in [self.entry.get(key, {})] for field in part]
        declared = _as_tuple(self.entry.get("kind", ()))
        if declared:
            for part, field in fields:
                for name in declared:
                    self._validate_field(part, field, name)
            return declared
        kinds = tuple(kind.name for kind in KINDS if all(field in fields_of(kind) for _, field in fields))
        if not kinds:
            names = enumerate_words(dict.fromkeys(field for _, field in fields))
            self._problem(self.place, f"no kind has all of the fields {names}", "write one check per kind")
        return kinds

    def _validate_field(self, part: dict[str, Any], field: str, kind: str) -> None:
        known = fields_of(BY_NAME[kind])
        if field not in known:
            place = self.document.place_in(part, field, of_key=True)
            hint = did_you_mean(field, known, otherwise=f"valid fields: {enumerate_words(sorted(known))}")
            self._problem(place, f"unknown field {quote(field)} of a {kind}", hint)

    def _conditions(self, part: dict[str, Any], kinds: tuple[str, ...]) -> Iterator[Condition]:
        for field, operand in part.items():
            if not any(field in fields_of(BY_NAME[kind]) for kind in kinds):
                continue  # already reported
            field_type = type_of(field, kinds)
            if not isinstance(operand, dict):
                yield from self._condition(part, field, field, field_type, Operator.EQUALS)
                continue
            for operator in operand:
                yield from self._condition(operand, operator, field, field_type, Operator(operator))

    def _condition(
        self, container: dict[str, Any], key: str, field: str, field_type: Any, operator: Operator
    ) -> Iterator[Condition]:
        value, place = container[key], self.document.place_in(container, key)
        if isinstance(field_type, MoneyType):
            value = self._verbatim(container, key)
        operators = operators_of(field, field_type)
        if operator not in operators:
            key_place = self.document.place_in(container, key, of_key=True)
            message = f"operator {quote(str(operator))} does not apply to {quote(field)}"
            self._problem(key_place, message, f"valid operators: {enumerate_words(operators)}")
        elif operator in PRESENCE:
            yield Condition(field, operator, value)
        elif operator is Operator.MATCHES:
            error = pattern_error(value)
            if error:
                hint = "use a regular expression for the whole value, without look-around"
                self._problem(place, f"invalid pattern {quote(value)}: {error}", hint)
            else:
                yield Condition(field, operator, value)
        else:
            places = self.document.places(container[key]) if operator in MEMBERSHIP else [place]
            yield from self._comparison(value, places, field, field_type, operator)

    def _verbatim(self, container: dict[str, Any], key: str) -> Any:
        """An operand as written: numbers as their text, like the values of the field."""
        value = container[key]
        if isinstance(value, list):
            return [self.document.verbatim(value, index) for index in range(len(value))]
        return self.document.verbatim(container, key)

    def _comparison(
        self, value: Any, places: list[Place], field: str, field_type: Any, operator: Operator
    ) -> Iterator[Condition]:
        """The condition of an operator that compares with one value or a list of values."""
        is_list = operator in MEMBERSHIP
        items = value if is_list else [value]
        valid = [self._validate_value(item, at, field, field_type) for item, at in zip(items, places, strict=True)]
        if all(valid):
            yield Condition(
                field, operator, tuple(map(field_type.parse, value)) if is_list else field_type.parse(value)
            )

    def _validate_value(self, value: Any, place: Place, field: str, field_type: Any) -> bool:
        if matches_schema(value, field_type.schema):
            return True
        words = field_type.schema.get("enum")
        if words:
            hint = did_you_mean(str(value), words, otherwise=f"use {enumerate_words(words, 'or')}")
        else:
            hint = format_hint(field_type.schema, value if isinstance(value, str) else "")
        self._problem(place, invalid_value(value, quote(field)), hint)
        return False

    def _problem(self, place: Place, message: str, hint: str) -> None:
        self.is_valid = False
        self.problems.append(self.document.source.problem(place, message, hint))


def _as_tuple(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)

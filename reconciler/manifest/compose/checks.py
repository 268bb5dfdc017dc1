"""Entries of `policy.checks` → checks: fields that the kinds have, operators that the fields take, values that they can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.checks import WEEKDAYS, Check, Condition, Level, Operator, fields_of, pattern_error
from reconciler.checks.check import WEEKDAY
from reconciler.errors import Problem
from reconciler.kinds import BY_NAME, KINDS
from reconciler.kinds.field_types import Choice, Duration, EmailList, Flag, People, Rate, TimeEstimate
from reconciler.manifest.validation.messages import hint_for
from reconciler.manifest.validation.suggestions import did_you_mean, listed
from reconciler.manifest.validation.validate import is_part_valid
from reconciler.manifest.yaml.document import INVALID, Document, Place
from reconciler.manifest.yaml.text import shown
from reconciler.model import FieldType

_EQUAL = (Operator.EQUALS, Operator.NOT_EQUALS)
_AMONG = (*_EQUAL, Operator.IN, Operator.NOT_IN)
_SET = (Operator.IS_SET, Operator.IS_NOT_SET)
_TAKES: tuple[tuple[tuple[type, ...], tuple[Operator, ...]], ...] = (
    ((Flag,), _EQUAL),
    ((Choice,), _AMONG),
    ((EmailList, People), (*_EQUAL, *_SET)),
    ((Duration, TimeEstimate, Rate), (*_AMONG, *_SET, Operator.LESS_THAN, Operator.GREATER_THAN)),
)
_TEXT = (*_AMONG, *_SET, Operator.MATCHES)


class _Name:
    """The type of names: any text, and the value is the text."""

    schema: Mapping[str, Any] = {"type": "string"}

    def parse(self, value: Any) -> Any:
        return value


class _Weekday:
    """The type of days, which are told apart whatever their case."""

    schema: Mapping[str, Any] = {"type": "string", "enum": list(WEEKDAYS)}

    def parse(self, value: Any) -> Any:
        return value


def checks_of(document: Document, entries: list[Any], problems: list[Problem]) -> tuple[Check, ...]:
    """The checks of one list, without those that are wrong; what is wrong goes to `problems`."""
    found = []
    for entry, place in zip(entries, document.places(entries), strict=True):
        if entry is not INVALID:
            reader = _Reader(document, entry, place, problems)
            check = reader.read()
            if check is not None:
                found.append(check)
    return tuple(found)


class _Reader:
    """One entry, already as the schema says."""

    def __init__(self, document: Document, entry: dict[str, Any], place: Place, problems: list[Problem]) -> None:
        self.document, self.entry, self.place, self.problems = document, entry, place, problems
        self.is_good = True

    def read(self) -> Check | None:
        entry = self.entry
        if not (entry.keys() & {"require", "forbid"}):
            self._problem(self.place, "a check needs `require` or `forbid`", "say what must hold, or what must not")
        kinds = self._kinds()
        parts: dict[str, tuple[Condition, ...]] = {}
        for key in ("when", "require", "forbid"):
            parts[key] = tuple(self._conditions(entry.get(key, {}), kinds)) if kinds else ()
        if not self.is_good:
            return None
        level, name = Level(entry.get("level", Level.ERROR)), entry.get("name", "")
        return Check(entry["message"], level, name, kinds, _words(entry.get("action", ())), **parts)

    def _kinds(self) -> tuple[str, ...]:
        """The kinds that are said, else those that have every field that is asked for."""
        said = _words(self.entry.get("kind", ()))
        asked = [
            (part, field)
            for key in ("when", "require", "forbid")
            for part in [self.entry.get(key, {})]
            for field in part
        ]
        if said:
            for part, field in asked:
                for name in said:
                    self._check_field(part, field, name)
            return said
        having = tuple(kind.name for kind in KINDS if all(field in fields_of(kind) for _, field in asked))
        if not having:
            fields = listed(list(dict.fromkeys(field for _, field in asked)))
            self._problem(self.place, f"no kind has {fields}", "make a check for each kind")
        return having

    def _check_field(self, part: dict[str, Any], field: str, kind: str) -> None:
        known = fields_of(BY_NAME[kind])
        if field not in known:
            place = self.document.place_in(part, field, of_key=True)
            hint = did_you_mean(field, known, otherwise=f"it has {listed(sorted(known))}")
            self._problem(place, f"a {kind} has no field {shown(field)}", hint)

    def _conditions(self, part: dict[str, Any], kinds: tuple[str, ...]) -> Iterator[Condition]:
        for field, said in part.items():
            if not any(field in fields_of(BY_NAME[kind]) for kind in kinds):
                continue  # a problem already
            form = _type_of(field, kinds)
            if not isinstance(said, dict):
                yield from self._condition(part, field, field, form, Operator.EQUALS)
                continue
            for word in said:
                yield from self._condition(said, word, field, form, Operator(word))

    def _condition(
        self, container: dict[str, Any], key: str, field: str, form: Any, operator: Operator
    ) -> Iterator[Condition]:
        value, place = container[key], self.document.place_in(container, key)
        takes = _operators_of(field, form)
        if operator not in takes:
            at = self.document.place_in(container, key, of_key=True)
            self._problem(at, f"{shown(str(operator))} cannot be asked of {shown(field)}", f"it takes {listed(takes)}")
        elif operator in _SET:
            yield Condition(field, operator, value)
        elif operator is Operator.MATCHES:
            trouble = pattern_error(value)
            if not trouble:
                yield Condition(field, operator, value)
            else:
                self._problem(
                    place, f"{shown(value)} is no pattern: {trouble}", "it is a regular expression for the whole value"
                )
        else:
            several = operator in (Operator.IN, Operator.NOT_IN)
            before = len(self.problems)
            for index, item in enumerate(value if several else [value]):
                self._check_value(item, self.document.place_in(value, index) if several else place, field, form)
            if len(self.problems) == before:
                yield Condition(field, operator, tuple(map(form.parse, value)) if several else form.parse(value))

    def _check_value(self, value: Any, place: Place, field: str, form: Any) -> None:
        if is_part_valid(value, form.schema):
            return
        words = form.schema.get("enum")
        hint = (
            did_you_mean(str(value), words, otherwise=f"it is {listed(words, 'or')}")
            if words
            else hint_for(form.schema)
        )
        self._problem(place, f"{_written(value)} is no value of {shown(field)}", hint)

    def _problem(self, place: Place, message: str, hint: str) -> None:
        self.is_good = False
        self.problems.append(self.document.source.problem(place, message, hint))


def _words(said: str | Sequence[str]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return shown(value) if isinstance(value, str) else "a list" if isinstance(value, list) else str(value)


def _type_of(field: str, kinds: tuple[str, ...]) -> FieldType | _Name | _Weekday:
    if field == WEEKDAY:
        return _Weekday()
    for kind in kinds:
        for declared in BY_NAME[kind].fields:
            if declared.name == field:
                return declared.type
    return _Name()


def _operators_of(field: str, form: Any) -> tuple[Operator, ...]:
    if field == WEEKDAY:
        return _AMONG
    return next((takes for types, takes in _TAKES if isinstance(form, types)), _TEXT)

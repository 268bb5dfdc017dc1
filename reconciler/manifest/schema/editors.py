"""The schema of `policy.checks` for editors: the fields of the kind, the operators of the field, and the values of the operator.

It allows what validation allows, and nothing that validation refuses where a schema can say so: an editor suggests by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from reconciler.checks import fields_of
from reconciler.kinds import KINDS
from reconciler.manifest.schema.checks import OPERANDS, check_definitions, conditions_of, field_descriptions
from reconciler.manifest.schema.operators import MEMBERSHIP, ORDER, PRESENCE, operators_of, type_of

_PARTS = ("when", "require", "forbid")
_KINDS = tuple(kind.name for kind in KINDS)


def editor_definitions() -> dict[str, Any]:
    """Entries of `$defs` for a check, for conditions by kind and for the condition of each field."""
    described = field_descriptions()
    definitions = {f"condition_{owner}": _condition(owner) for owner in dict.fromkeys(map(_like, described))}
    definitions["conditions"] = _conditions(described)
    for kind in KINDS:
        definitions[f"conditions_{kind.name}"] = _conditions(fields_of(kind))
    return {"check": _by_kind(check_definitions()["check"]), **definitions}


@cache
def _like(name: str) -> str:
    """The first field whose conditions are those of this one."""
    return next(other for other in field_descriptions() if _condition(other) == _condition(name))


def _by_kind(lenient: dict[str, Any]) -> dict[str, Any]:
    """The check, whose conditions depend on its kind."""
    described = {name: {"description": lenient["properties"][name]["description"]} for name in _PARTS}

    def parts(definition: str) -> dict[str, Any]:
        return {"properties": {name: {**text, "$ref": f"#/$defs/{definition}"} for name, text in described.items()}}

    rest = parts("conditions")
    for kind in reversed(_KINDS):
        condition = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
        rest = {"if": condition, "then": parts(f"conditions_{kind}"), "else": rest}
    mappings = {name: {**text, "type": "object"} for name, text in described.items()}
    return {**lenient, "properties": {**lenient["properties"], **mappings}, **rest}


def _conditions(names: Iterable[str]) -> dict[str, Any]:
    described = field_descriptions()
    return conditions_of(
        {name: {"$ref": f"#/$defs/condition_{_like(name)}", "description": described[name]} for name in names}
    )


def _condition(name: str) -> dict[str, Any]:
    """The condition of one field: a value, or operators with operands."""
    field_type = type_of(name, _KINDS)
    value = _value(field_type.schema)
    operands = {}
    for operator in operators_of(name, field_type):
        description, form = OPERANDS[operator]
        if operator in MEMBERSHIP:
            form = {**form, "items": value}
        elif operator in ORDER or (operator not in PRESENCE and form.get("type") != "string"):
            form = value
        operands[str(operator)] = {**form, "description": description}
    mapping = {"type": "object", "properties": operands, "additionalProperties": False, "minProperties": 1}
    return {
        "title": "Condition",
        "description": "The value of the field, or a mapping of operators to operands.",
        "anyOf": [value, mapping],
    }


def _value(schema: Any) -> dict[str, Any]:
    """A value of a field: its words, or its type."""
    return {key: schema[key] for key in ("type", "enum", "anyOf", "items") if key in schema}

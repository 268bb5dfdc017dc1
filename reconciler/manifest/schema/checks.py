"""The JSON Schema of `policy.checks`: fields, operators and actions, generated from the kinds.

Every field takes every operator here; which ones apply is found where all parts of a check are. `editors` says it to editors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.checks import WEEKDAYS, Level, Operator, fields_of
from reconciler.checks.check import WEEKDAY, parents_of
from reconciler.checks.patterns import LONGEST
from reconciler.kinds import KINDS
from reconciler.manifest.schema.defaults import with_default

ACTIONS = ("create", "update", "restore", "archive", "delete")
"""The actions of changes. Equal to those of planning, which this package must not import; a test compares them."""

_SCALAR = ["string", "number", "boolean"]
OPERANDS: dict[Operator, tuple[str, dict[str, Any]]] = {
    Operator.EQUALS: ("The value equals this one.", {"type": [*_SCALAR, "array"]}),
    Operator.NOT_EQUALS: ("The value differs from this one, or is not set.", {"type": [*_SCALAR, "array"]}),
    Operator.IN: ("The value is one of these.", {"type": "array", "items": {"type": _SCALAR}, "minItems": 1}),
    Operator.NOT_IN: (
        "The value is not one of these, or is not set.",
        {"type": "array", "items": {"type": _SCALAR}, "minItems": 1},
    ),
    Operator.MATCHES: (
        "The whole value matches this regular expression. Back references and look-around are not supported.",
        {"type": "string", "minLength": 1, "maxLength": LONGEST},
    ),
    Operator.IS_SET: ("true: the field has a value; false: it has none.", {"type": "boolean"}),
    Operator.IS_NOT_SET: ("true: the field has no value; false: it has one.", {"type": "boolean"}),
    Operator.LESS_THAN: ("The duration or amount is set and less than this one.", {"type": ["string", "number"]}),
    Operator.GREATER_THAN: ("The duration or amount is set and greater than this one.", {"type": ["string", "number"]}),
}


def check_definitions() -> dict[str, Any]:
    """Entries of `$defs` for a check, its conditions, and one condition."""
    return {"check": _check(), "conditions": _conditions(), "condition": _condition()}


def checks_property() -> dict[str, Any]:
    """The property `checks` of the policy."""
    return {
        "description": "Rules for resources and changes, evaluated by `validate`, `plan` and `apply`.",
        "type": "array",
        "items": {"$ref": "#/$defs/check"},
        "default": [],
    }


def _check() -> dict[str, Any]:
    part = {"$ref": "#/$defs/conditions"}
    text = {"type": "string", "minLength": 1}
    level = {
        "description": "`error` blocks the change; `warn` adds a warning to the plan.",
        "type": "string",
        "enum": [str(level) for level in Level],
    }
    kinds = "Kinds it applies to. Default: all kinds that have the fields of its conditions."
    return {
        "title": "Check",
        "description": "A rule: if `when` holds, `require` must hold and `forbid` must not. At least one of `require` and `forbid` is "
        "needed. Without `action`, it applies to resources: `validate` evaluates all declared resources, `plan` the result of each "
        "change except removals. With `action`, it applies to changes of that kind, removals included.",
        "type": "object",
        "properties": {
            "message": {
                "description": "Text to report for a resource or change that breaks the check.",
                **text,
                "maxLength": 500,
            },
            "name": {"description": "Short name, shown before the message.", **text, "maxLength": 100},
            "level": with_default(level, str(Level.ERROR)),
            "kind": _one_or_more([kind.name for kind in KINDS], kinds),
            "action": _one_or_more(list(ACTIONS), "Actions of the changes it applies to."),
            "when": {"description": "Conditions that select resources; all must hold.", **part},
            "require": {"description": "Conditions that must all hold.", **part},
            "forbid": {"description": "Conditions that must not all hold.", **part},
        },
        "required": ["message"],
        "additionalProperties": False,
    }


def _one_or_more(words: list[str], description: str) -> dict[str, Any]:
    one = {"type": "string", "enum": words}
    return {
        "description": description,
        "anyOf": [one, {"type": "array", "items": one, "minItems": 1, "uniqueItems": True}],
    }


def _conditions() -> dict[str, Any]:
    described = field_descriptions().items()
    return conditions_of({name: {"$ref": "#/$defs/condition", "description": text} for name, text in described})


def field_descriptions() -> dict[str, str]:
    """Every field that a check can have, with its description."""
    weekday = f"Local day of the week when planning or applying: {', '.join(WEEKDAYS)}."
    described = {WEEKDAY: weekday, "name": "Name of the resource."}
    for kind in KINDS:
        described |= {parent: f"Name of its {parent}." for parent in parents_of(kind)}
    for kind in KINDS:
        described |= {f.name: f.description for f in kind.fields if f.name not in described}
    return {name: described[name] for kind in KINDS for name in fields_of(kind)}


def conditions_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of conditions on these fields."""
    return {
        "title": "Conditions",
        "description": "Fields and their conditions. A plain value is short for `equals`; several operators must all hold.",
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
        "minProperties": 1,
    }


def _condition() -> dict[str, Any]:
    return {
        "title": "Condition",
        "description": "The value of the field, or a mapping of operators to operands.",
        "type": [*_SCALAR, "object"],
        "properties": {str(op): {"description": text, **form} for op, (text, form) in OPERANDS.items()},
        "additionalProperties": False,
        "minProperties": 1,
    }

"""The JSON Schema of `policy.checks`: which fields can be asked for, and how; derived from the kinds."""

from __future__ import annotations

from typing import Any

from reconciler.checks import WEEKDAYS, Level, Operator, fields_of
from reconciler.checks.check import WEEKDAY, parents_of
from reconciler.checks.patterns import LONGEST
from reconciler.kinds import KINDS

ACTIONS = ("create", "update", "restore", "archive", "delete")
"""What a change can do: planning's words, which this room must not import; a test holds the two together."""

_SCALAR = ["string", "number", "boolean"]
_OPERANDS: dict[Operator, tuple[str, dict[str, Any]]] = {
    Operator.EQUALS: ("The value is this one.", {"type": [*_SCALAR, "array"]}),
    Operator.NOT_EQUALS: ("The value is another one, or none.", {"type": [*_SCALAR, "array"]}),
    Operator.IN: ("The value is one of these.", {"type": "array", "items": {"type": _SCALAR}, "minItems": 1}),
    Operator.NOT_IN: ("The value is none of these.", {"type": "array", "items": {"type": _SCALAR}, "minItems": 1}),
    Operator.MATCHES: (
        "The whole value is as this regular expression says, which has no back references and no look-around.",
        {"type": "string", "minLength": 1, "maxLength": LONGEST},
    ),
    Operator.IS_SET: ("true: there is a value; false: there is none.", {"type": "boolean"}),
    Operator.IS_NOT_SET: ("true: there is no value; false: there is one.", {"type": "boolean"}),
    Operator.LESS_THAN: ("The duration or amount is below this one; none is not.", {"type": ["string", "number"]}),
    Operator.GREATER_THAN: ("The duration or amount is above this one; none is not.", {"type": ["string", "number"]}),
}


def check_definitions() -> dict[str, Any]:
    """Entries of `$defs` for one check, for its conditions, and for one condition."""
    return {"check": _check(), "conditions": _conditions(), "condition": _condition()}


def checks_property() -> dict[str, Any]:
    """What `policy` says of its checks."""
    return {
        "description": "Rules that declared resources and changes must keep.",
        "type": "array",
        "items": {"$ref": "#/$defs/check"},
        "default": [],
        "examples": [
            [{"message": "every project needs a client", "kind": "project", "require": {"client": {"is_set": True}}}]
        ],
    }


def _check() -> dict[str, Any]:
    part = {"$ref": "#/$defs/conditions"}
    text = {"type": "string", "minLength": 1}
    return {
        "title": "Check",
        "description": "A rule: where `when` holds, `require` must hold and `forbid` must not. It needs one of these two. Without "
        "`action` it is about what is declared: `validate` looks at every resource, `plan` at what will be after each change, and "
        "what is removed does not concern it. With `action` it is about such changes, removals included.",
        "type": "object",
        "properties": {
            "message": {"description": "What is said where the rule is broken.", **text, "maxLength": 500},
            "name": {"description": "A short name, said before the message.", **text, "maxLength": 100},
            "level": {
                "description": "error blocks the change; warn adds a warning to the plan.",
                "type": "string",
                "enum": [str(level) for level in Level],
                "default": str(Level.ERROR),
            },
            "kind": _one_or_several(
                [kind.name for kind in KINDS], "Kinds that it is about; else all that have its fields."
            ),
            "action": _one_or_several(list(ACTIONS), "Changes that it is about."),
            "when": {"description": "It is about resources only for which all of this holds.", **part},
            "require": {"description": "All of this must hold.", **part},
            "forbid": {"description": "All of this together must not hold.", **part},
        },
        "required": ["message"],
        "additionalProperties": False,
    }


def _one_or_several(words: list[str], description: str) -> dict[str, Any]:
    one = {"type": "string", "enum": words}
    return {
        "description": description,
        "anyOf": [one, {"type": "array", "items": one, "minItems": 1, "uniqueItems": True}],
    }


def _conditions() -> dict[str, Any]:
    described = {WEEKDAY: f"The day on which the plan is made or applied: {', '.join(WEEKDAYS)}.", "name": "Its name."}
    for kind in KINDS:
        described |= {parent: f"The name of the {parent} that it belongs to." for parent in parents_of(kind)}
    for kind in KINDS:
        described |= {f.name: f.description for f in kind.fields if f.name not in described}
    names = list(dict.fromkeys(name for kind in KINDS for name in fields_of(kind)))
    return {
        "title": "Conditions",
        "description": "A field and what must be true of it. A plain value is short for `equals`; several operators must all hold.",
        "type": "object",
        "properties": {name: {"$ref": "#/$defs/condition", "description": described[name]} for name in names},
        "additionalProperties": False,
        "minProperties": 1,
    }


def _condition() -> dict[str, Any]:
    return {
        "title": "Condition",
        "description": "A value that the field must have, or operators with their values.",
        "type": [*_SCALAR, "object"],
        "properties": {str(op): {"description": text, **form} for op, (text, form) in _OPERANDS.items()},
        "additionalProperties": False,
        "minProperties": 1,
    }

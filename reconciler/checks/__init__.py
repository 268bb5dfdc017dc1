"""The rules of `policy.checks`, as data: they are evaluated, and never executed as code."""

from reconciler.checks.check import FIELDS_OF_ALL, WEEKDAYS, Check, Condition, Level, Operator, fields_of, identity
from reconciler.checks.evaluate import evaluate
from reconciler.checks.patterns import pattern_error

__all__ = [
    "FIELDS_OF_ALL",
    "WEEKDAYS",
    "Check",
    "Condition",
    "Level",
    "Operator",
    "evaluate",
    "fields_of",
    "identity",
    "pattern_error",
]

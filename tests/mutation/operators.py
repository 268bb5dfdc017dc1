"""The kinds of change: a choice of cosmic-ray's operators, and three that it does not have.

cosmic-ray replaces an operator by every other one; here each has the one or two that change the meaning least, since a test that
notices those notices the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import parso
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator

Position = tuple[tuple[int, int], tuple[int, int]]
"""Line and column of the first character and of the end; lines count from 1, columns from 0."""

_CHOSEN = (
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is")),
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_Gt", "Gt_Lt")),
    *(f"ReplaceBinaryOperator_{pair}" for pair in ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul")),
    *(f"ReplaceBinaryOperator_{pair}" for pair in ("BitOr_BitAnd", "BitAnd_BitOr", "Mod_Mul")),
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_USub_UAdd",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "NumberReplacer",
    "ZeroIterationForLoop",
)


class DropStatement(Operator):  # type: ignore[misc]  # cosmic-ray has no types
    """Replaces a statement in a function with `pass`: a call, an assignment, `raise`, `return`, `yield`."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """A simple statement within a function that is neither its docstring nor `pass`."""
        if node.type == "simple_stmt" and _is_in_function(node):
            first = node.children[0]
            if first.type not in ("string", "strings", "keyword", "import_name", "import_from"):
                yield first.start_pos, first.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Put `pass` in its place."""
        replacement = parso.parse("pass\n").children[0].children[0]
        replacement.prefix = node.get_first_leaf().prefix
        node.children[:-1] = [replacement]
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        """One of each."""
        return (Example("def f():\n    g()\n", "def f():\n    pass\n"),)


class NegateCondition(Operator):  # type: ignore[misc]  # cosmic-ray has no types
    """Negates a condition that is one value, as in `if x:`; the other conditions have an operator that is replaced."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """The condition of `if`, `elif`, `while` and of a conditional expression."""
        for child in _conditions(node):
            yield child.start_pos, child.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Put `not` before the condition at this index."""
        condition = list(_conditions(node))[index]
        leaf = condition.get_first_leaf()
        leaf.prefix, leaf.value = "", f"{leaf.prefix}not {leaf.value}"
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        """A statement and an expression."""
        return (
            Example("if a:\n    pass\n", "if not a:\n    pass\n"),
            Example("b if a() else c", "b if not a() else c"),
        )


class SwapMembership(Operator):  # type: ignore[misc]  # cosmic-ray has no types
    """Replaces `in` with `not in` and back."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        """The operator of a membership test, not the `in` of a loop."""
        if node.type == "comparison":
            for child in node.children[1::2]:
                if child.get_code().split() in (["in"], ["not", "in"]):
                    yield child.start_pos, child.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Swap the operator at this index."""
        swapped = [at for at, child in enumerate(node.children) if child.get_code().split() in (["in"], ["not", "in"])]
        at = swapped[index]
        text = " in" if "not" in node.children[at].get_code().split() else " not in"
        replaced = parso.parse(f"a{text} b").children[0]
        node.children[at] = (replaced.children[0] if replaced.type == "simple_stmt" else replaced).children[1]
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        """Both ways."""
        return (Example("a in b", "a not in b"), Example("a not in b", "a in b"))


def _conditions(node: Any) -> Iterator[Any]:
    if node.type in ("if_stmt", "while_stmt"):
        after = [mark for mark in node.children if getattr(mark, "value", "") in ("if", "elif", "while")]
    elif node.type in ("test", "comp_if"):
        after = [mark for mark in node.children if getattr(mark, "value", "") == "if"]
    else:
        return
    for mark in after:
        condition = node.children[node.children.index(mark) + 1]
        if condition.type in ("name", "atom_expr"):
            yield condition


def _is_in_function(node: Any) -> bool:
    while node is not None and node.type not in ("funcdef", "classdef"):
        node = node.parent
    return node is not None and node.type == "funcdef"


OPERATORS: Mapping[str, Operator] = {
    **{name: get_operator(f"core/{name}")() for name in _CHOSEN},
    "DropStatement": DropStatement(),
    "NegateCondition": NegateCondition(),
    "SwapMembership": SwapMembership(),
}
"""Name → operator."""

"""Mutants: every possible change of a module, and the source with one of them."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from functools import lru_cache
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor

from tests.mutation.operators import OPERATORS


@dataclass(frozen=True, slots=True, order=True)
class Mutant:
    """One change: the module's path from the root, the operator, which of its occurrences, and the lines that it touches."""

    path: str
    line: int
    operator: str
    occurrence: int
    last_line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.operator}[{self.occurrence}]"


def mutants_of(root: Path, paths: Iterable[str]) -> Iterator[Mutant]:
    """Every mutant of these modules, in the order of the modules and operators. Type annotations are left as they are."""
    for path in paths:
        nodes = list(ast_nodes(get_ast((root / path).read_text(encoding="utf-8"))))
        for name, operator in OPERATORS.items():
            places = [(node, place) for node in nodes for place in operator.mutation_positions(node)]
            for occurrence, (node, ((first, _), (last, _))) in enumerate(places):
                if not any(is_left(node) for is_left in _LEFT):
                    yield Mutant(path, first, name, occurrence, last)


def mutated(source: str, mutant: Mutant) -> str:
    """The source with the change; raises ValueError where the mutant does not fit it."""
    tree = MutationVisitor(mutant.occurrence, OPERATORS[mutant.operator]).walk(pickle.loads(_pickled(source)))  # noqa: S301
    changed = str(tree.get_code())
    if changed == source:
        raise ValueError(f"{mutant} changes nothing")
    return changed


@lru_cache(maxsize=1)
def _pickled(source: str) -> bytes:
    """The tree of a module, which a mutation changes: a copy takes half as long as parsing it again."""
    return pickle.dumps(get_ast(source))


def change_of(source: str, mutant: Mutant) -> tuple[str, str]:
    """The changed lines before and after, each joined with blanks: what names an equivalent mutant in the list."""
    lines = list(unified_diff(source.splitlines(), mutated(source, mutant).splitlines(), n=0, lineterm=""))[2:]
    before = [line[1:].strip() for line in lines if line.startswith("-")]
    after = [line[1:].strip() for line in lines if line.startswith("+")]
    return " ".join(before), " ".join(after)


_PRECAUTIONS = frozenset({"strict", "frozen", "slots", "kw_only"})
"""Keywords that only forbid: `strict=` lengths that always agree, `frozen=`, `slots=` and `kw_only=` what no module does."""


def _is_precaution(node: Any) -> bool:
    """Whether a node is the value of a keyword that decides nothing."""
    parent = getattr(node, "parent", None)
    return bool(parent and parent.type == "argument" and parent.children[0].get_code().strip() in _PRECAUTIONS)


def _is_star(node: Any) -> bool:
    """Whether a node is the `*` of parameters or arguments, which is no operator: as `/` it names the same parameters."""
    parent = getattr(node, "parent", None)
    return bool(
        parent and parent.type in ("parameters", "param", "argument") and node.get_code().strip() in ("*", "**")
    )


def _is_last_return(node: Any) -> bool:
    """Whether a node is the `return None` with which a function ends: without it, it returns None as well."""
    suite = node.parent
    return bool(
        node.type == "simple_stmt"
        and node.get_code().strip() == "return None"
        and suite.parent.type == "funcdef"
        and suite.children[-1] is node
    )


def _is_for_types(node: Any) -> bool:
    """Whether a node is `if TYPE_CHECKING`, whose imports are for the type checker: with them it is the same program."""
    return bool(node.type == "if_stmt" and node.children[1].get_code().strip() == "TYPE_CHECKING")


def _is_annotation(node: Any) -> bool:
    """Whether a node stands in a type annotation: `X | None` has an operator that computes nothing."""
    child, parent = node, node.parent
    while parent is not None:
        if parent.type == "annassign" and parent.children[1] is child:
            return True
        if parent.type in ("tfpdef", "funcdef") and any(
            getattr(mark, "value", "") in (":", "->") and following is child
            for mark, following in zip(parent.children, parent.children[1:], strict=False)
        ):
            return bool(parent.type == "tfpdef" or child.type != "suite")
        if parent.type in ("suite", "file_input"):
            return False
        child, parent = parent, parent.parent
    return False


_LEFT = (_is_annotation, _is_precaution, _is_star, _is_last_return, _is_for_types)
"""What is no mutant: it can change no behaviour."""

"""The package as a value: every module with its source and syntax tree, and what it imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "reconciler"


@dataclass(frozen=True)
class Module:
    """A module; `name` is dotted, without `reconciler.`. The name of the package itself is empty."""

    name: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree: most rules look at all of them."""
        return tuple(ast.walk(self.tree))

    @property
    def room(self) -> str:
        return self.name.partition(".")[0]

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """Full names of everything that is imported, anywhere in the module."""
        return tuple(_imported(self.nodes))

    @cached_property
    def imports_on_load(self) -> tuple[str, ...]:
        """Full names of what importing the module imports; not what is for the type checker, nor inside functions."""
        return tuple(_imported(_top_level(self.tree)))

    @cached_property
    def exported_on_use(self) -> dict[str, str]:
        """Names that a package imports when they are first used, with the full name of the module of each."""
        if "export_on_use(" not in self.source:
            return {}
        imports = [
            node
            for block in self.tree.body
            if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
            for node in block.body
        ]
        return {alias.name: str(n.module) for n in imports if isinstance(n, ast.ImportFrom) for alias in n.names}


def _imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{alias.name}" for alias in node.names)


def _top_level(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from _top_level(node)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package."""
    return tuple(
        Module(
            ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").removesuffix("."),
            path.read_text(encoding="utf-8"),
        )
        for path in sorted(PACKAGE.rglob("*.py"))
    )


def packages() -> set[str]:
    """Dotted names of the folders with modules, without `reconciler.`."""
    folders = {path.parent for path in PACKAGE.rglob("*.py")} - {PACKAGE}
    return {".".join(folder.relative_to(PACKAGE).parts) for folder in folders}

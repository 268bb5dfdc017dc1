"""The rules, as functions from a module to its offences."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Mapping

from tests.architecture.layout import (
    DOORS,
    EDGE_CALLS,
    EDGE_NAMES,
    ENTRY_POINTS,
    FUNCTION_LINES,
    ISOLATED,
    MODULE_LINES,
    ROOMS,
)
from tests.architecture.package import Module

_ORDER = tuple(ROOMS)
_EDGE_ATTRIBUTES = {name.rpartition(".")[2] for name in EDGE_NAMES}


def wrong_directions(module: Module) -> list[str]:
    """Imports of a room that stands above the module's own."""
    if module.name in ENTRY_POINTS:
        return []
    allowed = {*ISOLATED.get(module.room, _ORDER[: _ORDER.index(module.room)]), module.room}
    return sorted({name for name in module.imports if (room := _room_of(name)) in ROOMS and room not in allowed})


def _room_of(name: str) -> str | None:
    """The room behind a full name, or None where it is not ours."""
    parts = name.split(".")
    return parts[1] if parts[0] == "reconciler" and len(parts) > 1 else None


def wrong_doors(module: Module) -> list[str]:
    """Outside libraries that are imported elsewhere than at their door; a library without a door has no right place."""
    libraries = {name.partition(".")[0] for name in module.imports} - {"reconciler"}
    outside = {library for library in libraries if library in DOORS or library not in sys.stdlib_module_names}
    return sorted(library for library in outside if not _is_at(module.name, DOORS.get(library, ())))


def _is_at(name: str, places: Iterable[str]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def relative_imports(module: Module) -> list[str]:
    """Lines of relative imports."""
    return [f"line {n.lineno}" for n in module.nodes if isinstance(n, ast.ImportFrom) and n.level]


def edge_uses(module: Module) -> list[str]:
    """What prints, prompts, reads the environment or exits, below the command line."""
    if module.room == "cli" or module.name in ENTRY_POINTS:
        return []
    uses = set()
    for node in module.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in EDGE_CALLS:
            uses.add(node.func.id)
        elif isinstance(node, ast.Attribute) and node.attr in _EDGE_ATTRIBUTES and ast.unparse(node) in EDGE_NAMES:
            uses.add(ast.unparse(node))
        elif isinstance(node, ast.ImportFrom):
            uses |= {f"{node.module}.{alias.name}" for alias in node.names} & set(EDGE_NAMES)
    return sorted(uses)


def unexplained_imports(module: Module) -> list[str]:
    """Lines of imports inside functions that carry no reason."""
    lines = module.source.splitlines()
    inside = {
        node.lineno
        for function in module.nodes
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    return [f"line {n}" for n in sorted(inside) if not re.search(r"# noqa: PLC0415\W+\w{3,}", lines[n - 1])]


def missing_docstring(module: Module) -> list[str]:
    """Whether the module does not open with what it is for."""
    is_documented = not module.tree.body or (ast.get_docstring(module.tree) or "").strip()
    return [] if is_documented else ["no docstring"]


def oversizes(module: Module) -> dict[str, int]:
    """The module and its functions that have more lines than the limits, by dotted name."""
    sizes = {module.name: module.source.count("\n")} if module.source.count("\n") > MODULE_LINES else {}
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                sizes[f"{module.name}.{node.name}"] = lines
    return sizes


def circles(modules: Iterable[Module]) -> list[str]:
    """Groups of modules that import each other on load, one line a group."""
    known = {module.name: module for module in modules}
    graph = {name: _targets(module, known) for name, module in known.items()}
    return [" → ".join(sorted(group)) for group in _components(graph) if len(group) > 1]


def _targets(module: Module, known: Mapping[str, Module]) -> set[str]:
    """The modules that importing `module` runs: for `from a.b import c` that is `a.b.c` where it is one, else `a.b`.

    Where `a.b` imports `c` on use, it is the module that `a.b` imports it from as well.
    """
    targets = set()
    for name in module.imports_on_load:
        own = name.removeprefix("reconciler.") if name.startswith("reconciler.") else ""
        while own:
            package, _, last = own.rpartition(".")
            target = own if own in known else package
            if target in known and target and target != module.name:
                targets.add(target)
            origin = known[package].exported_on_use.get(last) if package in known and own not in known else None
            own = f"{origin.removeprefix('reconciler.')}.{last}" if origin else ""
    return targets


def _components(graph: Mapping[str, set[str]]) -> list[set[str]]:
    """The strongly connected components (each node with those that it reaches and that reach it)."""
    reach = {node: _reachable(graph, node) for node in graph}
    components: list[set[str]] = []
    for node in graph:
        group = {node} | {other for other in reach[node] if node in reach[other]}
        if group not in components:
            components.append(group)
    return components


def _reachable(graph: Mapping[str, set[str]], start: str) -> set[str]:
    reached: set[str] = set()
    open_nodes = [start]
    while open_nodes:
        for target in graph[open_nodes.pop()] - reached:
            reached.add(target)
            open_nodes.append(target)
    return reached

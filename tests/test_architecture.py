"""The rules of the house that a reader may rely on: which room knows which, and where the outside world comes in."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = (
    "version",
    "errors",
    "model",
    "text",
    "kinds",
    "checks",
    "state",
    "manifest",
    "planning",
    "gateway",
    "live",
    "applying",
    "render",
    "sandbox",
    "cli",
)
"""From the foundations up: a room may import those before it, and itself."""

NARROWER = {"sandbox": ("errors", "model")}
"""Rooms that may know less than their place allows. The sandbox is a reading of the API of its own: where it shared code with
the client, one mistake in that reading would be made on both sides, and no test could see it."""

DOORS = {
    "yaml": ("manifest.yaml.nodes",),
    "jsonschema": ("manifest.validation.validate",),
    "jsonschema_rs": ("manifest.validation.validate", "checks.patterns"),
    "deepdiff": ("planning.structured",),
    "rapidfuzz": ("planning.renames.similarity",),
    "httpx": ("gateway.transport",),
    "portalocker": ("applying.lock",),
    "wcwidth": ("render.width",),
    "jinja2": ("render.html",),
    "markupsafe": ("render.html",),
    "starlette": ("sandbox.app",),
    "sqlite3": ("sandbox.store",),
    "uvicorn": ("sandbox.serve",),
    "click": ("cli",),
    "rich": ("cli",),
}
"""Every outside library (and the one database), with the modules or the package that may import it."""

EDGE_CALLS = ("print", "input", "exit", "quit", "breakpoint")
EDGE_NAMES = ("os.environ", "os.getenv", "sys.exit", "sys.argv", "sys.stdin", "sys.stdout", "sys.stderr")
"""What only the command line does: nothing below it prints, prompts, reads the environment or exits."""

ABOVE_ALL = ("", "__main__")
"""The public interface and `python -m`: they may import every room."""

PACKAGE = Path(__file__).parents[1] / "reconciler"
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").removesuffix("."): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def _room(module: str) -> str:
    return module.partition(".")[0]


def _imports(tree: ast.Module) -> Iterator[str]:
    """Full names of everything that is imported, wherever in the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _own(name: str) -> str | None:
    """The room behind a full name, or None for what is not ours."""
    parts = name.split(".")
    return parts[1] if parts[0] == "reconciler" and len(parts) > 1 else None


def wrong_directions(module: str, tree: ast.Module) -> list[str]:
    """Imports of a room that stands above the module's own."""
    room = _room(module)
    if module in ABOVE_ALL:
        return []
    allowed = {*NARROWER.get(room, ROOMS[: ROOMS.index(room)]), room}
    return sorted({name for name in _imports(tree) if (own := _own(name)) in ROOMS and own not in allowed})


def wrong_doors(module: str, tree: ast.Module) -> list[str]:
    """Imports of outside libraries anywhere but through their door; a library without a door is wrong everywhere."""
    found = set()
    for name in _imports(tree):
        library = name.partition(".")[0]
        if library == "reconciler" or (library in sys.stdlib_module_names and library not in DOORS):
            continue
        doors = DOORS.get(library, ())
        if not any(module == door or module.startswith(f"{door}.") for door in doors):
            found.add(library)
    return sorted(found)


def edge_words(tree: ast.Module) -> list[str]:
    """What prints, prompts, reads the environment or exits."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in EDGE_CALLS:
            found.add(node.func.id)
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in EDGE_NAMES:
            found.add(ast.unparse(node))
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} & set(EDGE_NAMES)
    return sorted(found)


def unexplained_imports(source: str, tree: ast.Module) -> list[int]:
    """Lines of imports within functions that do not say why."""
    lines = source.splitlines()
    inside = {
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    return sorted(line for line in inside if not re.search(r"# noqa: PLC0415\W+\w{3,}", lines[line - 1]))


def _tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


every_module = pytest.mark.parametrize("module", MODULES)


def test_every_module_lives_in_a_room_of_the_table() -> None:
    assert {_room(module) for module in MODULES} - set(ABOVE_ALL) == set(ROOMS)


@every_module
def test_imports_point_one_way_only(module: str) -> None:
    assert wrong_directions(module, _tree(module)) == []


@every_module
def test_an_outside_library_comes_in_through_its_door_only(module: str) -> None:
    assert wrong_doors(module, _tree(module)) == []


@every_module
def test_imports_are_absolute(module: str) -> None:
    assert [n.lineno for n in ast.walk(_tree(module)) if isinstance(n, ast.ImportFrom) and n.level] == []


@pytest.mark.parametrize("module", [m for m in MODULES if _room(m) != "cli" and m not in ABOVE_ALL])
def test_nothing_below_the_command_line_prints_prompts_reads_the_environment_or_exits(module: str) -> None:
    assert edge_words(_tree(module)) == []


@every_module
def test_an_import_within_a_function_says_why(module: str) -> None:
    assert unexplained_imports(MODULES[module].read_text(encoding="utf-8"), _tree(module)) == []


@every_module
def test_every_module_opens_with_what_it_is_for(module: str) -> None:
    tree = _tree(module)
    assert not tree.body or (ast.get_docstring(tree) or "").strip()


def test_every_door_is_used() -> None:
    """A door to nowhere is a line of the table that no longer says anything."""
    used = {name.partition(".")[0] for module in MODULES for name in _imports(_tree(module))}
    assert set(DOORS) - used == set()


@pytest.mark.parametrize(
    ("module", "line", "found"),
    [
        ("planning.x", "from reconciler.gateway import open_reader", ["reconciler.gateway.open_reader"]),
        ("planning.x", "from reconciler import cli", ["reconciler.cli"]),
        ("sandbox.x", "import reconciler.kinds", ["reconciler.kinds"]),
        ("gateway.x", "from reconciler.model import Kind", []),
        ("cli.x", "from reconciler.render.text import plan_lines", []),
    ],
)
def test_the_check_of_directions_can_fail(module: str, line: str, found: list[str]) -> None:
    assert wrong_directions(module, ast.parse(line)) == found


@pytest.mark.parametrize(
    ("module", "line", "found"),
    [
        ("planning.x", "import httpx", ["httpx"]),
        ("planning.structured", "from deepdiff import DeepDiff", []),
        ("cli.commands.x", "import click", []),
        ("cli.x", "import requests", ["requests"]),
        ("client.x", "import click", ["click"]),
        ("model", "import json", []),
    ],
)
def test_the_check_of_doors_can_fail(module: str, line: str, found: list[str]) -> None:
    assert wrong_doors(module, ast.parse(line)) == found


def test_the_checks_of_edges_and_reasons_can_fail() -> None:
    source = "import os\nfrom sys import exit\ndef f():\n    import json\n    print(os.environ['A'])\n"
    assert edge_words(ast.parse(source)) == ["os.environ", "print", "sys.exit"]
    assert unexplained_imports(source, ast.parse(source)) == [4]

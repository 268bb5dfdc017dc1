"""Every text that people read, with its place: string constants of the package, docs pages, schemas, examples."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
QUOTING_PAGES = {"glossary.md", "messages.md"}
"""Pages that quote retired words on purpose."""
MARKER = "words: ok"


@dataclass(frozen=True)
class Text:
    """A text and where it begins."""

    path: Path
    line: int
    text: str

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))


def python_files(*folders: str) -> list[Path]:
    """All modules below some folders of the repository, or in them."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def page_files() -> list[Path]:
    """Every Markdown page."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def data_files() -> list[Path]:
    """Schemas and examples."""
    return sorted([*(ROOT / "schemas").glob("*.json"), *(ROOT / "examples").rglob("*.y*ml")])


@dataclass(frozen=True)
class Contents:
    """What a module calls things, as line and name, and what it says; without what stands on a line with the marker."""

    definitions: tuple[tuple[int, str], ...]
    """Its classes and functions."""
    variables: tuple[tuple[int, str], ...]
    """Everything that is assigned, and parameters."""
    constants: tuple[Text, ...]
    """String constants, docstrings included. What is put into an f-string is a `{}`."""


@cache
def contents(path: Path) -> Contents:
    """What a module holds; each is parsed once."""
    source = path.read_text(encoding="utf-8")
    marked = {number for number, line in enumerate(source.split("\n"), 1) if MARKER in line}
    parts: set[int] = set()
    definitions, variables = [], []
    constants: list[tuple[ast.expr, str]] = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(ctx=ast.Store(), id=name) | ast.arg(arg=name) if node.lineno not in marked:
                variables.append((node.lineno, name))
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if node.lineno not in marked:
                definitions.append((node.lineno, node.name))
            case ast.JoinedStr():
                parts |= {id(part) for part in node.values}
                pieces = (str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
                constants.append((node, "".join(pieces)))
            case ast.Constant(value=str() as text) if id(node) not in parts:
                constants.append((node, text))
    texts = (
        Text(path, node.lineno, text)
        for node, text in constants
        if not marked & {*range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    )
    return Contents(tuple(definitions), tuple(variables), tuple(texts))


def lines(path: Path) -> Iterator[Text]:
    """The lines of a page or a data file."""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if MARKER not in line:
            yield Text(path, number, line)

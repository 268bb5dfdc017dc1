"""Every text that people read, with its place: string constants of the package, docs pages, schemas, examples."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
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


def constants(path: Path) -> Iterator[Text]:
    """String constants of a module, docstrings included. What is put into an f-string is a `{}`."""
    source = path.read_text(encoding="utf-8")
    marked = {number for number, line in enumerate(source.split("\n"), 1) if MARKER in line}
    parts: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            parts |= {id(part) for part in node.values}
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            text = node.value
        else:
            continue
        if not marked & {*range(node.lineno, (node.end_lineno or node.lineno) + 1)}:
            yield Text(path, node.lineno, text)


def lines(path: Path) -> Iterator[Text]:
    """The lines of a page or a data file."""
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if MARKER not in line:
            yield Text(path, number, line)

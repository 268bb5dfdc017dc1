"""One concept, one word: no retired word of docs/glossary.md stands in a name, a message or a page; reserved words keep their places."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

from tests.prose import (
    MARKER,
    QUOTING_PAGES,
    ROOT,
    constants,
    data_files,
    lines,
    page_files,
    python_files,
)

CONTRACT = {"look_alike", "look_alikes"}
"""Keys of the plan file, and a guard's name: they stay as they are."""


@cache
def glossary() -> dict[str, list[list[str]]]:
    """The tables of the glossary: the heading → the rows, as cells."""
    tables: dict[str, list[list[str]]] = {}
    heading = ""
    for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            heading = ""
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not heading:
            heading = " | ".join(cells)
            tables.setdefault(heading, [])
        elif not set(line) <= {"|", "-"}:
            tables[heading].append(cells)
    return tables


def words_of(table: str) -> list[str]:
    """The words in the first column of a table `TABLE | use`; a cell may hold several, with commas."""
    return [word.strip() for row in glossary()[f"{table} | use"] for word in row[0].split(",")]


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@cache
def retired_in_names() -> re.Pattern[str]:
    words = "|".join(map(re.escape, words_of("in names")))
    return re.compile(rf"(?:^|_)(?:{words})s?(?:_|$)")


@cache
def retired_in_sentences() -> re.Pattern[str]:
    words = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words_of("in sentences"))
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


def definitions(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of the module, and of its classes and functions."""
    yield 1, path.stem.removeprefix("test_")
    for node in _nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name


def variables(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of everything that is assigned, and of parameters."""
    for node in _nodes(path):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg


@lru_cache(maxsize=1)
def _nodes(path: Path) -> tuple[ast.AST, ...]:
    """The nodes of the module that is looked at."""
    source = path.read_text(encoding="utf-8")
    marked = {number for number, line in enumerate(source.split("\n"), 1) if MARKER in line}
    return tuple(node for node in ast.walk(ast.parse(source)) if getattr(node, "lineno", 0) not in marked)


def misnamed(path: Path) -> list[str]:
    """Names of a module that are retired words, or hold one."""
    whole = [(definitions(path), words_of("as a function's name")), (variables(path), words_of("as a local name"))]
    places = {(line, name) for pairs, words in whole for line, name in pairs if name.lstrip("_") in words}
    for line, name in (*definitions(path), *variables(path)):
        if name not in CONTRACT and retired_in_names().search(snake(name)):
            places.add((line, name))
    return [f"{path.relative_to(ROOT)}:{line}: {name}" for line, name in sorted(places)]


def reserved_elsewhere(path: Path) -> list[str]:
    """Definitions of a module of the package that use a reserved word outside its places."""
    module = ".".join(path.relative_to(ROOT / "reconciler").with_suffix("").parts)
    problems = []
    for word, _, places in glossary()["word | means | places"]:
        if any(f"{module}.".startswith(f"{place.strip()}.") for place in places.split(",")):
            continue
        token = re.compile(rf"(?:^|_){word.removesuffix('s')}(?:s|ed|ing)?(?:_|$)")
        uses = [(line, name) for line, name in definitions(path) if token.search(snake(name))]
        problems += [f"{path.relative_to(ROOT)}:{line}: {name} ({word} is reserved)" for line, name in uses]
    return problems


def require_none(problems: Iterable[str]) -> None:
    """Fail with every problem on a line."""
    listed = list(problems)
    assert not listed, "\n".join([f"{len(listed)} problems", *listed])


def test_no_retired_word_in_a_name() -> None:
    files = python_files("reconciler", "tests", "benchmarks", "docs")
    require_none(problem for path in files for problem in misnamed(path))


def test_no_retired_word_in_a_message_or_docstring() -> None:
    files = python_files("reconciler", "tests", "benchmarks", "docs")
    texts = (text for path in files for text in constants(path) if path != Path(__file__))
    require_none(f"{t.name}:{t.line}: {m[0]}" for t in texts for m in retired_in_sentences().finditer(t.text))


def test_no_retired_word_on_a_page() -> None:
    files = [path for path in page_files() if path.name not in QUOTING_PAGES] + data_files()
    texts = (text for path in files for text in lines(path))
    require_none(f"{t.name}:{t.line}: {m[0]}" for t in texts for m in retired_in_sentences().finditer(t.text))


def test_a_reserved_word_stands_in_its_places_only() -> None:
    require_none(problem for path in python_files("reconciler") for problem in reserved_elsewhere(path))


def test_the_tables_are_read() -> None:
    assert "put_away" in words_of("in names")
    assert retired_in_names().search(snake("isPutAway"))
    assert not retired_in_names().search(snake("behalf"))
    assert retired_in_sentences().search("Nothing is put\naway")
    assert {row[0] for row in glossary()["word | means | places"]} == {"check", "session", "settings", "fault"}


def test_every_current_word_has_one_meaning() -> None:
    rows = [row[0] for row in glossary()["word | meaning"]]
    assert len(rows) == len(set(rows))

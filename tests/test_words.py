"""One concept, one word: no retired word of docs/glossary.md stands in a name, a message or a page; reserved words keep their places."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from tests.prose import (
    QUOTING_PAGES,
    ROOT,
    contents,
    data_files,
    lines,
    page_files,
    python_files,
)

CONTRACT = {"look_alike", "look_alikes"}
"""Keys of the plan file, and a guard's name: they stay as they are."""


RETIRED = "Put" + "Away"


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
    return re.compile(rf"(?:^|_)(?:{words})s?(?:_|$)", re.MULTILINE)


@cache
def retired_in_sentences() -> re.Pattern[str]:
    words = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words_of("in sentences"))
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


@cache
def words_in(path: Path) -> str:
    """Everything in a module that may be a name, its own included, one a line: what is not there need not be looked for in its tree."""
    return snake("\n".join({path.stem.removeprefix("test_"), *re.findall(r"\w+", path.read_text(encoding="utf-8"))}))


def definitions_of(path: Path) -> list[tuple[int, str]]:
    """Line and name of the module, and of its classes and functions."""
    return [(1, path.stem.removeprefix("test_")), *contents(path).definitions]


def misnamed(path: Path) -> list[str]:
    """Names of a module that are retired words, or hold one."""
    exact = "|".join(map(re.escape, (*words_of("as a function's name"), *words_of("as a local name"))))
    if not retired_in_names().search(words_in(path)) and not re.search(rf"(?m)^_*(?:{exact})$", words_in(path)):
        return []
    definitions = definitions_of(path)
    variables = contents(path).variables
    whole = [(definitions, words_of("as a function's name")), (variables, words_of("as a local name"))]
    places = {(line, name) for pairs, words in whole for line, name in pairs if name.lstrip("_") in words}
    for line, name in (*definitions, *variables):
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
        token = re.compile(rf"(?:^|_){word.removesuffix('s')}(?:s|ed|ing)?(?:_|$)", re.MULTILINE)
        if not token.search(words_in(path)):
            continue
        uses = [(line, name) for line, name in definitions_of(path) if token.search(snake(name))]
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
    texts = (text for path in files for text in contents(path).constants if path != Path(__file__))
    require_none(f"{t.name}:{t.line}: {m[0]}" for t in texts for m in retired_in_sentences().finditer(t.text))


def test_no_retired_word_on_a_page() -> None:
    files = [path for path in page_files() if path.name not in QUOTING_PAGES] + data_files()
    texts = (text for path in files for text in lines(path))
    require_none(f"{t.name}:{t.line}: {m[0]}" for t in texts for m in retired_in_sentences().finditer(t.text))


def test_a_reserved_word_stands_in_its_places_only() -> None:
    require_none(problem for path in python_files("reconciler") for problem in reserved_elsewhere(path))


def test_the_rules_on_names_can_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    glossary()  # is read from the real root
    monkeypatch.setattr("tests.test_words.ROOT", tmp_path)
    source = f"def told(x):\n    pass\n\n\nclass {RETIRED}:\n    {'there'} = 1\n\n\ndef session_of():\n    pass\n"
    (tmp_path / "reconciler").mkdir()
    module = tmp_path / "reconciler" / "model.py"
    module.write_text(source, encoding="utf-8")
    names = ["told", RETIRED, "there"]
    assert [line.rpartition(": ")[2] for line in misnamed(module)] == names
    assert reserved_elsewhere(module) == ["reconciler/model.py:9: session_of (session is reserved)"]


def test_the_tables_are_read() -> None:
    assert "put_away" in words_of("in names")
    assert retired_in_names().search(snake("isPutAway"))
    assert not retired_in_names().search(snake("behalf"))
    assert retired_in_sentences().search("Nothing is put\naway")
    assert {row[0] for row in glossary()["word | means | places"]} == {"check", "session", "settings", "fault"}


def test_every_current_word_has_one_meaning() -> None:
    rows = [row[0] for row in glossary()["word | meaning"]]
    assert len(rows) == len(set(rows))

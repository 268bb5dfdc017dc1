"""Paths that the docs name exist; the ten questions of the architecture page are answered in three files at most."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.prose import ROOT, page_files, python_files

PATH = re.compile(
    r"`((?:reconciler|tests|docs|schemas|examples|benchmarks)/[\w./-]+|[a-z_]+/[\w/]+\.py|[a-z_]+/(?=`))`"
)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")


def exists(path: str) -> bool:
    """Whether a path is one of the repository, or of the package."""
    return (ROOT / path).exists() or (ROOT / "reconciler" / path).exists()


def paths_on(page: Path) -> Iterator[str]:
    yield from PATH.findall(page.read_text(encoding="utf-8"))


def test_every_path_on_a_page_exists() -> None:
    missing = [f"{page.name}: {path}" for page in page_files() for path in paths_on(page) if not exists(path)]
    assert missing == []


def test_every_link_on_a_page_leads_to_a_file() -> None:
    links = [(page, link) for page in page_files() for link in LINK.findall(page.read_text(encoding="utf-8"))]
    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []


def test_ten_questions_are_answered_in_three_files_each() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    section = text.partition("## Ten questions")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| ")][1:]
    files = {question.strip(): re.findall(r"`([^`]+)`", places) for question, _, places in rows}
    assert len(files) == 10
    assert {question: places for question, places in files.items() if not 1 <= len(places) <= 3} == {}
    assert [path for places in files.values() for path in places if not (ROOT / path).exists()] == []


def test_every_page_that_the_code_cites_is_in_the_repository() -> None:
    files = [(path, path.read_text(encoding="utf-8")) for path in python_files("reconciler")]
    cited = {(path.relative_to(ROOT), name) for path, text in files for name in re.findall(r"[\w/-]+\.md\b", text)}
    assert sorted(f"{path}: {name}" for path, name in cited if not (ROOT / name).is_file()) == []


PROMISE = re.compile(r"^- \*\*(.+?)\*\*(.*?)(?=^- \*\*|^\S)", re.MULTILINE | re.DOTALL)
NAMED_TEST = re.compile(r"\[`(test_\w+)`\]\(\.\./(tests/[\w/]+\.py)\)")


def test_each_guarantee_links_to_the_tests_that_hold_it() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("\n## Guarantees\n")[2].partition("\n## ")[0]
    promises = {title: LINK.findall(rest) for title, rest in PROMISE.findall(section)}
    assert len(promises) == section.count("\n- **") > 0
    without = [title for title, links in promises.items() if not any(link.startswith("tests/") for link in links)]
    assert without == []


def test_each_promise_on_the_page_of_safety_names_tests_that_exist() -> None:
    text = (ROOT / "docs/safety.md").read_text(encoding="utf-8")
    rows = [
        row
        for row in text.partition("\n## Promises and their tests\n")[2].partition("\n## ")[0].splitlines()
        if row[:2] == "| "
    ]
    assert rows[1:]
    assert [row for row in rows[1:] if "](../tests/" not in row] == []
    named = NAMED_TEST.findall(text)
    missing = [
        f"{path}::{name}" for name, path in named if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert named
    assert missing == []

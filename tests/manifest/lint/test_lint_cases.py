"""Each file in `cases` is a manifest that ends with the errors and warnings of its validation, as comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconciler.errors import Problem
from reconciler.manifest import validate
from reconciler.manifest.lint.rules import DESCRIPTIONS, RULES

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
MARK = "# expect "


def expectations(case: Path) -> list[str]:
    return [line.removeprefix(MARK) for line in case.read_text().splitlines() if line.startswith(MARK)]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_case_has_the_expected_errors_and_warnings(case: Path) -> None:
    found = validate([str(case)])
    lines = [
        f"{level} {p.line}:{p.column} {p.rule}: {p.message}".replace(str(case), "-")
        + (f" | {p.hint}" if p.hint else "")
        for level, problems in (("error", found.problems), ("warning", found.warnings))
        for p in problems
    ]
    assert lines == expectations(case)
    assert all(p.excerpt for p in (*found.problems, *found.warnings))


def test_every_rule_has_a_case_and_a_description() -> None:
    shown = {line.split()[2].rstrip(":") for case in CASES for line in expectations(case) if line.startswith("warning")}
    assert set(RULES) <= shown
    assert set(RULES) < set(DESCRIPTIONS)


def test_a_file_that_cannot_be_read_hides_no_problem_of_others_and_no_warning(tmp_path: Path) -> None:
    files = {
        "a.yaml": b"version: 1\ntags: [\n",
        "b.yaml": b"\xff",
        "c.yaml": b"version: 1\nclients: [{nmae: x}]\n",
        "d.yaml": b"version: 1\npolicy: {checks: [{message: no, kind: client, require: {name: {matches: B.*}}}]}\n",
        "e.yaml": b"version: 1\nclients: [Acme #5\n  ]\n",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    found = validate([str(tmp_path), str(tmp_path / "gone.yaml")])
    rules = [(Path(problem.path).name, problem.rule) for problem in found.problems]
    assert rules == [
        ("a.yaml", "yaml"),
        ("b.yaml", "file"),
        ("c.yaml", "schema"),
        ("c.yaml", "schema"),
        ("e.yaml", "policy-check"),
        ("gone.yaml", "file"),
    ]
    assert [problem.rule for problem in found.warnings] == ["comment-in-value"]
    assert found.desired is None


@pytest.mark.parametrize("other", ["version: 1\ntags: [\n", "- not a manifest\n"])
def test_what_another_file_may_declare_is_not_called_missing_or_unused(tmp_path: Path, other: str) -> None:
    (tmp_path / "a.yaml").write_text(
        "version: 1\npolicy: {protect: ['client:B']}\ntask_sets: {web: []}\nclients: [A]\n"
        "projects: [{name: Site, client: B}]\n"
    )
    rules = {problem.rule for problem in validate([str(tmp_path)]).warnings}
    assert rules == {"unused-task-set", "protected-and-undeclared", "undeclared-parent"}
    (tmp_path / "b.yaml").write_text(other)
    assert validate([str(tmp_path)]).warnings == ()


def test_a_valid_manifest_is_what_load_returns_with_the_numbers_of_its_resources() -> None:
    found = validate(["-"], stdin=lambda: b"version: 1\nclients: [{name: Acme, projects: [Site]}]\ntags: []\n")
    assert (found.problems, found.warnings) == ((), ())
    assert found.resources == {"clients": 1, "projects": 1, "tasks": 0, "tags": 0}
    assert found.desired is not None
    assert len(found.desired.resources) == 2


def test_the_documentation_lists_every_rule_and_no_other() -> None:
    page = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")
    section = page.partition("## validate")[2].partition("\n## ")[0].partition("| rule |")[2]
    listed = [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")]
    assert sorted(listed) == sorted(DESCRIPTIONS)


def test_what_an_included_file_shares_is_not_called_unused(tmp_path: Path) -> None:
    (tmp_path / "shared.yaml").write_text("version: 1\ntask_sets: {web: [Design]}\nvars: {team: Acme}\n")
    main = tmp_path / "workspace.yaml"
    main.write_text("version: 1\ninclude: [shared.yaml]\ntask_sets: {app: []}\nvars: {year: '2026'}\ntags: []\n")
    found = [(problem.rule, problem.message) for problem in validate([str(main)]).warnings]
    assert [rule for rule, _ in found] == ["unused-task-set", "unused-variable"]
    assert not any("web" in message or "team" in message for _, message in found)
    # Named as a path of its own, it is no shared file.
    shared = str(tmp_path / "shared.yaml")
    assert {p.path for p in validate([str(main), shared]).warnings} == {str(main), shared}


def test_a_problem_of_a_row_keeps_its_row_under_a_rule() -> None:
    problem = Problem("a.yaml", 1, 1, "m", row="projects.csv:7").under("schema")
    assert (problem.rule, problem.row) == ("schema", "projects.csv:7")
    assert problem.under("yaml") is problem


def test_a_pattern_is_named_in_the_document_that_has_it() -> None:
    text = b"version: 1\ntags: [a]\n---\nversion: 1\npolicy: {protect: ['tag:b']}\n"
    (problem,) = validate(["-"], stdin=lambda: text).warnings
    assert (problem.rule, problem.line, problem.column) == ("protected-and-undeclared", 5, 20)


def test_a_parent_whose_kind_is_kept_may_be_undeclared() -> None:
    text = b"version: 1\npolicy: {prune: {clients: keep}}\nclients: [A]\nprojects: [{name: Site, client: B}]\n"
    assert validate(["-"], stdin=lambda: text).warnings == ()


def test_unused_task_sets_are_found_whichever_of_them_an_included_file_has(tmp_path: Path) -> None:
    shared, own = ({f"{letter}{number}": ["Design"] for number in range(8)} for letter in "sm")
    (tmp_path / "shared.yaml").write_text(f"version: 1\ntask_sets: {shared}\n")
    main = tmp_path / "workspace.yaml"
    main.write_text(f"version: 1\ninclude: [shared.yaml]\ntask_sets: {own}\ntags: []\n")
    found = sorted(problem.message for problem in validate([str(main)]).warnings)
    assert found == [f"task set '{name}' is not used" for name in own]

"""The runner of the benchmarks: what it finds, what it takes from a script, and its table. Nothing is measured here."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
GIVEN = {"date": "2026-11-27", "commit": "abc", "machine": "2 cores", "load": 0.12, "is_quick": False}


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """`table` and `all` as they are imported by a script beside them."""
    monkeypatch.syspath_prepend(str(FOLDER))
    for name in ("table", "all"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    loaded = importlib.import_module("table"), importlib.import_module("all")
    for name in ("table", "all"):
        monkeypatch.delitem(sys.modules, name)
    return loaded


@pytest.fixture
def table(modules: tuple[Any, Any]) -> Any:
    return modules[0]


@pytest.fixture
def runner(modules: tuple[Any, Any]) -> Any:
    return modules[1]


def script(folder: Path, name: str, code: str) -> Path:
    path = folder / f"{name}.py"
    path.write_text(f'if __name__ == "__main__":\n{indent(code, "    ")}\n', encoding="utf-8")
    return path


def test_every_script_is_found_and_nothing_else(runner: Any, tmp_path: Path) -> None:
    found = list(runner.discover())
    others = {"all", "table"}
    assert set(found) >= {path.stem for path in FOLDER.glob("*.py")} - others
    assert set(found) & others == set()
    assert set(runner.FULL) | set(runner.QUICK) <= set(found)
    script(tmp_path, "b", "")
    script(tmp_path, "a", "")
    (tmp_path / "helper.py").write_text('"""Shared by others."""\n', encoding="utf-8")
    assert list(runner.discover(tmp_path)) == ["a", "b"]


def test_rows_lines_and_exit_code_of_a_script(runner: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "table.py").write_text((FOLDER / "table.py").read_text("utf-8"), encoding="utf-8")
    code = "import sys\nfrom table import record\nrecord('x', 1.23456, '×', aim=2)\nprint('one', *sys.argv[1:])\nsys.exit(3)"
    outcome = runner.run_script(script(tmp_path, "records", code), ["7"])
    assert (outcome.script, outcome.code, list(outcome.lines)) == ("records", 3, ["one 7"])
    assert [tuple(row) for row in outcome.rows] == [("x", 1.2346, "×", 2, "lower")]
    assert outcome.seconds > 0
    assert "one 7" in capfd.readouterr().err


def test_a_script_that_does_not_end_is_ended(runner: Any, tmp_path: Path) -> None:
    outcome = runner.run_script(script(tmp_path, "hangs", "import time\ntime.sleep(600)"), [], timeout=0.2)
    assert (outcome.code, list(outcome.rows), list(outcome.lines)) == (124, [], [])


def test_recording_does_nothing_outside_of_the_runner(
    table: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(table.ROWS_FILE, raising=False)
    monkeypatch.chdir(tmp_path)
    table.record("x", 1)
    assert list(tmp_path.iterdir()) == []
    assert table.read_rows(tmp_path / "rows") == []


def test_the_table(table: Any) -> None:
    rows = [
        table.Row("CPU ÷ parse | bare", 1.9, "×", 2.0),
        table.Row("CPU ÷ parse, late", 2.04, "×", 2.0),
        table.Row("requests", 205, "", 205),
        table.Row("found", 9, "", 10, "higher"),
        table.Row("tasks", 20000, "", None),
        table.Row("seconds", 0.5, "s"),
    ]
    outcomes = [table.Outcome("plan", 0, 61.2, rows, ["not shown"]), table.Outcome("old", 1, 2, (), ["a", "b"])]
    lines = table.markdown(outcomes, **GIVEN).splitlines()
    assert lines[0] == "Measured on 2026-11-27 at commit abc: 2 cores. Load before the run: 0.1. Size: full."
    assert lines[1] == "2 of 4 aims are met."
    assert [line for line in lines if line.startswith("| `plan` |")] == [
        r"| `plan` | CPU ÷ parse \| bare | ≤ 2 × | 1.9 × | yes |",
        "| `plan` | CPU ÷ parse, late | ≤ 2 × | 2.04 × | **no** |",
        "| `plan` | requests | ≤ 205 | 205 | yes |",
        "| `plan` | found | ≥ 10 | 9 | **no** |",
        "| `plan` | tasks |  | 20,000 |  |",
        "| `plan` | seconds |  | 0.5 s |  |",
        "| `plan` | 61 s | ok |",
    ]
    assert lines[-9:] == ["| `old` | 2 s | exit code 1 |", "| all | 63 s | |", "", *_printed("old", "a", "b")]
    assert "small" in table.markdown([], **{**GIVEN, "is_quick": True})


def _printed(name: str, *lines: str) -> list[str]:
    return [f"Printed by `{name}`:", "", "```text", *lines, "```"]


def test_the_table_replaces_the_one_between_the_marks(table: Any) -> None:
    page = f"before\n{table.BEGIN}\n\nold\n\n{table.END}\nafter\n"
    once = table.with_table(page, "new\n")
    assert once == f"before\n{table.BEGIN}\n\nnew\n\n{table.END}\nafter\n"
    assert table.with_table(once, "new\n") == once
    with pytest.raises(ValueError, match="no marks"):
        table.with_table("nothing", "new")


def test_the_page_has_the_marks_and_names_every_benchmark(runner: Any, table: Any) -> None:
    page = (FOLDER.parent / "docs" / "performance.md").read_text("utf-8")
    assert table.with_table(page, "x") != page
    explained = page.partition("## What each one means")[2]
    assert sorted(re.findall(r"^\| `([a-z_]+)` \|", explained, re.MULTILINE)) == [*runner.discover()]


def test_the_machine_has_no_names_of_hosts_and_the_commit_is_known(
    table: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert " cores, " in table.machine()
    monkeypatch.setattr(table, "_first_value", lambda *_: "")
    assert "GiB" not in table.machine()
    assert table.commit(tmp_path) == "unknown"


def test_a_run_writes_into_a_page_and_fails_where_an_aim_is_missed(
    runner: Any, table: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"{table.BEGIN}{table.END}", encoding="utf-8")
    ran: list[tuple[str, tuple[str, ...]]] = []
    value = 1.0

    def run(path: Path, arguments: tuple[str, ...], **_: Any) -> Any:
        ran.append((path.stem, tuple(arguments)))
        return runner.Outcome(path.stem, 0, 1.0, [table.Row("x", value, "×", 2.0)], [])

    monkeypatch.setattr(runner, "run_script", run)
    assert runner.main(["--quick", "--only", "pull", "--into", str(page)]) == 0
    assert "| `pull` | x | ≤ 2 × | 1 × | yes |" in page.read_text("utf-8")
    value = 3.0
    assert runner.main(["--only", "pull"]) == 1
    assert "**no**" in capsys.readouterr().out
    assert ran == [("pull", ("1000",)), ("pull", ())]
    runner.main([])
    assert [name for name, _ in ran[2:]] == list(runner.discover())

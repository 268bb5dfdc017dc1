"""docs/spreadsheet.md runs as it stands: its files, its commands in their order, and what they print."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests import workbooks
from tests.cli.program import Desk
from tests.guides import _matches, blocks, run_guide
from tests.prose import ROOT

PAGE = ROOT / "docs" / "spreadsheet.md"


def test_the_guide_runs(desk: Desk) -> None:
    text = next(block.text for block in blocks(PAGE) if block.argument == "projects.csv")
    lines = list(csv.reader(io.StringIO(text)))
    (desk.folder / "projects.xlsx").write_bytes(workbooks.workbook({"2026": workbooks.sheet(workbooks.rows(lines))}))
    assert run_guide(PAGE, desk) == 6
    assert "estimate: PT12H30M" in (desk.folder / "from-workbook.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("shown", "is_match"),
    [
        ("a\nb\nc\n", True),
        ("a\nb\n", False),
        ("…\nb\n…\n", True),
        ("a\n…\n", True),
        ("…\nc\n", True),
        ("b\n…\n", False),
        ("…\nc\n…\nb\n…\n", False),
        ("a\n…\nc\n", True),
        ("…\nd\n…\n", False),
    ],
)
def test_what_a_guide_shows_is_compared_in_whole_lines(shown: str, is_match: bool) -> None:  # noqa: FBT001 - a parameter of the table
    assert _matches(shown, "a\nb\nc\n") == is_match


def test_a_guide_with_another_output_is_found(desk: Desk, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```bash\nreconciler version\n```\n\n```text\nanother\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"page.md:5: printed is"):
        run_guide(page, desk)
    page.write_text("<!-- exit code: 1 -->\n```bash\nreconciler version\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"page.md:1: reconciler version"):
        run_guide(page, desk)

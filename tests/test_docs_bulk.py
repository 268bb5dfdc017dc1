"""The examples of docs/bulk.md: its files are written to an empty folder, and its commands print what the page shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from reconciler.cli.main import root

PAGE = Path(__file__).parents[1] / "docs" / "bulk.md"
BLOCK = re.compile(r"^```(csv|yaml|console)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ reconciler (.*)\n", re.MULTILINE)


def test_the_examples_do_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    commands = 0
    for language, name, content in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if language != "console":
            path = Path(name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
            continue
        _, *parts = COMMAND.split(content)
        for line, expected in zip(parts[::2], parts[1::2], strict=True):
            result = CliRunner(env={"COLUMNS": "80"}).invoke(root, shlex.split(line))
            assert result.stdout == expected, line
            commands += 1
    assert commands == 8

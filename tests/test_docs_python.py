"""The examples of docs/python.md run, in their order and in one namespace, in an empty folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import reconciler

PAGE = Path(__file__).parents[1] / "docs" / "python.md"
EXAMPLE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text(encoding="utf-8")
    namespace: dict[str, Any] = {"__name__": "examples"}
    for match in EXAMPLE.finditer(text):
        # Empty lines in front make a traceback show the line of the page.
        source = "\n" * (text.count("\n", 0, match.start()) + 1) + match[1]
        exec(compile(source, str(PAGE), "exec"), namespace)  # noqa: S102 - our own page
    namespace["store"].close()
    assert EXAMPLE.search(text)


def test_every_error_class_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in reconciler.__all__ if name.endswith("Error") and name not in text] == []

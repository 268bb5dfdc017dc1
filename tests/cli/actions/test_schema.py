"""`schema`: the schemas of the installation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reconciler.cli.actions import schema
from tests.cli.program import Desk


def test_an_installation_without_its_schemas_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert json.loads(desk.call("schema", "plan").stdout)["title"]
    monkeypatch.setattr(schema, "files", lambda _: Path("nowhere"))
    monkeypatch.setattr(schema, "_ROOT", Path("nowhere"))
    result = desk.call("schema", "plan")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "error: this installation lacks plan.schema.json\nhint: install reconciler again\n"

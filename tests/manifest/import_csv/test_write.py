"""How the entries of an imported table are written."""

from __future__ import annotations

import pytest

from reconciler.manifest.import_csv import ImportOptions, import_csv


@pytest.mark.parametrize(("name", "written"), [("QA", "QA"), ("Ops, more", '"Ops, more"'), ("{x}", '"{x}"')])
def test_a_name_in_braces_is_quoted_where_it_has_to_be(name: str, written: str) -> None:
    data = f'Project,Task,Plan\nWeb,"{name}",2h\n'.encode()
    imported = import_csv(data, "a.csv", ImportOptions({"task.estimate": "Plan"}))
    assert f"- {{name: {written}, estimate: PT2H}}" in imported.text

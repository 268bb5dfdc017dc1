"""How an export names its workspace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.manifest import load
from reconciler.manifest.export import ExportOptions, export_manifest
from tests.planning.literals import live_of


@pytest.mark.parametrize(
    ("name", "written"), [("Studio 2", "Studio 2"), ("x" * 251, "w1"), ("Stu\u200bdio", "w1"), ("Stu\ndio", "w1")]
)
def test_a_workspace_whose_name_no_manifest_can_have_is_named_by_its_id(name: str, written: str) -> None:
    live = live_of({"tags": ["a"]})
    live = replace(live, workspace=replace(live.workspace, name=name))
    text = export_manifest(live, ExportOptions()).files["workspace.yaml"]
    assert load(["-"], stdin=text.encode).workspace == written

"""How wide the lines of an export are."""

from __future__ import annotations

import pytest

from reconciler.manifest.export import ExportOptions, export_manifest
from tests.planning.literals import live_of


@pytest.mark.parametrize(("length", "is_short"), [(100, True), (101, False)])
def test_an_entry_of_a_hundred_characters_is_one_line_and_a_longer_one_is_not(length: int, *, is_short: bool) -> None:
    note = "x" * (length - len("  - {name: Acme, note: }"))
    live = live_of({"clients": [{"at": "Acme", "note": note}]})
    text = export_manifest(live, ExportOptions()).files["workspace.yaml"]
    assert (f"\n  - {{name: Acme, note: {note}}}\n" in text) is is_short
    assert (f"\n  - name: Acme\n    note: {note}\n" in text) is not is_short

"""The comments at the top of an export: what is not in it."""

from __future__ import annotations

import pytest

from reconciler.manifest.export import ExportOptions, export_manifest
from tests.planning.literals import live_of

WORLD = {"tags": [{"at": "a"}, {"at": "old", "archived": True}]}


@pytest.mark.parametrize("archived", [False, True])
def test_an_export_without_what_is_archived_says_so(*, archived: bool) -> None:
    text = export_manifest(live_of(WORLD), ExportOptions(archived=archived)).files["workspace.yaml"]
    assert ("# What is archived or done is not listed; a plan leaves it as it is.\n" in text) is not archived
    assert ("old" in text.partition("tags:")[2]) is archived

"""What an export leaves out, each with the reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.manifest.export import ExportOptions, export_manifest
from reconciler.model import Address
from tests.planning.literals import live_of


@pytest.mark.parametrize(
    ("address", "field", "word"),
    [
        ("tag:urgent", "archived", "archived"),
        ("client:Acme", "archived", "archived"),
        ("project:Acme/Site", "archived", "archived"),
        ("task:Acme/Site/Design", "status", "done"),
    ],
)
def test_what_may_be_archived_or_done_is_left_out_with_that_word(address: str, field: str, word: str) -> None:
    live = live_of({"clients": ["Acme"], "projects": ["Acme/Site"], "tasks": ["Acme/Site/Design"], "tags": ["urgent"]})
    unknown = live.resources[Address.parse(address)]
    values = {name: value for name, value in unknown.values.items() if name != field}
    live = replace(live, resources={**live.resources, unknown.address: replace(unknown, values=values)})
    notes = export_manifest(live, ExportOptions()).notes
    starts = [note.partition(";")[0] for note in notes]
    assert f"{address} ({unknown.id}): the service does not say whether it is {word}" in starts

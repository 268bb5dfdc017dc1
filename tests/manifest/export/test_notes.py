"""The sentences about what an export does not declare."""

from __future__ import annotations

from reconciler.manifest.export import ExportOptions, export_manifest
from tests.planning.literals import live_of


def test_five_are_named_that_lack_the_same_and_the_rest_is_counted() -> None:
    projects = [{"at": f"P{number}", "members": ["u3"]} for number in range(7)]
    (note,) = export_manifest(live_of({"projects": projects}), ExportOptions()).notes
    named = ", ".join(f"project:P{number}" for number in range(5))
    assert note == f"members of {named} and 2 more: this API key may not list the users of the workspace"

"""In which order an export lists what it declares."""

from __future__ import annotations

from reconciler.manifest.export import ExportOptions, export_manifest
from tests.planning.literals import live_of


def test_projects_without_a_client_come_before_those_that_name_theirs() -> None:
    live = live_of({"clients": ["Acme "], "projects": ["Acme /Site", "Zoo", "Alone"]})
    text = export_manifest(live, ExportOptions()).files["workspace.yaml"]
    assert text.endswith("\nprojects:\n  - Alone\n  - Zoo\n  - {name: Site, client: Acme}\n")


def test_of_two_task_sets_that_projects_share_the_longer_one_comes_first() -> None:
    tasks = {"P0": "abcdev", "P1": "abcdew", "P2": "abcdex", "P3": "abz"}
    live = live_of({"projects": list(tasks), "tasks": [f"{name}/{task}" for name in tasks for task in tasks[name]]})
    text = export_manifest(live, ExportOptions()).files["workspace.yaml"]
    assert "task_sets:\n  a-b: [a, b]\n  c-d-e: [c, d, e]\n" in text
    assert [line.strip() for line in text.splitlines() if "use:" in line] == ["use: [c-d-e, a-b]"] * 3 + ["use: [a-b]"]

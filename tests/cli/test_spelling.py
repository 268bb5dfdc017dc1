"""Another spelling of a name, from the command line against the sandbox: it is that name, and its history stays with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reconciler.sandbox import Store
from tests.cli.program import Desk, digest_in

RETYPED = """\
version: 1
workspace: Acme Studio
policy: {prune: {tags: keep, projects: keep}}
tags: [{name: call, was: MEETING}]
projects: [{name: Handbook, client: ACME  corp, tasks: [Write]}]
"""
CREATING = "version: 1\nworkspace: Acme Studio\npolicy: {prune: {tags: keep}}\ntags: [brand-new]\n"


def _stored(kind: str) -> list[dict[str, Any]]:
    with Store(str(Path(".reconciler", "sandbox.sqlite3"))) as store:
        workspace = next(item for item in store.records("workspace") if item["name"] == "Acme Studio")
        return [dict(record) for record in store.records(kind, workspace["id"])]


def test_a_retyped_earlier_name_and_a_retyped_client_are_found(desk: Desk) -> None:
    desk.write(RETYPED)
    desk.call("--sandbox", "plan")
    before = {tag["name"]: tag["id"] for tag in _stored("tag")}
    applied = desk.call("--sandbox", "apply", "--approve", "non-destructive")
    assert applied.exit_code == 0, applied.stderr
    after = {tag["name"]: tag["id"] for tag in _stored("tag")}
    assert after == {"call" if name == "meeting" else name: tag_id for name, tag_id in before.items()}
    client = next(client["id"] for client in _stored("client") if client["name"] == "Acme Corp")
    assert [p["clientId"] for p in _stored("project") if p["name"] == "Handbook"] == [client]
    assert "No changes." in desk.call("--sandbox", "plan", "--strict").stdout


def test_a_name_that_was_taken_meanwhile_in_another_spelling_makes_the_plan_stale(desk: Desk) -> None:
    desk.write(CREATING)
    saved = desk.call("--sandbox", "plan", "-o", "plan.json")
    other = desk.write(CREATING.replace("brand-new", "Brand-New"), "other.yaml")
    assert desk.call("--sandbox", "apply", other.name, "--approve", "additive").exit_code == 0
    refused = desk.call("--sandbox", "apply", "plan.json", "--approve", digest_in(saved.stdout))
    assert refused.exit_code == 3
    assert "the name is already in use as 'Brand-New'" in refused.stderr
    assert "brand-new" not in desk.tags()

"""Why a listed client is archived, not deleted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.planning.literals import plan_of

HISTORY = "its archived projects keep their history"
REMAIN = "projects would remain in it"
PAST: dict[str, Any] = {"at": "Acme/Past", "archived": True}


@pytest.mark.parametrize(
    ("projects", "prune", "why"),
    [
        ([PAST], "keep", HISTORY),
        (["Acme/Site"], "archive", HISTORY),
        ([PAST, "Acme/Site"], "archive", HISTORY),
        (["Acme/Site"], "keep", REMAIN),
        ([PAST, "Acme/Site"], "keep", REMAIN),
        (["Acme/Site", PAST], "keep", REMAIN),
    ],
)
def test_a_client_with_projects_is_archived_and_says_whether_they_are_history(
    projects: list[Any], prune: str, why: str
) -> None:
    manifest = {"policy": {"prune": {"projects": prune}}, "projects": ["Other"], "removed": [{"client": "Acme"}]}
    plan = plan_of(manifest, {"clients": ["Acme", "Beta"], "projects": [*projects, "Other"]})
    change = next(change for change in plan.changes if change.kind == "client")
    assert (change.action, change.reason) == (
        "archive",
        f"listed under `removed:`; {why}, so it is archived, not deleted",
    )


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        ({"tags": ["b"]}, "not in the manifests (policy.prune.tags: delete)"),
        ({"tags": ["b"], "removed": [{"tag": "a"}]}, "listed under `removed:`"),
    ],
)
def test_a_removal_names_the_policy_that_decides_it_unless_it_is_listed(manifest: dict[str, Any], reason: str) -> None:
    (change,) = plan_of(manifest, {"tags": ["a", "b"]}).changes
    assert change.reason == reason


@pytest.mark.parametrize(("seconds", "hours"), [(180, "0.1"), (5400, "1.5"), (3_600_000, "1000.0")])
def test_a_project_with_tracked_time_is_archived_and_says_how_many_hours(seconds: int, hours: str) -> None:
    (change,) = plan_of({"projects": ["Other"]}, {"projects": [{"at": "Past", "seconds": seconds}, "Other"]}).changes
    assert change.action == "archive"
    assert change.reason.endswith(f"; it has {hours} h of tracked time, so it is archived, not deleted")

"""The changes of a draft hold what is declared and what is removed; in order, each starts after what it needs."""

from __future__ import annotations

from tests.planning.literals import plan_of


def test_what_is_declared_and_what_is_removed_are_the_changes_and_names_are_freed_before_they_are_taken() -> None:
    """A project frees its name for another one; a task follows its project; removals end the plan, with what they reach."""
    manifest = {
        "policy": {"prune": {"tags": "archive"}},
        "projects": [
            {"name": "Old", "was": "Site", "tasks": ["Design"]},
            {"name": "Past", "was": "Old"},
            "New",
        ],
        "tags": ["kept"],
    }
    plan = plan_of(manifest, {"projects": ["Site", "Old"], "tags": [{"at": "kept"}, {"at": "gone", "seconds": 60}]})
    changes = [(str(change.action), str(change.address)) for change in plan.changes]
    assert changes == [
        ("create", "project:New"),
        ("update", "project:Past"),
        ("update", "project:Old"),
        ("create", "task:Old/Design"),
        ("archive", "tag:gone"),
    ]
    assert [[str(address) for address in change.needs] for change in plan.changes] == [[], [], ["project:Past"], [], []]
    assert [change.impact.tracked_seconds for change in plan.changes] == [0, 0, 0, 0, 60]


def test_without_a_difference_there_is_no_change() -> None:
    assert plan_of({"tags": ["kept"]}, {"tags": ["kept"]}).changes == ()

"""Which warnings a plan with targets has: those about what it covers, and about what that needs."""

from __future__ import annotations

from typing import Any

from tests.planning.targets.test_targets import plan_for

MANIFEST: dict[str, Any] = {
    "clients": [{"name": "New", "was": "Gone", "projects": ["Site"]}, "Other"],
    "removed": [{"tag": "past"}],
}


def test_a_parent_that_a_target_needs_is_warned_of_too() -> None:
    (warning,) = plan_for(MANIFEST, {"clients": ["Other"]}, "project:New/Site").warnings
    assert warning.startswith("client:New is new: no client has its earlier name 'Gone'")


def test_an_entry_that_a_target_covers_is_warned_of_although_the_plan_has_no_change_of_it() -> None:
    (warning,) = plan_for(MANIFEST, {"clients": ["Other"]}, "tag:past").warnings
    assert warning.startswith("the entry 'tag:past' of 'removed' matches no tag")


def test_of_what_no_target_covers_or_needs_there_is_no_warning() -> None:
    assert plan_for(MANIFEST, {"clients": ["Other"]}, "client:Other").warnings == ()

"""Removals in their order, with totals."""

from __future__ import annotations

from reconciler.planning.plan import Action, Impact
from reconciler.render.removals import counted, longest, removals, total_impact
from tests.render import corpus, plans


def test_deletes_come_first_then_unknown_time_then_the_most() -> None:
    changes = (
        plans.removal("project:archived", Action.ARCHIVE, Impact(99_999, 9)),
        plans.removal("project:none", Action.DELETE, Impact(0, 0)),
        plans.removal("project:entries", Action.DELETE, Impact(0, 2)),
        plans.removal("project:little", Action.DELETE, Impact(60, 1)),
        plans.removal("project:much", Action.DELETE, Impact(7200, 1)),
        plans.removal("project:unknown", Action.DELETE, Impact(None, None)),
        plans.create("tag:new"),
    )
    found = removals(corpus.of(*changes))
    assert [change.address.name for change in found] == ["unknown", "much", "little", "entries", "none", "archived"]
    assert counted(found) == "5 projects to delete; 1 project to archive"
    assert total_impact(found) == "29.8 h of tracked time, 13 time entries; tracked time of 1 unknown"
    assert longest(found) == 99_999


def test_without_any_effect_there_is_nothing_to_say() -> None:
    found = removals(corpus.of(plans.removal("tag:a", Action.DELETE, Impact(0, 0))))
    assert (total_impact(found), longest(found), longest(())) == ("", 0, 0)
    assert removals(plans.empty()) == ()

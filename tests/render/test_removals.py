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


def test_the_total_counts_no_time_twice() -> None:
    client = plans.removal("client:Acme", Action.ARCHIVE, Impact(3600 * 9, 7))
    inside = plans.removal("project:Acme/Site", Action.ARCHIVE, Impact(3600 * 5, 4))
    task = plans.removal("task:Acme/Site/QA", Action.ARCHIVE, Impact(3600, 1))
    other = plans.removal("project:Ops", Action.DELETE, Impact(3600, 1))
    tags = [plans.removal(f"tag:{name}", Action.ARCHIVE, Impact(3600 * 2, 3)) for name in ("aa", "bb")]
    unknown = plans.removal("client:Acme", Action.ARCHIVE, Impact(None, None))
    assert total_impact([client, inside, task, other]) == "10.0 h of tracked time, 8 time entries"
    assert total_impact([inside, task]) == "5.0 h of tracked time, 4 time entries"
    assert total_impact([unknown, inside]) == "5.0 h of tracked time, 4 time entries; tracked time of 1 unknown"
    assert total_impact(tags) == "up to 4.0 h of tracked time, 6 time entries"
    assert total_impact(tags[:1]) == "2.0 h of tracked time, 3 time entries"
    assert total_impact([other, tags[0]]) == (
        "1.0 h of tracked time, 1 time entry; tags on up to 2.0 h of tracked time, 3 time entries"
    )


def test_without_any_effect_there_is_nothing_to_say() -> None:
    found = removals(corpus.of(plans.removal("tag:a", Action.DELETE, Impact(0, 0))))
    assert (total_impact(found), longest(found), longest(())) == ("", 0, 0)
    assert removals(plans.empty()) == ()


def test_a_second_of_tracked_time_comes_before_any_number_of_entries_without() -> None:
    none = plans.removal("project:none", Action.DELETE, Impact(0, 9))
    second = plans.removal("project:second", Action.DELETE, Impact(1, 1))
    assert [change.address.name for change in removals(corpus.of(none, second))] == ["second", "none"]

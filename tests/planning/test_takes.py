"""Which differences are taken, and what cannot be taken without another one."""

from __future__ import annotations

import pytest

from reconciler.differences import Difference, Where
from reconciler.model import Address, Resource
from reconciler.planning.takes import Take, TakeRule, Takes, settle


def resource(text: str, parent_id: str = "") -> Resource:
    return Resource(Address.parse(text), {}, id=f"id of {text}", parent_id=parent_id)


def both(text: str, field: str) -> Difference:
    return Difference(Address.parse(text), Where.BOTH, field, 1, 2, resource(text))


def declared(text: str) -> Difference:
    return Difference(Address.parse(text), Where.MANIFESTS)


def live(text: str, parent_id: str = "") -> Difference:
    return Difference(Address.parse(text), Where.WORKSPACE, current=resource(text, parent_id))


RULES = [
    ("live", TakeRule(Take.LIVE)),
    ("git:client:Acme", TakeRule(Take.GIT, "client:Acme")),
    ("ask:project:Acme/*#color", TakeRule(Take.ASK, "project:Acme/*", "color")),
    ("git:#name", TakeRule(Take.GIT, "*", "name")),
    ("git:tag:C#", TakeRule(Take.GIT, "tag:C#")),
    ("git:tag:C#sharp", TakeRule(Take.GIT, "tag:C#sharp")),
]


@pytest.mark.parametrize(("text", "rule"), RULES)
def test_rules(text: str, rule: TakeRule) -> None:
    assert TakeRule.parse(text) == rule


def test_the_last_rule_that_fits_decides() -> None:
    takes = Takes(map(TakeRule.parse, ("git", "live:project:ACME/*", "git:*#color")))
    color, note = both("project:Acme/Website", "color"), both("project:Acme/Website", "note")
    assert (takes.of(color), takes.of(note), takes.of(both("tag:a", "name"))) == (Take.GIT, Take.LIVE, Take.GIT)
    assert Takes().of(note) is Take.LIVE


def test_what_is_gone_stays_while_something_below_stays() -> None:
    every = [declared("client:A"), declared("project:A/B"), declared("client:C")]
    taken, refused = settle(every, [every[0], every[2]])
    assert (taken, refused) == ([every[2]], [(every[0], "project:A/B stays in it")])
    moved = both("project:A/B", "client")
    assert settle([every[0], moved], [every[0]])[0] == []
    assert settle([every[0], moved], [every[0], moved])[0] == [every[0], moved]


def test_what_is_new_needs_what_it_is_in() -> None:
    client = live("client:A")
    project = live("project:A/B", "id of client:A")
    assert settle([client, project], [project]) == ([], [(project, "client:A is not taken")])
    assert settle([client, project], [client, project]) == ([client, project], [])


def test_what_moved_out_of_what_is_gone_does_not_stay_in_it_if_another_value_of_it_stays() -> None:
    client, moved, note = declared("client:A"), both("project:A/B", "client"), both("project:A/B", "note")
    assert settle([client, moved, note], [client, moved]) == ([client, moved], [])
    assert settle([client, moved, note], [client, note]) == ([note], [(client, "project:A/B stays in it")])

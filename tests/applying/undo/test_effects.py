"""What a run did, change by change, as its journal proves it."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from reconciler.applying.journal.events import Intent, JournalEvent, WriteOutcome, WriteResult
from reconciler.applying.journal.history import history_of
from reconciler.applying.journal.run import Run
from reconciler.applying.undo.effects import Effect, effects_of
from reconciler.errors import JournalError
from reconciler.model import Address
from reconciler.planning import Plan
from tests.planning.literals import plan_of


def _effects(plan: Plan, *events: JournalEvent, existed: tuple[str, ...] = ()) -> dict[str, Effect]:
    facts = {"plan": plan, "history": history_of(events), "existed": frozenset(existed), "id": "r"}
    run = cast("Run", SimpleNamespace(**facts, require_trusted=lambda: None))
    return {str(effect.address): effect for effect in effects_of(run)}


def _write(number: int, address: str, step: str, made: str, **facts: Any) -> list[JournalEvent]:
    """A write that was carried out: its intent, and its outcome."""
    key, after = Address.parse(address), facts.pop("after", None)
    action = "create" if step == "create" else facts.pop("action", "update")
    resource_id = None if step == "create" else made
    return [
        Intent(n=number, address=key, action=action, step=step, id=resource_id, **facts),
        WriteOutcome(n=number, address=key, result=WriteResult.DONE, id=made, after=after),
    ]


SITE = {"clients": [{"name": "Acme", "projects": ["Site"]}]}
RENAMED = {"clients": [{"name": "Acme", "was": "Old", "projects": ["Site"]}]}
TASK = {"projects": [{"name": "Site", "tasks": ["Do"]}]}


@pytest.mark.parametrize(
    ("manifest", "live", "events", "address", "parent_id"),
    [
        (SITE, {}, _write(1, "client:Acme", "create", "c7"), "project:Acme/Site", "c7"),
        (RENAMED, {"clients": ["Old"]}, [], "project:Acme/Site", "c1"),
        (SITE, {"clients": ["Acme"]}, [], "project:Acme/Site", "c9"),
        ({"projects": ["Site"]}, {}, [], "project:Site", ""),
        (TASK, {"projects": ["Site"]}, [], "task:Site/Do", "p9"),
    ],
)
def test_a_create_knows_the_parent_that_it_was_created_under(
    manifest: Any, live: Any, events: list[JournalEvent], address: str, parent_id: str
) -> None:
    body = {"name": "x", "clientId": "c9"} if address.startswith("project:Acme") else {"name": "x"}
    made = _write(2, address, "create", "new", body=body, path="/workspaces/w1/projects/p9/tasks")
    effect = _effects(plan_of(manifest, live), *events, *made)[address]
    assert (effect.id, effect.name, effect.parent_id) == ("new", Address.parse(address).name, parent_id)
    assert (effect.is_in_doubt, effect.existed, effect.is_gone, effect.had_time) == (False, False, False, False)


def test_a_create_without_its_own_write_has_no_parent_that_the_record_tells() -> None:
    plan = plan_of(TASK, {"projects": ["Site"]})
    covered = _write(1, "tag:x", "create", "t9", covers=(Address.parse("task:Site/Do"),))
    effect = _effects(plan, *covered)["task:Site/Do"]
    assert (effect.is_in_doubt, effect.parent_id, effect.id) == (True, "", "")


def test_a_create_that_was_not_sent_has_no_effect_and_one_of_an_older_id_says_so() -> None:
    plan = plan_of({"tags": ["a"]}, {})
    assert _effects(plan) == {}
    assert _effects(plan, *_write(1, "tag:a", "create", "t1"), existed=("t1",))["tag:a"].existed
    assert not _effects(plan, *_write(1, "tag:a", "create", "t1"), existed=("t2",))["tag:a"].existed


NOTE = plan_of({"clients": [{"name": "A", "note": "new"}]}, {"clients": [{"at": "A", "note": "old"}]})
BEFORE = {"name": "A", "values": {"note": "old"}}


def test_an_update_has_the_values_before_it_and_those_that_the_last_answer_left() -> None:
    for after, body, left in (
        ({"name": "A", "values": {"note": "kept"}}, {"note": "new"}, "kept"),
        (None, {"note": "new"}, "new"),
        (None, None, "new"),
    ):
        effect = _effects(NOTE, *_write(1, "client:A", "update", "c1", before=BEFORE, body=body, after=after))[
            "client:A"
        ]
        assert effect.fields == (("note", "old", left),)
        assert (effect.name, effect.is_gone, effect.is_in_doubt, effect.had_time) == ("A", False, False, False)


def test_a_write_without_an_answer_is_in_doubt_and_one_that_was_refused_did_nothing() -> None:
    intent, _ = _write(1, "client:A", "update", "c1", before=BEFORE)
    assert _effects(NOTE, intent)["client:A"].is_in_doubt
    refused = WriteOutcome(n=1, address=Address.parse("client:A"), result=WriteResult.REFUSED)
    assert _effects(NOTE, intent, refused) == {}
    assert _effects(NOTE) == {}


def test_a_run_that_ended_after_a_temporary_name_left_that_name() -> None:
    swapped = {"tags": [{"name": "a", "was": "b", "archived": True}, {"name": "b", "was": "a"}]}
    plan = plan_of(swapped, {"tags": ["a", {"at": "b", "archived": True}]})
    (change,) = [change for change in plan.changes if change.temporary_name]
    was = next(field.before for field in change.fields if field.name == "name")
    before, address = {"name": was, "values": {}}, str(change.address)
    rename = _write(1, address, "rename", change.id, before=before)
    assert ("name", was, change.temporary_name) in _effects(plan, *rename)[address].fields
    update = _write(2, address, "update", change.id, before={"name": change.temporary_name, "values": {}})
    assert ("name", was, change.address.name) in _effects(plan, *rename, *update)[address].fields


@pytest.mark.parametrize(
    ("seconds", "entries", "had_time"),
    [(0, 0, False), (0, None, False), (1, 0, True), (60, None, True), (0, 1, True), (60, 2, True)],
)
def test_tracked_time_or_a_time_entry_is_time_that_an_undo_cannot_bring_back(
    seconds: int, entries: int | None, *, had_time: bool
) -> None:
    plan = plan_of({"clients": []}, {"clients": ["A"]})
    (change,) = plan.changes
    impact = replace(change.impact, tracked_seconds=seconds, time_entries=entries)
    plan = replace(plan, changes=(replace(change, impact=impact),))
    events = _write(1, "client:A", "delete", "c1", action="delete", before={"name": "A", "values": {}})
    assert _effects(plan, *events)["client:A"].had_time is had_time


def test_the_name_of_a_change_is_the_one_that_its_resource_had_before() -> None:
    plan = plan_of({"clients": [{"name": "New", "was": "Old"}]}, {"clients": ["Old"]})
    before = {"name": "Old", "values": {}}
    renamed = _write(1, "client:New", "update", "c1", before=before, after={"name": "New", "values": {}})
    assert _effects(plan, *renamed)["client:New"].name == "Old"
    assert _effects(plan, *_write(1, "client:New", "update", "c1"))["client:New"].name == "New"


def test_of_a_run_that_was_changed_nothing_is_told() -> None:
    def refuse() -> None:
        raise JournalError("it was changed")

    plan = plan_of({"tags": ["a"]}, {})
    facts = {"plan": plan, "history": history_of([]), "existed": frozenset[str](), "id": "r"}
    with pytest.raises(JournalError, match="it was changed"):
        effects_of(cast("Run", SimpleNamespace(**facts, require_trusted=refuse)))

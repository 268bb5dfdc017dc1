"""What a fresh reading shows of writes in doubt: each is judged by its own effect."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from reconciler.applying.journal.events import (
    ChangeEnded,
    Intent,
    JournalEvent,
    Resolution,
    Resolved,
    WriteOutcome,
    WriteResult,
)
from reconciler.applying.journal.history import history_of
from reconciler.applying.journal.run import Run
from reconciler.applying.preconditions import PreconditionResult, PreconditionStatus, evaluate_preconditions
from reconciler.applying.recovery import _resolve_create, resolutions
from reconciler.applying.report import Result
from reconciler.applying.unfinished import unfinished_deletes
from reconciler.errors import JournalError
from reconciler.kinds import BY_NAME
from reconciler.live import read_undeclared
from reconciler.model import Address
from reconciler.planning import Plan
from reconciler.state import Live
from tests.planning.literals import live_of, plan_of


def _resolved(plan: Plan, live: Live, *events: JournalEvent) -> list[tuple[int | None, str, str | None]]:
    history = history_of(events)
    preconditions = evaluate_preconditions(plan.changes, live, {}, history)
    return [(r.n, str(r.result), r.id) for r in resolutions(history, plan.changes, preconditions, live)]


def _as_answered(live: Live, address: str, **wire: Any) -> Live:
    """The live state with what the service answers of one resource."""
    key = Address.parse(address)
    return replace(live, resources={**live.resources, key: replace(live.resources[key], wire=wire)})


def _intent(number: int, address: str, step: str, resource_id: str | None, **body: Any) -> Intent:
    action = "create" if step == "create" else "update"
    return Intent(n=number, address=Address.parse(address), action=action, step=step, id=resource_id, body=body)


def test_an_archive_before_a_delete_was_carried_out_though_the_client_still_exists() -> None:
    plan = plan_of({"clients": []}, {"clients": ["Old"]})
    live = _as_answered(
        live_of({"clients": [{"at": "Old", "archived": True}]}), "client:Old", name="Old", archived=True
    )
    archive = _intent(4, "client:Old", "archive", "c1", name="Old", archived=True)
    assert _resolved(plan, live, archive) == [(4, "found", "c1")]


def test_the_update_after_a_create_was_not_carried_out_though_the_client_was_created() -> None:
    plan = plan_of({"clients": [{"name": "New", "cc_emails": ["a@x.example"]}]}, {})
    live = _as_answered(live_of({"clients": ["New"]}), "client:New", name="New", ccEmails=None)
    create = _intent(1, "client:New", "create", None, name="New")
    done = WriteOutcome(n=1, address=create.address, result=WriteResult.DONE, id="c1")
    update = _intent(2, "client:New", "update", "c1", name="New", ccEmails=["a@x.example"])
    assert _resolved(plan, live, create, done, update) == [(2, "absent", "c1")]


def test_a_delete_is_resolved_by_whether_the_tag_still_exists() -> None:
    plan = plan_of({"tags": []}, {"tags": ["a"]})
    delete = _intent(1, "tag:a", "delete", "t1")
    assert _resolved(plan, live_of({}), delete) == [(1, "gone", "t1")]
    assert _resolved(plan, live_of({"tags": ["a"]}), delete) == [(1, "absent", "t1")]


def test_an_update_of_what_no_longer_exists_stays_in_doubt() -> None:
    plan = plan_of({"tags": [{"name": "b", "was": "a"}]}, {"tags": ["a"]})
    update = _intent(1, "tag:b", "update", "t1", name="b")
    history = history_of([update])
    preconditions = evaluate_preconditions(plan.changes, live_of({}), {}, history)
    events = list(resolutions(history, plan.changes, preconditions, live_of({})))
    assert [event.result for event in events] == [Resolution.MOVED]
    later = history_of([update, *events])
    assert later.in_doubt == (update,)
    assert [write.result for write in later.writes] == ["in_doubt"]


def test_of_two_changes_with_one_address_only_the_one_that_was_looked_at_is_resolved() -> None:
    rename = _intent(1, "client:Acme", "update", "c1", name="Acme Corp")
    create = _intent(2, "client:Acme", "create", None, name="Acme")
    resolved = Resolved(n=2, address=create.address, result=Resolution.FOUND, id="c2")
    assert history_of([rename, create, resolved]).in_doubt == (rename,)


def test_the_delete_of_a_task_stays_in_doubt_where_the_tasks_of_its_project_were_not_listed() -> None:
    plan = plan_of(
        {"projects": [{"name": "Site", "tasks": ["a"]}]}, {"projects": ["Site"], "tasks": ["Site/a", "Site/b"]}
    )
    listed = live_of({"projects": ["Site"], "tasks": ["Site/a"]})
    delete = _intent(1, "task:Site/b", "delete", "k2")
    assert _resolved(plan, listed, delete) == [(1, "gone", "k2")]
    assert _resolved(plan, replace(listed, tasks_proven=frozenset()), delete) == []
    assert _resolved(plan, live_of({}), delete) == [(1, "gone", "k2")]


def test_a_copy_of_undeclared_values_was_carried_out_where_the_object_has_other_ones_now() -> None:
    manifest = {"projects": [{"name": "Site", "note": "new"}]}
    plan = plan_of(manifest, {"projects": ["Site"]})
    intent = replace(_intent(1, "project:Site", "undeclared", "p1"), before={"undeclared": {"billable": True}})
    live = live_of({"projects": ["Site"]})
    before = read_undeclared(BY_NAME["project"], {"memberships": []}, {})
    same = _as_answered(live, "project:Site", name="Site", memberships=[])
    assert _resolved(plan, same, replace(intent, before={"undeclared": before})) == [(1, "absent", "p1")]
    assert _resolved(plan, same, intent) == [(1, "found", "p1")]


def test_a_create_that_the_plan_does_not_have_is_left_in_doubt() -> None:
    plan = plan_of({"tags": ["a"]}, {})
    assert _resolved(plan, live_of({"tags": ["b"]}), _intent(1, "tag:b", "create", None, name="b")) == []
    assert _resolved(plan, live_of({"tags": ["a"]}), _intent(2, "tag:a", "create", None, name="a")) == [
        (2, "found", "t1")
    ]
    assert _resolved(plan, live_of({}), _intent(2, "tag:a", "create", None, name="a")) == [(2, "absent", None)]
    both = _intent(1, "tag:b", "create", None, name="b"), _intent(2, "tag:a", "create", None, name="a")
    assert _resolved(plan, live_of({"tags": ["a"]}), *both) == [(2, "found", "t1")]


def test_a_create_in_doubt_is_resolved_by_what_has_its_name_now() -> None:
    status = PreconditionStatus
    for result, resolved in (
        (PreconditionResult(status.ALREADY, id="x"), (Resolution.FOUND, "x")),
        (PreconditionResult(status.ALREADY), (Resolution.FOUND, None)),
        (PreconditionResult(status.READY, id="x"), (Resolution.FOUND, "x")),
        (PreconditionResult(status.READY), (Resolution.ABSENT, None)),
        (PreconditionResult(status.MOVED, "another's"), (Resolution.MOVED, None)),
    ):
        assert _resolve_create(result) == resolved


TASKS: dict[str, Any] = {"projects": [{"name": "Site", "tasks": ["a"]}], "tags": []}
LIVE_TASKS: dict[str, Any] = {"projects": ["Site"], "tasks": ["Site/a", "Site/b", "Site/c"], "tags": ["x"]}


class _Recorded:
    """A run as far as `unfinished_deletes` looks at it. Its plan is that of another version where it is None."""

    def __init__(self, plan: Plan | None, *ended: ChangeEnded, complete: bool = False, problem: str = "") -> None:
        self._plan, self.is_complete, self.problem = plan, complete, problem
        self.history = history_of(ended)

    def concerns(self, workspace_id: str) -> bool:
        return workspace_id == "w1"

    @property
    def plan(self) -> Plan:
        if self._plan is None:
            raise JournalError("of another version")
        return self._plan


def _unfinished(*runs: _Recorded, workspace: str = "w1") -> dict[str, str]:
    return dict(unfinished_deletes(cast("list[Run]", runs), workspace))


def test_unfinished_deletes_are_the_tasks_that_the_newest_run_of_the_workspace_has_left() -> None:
    plan = plan_of(TASKS, LIVE_TASKS)
    done = next(change for change in plan.changes if change.id == "k2")
    ended = ChangeEnded(address=done.address, action=done.action, result=Result.DONE, id="k2")
    assert _unfinished(_Recorded(plan)) == {"k2": "p1", "k3": "p1"}
    assert _unfinished(_Recorded(plan, ended)) == {"k3": "p1"}
    assert _unfinished(_Recorded(plan, replace(ended, result=Result.FAILED))) == {"k2": "p1", "k3": "p1"}
    assert _unfinished(_Recorded(plan, complete=True)) == {}
    assert _unfinished(_Recorded(plan, problem="it was changed")) == {}
    assert _unfinished(_Recorded(None)) == {}
    assert _unfinished(_Recorded(plan, complete=True), _Recorded(plan)) == {}
    assert _unfinished(_Recorded(plan), workspace="w2") == {}
    assert _unfinished() == {}


def test_children_inside_a_create_in_doubt_are_each_judged_by_what_is_there() -> None:
    plan = plan_of({"projects": [{"name": "Web", "tasks": ["a", "b"]}]}, {})
    live = live_of({"projects": ["Web"], "tasks": ["Web/a"]})
    inside = tuple(Address.parse(f"task:Web/{name}") for name in "ab")
    create = replace(_intent(1, "project:Web", "create", None, name="Web"), covers=inside)
    found = _resolved(plan, live, create)
    assert found[:2] == [(1, "found", "p1"), (None, "found", "k1")]
    assert (len(found), found[2][0]) == (3, None)
    assert found[2][1] != "found"


def test_a_write_that_stays_in_doubt_keeps_no_other_from_being_judged() -> None:
    plan = plan_of({"clients": [{"name": "A", "note": "n"}], "projects": [{"name": "Web", "tasks": []}]},
                   {"clients": ["A"], "projects": ["Web"], "tasks": ["Web/a"]})  # fmt: skip
    live = _as_answered(
        live_of({"clients": [{"at": "A", "note": "n"}], "projects": ["Web"]}), "client:A", name="A", note="n"
    )
    unread = replace(live, tasks_proven=frozenset())
    delete, update = (
        _intent(1, "task:Web/a", "delete", "k1"),
        _intent(2, "client:A", "update", "c1", name="A", note="n"),
    )
    assert _resolved(plan, unread, delete, update) == [(2, "found", "c1")]

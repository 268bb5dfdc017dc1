"""What an apply holds: of a change that has ended, its outcome and nothing of what was answered."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from reconciler.applying import ApplyHooks, ChangeFinished, Event, apply, approve
from reconciler.applying.executor.scheduler import Scheduler
from reconciler.applying.writes.inline_children import InlineChildren
from reconciler.applying.writes.intent import WorkItem
from reconciler.applying.writes.steps import StepRunner
from reconciler.planning.plan import Change
from reconciler.sandbox import Switches
from tests.sandbox_client import Stage

TAGS = 40
PROJECTS = 3
TASKS = 4


class _Live:
    """The work items that something still refers to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._items: list[weakref.ref[WorkItem]] = []
        self.most = self.ended = 0
        real = StepRunner.item

        def item(runner: StepRunner, change: Change, known_id: str = "") -> WorkItem:
            made = real(runner, change, known_id)
            self._items.append(weakref.ref(made))
            return made

        monkeypatch.setattr(StepRunner, "item", item)

    def observe(self, event: Event) -> None:
        if isinstance(event, ChangeFinished):
            self.ended += 1
            gc.collect()
            self.most = max(self.most, sum(item() is not None for item in self._items))


def _hooks(live: _Live) -> ApplyHooks:
    return ApplyHooks(lambda: 0.0, lambda: 0.0, live.observe, lambda: False)


def test_what_was_answered_is_let_go_when_its_change_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    live = _Live(monkeypatch)
    with Stage(Switches(rate="off")) as stage:
        plan, reading = stage.plan({"tags": [f"t{n}" for n in range(TAGS)]})
        report = apply(approve(plan, plan.digest), stage.writer(), reading, hooks=_hooks(live))
    assert report.is_complete
    assert live.ended == TAGS
    assert live.most <= TAGS // 4


def test_children_that_were_read_back_are_let_go_when_they_have_their_id(monkeypatch: pytest.MonkeyPatch) -> None:
    tracked: list[InlineChildren] = []
    real = InlineChildren.__init__

    def tracking(inline: InlineChildren, *arguments: Any) -> None:
        real(inline, *arguments)
        tracked.append(inline)

    monkeypatch.setattr(InlineChildren, "__init__", tracking)
    tasks = [f"task {n}" for n in range(TASKS)]
    with Stage(Switches(rate="off")) as stage:
        report = stage.apply({"projects": [{"name": f"p{n}", "tasks": tasks} for n in range(PROJECTS)]})
    assert report.summary["done"] == PROJECTS * (1 + TASKS)
    assert [inline._read for inline in tracked] == [{}]


def test_children_of_one_parent_share_what_they_need() -> None:
    with Stage(Switches(rate="off")) as stage:
        plan, _ = stage.plan({"projects": [{"name": "project", "tasks": [f"task {n}" for n in range(TAGS)]}]})

    class _None:
        parents: tuple[Any, ...] = ()

    scheduler = Scheduler(plan.changes, _None())  # type: ignore[arg-type]
    assert len({id(needed) for needed in scheduler.needs.values()}) == 2

"""The run: an ApprovedPlan carried out step by step, and the truth about what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from reconciler.applying.approval import ApprovedPlan
from reconciler.applying.checking import Standing, check
from reconciler.applying.outcome import Ended, Event, Outcome, Result, RunReport, Started
from reconciler.applying.performing import Performer, Subject
from reconciler.errors import (
    CredentialsError,
    ForbiddenError,
    GatewayError,
    NetworkError,
    RateLimitError,
    ReconcilerError,
    StalePlanError,
)
from reconciler.gateway import Writer
from reconciler.live import Reading
from reconciler.planning.order import Node, dependencies, schedule
from reconciler.planning.plan import Change

STOPPING = (CredentialsError, ForbiddenError, RateLimitError, NetworkError)
"""Errors after which every further request would meet the same."""


def apply(
    approved: ApprovedPlan,
    writer: Writer,
    reading: Reading,
    *,
    on_event: Callable[[Event], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
    clock: Callable[[], float] = lambda: 0.0,
) -> RunReport:
    """Carry out an approved plan on the workspace as `reading` has it.

    First every precondition is checked against `reading`: where any moved, StalePlanError names them and nothing is written.
    What is already as meant is not written again. A change that fails takes along those that need it; the others go on.
    `should_stop` is asked before every step: once it says yes, nothing more is sent. `clock` gives seconds for the report.
    """
    changes = approved.plan.changes
    verdicts = check(changes, reading.live, reading.usage)
    moved = [f"{c.address}: {v.why}" for c, v in zip(changes, verdicts, strict=True) if v.standing is Standing.MOVED]
    if moved:
        raise StalePlanError(
            f"the workspace moved since the plan was made: {len(moved)} of {len(changes)} changes no longer fit",
            moved=moved,
            hint="nothing was written. Plan again and approve the new plan",
        )
    run = _Run(changes, Performer(writer, reading, changes), on_event, should_stop)
    started, sent = clock(), writer.requests
    for position, verdict in enumerate(verdicts):
        if verdict.standing is Standing.ALREADY:
            if verdict.id:
                run.performer.note(changes[position].address, verdict.id)
            run.end(position, Result.ALREADY)
    run.carry_out()
    outcomes = tuple(run.outcomes[position] for position in range(len(changes)))
    requests = reading.live.requests + writer.requests - sent
    return RunReport(approved.plan.digest, outcomes, requests, clock() - started, run.stopped, run.interrupted)


@dataclass
class _Run:
    changes: tuple[Change, ...]
    performer: Performer
    on_event: Callable[[Event], None]
    should_stop: Callable[[], bool]
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    subjects: dict[int, Subject] = field(default_factory=dict)
    stopped: str = ""
    interrupted: bool = False

    def carry_out(self) -> None:
        needs = dependencies(self.changes)
        try:
            for node in schedule(self.changes):
                if self.should_stop():
                    self.interrupted, self.stopped = True, "interrupted"
                if self.stopped:
                    break
                if node[0] not in self.outcomes:
                    self._step(node, frozenset(before[0] for before in needs[node]) - {node[0]})
        except KeyboardInterrupt:
            self.interrupted, self.stopped = True, "interrupted"
        for position in range(len(self.changes)):
            if position not in self.outcomes:
                self.end(position, Result.SKIPPED, self.stopped)

    def _step(self, node: Node, needs: frozenset[int]) -> None:
        position, step = node
        change = self.changes[position]
        for needed in sorted(needs):
            outcome = self.outcomes.get(needed)
            if outcome is not None and outcome.result in (Result.FAILED, Result.SKIPPED):
                self.end(position, Result.SKIPPED, f"it needs {outcome.change.address}, which was not done")
                return
        try:
            if position not in self.subjects:
                self.on_event(Started(change, len(self.outcomes), len(self.changes)))
                self.subjects[position] = self.performer.subject(change)
            subject = self.subjects[position]
            is_last = step == len(change.steps) - 1
            self.performer.perform(subject, change.steps[step], is_last=is_last)
            if is_last:
                result = Result.NOT_ACCEPTED if subject.not_accepted else Result.DONE
                self.end(position, result, "; ".join(subject.refusals.values()) if subject.not_accepted else "")
        except ReconcilerError as error:
            self.end(position, Result.FAILED, _words(error))
            if isinstance(error, STOPPING):
                self.stopped = _words(error)

    def end(self, position: int, result: Result, message: str = "") -> None:
        change, subject = self.changes[position], self.subjects.get(position)
        outcome = Outcome(
            change,
            result,
            id=subject.id if subject else change.id,
            message=message,
            not_accepted=subject.not_accepted if subject else (),
            written=subject.written if subject else 0,
        )
        self.outcomes[position] = outcome
        self.on_event(Ended(outcome, len(self.outcomes), len(self.changes)))


def _words(error: ReconcilerError) -> str:
    request = error.request if isinstance(error, GatewayError) else ""
    return f"{error.message} ({request})" if request and request not in error.message else error.message

"""The execution of a plan: what starts when, what is skipped after a failure, and when the run ends."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from reconciler.applying.executor.scheduler import READ_BACK, Scheduler
from reconciler.applying.executor.stop_reason import StopReason, words
from reconciler.applying.journal.events import ChangeEnded
from reconciler.applying.journal.writer import JournalSink
from reconciler.applying.options import ApplyHooks, ApplyOptions
from reconciler.applying.preconditions import PreconditionResult, PreconditionStatus
from reconciler.applying.report import (
    COMPLETED,
    RUN_STOPPED,
    ChangeFinished,
    ChangeStarted,
    Outcome,
    Progress,
    Result,
)
from reconciler.applying.writes.intent import WorkItem
from reconciler.applying.writes.steps import StepRunner
from reconciler.errors import JournalError, MovedError, RateLimitError, ReconcilerError, StoppedError
from reconciler.gateway import Writer
from reconciler.gateway.worker_pool import FinishedJob, WorkerPool
from reconciler.planning.order import Node
from reconciler.planning.plan import Change

TICK = 0.2
"""Seconds between two progress events, and until a request to stop is noticed."""
SPARE = 1.25
"""Requests under way, as a multiple of what the rate needs at the current latency: latency varies."""


@dataclass
class Executor:
    """Carries out one plan. The caller's thread decides everything; other threads only send. Outcomes are by position in the plan."""

    changes: tuple[Change, ...]
    preconditions: list[PreconditionResult]
    step_runner: StepRunner
    writer: Writer
    journal: JournalSink
    options: ApplyOptions
    hooks: ApplyHooks
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    items: dict[int, WorkItem] = field(default_factory=dict)
    """The changes at work: what was answered for one is let go when it ends."""
    stop_reason: StopReason = field(default_factory=StopReason)
    internal_error: BaseException | None = None

    def __post_init__(self) -> None:
        self.scheduler = Scheduler(self.changes, self.step_runner.inline_children)
        self.worker_pool: WorkerPool[Node] = WorkerPool()
        self.unread = ""
        self.open: dict[int, None] = {}
        """Positions of the changes that have begun and not ended, oldest first."""
        self.sent_before = self.writer.requests, self.writer.retries

    def run(self) -> None:
        """Run until nothing is left to start and nothing is under way, or until a second interrupt."""
        try:
            self._record_preconditions()
            self._dispatch()
            while self.worker_pool.active:
                finished = self.worker_pool.next(TICK)
                if finished is not None:
                    self._collect(finished)
                self._dispatch()
                self._tick()
        except KeyboardInterrupt:
            self.stop_reason.stop("interrupted twice", is_interrupt=True)
            for position in self.open:
                self.items[position].in_doubt |= self.items[position].is_in_flight
        self.worker_pool.shut_down()
        if self.internal_error is not None:
            raise self.internal_error
        for position in range(len(self.changes)):
            if position not in self.outcomes:
                in_doubt = position in self.items and self.items[position].in_doubt
                self._end(position, Result.IN_DOUBT if in_doubt else Result.SKIPPED, "" if in_doubt else RUN_STOPPED)

    def _record_preconditions(self) -> None:
        for position, precondition in enumerate(self.preconditions):
            if precondition.id:
                self.step_runner.note(self.changes[position].address, precondition.id)
            if precondition.status is PreconditionStatus.ALREADY:
                self._end(position, Result.ALREADY)
            elif precondition.status is PreconditionStatus.MOVED:
                self._end(position, Result.MOVED, precondition.why)

    def _dispatch(self) -> None:
        """Start every step that may start, up to as many as the rate needs at the current latency."""
        if self.hooks.should_stop():
            self.stop_reason.stop("interrupted", is_interrupt=True)
        elif why := self.hooks.stopped_by():
            self.stop_reason.stop(why)
        while not self.stop_reason.why and (node := self.scheduler.next()) is not None:
            if self._is_over(node):
                self.scheduler.end(node)
            elif self._waits(node):
                continue
            elif self.worker_pool.active >= self._concurrency():
                self.scheduler.put_back(node)
                return
            else:
                self._start(node)

    def _concurrency(self) -> int:
        wanted = math.ceil(self.writer.requests_in_flight * SPARE) + 1
        return min(max(wanted, 2), self.options.max_concurrency)

    def _waits(self, node: Node) -> bool:
        """Whether a step waits for more than the plan says: what was created along with a parent until it is read back, and a
        parent that may be a copy for its template.
        """
        (position, step), children = node, self.step_runner.inline_children
        if node == READ_BACK or step or self.preconditions[position].id:
            return False
        address = self.changes[position].address
        if children.is_unread(address):
            return self.scheduler.wait_for(node, [READ_BACK])
        return self.scheduler.wait_for(
            node, [one for earlier in children.waits_for(address) for one in self.scheduler.steps_of(earlier)]
        )

    def _is_over(self, node: Node) -> bool:
        if node == READ_BACK:
            return not self.step_runner.inline_children.has_unread
        return node[0] in self.outcomes or self._is_skipped(node)

    def _is_skipped(self, node: Node) -> bool:
        """Whether a change that the step needs was not done; its own change then ends as skipped."""
        position = node[0]
        for needed in sorted(self.scheduler.needs[node]):
            outcome = self.outcomes.get(needed)
            if outcome is not None and outcome.result not in COMPLETED and outcome.result is not Result.NOT_ACCEPTED:
                self._end(position, Result.SKIPPED, f"requires {outcome.change.address}, which was not done")
                return True
        if self.unread and self.step_runner.inline_children.is_unread(self.changes[position].address):
            self._end(position, Result.SKIPPED, f"sent with its parent and not read back: {self.unread}")
            return True
        return False

    def _start(self, node: Node) -> None:
        position, step = node
        if node == READ_BACK:
            self.worker_pool.submit(node, self.step_runner.inline_children.read_back)
            return
        change = self.changes[position]
        if position not in self.items:
            self.hooks.on_event(ChangeStarted(change, len(self.outcomes), len(self.changes)))
            try:
                self.items[position] = self.step_runner.item(change, self.preconditions[position].id)
            except ReconcilerError as error:
                self._fail(position, error)
                self.scheduler.end(node)
                return
            self.open[position] = None
        item, is_last = self.items[position], step == len(change.steps) - 1
        self.worker_pool.submit(node, lambda: self.step_runner.run_step(item, change.steps[step], is_last=is_last))

    def _collect(self, finished: FinishedJob[Node]) -> None:
        node, error = finished.key, finished.error
        position, step = node
        if error is not None and not isinstance(error, ReconcilerError):
            self.internal_error = self.internal_error or error
            self.stop_reason.stop("internal error")
        elif node == READ_BACK:
            if isinstance(error, ReconcilerError):
                self.unread = error.message
                self.stop_reason.observe(error)
        elif isinstance(error, ReconcilerError):
            self._fail(position, error)
        elif step == len(self.changes[position].steps) - 1:
            self._succeed(position)
        self.scheduler.end(node)

    def _succeed(self, position: int) -> None:
        item = self.items[position]
        if item.not_accepted:
            self._end(position, Result.NOT_ACCEPTED, "; ".join(filter(None, dict.fromkeys(item.refusals.values()))))
        else:
            self._end(position, Result.ALREADY if item.is_found and not item.written else Result.DONE)

    def _fail(self, position: int, error: ReconcilerError) -> None:
        item = self.items.get(position)
        result, message = Result.FAILED, words(error)
        if isinstance(error, MovedError):
            self._end(position, Result.MOVED, message)
            return
        if item is not None and item.in_doubt:
            result = Result.IN_DOUBT
        elif isinstance(error, StoppedError | RateLimitError):
            result, message = Result.SKIPPED, RUN_STOPPED  # left for the next session, like the rest
        self._end(position, result, message)
        self.stop_reason.observe(error)
        if self.options.fail_fast and not self.stop_reason.why:
            self.stop_reason.stop(f"{self.changes[position].address} failed (fail-fast)")

    def _end(self, position: int, result: Result, message: str = "") -> None:
        change, item = self.changes[position], self.items.pop(position, None)
        known = item.id if item else change.id or self.preconditions[position].id
        outcome = Outcome(
            change,
            result,
            id=known,
            message=message,
            not_accepted=item.not_accepted if item else (),
            written=item.written if item else 0,
        )
        self.outcomes[position] = outcome
        self.open.pop(position, None)
        is_approved = item is not None and result is Result.DONE and not item.is_found
        self.step_runner.inline_children.copies.ended(change.address, item.wire if item and is_approved else None)
        self._record(outcome)
        self.hooks.on_event(ChangeFinished(outcome, len(self.outcomes), len(self.changes)))

    def _record(self, outcome: Outcome) -> None:
        try:
            self.journal.record(ChangeEnded.of(outcome))
        except JournalError as error:
            self.stop_reason.observe(error)

    def _tick(self) -> None:
        current = self.changes[next(iter(self.open))] if self.open else None
        requests, retries = self.sent_before
        self.hooks.on_event(
            Progress(
                len(self.outcomes),
                len(self.changes),
                self.writer.requests - requests,
                self.writer.retries - retries,
                current,
                sum(self.items[position].in_doubt for position in self.open),
            )
        )

"""The execution of a plan: what starts when, what a failure takes along, and when the whole thing ends."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from reconciler.applying.executor.scheduler import READ_BACK, Graph
from reconciler.applying.executor.stop_reason import Ending, words
from reconciler.applying.executor.worker_pool import Crew, Finished
from reconciler.applying.journal.writer import Recorder
from reconciler.applying.preconditions import Standing, Verdict
from reconciler.applying.report import ENDED_FIRST, REACHED, Ended, Event, Outcome, Result, Started, Ticked
from reconciler.applying.writes.steps import Performer
from reconciler.applying.writes.work_item import Subject
from reconciler.errors import JournalError, RateLimitError, ReconcilerError, StoppedError
from reconciler.gateway import Writer
from reconciler.planning.order import Node
from reconciler.planning.plan import Change

TICK = 0.2
"""Seconds after which somebody who watches hears of the run, and a wish to stop is heard by it."""
SPARE = 1.25
"""More requests under way than the rate needs at the present latency: latency is never the same twice."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a plan is carried out: whether the first failure ends it, and how many steps may be under way at once at most."""

    fail_fast: bool = False
    most_at_once: int = 32


PLAIN = Manner()


def ignored(_: Event) -> None:
    """For whoever does not watch."""


@dataclass
class Execution:
    """One plan being carried out. The caller's thread decides everything; others only send. Outcomes are by position in the plan."""

    changes: tuple[Change, ...]
    verdicts: list[Verdict]
    performer: Performer
    writer: Writer
    recorder: Recorder
    manner: Manner = PLAIN
    on_event: Callable[[Event], None] = ignored
    should_stop: Callable[[], bool] = lambda: False
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    subjects: dict[int, Subject] = field(default_factory=dict)
    ending: Ending = field(default_factory=Ending)
    defect: BaseException | None = None

    def __post_init__(self) -> None:
        self.graph = Graph(self.changes, self.performer.inliner)
        self.crew: Crew[Node] = Crew()
        self.unread = ""
        self.open: dict[int, None] = {}
        """Positions of the changes that have begun and not ended, the oldest first."""
        self.sent_before = self.writer.requests, self.writer.retries

    def carry_out(self) -> None:
        """Until nothing is left to start and nothing under way, or the second wish to stop."""
        try:
            self._note_verdicts()
            self._dispatch()
            while self.crew.at_work:
                finished = self.crew.next(TICK)
                if finished is not None:
                    self._take_back(finished)
                self._dispatch()
                self._tick()
        except KeyboardInterrupt:
            self.ending.come("interrupted at once", is_interrupt=True)
            for position in self.open:
                self.subjects[position].in_doubt |= self.subjects[position].is_in_flight
        self.crew.dismiss()
        if self.defect is not None:
            raise self.defect
        for position in range(len(self.changes)):
            if position not in self.outcomes:
                in_doubt = position in self.subjects and self.subjects[position].in_doubt
                self._end(position, Result.IN_DOUBT if in_doubt else Result.SKIPPED, "" if in_doubt else ENDED_FIRST)

    def _note_verdicts(self) -> None:
        for position, verdict in enumerate(self.verdicts):
            if verdict.id:
                self.performer.note(self.changes[position].address, verdict.id)
            if verdict.standing is Standing.ALREADY:
                self._end(position, Result.ALREADY)
            elif verdict.standing is Standing.MOVED:
                self._end(position, Result.MOVED, verdict.why)

    def _dispatch(self) -> None:
        """Start what may start, as many as the rate needs at the present latency."""
        if self.should_stop():
            self.ending.come("interrupted", is_interrupt=True)
        while not self.ending.why and (node := self.graph.next()) is not None:
            if (node == READ_BACK and self.performer.inliner.is_refused) or (
                node != READ_BACK and (node[0] in self.outcomes or self._is_skipped(node))
            ):
                self.graph.end(node)
            elif self.crew.at_work >= self._most_at_once():
                self.graph.put_back(node)
                return
            else:
                self._start(node)

    def _most_at_once(self) -> int:
        wanted = math.ceil(self.writer.flow * SPARE) + 1
        return min(max(wanted, 2), self.manner.most_at_once)

    def _is_skipped(self, node: Node) -> bool:
        """Whether something that the step needs was not done; then its change has ended."""
        position = node[0]
        for needed in sorted(self.graph.needs[node]):
            outcome = self.outcomes.get(needed)
            if outcome is not None and outcome.result not in REACHED and outcome.result is not Result.NOT_ACCEPTED:
                self._end(position, Result.SKIPPED, f"it needs {outcome.change.address}, which was not done")
                return True
        if self.unread and self.performer.inliner.is_unread(self.changes[position].address):
            self._end(position, Result.SKIPPED, f"it went along with its parent, and was not read back: {self.unread}")
            return True
        return False

    def _start(self, node: Node) -> None:
        position, step = node
        if node == READ_BACK:
            self.crew.give(node, self.performer.inliner.read_back)
            return
        change = self.changes[position]
        if position not in self.subjects:
            self.open[position] = None
            self.on_event(Started(change, len(self.outcomes), len(self.changes)))
            try:
                self.subjects[position] = self.performer.subject(change, self.verdicts[position].id)
            except ReconcilerError as error:
                self._fail(position, error)
                self.graph.end(node)
                return
        subject, is_last = self.subjects[position], step == len(change.steps) - 1
        self.crew.give(node, lambda: self.performer.perform(subject, change.steps[step], is_last=is_last))

    def _take_back(self, finished: Finished[Node]) -> None:
        node, error = finished.key, finished.error
        position, step = node
        if error is not None and not isinstance(error, ReconcilerError):
            self.defect = self.defect or error
            self.ending.come("a defect")
        elif node == READ_BACK:
            if isinstance(error, ReconcilerError):
                self.unread = error.message
                self.ending.heed(error)
        elif isinstance(error, ReconcilerError):
            self._fail(position, error)
        elif step == len(self.changes[position].steps) - 1:
            self._succeed(position)
        if self.performer.inliner.is_refused:
            self.graph.end(READ_BACK)
        self.graph.end(node)

    def _succeed(self, position: int) -> None:
        subject = self.subjects[position]
        if subject.not_accepted:
            self._end(position, Result.NOT_ACCEPTED, "; ".join(subject.refusals.values()))
        else:
            self._end(position, Result.ALREADY if subject.is_found and not subject.written else Result.DONE)

    def _fail(self, position: int, error: ReconcilerError) -> None:
        subject = self.subjects.get(position)
        result, message = Result.FAILED, words(error)
        if subject is not None and subject.in_doubt:
            result = Result.IN_DOUBT
        elif isinstance(error, StoppedError | RateLimitError):
            result, message = Result.SKIPPED, ENDED_FIRST  # it is left for the next run, as the rest is
        self._end(position, result, message)
        self.ending.heed(error)
        if self.manner.fail_fast and not self.ending.why:
            self.ending.come(f"at the first failure: {self.changes[position].address}")

    def _end(self, position: int, result: Result, message: str = "") -> None:
        change, subject = self.changes[position], self.subjects.get(position)
        known = subject.id if subject else change.id or self.verdicts[position].id
        outcome = Outcome(
            change,
            result,
            id=known,
            message=message,
            not_accepted=subject.not_accepted if subject else (),
            written=subject.written if subject else 0,
        )
        self.outcomes[position] = outcome
        self.open.pop(position, None)
        self._record(outcome)
        self.on_event(Ended(outcome, len(self.outcomes), len(self.changes)))

    def _record(self, outcome: Outcome) -> None:
        try:
            self.recorder.record("change", outcome.facts())
        except JournalError as error:
            self.ending.heed(error)

    def _tick(self) -> None:
        current = self.changes[next(iter(self.open))] if self.open else None
        requests, retries = self.sent_before
        self.on_event(
            Ticked(
                len(self.outcomes),
                len(self.changes),
                self.writer.requests - requests,
                self.writer.retries - retries,
                current,
            )
        )

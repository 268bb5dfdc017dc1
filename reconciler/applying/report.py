"""The result of a plan: an outcome for every change, and the report of the whole run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reconciler.planning.plan import Change, FieldChange


class Result(StrEnum):
    """How one change ended."""

    DONE = "done"
    ALREADY = "already"
    """Live state matched the plan before anything was sent."""
    NOT_ACCEPTED = "not_accepted"
    """Written, but the service kept other values in some fields."""
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    """A write was sent and its outcome is unknown; the next session reads the workspace before it writes."""
    MOVED = "moved"
    """Not tried: live state is no longer what the change was computed from."""
    SKIPPED = "skipped"
    """Not tried, or not finished: a change that it requires was not done, or the run ended first."""


RESULT_WORDS: Final[Mapping[Result, str]] = {
    Result.DONE: "done",
    Result.ALREADY: "already up to date",
    Result.NOT_ACCEPTED: "not accepted",
    Result.FAILED: "failed",
    Result.IN_DOUBT: "in doubt",
    Result.MOVED: "stale",
    Result.SKIPPED: "skipped",
}
"""Each result as people read it, in the order of reports."""
RUN_STOPPED = "the run ended first"
"""The message of changes that were skipped for the one reason that the report states."""
COMPLETED = frozenset({Result.DONE, Result.ALREADY})
"""The results after which live state matches the plan."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one change ended.

    `id` is the resource's id, also of a new one. `not_accepted` are fields with the value sent (before) and the value that the
    service kept (after). `written` counts write requests that were carried out, or may have been. `message` is the error.
    """

    change: Change
    result: Result
    id: str = ""
    message: str = ""
    not_accepted: tuple[FieldChange, ...] = ()
    written: int = 0


@dataclass(frozen=True, slots=True)
class ChangeStarted:
    """Event: the first request of a change is about to leave. `done` of `total` changes have ended so far."""

    change: Change
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ChangeFinished:
    """Event: a change has ended."""

    outcome: Outcome
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Event: time has passed. `requests` and `retries` count from the start of the run; `current` is the oldest change at work.

    `looked_up`: the writes whose answer was lost, and whose effect is being looked up.
    """

    done: int
    total: int
    requests: int
    retries: int
    current: Change | None = None
    looked_up: int = 0


Event = ChangeStarted | ChangeFinished | Progress


@dataclass(frozen=True, slots=True)
class RunReport:
    """The report of a session; `str(report)` is one line.

    `requests` counts everything that was sent, reads included. `stopped` is the reason of an early end, else empty. `run` is the
    id of the recorded run, else empty. `continued`: an earlier session of the run had written. `is_quota`: it ended early because
    the quota is used up. `left`: the least number of writes still to send. `unverified`: why the workspace could not be read
    again, where that was asked for.
    """

    digest: str
    outcomes: tuple[Outcome, ...]
    requests: int = 0
    seconds: float = 0.0
    stopped: str = ""
    interrupted: bool = False
    run: str = ""
    continued: bool = False
    is_quota: bool = False
    left: int = 0
    unverified: str = ""

    @property
    def summary(self) -> dict[str, int]:
        """Number of outcomes by result."""
        counts = Counter(str(outcome.result) for outcome in self.outcomes)
        return {str(result): counts[str(result)] for result in Result}

    @property
    def is_complete(self) -> bool:
        """Whether every change is done."""
        return all(outcome.result in COMPLETED for outcome in self.outcomes)

    @property
    def has_written(self) -> bool:
        """Whether anything was written, or may have been."""
        return any(outcome.written for outcome in self.outcomes)

    @property
    def exit_code(self) -> int:
        """0 complete · 1 failed, nothing written · 3 only stale changes are left · 4 applied in part, or not verified as
        requested · 130 interrupted.
        """
        if self.interrupted:
            return 130
        if self.is_complete:
            return 4 if self.unverified else 0
        if self.has_written:
            return 4
        results = {outcome.result for outcome in self.outcomes} - COMPLETED
        if Result.MOVED in results and results <= {Result.MOVED, Result.SKIPPED}:
            return 3
        return 4 if self.continued else 1

    def __str__(self) -> str:
        run = f" (run {self.run})" if self.run else ""
        return f"Applied: {counts_text(self.summary) or 'no changes'}{run}"


def counts_text(counts: Mapping[str, int]) -> str:
    """Counts by result as text: `3 done, 1 failed`; empty where all are 0."""
    return ", ".join(f"{counts[result]:,} {word}" for result, word in RESULT_WORDS.items() if counts.get(result))

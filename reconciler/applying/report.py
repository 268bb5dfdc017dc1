"""What became of a plan: an outcome for every change, and the run that they add up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from reconciler.planning.plan import Change, FieldChange


class Result(StrEnum):
    """How one change ended."""

    DONE = "done"
    ALREADY = "already"
    """Live state was as meant before anything was sent."""
    NOT_ACCEPTED = "not_accepted"
    """Written, but the service kept other values in some fields."""
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    """A write was sent, and nothing tells whether it was carried out; the next run looks before it does anything."""
    MOVED = "moved"
    """Not tried: live state is no longer what it was computed from."""
    SKIPPED = "skipped"
    """Not tried, or not finished: something that it needs was not done, or the run ended first."""


RUN_STOPPED = "the run ended first"
"""Why most of what is skipped is: the report says once what ended it."""
COMPLETED = frozenset({Result.DONE, Result.ALREADY})
"""The results after which live state is as meant."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one change ended.

    `id` is the resource's id, new ones included. `not_accepted` are fields with what was meant (before) and what the service
    has (after). `written` counts write requests that were carried out for it, or may have been; `message` says what went wrong.
    """

    change: Change
    result: Result
    id: str = ""
    message: str = ""
    not_accepted: tuple[FieldChange, ...] = ()
    written: int = 0

    def facts(self) -> dict[str, str]:
        """What the journal keeps of it."""
        facts = {"address": str(self.change.address), "action": str(self.change.action)}
        facts |= {"result": str(self.result), "id": self.id}
        return facts | ({"message": self.message} if self.message else {})


@dataclass(frozen=True, slots=True)
class ChangeStarted:
    """An event: the first request of a change is about to leave. `done` of `total` changes have ended so far."""

    change: Change
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class ChangeFinished:
    """An event: a change has ended."""

    outcome: Outcome
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Progress:
    """An event: time has passed. `requests` and `retries` are counted since the run began; `current` is at work now."""

    done: int
    total: int
    requests: int
    retries: int
    current: Change | None = None


Event = ChangeStarted | ChangeFinished | Progress


@dataclass(frozen=True, slots=True)
class RunReport:
    """The whole run; `requests` counts everything that was sent, reading included. `stopped` says why it ended early, if it did.

    `run` is the id under which it is recorded, if it is. `continued`: an earlier session of the same run had written already.
    `is_quota`: it ended early since the service's limit looks hourly. `left`: writes that are still to be sent, at the least.
    `unverified`: why the workspace could not be read again to verify it, where that was asked for.
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

    def __str__(self) -> str:
        """One line: `2 done, 1 failed; 7 requests`, with the reason where the run ended early."""
        counts = [f"{count} {result.replace('_', ' ')}" for result, count in self.summary.items() if count]
        stopped = f"; stopped: {self.stopped}" if self.stopped else ""
        return (
            f"{', '.join(counts) or 'no changes'}; {self.requests} request{'' if self.requests == 1 else 's'}{stopped}"
        )

    @property
    def summary(self) -> dict[str, int]:
        """Number of outcomes by result."""
        counts = Counter(str(outcome.result) for outcome in self.outcomes)
        return {str(result): counts[str(result)] for result in Result}

    @property
    def is_complete(self) -> bool:
        """Whether every change is as meant."""
        return all(outcome.result in COMPLETED for outcome in self.outcomes)

    @property
    def has_written(self) -> bool:
        """Whether anything was written, or may have been."""
        return any(outcome.written for outcome in self.outcomes)

    @property
    def exit_code(self) -> int:
        """0 all as meant · 1 failed and nothing written · 3 nothing but what moved is left · 4 applied in part, or not verify although
        that was asked for · 130 interrupted.
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

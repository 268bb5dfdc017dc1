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
    SKIPPED = "skipped"
    """Not tried: something that it needs failed, or the run ended first."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one change ended.

    `id` is the resource's id, new ones included. `not_accepted` are fields with what was meant (before) and what the service
    has (after). `written` counts write requests that were sent for it, `message` says what went wrong.
    """

    change: Change
    result: Result
    id: str = ""
    message: str = ""
    not_accepted: tuple[FieldChange, ...] = ()
    written: int = 0


@dataclass(frozen=True, slots=True)
class Started:
    """An event: the first request of a change is about to leave. `done` of `total` changes have ended so far."""

    change: Change
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Ended:
    """An event: a change has ended."""

    outcome: Outcome
    done: int
    total: int


Event = Started | Ended


@dataclass(frozen=True, slots=True)
class RunReport:
    """The whole run; `requests` counts everything that was sent, reading included. `stopped` says why it ended early, if it did."""

    digest: str
    outcomes: tuple[Outcome, ...]
    requests: int = 0
    seconds: float = 0.0
    stopped: str = ""
    interrupted: bool = False

    @property
    def summary(self) -> dict[str, int]:
        """Number of outcomes by result."""
        counts = Counter(str(outcome.result) for outcome in self.outcomes)
        return {str(result): counts[str(result)] for result in Result}

    @property
    def exit_code(self) -> int:
        """0 all as meant · 1 failed and nothing written · 4 applied in part · 130 interrupted."""
        if self.interrupted:
            return 130
        if all(outcome.result in (Result.DONE, Result.ALREADY) for outcome in self.outcomes):
            return 0
        return 4 if any(outcome.written for outcome in self.outcomes) else 1

"""The order of runs: by the numbers that they carry, and by time from where two machines have counted apart. Pure.

Under the lock of a folder and the claim of a store each session has a number of its own. Two runs of one workspace with one number
show that another hand removed the claim, or what the store had: then only the clocks of the machines can tell which was first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reconciler.applying.journal.folder import PLAN
from reconciler.applying.journal.run import Run

CLOCKS_DIFFER: Final = 300.0
"""Seconds by which the clocks of two machines may differ (docs/ci.md)."""


@dataclass(frozen=True, slots=True)
class RunOrder:
    """`apart`: the first number that two runs of one workspace have; from it on, time decides."""

    apart: float = math.inf

    @classmethod
    def of(cls, runs: Iterable[Run]) -> RunOrder:
        """The order of these runs. Runs that were changed and time runs, which claim nothing, are no proof."""
        found: dict[tuple[object, int], Run] = {}
        twice: list[int] = []
        for run in (run for run in runs if run.head_file == PLAN):
            for session in run.head.sessions:
                number, workspace = session.started.sequence, str(session.started.workspace.get("id"))
                other = found.setdefault((workspace, number), run)
                if number and other is not run and not run.problem and not other.problem:
                    twice.append(number)
        return cls(min(twice, default=math.inf))

    def key(self, run: Run) -> tuple[float, float, int, str]:
        """What runs are sorted by, oldest first."""
        began = _began(run) if run.sequence >= self.apart else 0.0
        return min(run.sequence, self.apart), began, run.sequence, run.id

    def is_beside(self, earlier: Run, run: Run) -> bool:
        """Whether two machines may have been at work with these runs at once."""
        if min(earlier.sequence, run.sequence) < self.apart:
            return False
        return _seconds(earlier.history.last_at) + CLOCKS_DIFFER > _began(run)


def _began(run: Run) -> float:
    return _seconds(run.head.sessions[0].started.at)


def _seconds(at: str) -> float:
    """Unix time; 0 for a text that is none, which a forged record may have."""
    try:
        return datetime.fromisoformat(at).timestamp()
    except (ValueError, OverflowError):
        return 0.0

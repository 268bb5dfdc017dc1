"""Random faults at concurrent requests over several sessions. The seed fixes the choices; threads still interleave freely."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from reconciler.gateway.messages import Request
from tests.faults.fault import RUN_ENDING, TRANSIENT, Chooser, Fault
from tests.faults.invariants import final_problems, session_problems
from tests.faults.scenario_server import SWITCHES, scenario_server
from tests.faults.state_folder import StateFolder

MAX_SESSIONS = 5
SHARES = (0.01, 0.05, 0.2, 0.5)
"""Shares of requests with a fault."""
_BY_NAME = sorted(Fault, key=lambda fault: fault.value)


@dataclass(frozen=True)
class RandomFaultsCase:
    """A seed, which determines the scenario, the share of faults and the faults."""

    seed: int

    def __str__(self) -> str:
        return f"chaos/{self.seed}"

    @property
    def group(self) -> str:
        """The name under which the case is counted."""
        return "eight at once, random faults"

    def run(self) -> list[str]:
        """Apply up to MAX_SESSIONS times with random faults, then without; returns every violated invariant."""
        random = Random(self.seed)
        with TemporaryDirectory() as folder:
            state_folder = StateFolder(
                scenario_server(random.choice(list(SWITCHES))), Path(folder), max_concurrency=8, rate="100000/s"
            )
            try:
                return list(_problems(state_folder, random))
            finally:
                state_folder.close()


def _problems(state_folder: StateFolder, random: Random) -> Iterator[str]:
    for number in range(random.randint(1, MAX_SESSIONS)):
        cut = Random(random.random()) if random.random() < 0.5 else None
        state_folder.apply(_random_faults(random, random.choice(SHARES)), cut=cut)
        yield from (f"apply {number + 1}: {text}" for text in session_problems(state_folder))
        state_folder.time.sleep(3600)
    state_folder.apply()
    yield from (f"last apply: {text}" for text in session_problems(state_folder))
    yield from final_problems(state_folder)


def _random_faults(random: Random, share: float) -> Chooser:
    """Mostly transient faults; one in twenty ends the run."""

    def choose(_number: int, _request: Request) -> Fault | None:
        if random.random() >= share:
            return None
        pool = RUN_ENDING if random.random() < 0.05 else TRANSIENT
        return random.choice([fault for fault in _BY_NAME if fault in pool])

    return choose

"""Many requests at once, and anything going wrong anywhere, several sessions long: drawn by a seed, though threads interleave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from reconciler.gateway.messages import Request
from tests.faults.fault import ENDING, PASSING, Chooser, Fault
from tests.faults.invariants import after_session, at_the_end
from tests.faults.scenario_server import SWITCHES, world
from tests.faults.state_folder import Office

MOST_SESSIONS = 5
SHARES = (0.01, 0.05, 0.2, 0.5)
"""How many of the requests something happens to."""
_BY_NAME = sorted(Fault, key=lambda fault: fault.value)


@dataclass(frozen=True)
class ChaosCase:
    """One seed: which world, how often something goes wrong, and what."""

    seed: int

    def __str__(self) -> str:
        return f"chaos/{self.seed}"

    @property
    def group(self) -> str:
        """What is counted together."""
        return "eight at once, random faults"

    def run(self) -> list[str]:
        """Apply with random faults until it is done or often enough, then without: everything that is not as it must be."""
        random = Random(self.seed)
        with TemporaryDirectory() as folder:
            office = Office(world(random.choice(list(SWITCHES))), Path(folder), max_concurrency=8, rate="100000/s")
            try:
                return list(_breaches(office, random))
            finally:
                office.close()


def _breaches(office: Office, random: Random) -> Iterator[str]:
    for number in range(random.randint(1, MOST_SESSIONS)):
        cut = Random(random.random()) if random.random() < 0.5 else None
        office.apply(_unlucky(random, random.choice(SHARES)), cut=cut)
        yield from (f"apply {number + 1}: {text}" for text in after_session(office))
        office.time.sleep(3600)
    office.apply()
    yield from (f"last apply: {text}" for text in after_session(office))
    yield from at_the_end(office)


def _unlucky(random: Random, share: float) -> Chooser:
    """Mostly what passes; what ends a run comes once in twenty."""

    def choose(_number: int, _request: Request) -> Fault | None:
        if random.random() >= share:
            return None
        pool = ENDING if random.random() < 0.05 else PASSING
        return random.choice([fault for fault in _BY_NAME if fault in pool])

    return choose

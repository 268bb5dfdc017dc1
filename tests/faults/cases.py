"""The cases: a fault at a request, once or from there on, perhaps a second one at the looks that follow; and how one is run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from reconciler.gateway.messages import Request
from tests.faults.fault import KILLS, PASSING, STOPS, Fault
from tests.faults.invariants import after_session, at_the_end, goal
from tests.faults.scenario_server import SWITCHES, world
from tests.faults.state_folder import Office

SPANS = {"once": 1, "thrice": 3, "lasting": 1_000_000}
LOST = (Fault.DROPPED_BEFORE, Fault.DROPPED_AFTER)
"""Faults after which the client looks, or sends again, so that a second one can hit it there."""
SECOND = (
    Fault.KILLED_BEFORE,
    Fault.KILLED_AFTER,
    Fault.POWER_CUT,
    Fault.INTERRUPTED,
    Fault.UNAUTHORISED,
    Fault.THROTTLED_HOURLY,
    Fault.REFUSED,
)


@dataclass(frozen=True, order=True)
class Case:
    """A fault at request `index` (from 0), for a span; `then` is another at the request `gap` behind it."""

    world: str
    fault: str
    index: int
    span: str = "once"
    then: str = ""
    gap: int = 0

    def __str__(self) -> str:
        then = f"+{self.then}@{self.gap}" if self.then else ""
        return f"{self.world}/{self.fault}{then}/{self.span}/{self.index}"

    @property
    def group(self) -> str:
        """What is counted together."""
        return f"{self.fault}, then {self.then}" if self.then else f"{self.fault}, {self.span}"

    def choose(self, number: int, _request: Request) -> Fault | None:
        """What happens to the request of this number."""
        if self.index <= number < self.index + SPANS[self.span]:
            return Fault(self.fault)
        return Fault(self.then) if self.then and number == self.index + self.gap else None

    def run(self) -> list[str]:
        """Apply with the fault, apply again without: everything that is not as it must be."""
        with TemporaryDirectory() as folder:
            office = Office(world(self.world), Path(folder))
            try:
                return list(self._breaches(office))
            finally:
                office.close()

    def _breaches(self, office: Office) -> Iterator[str]:
        cut = Random(str(self)) if Fault.POWER_CUT.value in (self.fault, self.then) else None
        first = office.apply(self.choose, cut=cut)
        yield from (f"first apply: {text}" for text in after_session(office))
        if not first.hit:
            yield "the fault never came"
        if self.span == "once" and not self.then and Fault(self.fault) in PASSING and first.exit_code != 0:
            yield f"first apply: exit {first.exit_code} after a fault that passes: {first.error}"
        office.time.sleep(3600)
        office.apply()
        yield from (f"second apply: {text}" for text in after_session(office))
        yield from at_the_end(office)


def all_cases() -> Iterator[Case]:
    """Every fault at every request, and every second fault at what follows a lost answer to a write."""
    for name in SWITCHES:
        _, requests, writes = goal(name)
        for fault in Fault:
            for span in _spans(fault) if name == "inline" else ("once",):
                yield from (Case(name, fault.value, index, span) for index in range(requests))
        for fault in LOST:
            for then in SECOND:
                for gap in (1, 2):
                    for index in writes:
                        yield Case(name, fault.value, index, "once", then.value, gap)


def sample(each: int = 1) -> list[Case]:
    """Some of every fault, span and pair of faults, spread over the requests: the same ones every time."""
    groups: dict[tuple[str, ...], list[Case]] = {}
    for case in all_cases():
        groups.setdefault((case.world, case.fault, case.span, case.then, str(case.gap)), []).append(case)
    chosen = []
    for number, cases in enumerate(groups.values()):
        # Steps of the golden ratio fall evenly over any length, and nowhere twice.
        places = (turn * 0.618034 % 1 for turn in range(number * each, (number + 1) * each))
        chosen += [cases[int(place * len(cases))] for place in places]
    return chosen


def _spans(fault: Fault) -> tuple[str, ...]:
    if fault in KILLS | STOPS:
        return ("once",)
    return (
        ("once", "lasting") if fault in (Fault.UNAUTHORISED, Fault.THROTTLED_HOURLY) else ("once", "thrice", "lasting")
    )

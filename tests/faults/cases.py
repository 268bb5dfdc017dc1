"""The cases: a fault at a request, once or repeatedly, and an optional second fault at the following reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from reconciler.gateway.messages import Request
from tests.faults.fault import KILLS, STOPS, TRANSIENT, Fault
from tests.faults.invariants import expected_result, final_problems, session_problems
from tests.faults.scenario_server import SWITCHES
from tests.faults.state_folder import StateFolder, in_state_folder

SPANS = {"once": 1, "thrice": 3, "lasting": 1_000_000}
LOST_RESPONSES = (Fault.DROPPED_BEFORE, Fault.DROPPED_AFTER)
"""Faults after which the client reads or retries, where a second fault can be injected."""
SECOND_FAULTS = (
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
    """A fault at request `index` (from 0), for a span; `then` is a second fault, `gap` requests later."""

    scenario: str
    fault: str
    index: int
    span: str = "once"
    then: str = ""
    gap: int = 0

    def __str__(self) -> str:
        then = f"+{self.then}@{self.gap}" if self.then else ""
        return f"{self.scenario}/{self.fault}{then}/{self.span}/{self.index}"

    @property
    def group(self) -> str:
        """The name under which the case is counted."""
        return f"{self.fault}, then {self.then}" if self.then else f"{self.fault}, {self.span}"

    def choose(self, number: int, _request: Request) -> Fault | None:
        """The fault of the request with this number."""
        if self.index <= number < self.index + SPANS[self.span]:
            return Fault(self.fault)
        return Fault(self.then) if self.then and number == self.index + self.gap else None

    def run(self) -> list[str]:
        """Apply with the fault, then without; returns every violated invariant."""
        return in_state_folder(self.scenario, self._problems)

    def _problems(self, state_folder: StateFolder) -> Iterator[str]:
        cut = Random(str(self)) if Fault.POWER_CUT.value in (self.fault, self.then) else None
        first = state_folder.apply(self.choose, cut=cut)
        yield from (f"first apply: {text}" for text in session_problems(state_folder))
        if not first.injected:
            yield "the fault was not injected"
        if self.span == "once" and not self.then and Fault(self.fault) in TRANSIENT and first.exit_code != 0:
            yield f"first apply: exit {first.exit_code} after a transient fault: {first.error}"
        state_folder.time.sleep(3600)
        state_folder.apply()
        yield from (f"second apply: {text}" for text in session_problems(state_folder))
        yield from final_problems(state_folder)


def all_cases() -> Iterator[Case]:
    """Every fault at every request, and every second fault after a lost response to a write."""
    for name in SWITCHES:
        _, requests, writes = expected_result(name)
        for fault in Fault:
            for span in _spans(fault) if name == "inline" else ("once",):
                yield from (Case(name, fault.value, index, span) for index in range(requests))
        for fault in LOST_RESPONSES:
            for then in SECOND_FAULTS:
                for gap in (1, 2):
                    for index in writes:
                        yield Case(name, fault.value, index, "once", then.value, gap)


def sample(each: int = 1) -> list[Case]:
    """A fixed sample of every fault, span and pair of faults, spread over the scenarios and their requests."""
    groups: dict[tuple[str, ...], list[Case]] = {}
    for case in all_cases():
        groups.setdefault((case.fault, case.span, case.then, str(case.gap)), []).append(case)
    chosen = []
    for number, cases in enumerate(groups.values()):
        # Multiples of the golden ratio spread evenly over any length, without repetition.
        positions = (n * 0.618034 % 1 for n in range(number * each, (number + 1) * each))
        chosen += [cases[int(position * len(cases))] for position in positions]
    return chosen


def _spans(fault: Fault) -> tuple[str, ...]:
    if fault in KILLS | STOPS:
        return ("once",)
    return (
        ("once", "lasting") if fault in (Fault.UNAUTHORISED, Fault.THROTTLED_HOURLY) else ("once", "thrice", "lasting")
    )

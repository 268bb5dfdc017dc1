"""A write is answered with a status that says nothing about its outcome: carried out or not, once, thrice or to the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from reconciler.gateway.messages import Request
from reconciler.gateway.statuses import may_retry_status
from tests.faults.cases import SPANS
from tests.faults.fault import StatusFault
from tests.faults.invariants import expected_result, final_problems, session_problems
from tests.faults.scenario_server import SWITCHES, scenario_server
from tests.faults.state_folder import Session, StateFolder, in_state_folder

STATUSES = (303, 307, 308, 408, 409, 425, 499, 500, 502, 503, 504)


@dataclass(frozen=True, order=True)
class StatusCase:
    """The answers to the writes from request `index` on have this status; reads are answered as usual."""

    scenario: str
    status: int
    carried_out: bool
    index: int
    span: str = "once"

    def __str__(self) -> str:
        return f"{self.scenario}/{self._fault.value}/{self.span}/{self.index}"

    @property
    def group(self) -> str:
        """The name under which the case is counted."""
        return f"status {self._fault.value}, {self.span}"

    @property
    def _fault(self) -> StatusFault:
        return StatusFault(self.status, self.carried_out)

    def choose(self, number: int, request: Request) -> StatusFault | None:
        """The fault of the request with this number."""
        is_hit = request.method != "GET" and self.index <= number < self.index + SPANS[self.span]
        return self._fault if is_hit else None

    def run(self) -> list[str]:
        """Apply with the fault, then without; returns every violated invariant."""
        return in_state_folder(self.scenario, self._problems)

    def _problems(self, state_folder: StateFolder) -> Iterator[str]:
        first = state_folder.apply(self.choose)
        yield from (f"first apply: {text}" for text in session_problems(state_folder))
        yield from (f"first apply: {text}" for text in self._first_problems(first))
        state_folder.time.sleep(3600)
        state_folder.apply()
        yield from (f"second apply: {text}" for text in session_problems(state_folder))
        yield from final_problems(state_folder)

    def _first_problems(self, first: Session) -> Iterator[str]:
        if not first.injected:
            yield "the fault was not injected"
            return
        method = first.injected[0][0].method
        is_repeated = method != "DELETE" or may_retry_status(method, self.status)
        if self.span == "once" and first.exit_code != (0 if self.carried_out or is_repeated else 4):
            yield f"exit {first.exit_code} after one {self.status} to a {method}: {first.error}"
        for line in first.lines:
            if line["event"] == "outcome" and line["status"] == self.status and line["result"] != "unknown":
                yield f"the journal says {line['result']} of {line['address']}, answered {self.status}"


def status_cases() -> Iterator[StatusCase]:
    """Every status at every write, carried out or not."""
    for name in SWITCHES:
        for status in STATUSES:
            for carried_out in (True, False):
                for span in SPANS if name == "inline" else ("once",):
                    yield from (StatusCase(name, status, carried_out, n, span) for n in expected_result(name)[2])


@cache
def sample_of_statuses() -> list[StatusCase]:
    """For each status, carried out or not, in turn a write of each method once, and a longer fault."""
    methods: dict[str, list[int]] = {}
    with TemporaryDirectory() as folder:
        state_folder = StateFolder(scenario_server("inline"), Path(folder))
        for number, logged in enumerate(state_folder.apply().log):
            methods.setdefault(logged.method, []).append(number)
        state_folder.close()
    in_turn = ("POST", "PUT", "DELETE", "PATCH")
    cases = []
    for at, (status, carried_out) in enumerate((s, c) for c in (True, False) for s in STATUSES):
        chosen = [(in_turn[at // 2 % 4], "once") if at % 2 else ("POST", ("thrice", "lasting")[at // 2 % 2])]
        for method, span in chosen:
            numbers = methods[method]
            cases.append(StatusCase("inline", status, carried_out, numbers[at * 7 % len(numbers)], span))
    return cases

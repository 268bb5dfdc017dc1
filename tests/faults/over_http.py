"""The same faults made by the sandbox itself, through real sockets: what they look like there is taken for the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from reconciler.gateway.wire import Request
from reconciler.sandbox import Fault as ServerFault
from reconciler.sandbox import Incoming
from tests.faults.checks import after_session, at_the_end
from tests.faults.office import Office
from tests.faults.serving import served
from tests.faults.trouble import Fault
from tests.faults.world import world

AS_SERVED = {
    Fault.DROPPED_BEFORE: ServerFault.DROP_BEFORE,
    Fault.DROPPED_AFTER: ServerFault.DROP_AFTER,
    Fault.ERROR_BEFORE: ServerFault.ERROR_BEFORE,
    Fault.ERROR_AFTER: ServerFault.ERROR_AFTER,
    Fault.BAD_GATEWAY: ServerFault.BAD_GATEWAY,
    Fault.THROTTLED: ServerFault.THROTTLE,
    Fault.TRUNCATED: ServerFault.TRUNCATED,
    Fault.MALFORMED: ServerFault.BAD_JSON,
}


@dataclass(frozen=True)
class HttpCase:
    """A fault of the server's at request `index`."""

    fault: str
    index: int

    def __str__(self) -> str:
        return f"http/{self.fault}/{self.index}"

    @property
    def group(self) -> str:
        """What is counted together."""
        return f"over HTTP: {self.fault}"

    def run(self) -> list[str]:
        """Apply, and apply again: everything that is not as it must be."""
        pending: list[Fault] = []

        def break_next(_: Incoming) -> ServerFault | None:
            return AS_SERVED[pending.pop()] if pending else None

        with TemporaryDirectory() as folder:
            office = Office(world("inline"), Path(folder), faults=break_next)
            try:
                with served(office.app) as office.base_url:
                    return list(self._breaches(office, pending))
            finally:
                office.close()

    def _breaches(self, office: Office, pending: list[Fault]) -> Iterator[str]:
        def choose(number: int, request: Request) -> None:
            if number == self.index:
                pending.append(Fault(self.fault))
                office.hit_elsewhere.append((request, Fault(self.fault)))

        first = office.apply(choose)
        yield from (f"first apply: {text}" for text in after_session(office))
        if first.exit_code != 0 or not first.hit or pending:
            yield f"first apply: exit {first.exit_code} after a fault that passes: {first.error}"
        office.hit_elsewhere.clear()
        office.apply()
        yield from (f"second apply: {text}" for text in after_session(office))
        yield from at_the_end(office)


def http_cases(requests: int, step: int = 1) -> Iterator[HttpCase]:
    """Every fault that the server can make, at every request, or at one in so many, each fault at others."""
    for number, fault in enumerate(AS_SERVED):
        yield from (HttpCase(fault.value, index) for index in range(number * 5 % step, requests, step))

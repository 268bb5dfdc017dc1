"""The same faults made by the server, through real sockets: what they look like there is taken for the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reconciler.gateway.messages import Request
from reconciler.sandbox import Fault as ServerFault
from reconciler.sandbox import Incoming
from tests.faults.fault import ACTED, Fault
from tests.faults.http_server import Asgi, served
from tests.faults.invariants import after_session, at_the_end, goal
from tests.faults.scenario_server import world
from tests.faults.state_folder import Office

AS_SERVED = {
    Fault.ERROR_BEFORE: ServerFault.ERROR_BEFORE,
    Fault.ERROR_AFTER: ServerFault.ERROR_AFTER,
    Fault.BAD_GATEWAY: ServerFault.BAD_GATEWAY,
    Fault.THROTTLED: ServerFault.THROTTLE,
    Fault.TRUNCATED: ServerFault.TRUNCATED,
    Fault.MALFORMED: ServerFault.BAD_JSON,
}

"""What the sandbox makes of it as an application."""
ON_THE_WIRE = (Fault.DROPPED_BEFORE, Fault.DROPPED_AFTER, Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER)
"""What an application cannot make: a server turns what it raises into an answer."""
TIMEOUT = 0.5
"""Seconds that the client waits; the server stalls for twice as long."""


class Wire:
    """Stands between the server and an application, and cuts the connection of a request, at once or after a while."""

    def __init__(self, app: Asgi, pending: list[Fault]) -> None:
        self._app, self._pending = app, pending

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        fault = self._pending.pop() if self._pending and self._pending[0] in ON_THE_WIRE else None
        if fault is None:
            await self._app(scope, receive, send)
            return
        if fault in ACTED:
            await self._app(scope, receive, _nowhere)
        if fault in (Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER):
            await asyncio.sleep(2 * TIMEOUT)
        send.__self__.transport.abort()  # the server's own request, whose `send` this is


async def _nowhere(_: Any) -> None:
    """For an answer that nobody gets."""


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
            office = Office(world("inline"), Path(folder), faults=break_next, timeout=TIMEOUT)
            try:
                with served(Wire(office.app, pending)) as office.base_url:
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
        if first.requests <= goal("inline")[1]:
            yield "first apply: nothing was sent again, so nothing went wrong"
        office.hit_elsewhere.clear()
        office.apply()
        yield from (f"second apply: {text}" for text in after_session(office))
        yield from at_the_end(office)


def http_cases(requests: int, step: int = 1) -> Iterator[HttpCase]:
    """Every fault that the server can make, at every request, or at one in so many, each fault at others."""
    for number, fault in enumerate((*AS_SERVED, *ON_THE_WIRE)):
        yield from (HttpCase(fault.value, index) for index in range(number * 5 % step, requests, step))

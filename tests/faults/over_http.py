"""The same faults made by the server, over real sockets: the client handles them in the same way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reconciler.gateway.messages import Request
from reconciler.sandbox import Fault as ServerFault
from reconciler.sandbox import IncomingRequest
from tests.faults.fault import CARRIED_OUT, Fault
from tests.faults.http_server import Asgi, serve
from tests.faults.invariants import expected_result, final_problems, session_problems
from tests.faults.scenario_server import scenario_server
from tests.faults.state_folder import StateFolder

AS_SERVED = {
    Fault.ERROR_BEFORE: ServerFault.ERROR_BEFORE,
    Fault.ERROR_AFTER: ServerFault.ERROR_AFTER,
    Fault.BAD_GATEWAY: ServerFault.BAD_GATEWAY,
    Fault.THROTTLED: ServerFault.THROTTLE,
    Fault.TRUNCATED: ServerFault.TRUNCATED,
    Fault.MALFORMED: ServerFault.BAD_JSON,
}

"""Faults that the sandbox application injects."""
ON_THE_WIRE = (Fault.DROPPED_BEFORE, Fault.DROPPED_AFTER, Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER)
"""What an application cannot make: a server turns what it raises into a response."""
TIMEOUT = 3.0
"""The timeout of the client in seconds, which no response of a loaded machine exceeds; the server stalls for twice as long."""


class FaultyConnection:
    """Wraps an application, and aborts the connection of a request immediately or after a delay."""

    def __init__(self, app: Asgi, pending: list[Fault]) -> None:
        self._app, self._pending = app, pending

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        fault = self._pending.pop() if self._pending and self._pending[0] in ON_THE_WIRE else None
        if fault is None:
            await self._app(scope, receive, send)
            return
        if fault in CARRIED_OUT:
            await self._app(scope, receive, _discard)
        if fault in (Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER):
            await asyncio.sleep(2 * TIMEOUT)
        send.__self__.transport.abort()  # the server's own request, whose `send` this is


async def _discard(_: Any) -> None:
    """Discard a message of the response."""


@dataclass(frozen=True)
class HttpCase:
    """A fault of the server at request `index`."""

    fault: str
    index: int

    def __str__(self) -> str:
        return f"http/{self.fault}/{self.index}"

    @property
    def group(self) -> str:
        """The name under which the case is counted."""
        return f"over HTTP: {self.fault}"

    def run(self) -> list[str]:
        """Apply with the fault, then without; returns every violated invariant."""
        pending: list[Fault] = []

        def next_fault(_: IncomingRequest) -> ServerFault | None:
            return AS_SERVED[pending.pop()] if pending else None

        with TemporaryDirectory() as folder:
            state_folder = StateFolder(scenario_server("inline"), Path(folder), faults=next_fault, timeout=TIMEOUT)
            try:
                with serve(FaultyConnection(state_folder.app, pending)) as state_folder.base_url:
                    return list(self._problems(state_folder, pending))
            finally:
                state_folder.close()

    def _problems(self, state_folder: StateFolder, pending: list[Fault]) -> Iterator[str]:
        def choose(number: int, request: Request) -> None:
            if number == self.index:
                pending.append(Fault(self.fault))
                state_folder.injected_by_server.append((request, Fault(self.fault)))

        first = state_folder.apply(choose)
        yield from (f"first apply: {text}" for text in session_problems(state_folder))
        if first.exit_code != 0 or not first.injected or pending:
            yield f"first apply: exit {first.exit_code} after a transient fault: {first.error}"
        if first.requests <= expected_result("inline")[1]:
            yield "first apply: no request was retried, so the fault was not injected"
        state_folder.injected_by_server.clear()
        state_folder.apply()
        yield from (f"second apply: {text}" for text in session_problems(state_folder))
        yield from final_problems(state_folder)


def http_cases(requests: int, step: int = 1) -> Iterator[HttpCase]:
    """Every fault of the server at every `step`-th request, with a different offset for each fault."""
    for number, fault in enumerate((*AS_SERVED, *ON_THE_WIRE)):
        yield from (HttpCase(fault.value, index) for index in range(number * 5 % step, requests, step))

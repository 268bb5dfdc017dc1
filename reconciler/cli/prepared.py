"""A plan that is ready for approval, and the count of the requests that led to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from reconciler.gateway import Reader
from reconciler.live import Reading
from reconciler.planning import Plan
from reconciler.state import Workspace

_Client = TypeVar("_Client", bound=Reader)


@dataclass(frozen=True, slots=True)
class PreparedPlan:
    """A plan and its inputs, ready for approval; `read_at` is in seconds of a monotonic clock, `limit` that of requests."""

    plan: Plan
    workspace: Workspace
    reading: Reading
    read_at: float
    limit: int | None = None


class RequestCount:
    """The requests of a command, over all its clients. `opening`: those that found the connection and the workspace."""

    def __init__(self) -> None:
        self.clients: list[Reader] = []
        self._pinning = self.opening = 0

    @property
    def total(self) -> int:
        """Requests sent so far."""
        return sum(client.requests for client in self.clients)

    def add(self, client: _Client) -> _Client:
        """Count the requests of one more client."""
        self.clients.append(client)
        return client

    def pinned(self) -> None:
        """Note that the connection is known."""
        self._pinning = self.opening = self.total

    @contextmanager
    def choosing(self) -> Iterator[None]:
        """Context of the choice of the workspace; only the last one counts."""
        before = self.total
        yield
        self.opening = self._pinning + self.total - before

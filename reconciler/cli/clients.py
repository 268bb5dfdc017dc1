"""The clients of one command: they share a rate limit, a clock and a count of what was sent."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any, TypeVar

from reconciler.cli.prepared import RequestCount
from reconciler.cli.request_log import log_pause, log_request
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.interrupt import Interrupt
from reconciler.cli.terminal.waiting import Waits
from reconciler.gateway import (
    Clock,
    GatewayConfig,
    Paused,
    Reader,
    RetryPolicy,
    Sent,
    Writer,
    open_limiter,
    open_reader,
    open_writer,
    share_list_facts,
)

_Client = TypeVar("_Client", bound=Reader)


class Clients:
    """Opens the clients of a command, and closes them with `stack`."""

    def __init__(
        self, settings: Settings, config: GatewayConfig, stack: ExitStack, interrupt: Interrupt, policy: RetryPolicy
    ) -> None:
        self._settings, self._stack, self.count = settings, stack, RequestCount()
        clock = Clock(sleep=interrupt.pause, stopped=interrupt.is_asked)
        limiter = open_limiter(config, clock)
        self.waits = Waits(self.count.clients, limiter, time.monotonic)
        self._options: dict[str, Any] = {"limiter": limiter, "clock": clock, "retry_policy": policy}
        self._options |= {"on_request": self._on_request, "on_pause": self._on_pause}
        self.server_date = ""
        """The `Date` header of the last response that had one."""

    def reader(self, config: GatewayConfig) -> Reader:
        """A client that can only read."""
        return self._with_facts(open_reader(config, **self._options))

    def writer(self, config: GatewayConfig) -> Writer:
        """A client that can write; only for approved writes."""
        return self._with_facts(open_writer(config, **self._options))

    def _with_facts(self, client: _Client) -> _Client:
        """The client, which knows what answers to the others proved."""
        if self.count.clients:
            share_list_facts(client, self.count.clients[0])
        self._stack.enter_context(client)
        return self.count.add(client)

    def _on_request(self, sent: Sent) -> None:
        self.waits.on_request(sent)
        self.server_date = sent.headers.get("date", self.server_date)
        if self._settings.verbose:
            log_request(sent)

    def _on_pause(self, paused: Paused) -> None:
        self.waits.on_pause(paused)
        log_pause(paused)

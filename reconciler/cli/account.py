"""A command's access to the account itself, not to a workspace in it: no connection is pinned, because there may be none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import click

from reconciler.cli.connect import configure_gateway
from reconciler.cli.request_log import log_pause, log_request
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.interrupt import Interrupt
from reconciler.gateway import Clock, GatewayConfig, Reader, Writer, open_limiter, open_reader, open_writer


class Account:
    """Clients of one account. A writer is opened only for an approved write."""

    def __init__(self, settings: Settings, config: GatewayConfig, stack: ExitStack) -> None:
        self.interrupt = Interrupt()
        self._config, self._stack = config, stack
        clock = Clock(sleep=self.interrupt.pause, stopped=self.interrupt.is_asked)
        self._options: dict[str, Any] = {
            "limiter": open_limiter(config, clock),
            "clock": clock,
            "on_request": log_request if settings.verbose else None,
            "on_pause": log_pause,
        }
        self.reader: Reader = stack.enter_context(open_reader(config, **self._options))

    def writer(self) -> Writer:
        """A client that can write."""
        return self._stack.enter_context(open_writer(self._config, **self._options))


@contextmanager
def open_account(settings: Settings) -> Iterator[Account]:
    """The account behind a gateway with connections. Raises click.UsageError for a gateway without them, ConfigurationError."""
    with ExitStack() as stack:
        config = configure_gateway(settings, stack)
        if not config.gateway.has_connections:
            raise click.UsageError(
                f"gateway {config.name} has no connections; use --gateway maton",
                click.get_current_context(silent=True),
            )
        yield Account(settings, replace(config, connection=""), stack)

"""Opens the two forms of the client, and settles which connection a run goes through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reconciler.errors import ApiError, WorkspaceError
from reconciler.gateway.config import GatewayConfig
from reconciler.gateway.messages import ReadOnly
from reconciler.gateway.rate_limit import Limiter
from reconciler.gateway.reader import Reader
from reconciler.gateway.requests import SYSTEM_CLOCK, Clock, Paused, RequestPipeline, Sent
from reconciler.gateway.retry import DEFAULT, RetryPolicy
from reconciler.gateway.transport import open_transport
from reconciler.gateway.writer import Writer
from reconciler.text import sanitize


def open_limiter(config: GatewayConfig, clock: Clock = SYSTEM_CLOCK) -> Limiter:
    """The limiter of a run; give the same one to everything that the run opens."""
    return Limiter(config.rate, clock.monotonic, clock.sleep)


def open_reader(
    config: GatewayConfig,
    *,
    limiter: Limiter | None = None,
    clock: Clock = SYSTEM_CLOCK,
    retry_policy: RetryPolicy = DEFAULT,
    on_request: Callable[[Sent], None] | None = None,
    on_pause: Callable[[Paused], None] | None = None,
) -> Reader:
    """A client that can only read. Sends nothing yet. `watch` is called with every request that left, `on_pause`
    before every wait until one is repeated.
    """
    limiter = limiter or open_limiter(config, clock)
    transport = ReadOnly(open_transport(config))
    pipeline = RequestPipeline(
        config, transport, limiter, clock=clock, retry_policy=retry_policy, on_request=on_request, on_pause=on_pause
    )
    return Reader(config, pipeline)


def open_writer(
    config: GatewayConfig,
    *,
    limiter: Limiter | None = None,
    clock: Clock = SYSTEM_CLOCK,
    retry_policy: RetryPolicy = DEFAULT,
    on_request: Callable[[Sent], None] | None = None,
    on_pause: Callable[[Paused], None] | None = None,
) -> Writer:
    """A client that can write, for a run that was approved. Sends nothing yet."""
    limiter = limiter or open_limiter(config, clock)
    pipeline = RequestPipeline(
        config,
        open_transport(config),
        limiter,
        clock=clock,
        retry_policy=retry_policy,
        on_request=on_request,
        on_pause=on_pause,
    )
    return Writer(config, pipeline)


def pin_connection(config: GatewayConfig, reader: Reader) -> GatewayConfig:
    """`config` with the one ACTIVE connection pinned, so that every later request says which account it means.

    Asks (one request) only where the gateway has connections and none is chosen. A gateway that knows no such list (404,
    405) is used as it is. Raises WorkspaceError where there is none or more than one: without the header the oldest would
    be taken, which may be another account's (docs/clockify.md section 2).
    """
    if config.connection or not config.gateway.has_connections:
        return config
    try:
        found = [item for item in reader.connections() if str(item.get("status", "ACTIVE")).upper() == "ACTIVE"]
    except ApiError as error:
        if error.status in (404, 405):
            return config
        raise
    ids = [sanitize(str(item.get("connection_id", "")), 100) for item in found]
    if not ids:
        raise WorkspaceError(
            "this account has no ACTIVE Clockify connection",
            hint="connect Clockify in your Maton account, then run again",
        )
    if len(ids) > 1:
        listed = ", ".join(ids)
        raise WorkspaceError(
            f"this account has {len(ids)} ACTIVE Clockify connections: {listed}", hint="choose one with --connection ID"
        )
    return replace(config, connection=ids[0])

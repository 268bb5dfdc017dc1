"""Opens a Reader or a Writer, and pins the connection of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reconciler.errors import ApiError, WorkspaceError
from reconciler.gateway.config import GatewayConfig
from reconciler.gateway.connections import id_of
from reconciler.gateway.messages import ReadOnly
from reconciler.gateway.open_transport import open_transport
from reconciler.gateway.rate_limit import Limiter
from reconciler.gateway.reader import Reader
from reconciler.gateway.requests import SYSTEM_CLOCK, Clock, Paused, RequestPipeline, Sent
from reconciler.gateway.retry import DEFAULT, RetryPolicy
from reconciler.gateway.writer import Writer


def open_limiter(config: GatewayConfig, clock: Clock = SYSTEM_CLOCK) -> Limiter:
    """The rate limiter of a run; all readers and writers of the run share it."""
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
    """A client that can only read. Opening it sends nothing.

    `on_request` is called after every attempt, `on_pause` before every wait for a retry.
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
    """A client that can write, for an approved run. Opening it sends nothing; the callbacks are those of `open_reader`."""
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
    """`config` with the only ACTIVE connection pinned, so that every later request names the connection.

    Sends one request (more for 30 and more connections), and only if the gateway has connections and `config` names none. A gateway without a list of
    connections (404, 405) is used as it is. Raises WorkspaceError if the account has no ACTIVE connection or several:
    without the header Maton uses the oldest, which may be another account's (docs/clockify.md section 2).
    """
    if config.connection or not config.gateway.has_connections:
        return config
    try:
        active = reader.connections()
    except ApiError as error:
        if error.status in (404, 405):
            return config
        raise
    ids = [id_of(item) for item in active]
    if not ids:
        raise WorkspaceError(
            "this account has no ACTIVE Clockify connection",
            hint="connect Clockify: reconciler connections create",
        )
    if len(ids) > 1:
        listed = ", ".join(ids)
        raise WorkspaceError(
            f"this account has {len(ids)} ACTIVE Clockify connections: {listed}",
            hint="select one with --connection ID; to tell them apart: reconciler connections list",
        )
    return replace(config, connection=ids[0])

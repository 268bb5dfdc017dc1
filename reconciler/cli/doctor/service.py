"""The service: gateway, key, connection, user, clock, workspace, role, subscription and rate. Reads only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from reconciler.cli.connect import configure_gateway
from reconciler.cli.credentials import find_credential
from reconciler.cli.request_log import log_pause, log_request
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.interrupt import Interrupt
from reconciler.errors import ConfigurationError, CredentialsError, ReconcilerError, WorkspaceError
from reconciler.gateway import Clock, GatewayConfig, Reader, Sent, open_limiter, open_reader, pin_connection
from reconciler.gateway.keys import KEY_HEADERS
from reconciler.live import choose_workspace
from reconciler.live.role import access_role_of
from reconciler.render.diagnoses import Diagnosis, Health
from reconciler.render.words import count
from reconciler.state import AccessRole, Workspace

LARGE_SKEW_SECONDS = 30.0
"""A clock that is further off makes the times in journals and time entries wrong."""
_LIMITS = ("x-ratelimit-limit", "x-rate-limit-limit", "ratelimit-limit")
_ROLES = {
    AccessRole.OWNER: (Health.OK, "owner of the workspace", ""),
    AccessRole.ADMIN: (Health.OK, "administrator of the workspace", ""),
    AccessRole.LIMITED: (
        Health.WARN,
        "neither owner nor administrator: private projects and time of others are hidden",
        "use the key of an administrator; plans that remove anything are blocked until then",
    ),
    AccessRole.UNKNOWN: (Health.WARN, "the service reports no roles", "make sure that the key is an administrator's"),
}


@dataclass
class Observed:
    """What the responses show beside their bodies."""

    requests: int = 0
    limited: int = 0
    skew: float | None = None
    """Seconds that this machine's clock is ahead of the service's, by the newest response with a date."""
    limit: str = ""
    workspace: Workspace | None = None
    wire: dict[str, object] = field(default_factory=dict)

    def note(self, sent: Sent) -> None:
        """Take one response into account; a request without one shows nothing."""
        if not sent.status:
            return
        self.requests += 1
        self.limited += sent.status == 429
        self.limit = next((sent.headers[name] for name in _LIMITS if name in sent.headers), self.limit)
        try:
            date = parsedate_to_datetime(sent.headers["date"])
            self.skew = time.time() - date.timestamp()
        except (KeyError, ValueError, OverflowError):
            return


def diagnose_service(settings: Settings, seen: Observed) -> Iterator[Diagnosis]:
    """Each part in turn; after a part without which the next cannot be read, the rest is left out."""
    with ExitStack() as stack:
        try:
            source = _key_source(settings)
            config = configure_gateway(settings, stack)
        except ConfigurationError as error:
            yield Diagnosis("key", Health.FAIL, error.message, error.hint)
            return
        yield Diagnosis("gateway", Health.OK, f"{config.name}, {config.base_url}")
        yield Diagnosis("key", Health.OK, source)
        try:
            yield from _account(settings, config, stack, seen)
        except CredentialsError as error:
            yield Diagnosis("key", Health.FAIL, error.message, error.hint)
        except ReconcilerError as error:
            yield Diagnosis("service", Health.FAIL, error.message, error.hint)
        if seen.requests:
            yield from _traffic(settings, seen)


def _key_source(settings: Settings) -> str:
    if settings.is_in_process:
        return "the sandbox of this process needs none"
    found = find_credential(settings)
    if found.source:
        return f"from the {found.source}"
    return f"from the environment ({KEY_HEADERS[settings.gateway][found.kind].variable})" if found.key else "none set"


def _account(settings: Settings, config: GatewayConfig, stack: ExitStack, seen: Observed) -> Iterator[Diagnosis]:
    interrupt = Interrupt()
    clock = Clock(sleep=interrupt.pause, stopped=interrupt.is_asked)
    limiter = open_limiter(config, clock)

    def note(sent: Sent) -> None:
        seen.note(sent)
        if settings.verbose:
            log_request(sent)

    def opened(of: GatewayConfig) -> Reader:
        reader = open_reader(of, limiter=limiter, clock=clock, on_request=note, on_pause=log_pause)
        return stack.enter_context(reader)

    reader = opened(config)
    try:
        pinned = pin_connection(config, reader)
    except WorkspaceError as error:
        yield Diagnosis("connection", Health.FAIL, error.message, error.hint)
        return
    if config.gateway.has_connections:
        yield Diagnosis("connection", Health.OK, pinned.connection or "the gateway lists none")
    reader = reader if pinned is config else opened(pinned)
    user = reader.user()
    yield Diagnosis("user", Health.OK, " ".join(str(user.get(name) or "") for name in ("name", "email")).strip())
    yield from _workspace(settings, reader, seen)


def _workspace(settings: Settings, reader: Reader, seen: Observed) -> Iterator[Diagnosis]:
    try:
        workspace = choose_workspace(reader, settings.workspace)
    except WorkspaceError as error:
        health = Health.FAIL if settings.workspace else Health.WARN
        yield Diagnosis("workspace", health, error.message, error.hint)
        return
    seen.workspace = workspace
    yield Diagnosis("workspace", Health.OK, f"{workspace.name} ({workspace.id})")
    yield Diagnosis("role", *_ROLES[access_role_of(reader, workspace)])
    yield _subscription(reader, workspace)


def _subscription(reader: Reader, workspace: Workspace) -> Diagnosis:
    wire = reader.workspace(workspace.id)
    plan, features = wire.get("featureSubscriptionType"), wire.get("features")
    if not isinstance(plan, str) or not plan:
        return Diagnosis("subscription", Health.OK, "the service reports no subscription plan")
    listed = f" with {count(len(features), 'feature')}" if isinstance(features, list) else ""
    if plan == "FREE":
        cure = "leave out rates, budgets and estimates that it lacks, or upgrade; apply reports each once"
        return Diagnosis("subscription", Health.WARN, f"{plan}{listed}: writes may be limited to 30 an hour", cure)
    return Diagnosis("subscription", Health.OK, f"{plan}{listed}")


def _traffic(settings: Settings, seen: Observed) -> Iterator[Diagnosis]:
    if seen.skew is None:
        yield Diagnosis("clock", Health.OK, "the service sends no date to compare with")
    elif abs(seen.skew) > LARGE_SKEW_SECONDS:
        message = (
            f"this machine's clock is {abs(seen.skew):.0f} s {'ahead of' if seen.skew > 0 else 'behind'} the service's"
        )
        yield Diagnosis("clock", Health.WARN, message, "set the clock, for example by a time service (NTP)")
    else:
        yield Diagnosis("clock", Health.OK, f"within {LARGE_SKEW_SECONDS:.0f} s of the service's")
    message = f"{count(seen.requests, 'request')} at most at {settings.rate}"
    message += f"; the service announces a limit of {seen.limit}" if seen.limit else ""
    if seen.limited:
        cure = "lower --rate, e.g. 10/s through Maton or 30/h for a new Free workspace"
        yield Diagnosis("rate", Health.WARN, f"{message}; {seen.limited} answered 429 (limit reached)", cure)
    else:
        yield Diagnosis("rate", Health.OK, message)

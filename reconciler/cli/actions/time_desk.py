"""What every `time` command works with: the workspace, the caller, the present and the zone, and the names of the workspace."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import click

from reconciler.applying import Runs
from reconciler.cli.run_store import fetch_runs
from reconciler.cli.session import Session, open_session
from reconciler.cli.settings import Settings
from reconciler.cli.store_use import StoreUse
from reconciler.errors import TimeEntryError
from reconciler.gateway import Reader
from reconciler.planning import Target
from reconciler.state import Workspace
from reconciler.timekeeping.resolve import Person, Resolver, person_of
from reconciler.timekeeping.times import Moment
from reconciler.timekeeping.write import TimeContext
from reconciler.timekeeping.zones import WrittenTimeError, zone_of
from reconciler.value_types import Wire

_Value = TypeVar("_Value")


def utc_now() -> datetime:
    """The present, in UTC and to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def parse(option: str, read: Callable[[], _Value]) -> _Value:
    """The value of an option; what has no single meaning is a usage error that names the option."""
    try:
        return read()
    except WrittenTimeError as error:
        raise click.BadParameter(str(error), click.get_current_context(), param_hint=option) from error


@dataclass(frozen=True, slots=True)
class TimeDesk:
    """One `time` command's access to a workspace."""

    session: Session
    settings: Settings
    workspace: Workspace
    user: Person
    moment: Moment

    @property
    def reader(self) -> Reader:
        """The client that can only read."""
        return self.session.reader

    @property
    def resolver(self) -> Resolver:
        """The names of the workspace."""
        return Resolver(self.reader, self.workspace.id)

    def person(self, text: str | None) -> Person:
        """The user of `--user`, by default the caller."""
        if text is None or text in (self.user.id, self.user.email):
            return self.user
        return self.resolver.person(text)

    def context(self) -> TimeContext:
        """What a write is recorded with."""
        config, workspace = self.session.config, self.workspace
        target = Target(config.name, config.base_url, workspace.id, workspace.name)
        runs = Runs(self.settings.state_dir)
        return TimeContext(target, config.connection, self.user, self.moment.zone.key, runs, time.time)


@contextmanager
def open_desk(settings: Settings, zone: str | None, *, wait_for_quota: bool = False) -> Iterator[TimeDesk]:
    """Connect, and read the workspace and the caller. The zone is that of `--zone`, else the account's."""
    if zone is not None:
        parse("--zone", lambda: zone_of(zone))
    known = fetch_runs(settings, StoreUse.TIME)
    with open_session(settings, wait_for_quota=wait_for_quota) as session:
        workspace = session.workspace()
        user = session.reader.user()
        moment = Moment(utc_now(), zone_of(zone or _account_zone(user)))
        try:
            yield TimeDesk(session, settings, workspace, person_of(user), moment)
        finally:
            known.publish()


def _account_zone(user: Wire) -> str:
    """The time zone of an account. Raises TimeEntryError where it has none that is known."""
    found = user.get("settings")
    name = found.get("timeZone") if isinstance(found, dict) else None
    try:
        zone_of(str(name or ""))
    except WrittenTimeError as error:
        raise TimeEntryError(
            f"the account has no known time zone ({error})", hint="name one, for example --zone UTC"
        ) from error
    return str(name)

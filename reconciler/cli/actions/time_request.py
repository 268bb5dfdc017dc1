"""The options of `time add`, `start`, `stop` and `edit` as given, and what they mean: instants, names, a description."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import click

from reconciler.cli.actions.time_desk import TimeDesk, parse
from reconciler.timekeeping.durations import parse_duration
from reconciler.timekeeping.resolve import Named
from reconciler.timekeeping.times import parse_time
from reconciler.timekeeping.zones import WrittenTimeError, local_day, show_instant

MAX_DESCRIPTION = 3000
"""Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRequest:
    """The options of a write, as given; None where an option is not given."""

    start: str | None = None
    end: str | None = None
    duration: str | None = None
    project: str | None = None
    task: str | None = None
    tags: tuple[str, ...] = ()
    description: str | None = None
    billable: bool | None = None
    user: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """The project, the task and the tags of an entry, resolved."""

    project: Named | None = None
    task: Named | None = None
    tags: tuple[Named, ...] = ()

    @property
    def warnings(self) -> list[str]:
        """A warning for each that is archived, or done."""
        archived = [one for one in (self.project, *self.tags) if one is not None and one.is_archived]
        done = [f"{self.task.address} is done"] if self.task is not None and self.task.is_archived else []
        return [*(f"{one.address} is archived" for one in archived), *done]


def read_start(text: str, desk: TimeDesk) -> datetime:
    """The instant of `--start`."""
    return parse("--start", lambda: parse_time(text, desk.moment))


def read_end(request: EntryRequest, start: datetime, desk: TimeDesk) -> datetime:
    """The instant of `--end`, without a day on the day of the start; or of `--for`. Raises click.BadParameter, also before it."""
    if request.duration is not None:
        duration = request.duration
        return parse("--for", lambda: _later(start, parse_duration(duration)))
    text, zone = request.end or "", desk.moment.zone
    end = parse("--end", lambda: parse_time(text, desk.moment, day=local_day(start, zone)))
    if end < start:
        context = click.get_current_context()
        other = ", or use --for" if any(option.name == "duration" for option in context.command.params) else ""
        raise click.BadParameter(
            f"{show_instant(end, zone)} is before the start, {show_instant(start, zone)}; name the day of the end{other}",
            context,
            param_hint="--end",
        )
    return end


def resolve_parts(request: EntryRequest, desk: TimeDesk) -> Parts:
    """The names of a request. Raises TimeEntryError for one that is unknown or ambiguous."""
    resolver = desk.resolver
    project = resolver.project(request.project) if request.project else None
    task = None
    if request.task:
        project, task = resolver.task(request.task, project)
    return Parts(project, task, resolver.tags(tag for tag in request.tags if tag))


def require_description(text: str) -> str:
    """A description as the service takes it. Raises click.BadParameter."""
    problem = ""
    if len(text) > MAX_DESCRIPTION:
        problem = f"it has {len(text)} characters; the limit is {MAX_DESCRIPTION}"
    elif "<" in text or ">" in text:
        problem = "it contains < or >, which Clockify refuses"
    elif any("\ud800" <= char <= "\udfff" for char in text):
        problem = "it is not valid UTF-8"
    if problem:
        raise click.BadParameter(problem, click.get_current_context(), param_hint="--description")
    return text


def require_one_end(request: EntryRequest) -> None:
    """Raise a usage error for an end that is given twice."""
    if request.end is not None and request.duration is not None:
        raise click.UsageError("--end and --for exclude each other", click.get_current_context())


def _later(start: datetime, seconds: int) -> datetime:
    try:
        return start + timedelta(seconds=seconds)
    except OverflowError:
        raise WrittenTimeError("the end is beyond the calendar") from None

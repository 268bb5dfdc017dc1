"""How a run tells how far it is: a bar on a terminal, a line every few seconds in a log, events for programs, or nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task
from rich.text import Text

from reconciler.applying import ChangeFinished, Event, Result
from reconciler.applying import Progress as ProgressEvent
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import columns, has_color, has_cursor, is_ascii, json_line, note, say, styled
from reconciler.render import words
from reconciler.render.escape import visible
from reconciler.render.events import event_to_json
from reconciler.render.report import event_line
from reconciler.render.width import truncate

EVERY_SECONDS = 5.0
"""How often a log hears of a run in which nothing goes wrong."""
SILENT_RESULTS = (Result.DONE, Result.ALREADY, Result.SKIPPED)

Watcher = Callable[[Event], None]


@contextmanager
def show_progress(settings: Settings, *, form: str, quiet: bool) -> Iterator[Watcher]:
    """Within it, the function that is told of every event of a run."""
    if form == "json":
        yield _stream
    elif quiet:
        yield lambda _: None
    elif has_cursor(sys.stderr) and not is_ascii(sys.stderr):
        with _bar(settings) as on_event:
            yield on_event
    else:
        yield _Log(settings, time.monotonic)


def _stream(event: Event) -> None:
    content = event_to_json(event)
    if content is not None:
        say(json_line(content))


def _line(event: Event, settings: Settings) -> None:
    """The line of a change that has ended, where it went wrong or everything is to be told; the report names what is left."""
    if isinstance(event, ChangeFinished) and (settings.verbose or event.outcome.result not in SILENT_RESULTS):
        note(styled([event_line(event, width=columns(sys.stderr), ascii=is_ascii(sys.stderr))], sys.stderr, settings))


class Pace:
    """How fast a run goes, in words. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._start = clock, clock()
        self._already: int | None = None

    def words(self, event: ProgressEvent) -> str:
        """`9.8/s, about 7 s left, 2 sent again`; without what is not known yet."""
        if self._already is None:
            self._already = event.done  # what was as meant before anything was sent says nothing of the pace
        seconds = self._clock() - self._start
        done = event.done - self._already
        parts = [f"{event.requests / seconds:.1f}/s"] if seconds > 1 and event.requests else []
        if seconds > 1 and done > 0 and event.done < event.total:
            parts.append(f"about {words.duration(seconds / done * (event.total - event.done))} left")
        if event.retries:
            parts.append(f"{event.retries:,} sent again")
        return ", ".join(parts)


class _Log:
    """Plain lines: what goes wrong at once, all else every few seconds."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings, self._clock, self._pace = settings, clock, Pace(clock)
        self._next = clock() + EVERY_SECONDS

    def __call__(self, event: Event) -> None:
        _line(event, self._settings)
        if not isinstance(event, ProgressEvent):
            return
        pace = self._pace.words(event)  # also where nobody reads it: the first event tells what was as meant before
        if self._clock() >= self._next:
            self._next = self._clock() + EVERY_SECONDS
            now = f"; now {event.current.action} {visible(str(event.current.address))}" if event.current else ""
            text = f"{event.done:,} of {words.count(event.total, 'change')}{', ' if pace else ''}{pace}{now}"
            note(truncate(text, columns(sys.stderr) - 1, "…"))


class _Words(ProgressColumn):
    """A column of text that comes from outside: no markup in it, and on one line."""

    def __init__(self, field: str) -> None:
        super().__init__()
        self._field = field

    def render(self, task: Task) -> Text:
        """The text as it stands in the task's field."""
        return Text(str(task.fields[self._field]), no_wrap=True, overflow="ellipsis", end="")


@contextmanager
def _bar(settings: Settings) -> Iterator[Watcher]:
    console = Console(file=sys.stderr, no_color=not has_color(sys.stderr, settings), highlight=False)
    pace = Pace(time.monotonic)
    bar = Progress(
        BarColumn(bar_width=16, complete_style="green", finished_style="green"),
        _Words("words"),
        console=console,
        transient=True,
        auto_refresh=False,
        expand=False,
    )
    with bar:
        task = bar.add_task("", total=None, words="")

        def on_event(event: Event) -> None:
            _line(event, settings)
            if isinstance(event, ProgressEvent):
                now = f"{event.current.action} {visible(str(event.current.address))}" if event.current else ""
                said = "  ".join(filter(None, (f"{event.done:,}/{event.total:,}", pace.words(event), now)))
                shown = truncate(said, console.width - 20, "…")
                bar.update(task, completed=event.done, total=event.total, words=shown, refresh=True)

        yield on_event

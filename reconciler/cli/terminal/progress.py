"""Progress of an apply: a bar on a terminal, a line every few seconds in a log, events for programs, or nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task
from rich.text import Text

from reconciler.applying import ChangeFinished, Event, Result
from reconciler.applying import Progress as ProgressEvent
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import has_cursor, json_line, print_message, print_result, screen_of, styled
from reconciler.cli.terminal.streams import passing_line_shown_by
from reconciler.cli.terminal.waiting import Waits
from reconciler.render import values, words
from reconciler.render.escape import visible
from reconciler.render.events import event_to_json
from reconciler.render.report import event_line
from reconciler.render.width import truncate

EVERY_SECONDS = 5.0
"""Interval of progress lines in a log."""
SILENT_RESULTS = (Result.DONE, Result.ALREADY, Result.SKIPPED)

Watcher = Callable[[Event], None]


@contextmanager
def show_progress(settings: Settings, *, form: str, quiet: bool, waits: Waits | None = None) -> Iterator[Watcher]:
    """Within it, the function that takes every event of the apply. `waits`: what its requests wait for."""
    if form == "json":
        yield _stream
    elif quiet:
        yield lambda _: None
    elif has_cursor(sys.stderr) and not screen_of(sys.stderr, settings).ascii:
        with _bar(settings, waits) as on_event:
            yield on_event
    else:
        yield _Log(settings, time.monotonic, waits)


def _stream(event: Event) -> None:
    content = event_to_json(event)
    if content is not None:
        print_result(json_line(content))


def _print_change(event: Event, settings: Settings) -> None:
    """Print a finished change if it failed, or if the output is verbose."""
    if isinstance(event, ChangeFinished) and (settings.verbose or event.outcome.result not in SILENT_RESULTS):
        screen = screen_of(sys.stderr, settings)
        print_message(styled([event_line(event, screen)], screen))


class Pace:
    """The speed of an apply, in words, and what it waits for. `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float], waits: Waits | None = None) -> None:
        self._clock, self._start, self._waits = clock, clock(), waits
        self._already: int | None = None

    def words(self, event: ProgressEvent) -> str:
        """`9.8/s, about 7 s left, 2 retries`, as far as it is known."""
        if self._already is None:
            self._already = event.done  # changes that needed no request do not count for the speed
        seconds = self._clock() - self._start
        done = event.done - self._already
        parts = [f"{event.requests / seconds:.1f}/s"] if seconds > 1 and event.requests else []
        if seconds > 1 and done > 0 and event.done < event.total:
            parts.append(f"about {values.duration(seconds / done * (event.total - event.done))} left")
        if event.retries:
            parts.append(words.count(event.retries, "retry", "retries"))
        if event.looked_up:
            parts.append(f"looking up {words.count(event.looked_up, 'lost answer')}")
        if self._waits is not None and self._waits.text:
            parts.append(self._waits.text)
        return ", ".join(parts)


class _Log:
    """Plain lines: failures at once, progress every few seconds."""

    def __init__(self, settings: Settings, clock: Callable[[], float], waits: Waits | None = None) -> None:
        self._settings, self._clock, self._pace = settings, clock, Pace(clock, waits)
        self._next = clock() + EVERY_SECONDS

    def __call__(self, event: Event) -> None:
        _print_change(event, self._settings)
        if not isinstance(event, ProgressEvent):
            return
        pace = self._pace.words(event)  # always: the first event says which changes needed no request
        if self._clock() >= self._next:
            self._next = self._clock() + EVERY_SECONDS
            now = f"; now {event.current.action} {visible(str(event.current.address))}" if event.current else ""
            text = f"{event.done:,} of {words.count(event.total, 'change')}{', ' if pace else ''}{pace}{now}"
            print_message(truncate(text, screen_of(sys.stderr, self._settings).width - 1, "…"))


class _Words(ProgressColumn):
    """A column of text from outside: on one line, without markup."""

    def __init__(self, field: str) -> None:
        super().__init__()
        self._field = field

    def render(self, task: Task) -> Text:
        """The text of the task's field."""
        return Text(visible(str(task.fields[self._field])), no_wrap=True, overflow="ellipsis", end="")


@contextmanager
def _bar(settings: Settings, waits: Waits | None) -> Iterator[Watcher]:
    console = Console(file=sys.stderr, no_color=not screen_of(sys.stderr, settings).color, highlight=False)
    pace = Pace(time.monotonic, waits)
    bar = Progress(
        BarColumn(bar_width=16, complete_style="green", finished_style="green"),
        _Words("words"),
        console=console,
        transient=True,
        auto_refresh=False,
        expand=False,
    )
    with passing_line_shown_by(lambda text: show(words=text)), bar:
        task = bar.add_task("", total=None, words="")

        def show(**fields: Any) -> None:
            bar.update(task, **{**fields, "words": truncate(fields["words"], console.width - 20, "…")}, refresh=True)

        def on_event(event: Event) -> None:
            _print_change(event, settings)
            if isinstance(event, ProgressEvent):
                now = f"{event.current.action} {visible(str(event.current.address))}" if event.current else ""
                text = "  ".join(filter(None, (f"{event.done:,}/{event.total:,}", pace.words(event), now)))
                show(completed=event.done, total=event.total, words=text)

        yield on_event


@contextmanager
def show_waiting(settings: Settings, text: str) -> Iterator[None]:
    """Within it, a spinner with a text on a terminal; in a log, one line."""
    if has_cursor(sys.stderr) and not screen_of(sys.stderr, settings).ascii:
        console = Console(file=sys.stderr, no_color=not screen_of(sys.stderr, settings).color, highlight=False)
        with passing_line_shown_by(lambda _: None), console.status(Text(visible(text)), spinner="dots"):
            yield
    else:
        print_message(text)
        yield

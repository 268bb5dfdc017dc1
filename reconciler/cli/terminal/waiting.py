"""What a command waits for, while it waits: a line on a terminal that is replaced, in a log one every few seconds."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import has_cursor, print_message, screen_of
from reconciler.cli.terminal.streams import show_passing
from reconciler.gateway import Limiter, Paused, Reader, Sent
from reconciler.render import values, words
from reconciler.render.width import truncate

FIRST_SECONDS = 0.5
"""A shorter wait is not shown."""
EVERY_SECONDS = 5.0
"""Interval of the lines in a log."""
TICK = 0.1
"""Seconds between two looks at what is waited for; a shorter break is no end of a wait."""


class Waits:
    """What the requests of a command wait for. `clock` is monotonic, in seconds; the callbacks are those of the clients.

    `purpose` is what the requests are for, such as `reading`; where it is empty, as they are for writes, only pauses are waits.
    """

    def __init__(self, clients: Sequence[Reader], limiter: Limiter, clock: Callable[[], float]) -> None:
        self.purpose = "reading"
        self._clients, self._limiter, self._clock = clients, limiter, clock
        self._lock = threading.Lock()
        self._answered = self._before = 0
        self._paused_until, self._is_rate_limit = float("-inf"), False

    def on_request(self, _: Sent) -> None:
        """Note a response."""
        with self._lock:
            self._answered += 1

    def on_pause(self, paused: Paused) -> None:
        """Note a wait before a retry."""
        self._paused_until, self._is_rate_limit = self._clock() + paused.seconds, paused.is_rate_limit

    @contextmanager
    def of(self, purpose: str) -> Iterator[None]:
        """Within it, requests are for this purpose."""
        before, self.purpose = self.purpose, purpose
        self.start_again()
        try:
            yield
        finally:
            self.purpose = before
            self.start_again()

    def start_again(self) -> None:
        """Count requests from here on."""
        self._before = self._sent

    @property
    def text(self) -> str:
        """What is waited for: `reading 120/408`, `waiting for the rate limit (about 28 s)`, or both; empty if nothing is."""
        pause, seconds = self._pause()
        if not self.purpose:
            return pause
        if not (pause or seconds or self._sent > self._answered):
            return ""
        return ", ".join(filter(None, (self._count(), pause)))

    @property
    def is_rate_limited(self) -> bool:
        """Whether a request is in a pause because the service rejected it for its rate."""
        return self._is_rate_limit and self._paused_until > self._clock()

    @property
    def _sent(self) -> int:
        return sum(client.requests for client in self._clients)

    def _count(self) -> str:
        """How far the reading is, in requests; the whole of it where more than the next request is known."""
        done = max(0, min(self._answered, self._sent) - self._before)
        left = sum(client.outstanding for client in self._clients)
        if left > 1:
            return f"{self.purpose} {done:,}/{done + left:,}"
        return f"{self.purpose}, {words.count(done, 'request')} answered" if done else self.purpose

    def _pause(self) -> tuple[str, float]:
        """What holds every request up, if it takes long, and the seconds until the next one may be sent."""
        limited, paused = self._limiter.seconds_left, self._paused_until - self._clock()
        seconds = max(limited, paused, 0.0)
        if seconds < FIRST_SECONDS:
            return "", seconds
        reason = "waiting for the rate limit" if limited >= paused or self._is_rate_limit else "waiting to retry"
        return f"{reason} (about {values.duration(seconds)})", seconds


class WaitDisplay:
    """Shows a wait once it is long enough. `tick` is called often; `show` replaces the text on a terminal, `print_line` is for a log."""

    def __init__(
        self,
        waits: Waits,
        clock: Callable[[], float],
        *,
        show: Callable[[str], None] | None = None,
        print_line: Callable[[str], None] = print_message,
    ) -> None:
        self._waits, self._clock, self._show, self._print = waits, clock, show, print_line
        self._since: float | None = None
        self._seen = self._printed = float("-inf")

    def tick(self) -> None:
        """Look at what is waited for, and show it if that has taken long enough."""
        now, text = self._clock(), self._waits.text
        if not self._waits.purpose:
            return  # an apply shows how far it is, and its pauses
        if not text:
            if self._since is not None and now - self._seen > FIRST_SECONDS:
                self.end()
            return
        if self._since is None:
            self._since = self._printed = now
        self._seen = now
        if self._show is not None:
            if now - self._since >= FIRST_SECONDS:
                self._show(text)
        elif now - self._printed >= EVERY_SECONDS:
            self._printed = now
            self._print(text)

    def end(self) -> None:
        """The wait is over: take the line away."""
        self._since = None
        self._waits.start_again()
        if self._show is not None:
            self._show("")


@contextmanager
def show_waits(waits: Waits, settings: Settings, *, quiet: bool) -> Iterator[None]:
    """Within it, long waits are shown on stderr, unless the command is quiet."""
    if quiet:
        yield
        return
    show = _passing(settings) if has_cursor(sys.stderr) else None
    display, is_over = WaitDisplay(waits, time.monotonic, show=show), threading.Event()

    def watch() -> None:
        while not is_over.wait(TICK):
            display.tick()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
        display.end()


def _passing(settings: Settings) -> Callable[[str], None]:
    def show(text: str) -> None:
        show_passing(truncate(text, screen_of(sys.stderr, settings).width - 1, "…"))

    return show

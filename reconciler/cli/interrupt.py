"""Ctrl-C and SIGTERM while writing: the first lets the request in flight finish, the second stops at once."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from reconciler.cli.output import note

_SLICE = 0.2


class Interrupt:
    """Remembers a wish to stop until a point where nothing is in flight; `pause` and `check` are such points."""

    def __init__(self) -> None:
        self._asked = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Within the block the first signal waits for the next `check` or `pause`."""
        if threading.current_thread() is not threading.main_thread():
            yield  # signals reach the main thread only
            return
        before = {number: signal.signal(number, self._note) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self._asked = False  # the wish was about what ran within the block

    def is_asked(self) -> bool:
        """Whether somebody asked to stop."""
        return self._asked

    def check(self) -> None:
        """Raise KeyboardInterrupt, once, where somebody asked to stop."""
        if self._asked:
            self._asked = False
            raise KeyboardInterrupt

    def pause(self, seconds: float) -> None:
        """Sleep, but not on after somebody asked to stop: no request is in flight here."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.check()
            time.sleep(min(left, _SLICE))
        self.check()

    def _note(self, _signal: int, _frame: FrameType | None) -> None:
        if self._asked:
            self._asked = False
            raise KeyboardInterrupt
        self._asked = True
        note("stopping once the request in flight is answered; again to stop at once")

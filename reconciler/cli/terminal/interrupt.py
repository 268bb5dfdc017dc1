"""Ctrl-C and SIGTERM while writing: the first lets what is in flight finish, the second stops at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from reconciler.cli.terminal.output import note
from reconciler.errors import StoppedError


class Interrupt:
    """Remembers a wish to stop; every thread of a run asks for it."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Within the block the first signal is only remembered; the second raises KeyboardInterrupt in the main thread."""
        if threading.current_thread() is not threading.main_thread():
            yield  # signals reach the main thread only
            return
        before = {number: signal.signal(number, self._note) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self._asked.clear()  # the wish was about what ran within the block

    def is_asked(self) -> bool:
        """Whether somebody asked to stop."""
        return self._asked.is_set()

    def pause(self, seconds: float) -> None:
        """Sleep, but not on after somebody asked to stop; then StoppedError."""
        if self._asked.wait(seconds):
            raise StoppedError("the run was asked to stop")

    def _note(self, _signal: int, _frame: FrameType | None) -> None:
        if self._asked.is_set():
            raise KeyboardInterrupt
        self._asked.set()
        note("stopping once what is in flight is answered; again to stop at once")

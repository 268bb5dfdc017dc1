"""Ctrl-C and SIGTERM during an apply: the first lets requests in flight finish, the second stops at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from reconciler.cli.terminal.output import print_message
from reconciler.errors import StoppedError


class Interrupt:
    """Whether to stop; every thread of an apply asks for it."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Within the block the first signal is recorded, and the second raises KeyboardInterrupt in the main thread."""
        if threading.current_thread() is not threading.main_thread():
            yield  # signals reach the main thread only
            return
        before = {number: signal.signal(number, self._handle) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            self._asked.clear()  # the signal concerned the block only

    def is_asked(self) -> bool:
        """Whether a signal asked to stop."""
        return self._asked.is_set()

    def pause(self, seconds: float) -> None:
        """Sleep. Raises StoppedError as soon as a signal asks to stop."""
        if self._asked.wait(seconds):
            raise StoppedError("the run was asked to stop")

    def _handle(self, _signal: int, _frame: FrameType | None) -> None:
        if self._asked.is_set():
            raise KeyboardInterrupt
        self._asked.set()
        print_message("stopping after the requests in flight; interrupt again to stop at once")

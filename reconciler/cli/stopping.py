"""Ctrl-C and SIGTERM during a run: the first lets the request in flight finish and sends no more, the second stops at once."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType
from typing import Self

from reconciler.cli.output import note


class Stop:
    """While this is entered, an interrupt is a wish that the run is told of between two requests."""

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._before: dict[signal.Signals, object] = {}

    def is_wanted(self) -> bool:
        """Whether somebody asked to stop."""
        return self._wanted.is_set()

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        if self._wanted.is_set():
            raise KeyboardInterrupt
        self._wanted.set()
        note("Stopping: the request in flight is finished first. Again to stop at once.")

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal() returned, it takes

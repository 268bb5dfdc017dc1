"""How a plan is carried out, and the callbacks of whoever watches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.applying.report import Event


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """`fail_fast`: end the run at the first failure. `max_concurrency`: most steps under way at once."""

    fail_fast: bool = False
    max_concurrency: int = 32


def ignore_event(_: Event) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class ApplyHooks:
    """`now` gives Unix time, `clock` monotonic time, both in seconds. `should_stop` is polled; once it is true nothing more is sent."""

    now: Callable[[], float] = lambda: 0.0
    clock: Callable[[], float] = lambda: 0.0
    on_event: Callable[[Event], None] = ignore_event
    should_stop: Callable[[], bool] = lambda: False


DEFAULT_OPTIONS = ApplyOptions()
NO_HOOKS = ApplyHooks()

"""How a plan is carried out, and the callbacks of whoever watches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.applying.report import Event
from reconciler.planning.forecast import MAX_AGE


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """`fail_fast`: end the run at the first failure. `max_concurrency`: most steps under way at once.

    `max_age`: seconds after which a reading is repeated right before an update; before a delete it always is.
    """

    fail_fast: bool = False
    max_concurrency: int = 32
    max_age: float = MAX_AGE


def ignore_event(_: Event) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class ApplyHooks:
    """`now` gives Unix time, `clock` monotonic time, both in seconds. `should_stop` is polled; once it is true nothing more is sent.

    `stopped_by` is polled as well: once it gives a reason nothing more is sent, and the report has that reason.
    """

    now: Callable[[], float] = lambda: 0.0
    clock: Callable[[], float] = lambda: 0.0
    on_event: Callable[[Event], None] = ignore_event
    should_stop: Callable[[], bool] = lambda: False
    stopped_by: Callable[[], str] = lambda: ""


DEFAULT_OPTIONS = ApplyOptions()
NO_HOOKS = ApplyHooks()

"""The clock of a served sandbox, which its control API can set, advance and stop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

EARLIEST = datetime(1970, 1, 2, tzinfo=UTC).timestamp()
LATEST = datetime(9999, 12, 30, tzinfo=UTC).timestamp()
"""Times that every handler can compute with, in seconds since 1970."""


class SettableClock:
    """Seconds since 1970: those of `base` until it is set. Raises ValueError for a time that is out of range."""

    def __init__(self, base: Callable[[], float]) -> None:
        self._base = base
        self._offset = 0.0
        self._frozen: float | None = None

    def __call__(self) -> float:
        """The time."""
        return self._base() + self._offset if self._frozen is None else self._frozen

    @property
    def is_frozen(self) -> bool:
        """Whether the time stands still."""
        return self._frozen is not None

    @property
    def is_real(self) -> bool:
        """Whether the clock is as it was made."""
        return self._frozen is None and not self._offset

    def set(self, now: float, *, frozen: bool) -> None:
        """Set the time; a frozen clock stands still until it is set again."""
        if not EARLIEST <= now <= LATEST:
            raise ValueError("the time must be between 1970 and 9999")
        self._offset, self._frozen = now - self._base(), now if frozen else None

    def reset(self) -> None:
        """Follow the base again."""
        self._offset, self._frozen = 0.0, None

"""Refusals: nothing was written, on purpose (exit code 3)."""

from __future__ import annotations

from collections.abc import Sequence

from reconciler.errors.base import ReconcilerError


class RefusedError(ReconcilerError):
    """Raised when a run is refused before anything was written."""

    exit_code = 3


class NotApprovedError(RefusedError):
    """Raised when there is no approval, or the approval of another plan; `details` has one line for each thing that is wrong with it."""

    def __init__(self, message: str, *, details: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.details = tuple(details)


class PlanFileError(RefusedError):
    """Raised when a plan file was edited, is not a plan, or is for another target.

    `problems` has one line, with its place, for each problem after the first, which the message states.
    """

    def __init__(self, message: str, *, problems: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.problems = tuple(problems)


class StalePlanError(RefusedError):
    """Raised when live state changed since the plan was made; `moved` has one line per change that no longer matches."""

    def __init__(self, message: str, *, moved: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.moved = tuple(moved)


class LockedError(RefusedError):
    """Raised when another run uses this state directory."""


class StoreMovedError(RefusedError):
    """Raised when another machine wrote to the run store since it was read, so that what was planned may rest on an old record."""


class BlockedError(RefusedError):
    """Raised when guards block changes of the plan; `blocked` has one line per change, with what would allow it; one for all that a limit of requests blocks."""

    def __init__(self, message: str, *, blocked: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.blocked = tuple(blocked)


class StrictError(RefusedError):
    """Raised with `--strict` when the plan has warnings; `warnings` has one line per warning."""

    def __init__(self, message: str, *, warnings: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.warnings = tuple(warnings)

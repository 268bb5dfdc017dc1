"""Why a run ends before its plan does, in words that somebody can act on."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.errors import (
    CredentialsError,
    ForbiddenError,
    GatewayError,
    JournalError,
    NetworkError,
    RateLimitError,
    ReconcilerError,
    StoppedError,
)

STOPPING_ERRORS = (CredentialsError, ForbiddenError, RateLimitError, NetworkError, JournalError, StoppedError)
"""Errors after which every further request would meet the same."""


@dataclass
class StopReason:
    """`why` is empty as long as the run goes on; the first reason stays. `is_quota`: the service takes no more requests for now."""

    why: str = ""
    interrupted: bool = False
    is_quota: bool = False

    def stop(self, why: str, *, is_interrupt: bool = False) -> None:
        """The run ends."""
        self.interrupted = self.interrupted or is_interrupt
        self.why = self.why or why

    def observe(self, error: ReconcilerError) -> None:
        """The run ends where every further request would meet the same error."""
        if isinstance(error, STOPPING_ERRORS):
            self.is_quota = self.is_quota or isinstance(error, RateLimitError)
            is_interrupt = isinstance(error, StoppedError)
            self.stop("interrupted" if is_interrupt else _advice(error), is_interrupt=is_interrupt)


def words(error: ReconcilerError) -> str:
    """The error's message, with the request that it is about."""
    request = error.request if isinstance(error, GatewayError) else ""
    return f"{error.message} ({request})" if request and request not in error.message else error.message


def _advice(error: ReconcilerError) -> str:
    """Why the run ends, and what to do about it; the end of a quota has words of its own."""
    return f"{words(error)}; {error.hint}" if error.hint and not isinstance(error, RateLimitError) else words(error)

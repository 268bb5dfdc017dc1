"""Why a run ends before every change of its plan was tried."""

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
"""Errors that every further request would meet too."""


@dataclass
class StopReason:
    """`why` is empty while the run goes on; the first reason is kept. `is_quota`: the service's quota is used up."""

    why: str = ""
    interrupted: bool = False
    is_quota: bool = False

    def stop(self, why: str, *, is_interrupt: bool = False) -> None:
        """End the run."""
        self.interrupted = self.interrupted or is_interrupt
        self.why = self.why or why

    def observe(self, error: ReconcilerError) -> None:
        """End the run if every further request would meet the same error."""
        if isinstance(error, STOPPING_ERRORS):
            self.is_quota = self.is_quota or isinstance(error, RateLimitError)
            is_interrupt = isinstance(error, StoppedError)
            self.stop("interrupted" if is_interrupt else _advice(error), is_interrupt=is_interrupt)


def words(error: ReconcilerError) -> str:
    """The error's message, with the request it belongs to."""
    request = error.request if isinstance(error, GatewayError) else ""
    return f"{error.message} ({request})" if request and request not in error.message else error.message


def _advice(error: ReconcilerError) -> str:
    """The message with its hint; the report has its own advice for a used-up quota."""
    return f"{words(error)}; {error.hint}" if error.hint and not isinstance(error, RateLimitError) else words(error)

"""The exceptions of this package and the exit code of a command that one of them ends.

ReconcilerError                 1    base class: the message says what failed and where, the hint what to do
├── ManifestError               1    invalid manifests: every problem, each with its position
├── PlanningError               1    desired and live state contradict each other (unknown assignee, two spellings)
├── SimulationError             1    the plan does not reach the desired state: an internal error, nothing is applied
├── WorkspaceError              1    unknown or ambiguous workspace, or an ambiguous connection
├── ConfigurationError          1    a setting is missing or invalid (API key, base URL, rate)
├── IncompleteReadError         1    a list is not proven complete
├── UnknownValueError           1    an update would reset a value that the service does not return
├── MovedError                  1    a resource changed while the run was at work; its change is left out
├── TimeEntryError              1    a time entry cannot be written as asked: unknown name, no running timer, outcome unknown
├── JournalError                1    the journal of a run cannot be written (then no write is sent) or read
├── GatewayError                1    a request failed
│   ├── NetworkError            1    no complete response: connection refused, TLS, timeout, connection lost
│   ├── ProtocolError           1    a response that violates the API contract
│   ├── StoppedError          130    not sent: the run is stopping
│   └── ApiError                1    an HTTP status other than 2xx
│       ├── CredentialsError    1    401: API key, or the authorisation of the connection behind the gateway
│       ├── ForbiddenError      1    403: role, subscription plan or workspace
│       └── RateLimitError      1    429 after all retries, or with a longer wait than allowed
└── RefusedError                3    refused before anything was written
    ├── NotApprovedError        3    no approval, or the approval of another plan
    ├── PlanFileError           3    a plan file that was edited, is not a plan, or has a newer format
    ├── StalePlanError          3    live state changed since the plan was made
    ├── LockedError             3    another run uses this state directory
    ├── BlockedError            3    a guard blocks the plan
    └── StrictError             3    the plan has warnings, which --strict makes errors
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class ReconcilerError(Exception):
    """Base class of the errors of this package. `hint` is the next step; `exit_code` is the exit code of the command."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem of an input: position, message and hint.

    `line` and `column` count from 1; line 0 stands for the whole file. `excerpt` is the offending line as written.
    """

    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    excerpt: str = ""

    @property
    def place(self) -> str:
        """`file:line:column`, or the path for a problem of the whole file."""
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


class ManifestError(ReconcilerError):
    """Raised when manifests are invalid; carries every problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        count = len(self.problems)
        super().__init__(f"{count} problem{'s' if count != 1 else ''} in the manifests")


class PlanningError(ReconcilerError):
    """Raised when desired and live state contradict each other; carries problems as ManifestError does."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("the manifests conflict with the live workspace")


class SimulationError(ReconcilerError):
    """Raised when the plan, simulated on a copy of the live state, does not reach the desired state."""


class WorkspaceError(ReconcilerError):
    """Raised when the workspace, or the connection to it, is unknown or ambiguous."""


class ConfigurationError(ReconcilerError):
    """Raised when a setting is missing or invalid."""


class IncompleteReadError(ReconcilerError):
    """Raised when a list repeats an id, ends early or contradicts another list; nothing is concluded from it."""


class TimeEntryError(ReconcilerError):
    """Raised when a time entry cannot be written as asked, or when it is unknown whether it was."""


class JournalError(ReconcilerError):
    """Raised when the journal of a run cannot be written or read."""


class UnknownValueError(ReconcilerError):
    """Raised instead of sending an update that would reset a value which the service does not return."""


class MovedError(ReconcilerError):
    """Raised instead of sending a write whose resource no longer matches the precondition of its change."""


class GatewayError(ReconcilerError):
    """Raised when a request fails. `request` is its name, `GET /path`, without host and key.

    `unknown`: the outcome is unknown; the service may have carried the request out.
    """

    def __init__(self, message: str, *, hint: str = "", request: str = "", unknown: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.request = request
        self.unknown = unknown


class NetworkError(GatewayError):
    """Raised when no complete response arrives. `sent` is False only if the request certainly was not sent.

    `rejection`: the response to the retry of a request whose first response was lost. If a read shows that the first was not
    carried out, this is the outcome.
    """

    def __init__(
        self, message: str, *, hint: str = "", request: str = "", sent: bool = True, rejection: ApiError | None = None
    ) -> None:
        super().__init__(message, hint=hint, request=request, unknown=sent)
        self.sent, self.rejection = sent, rejection


class ProtocolError(GatewayError):
    """Raised when a response violates the API contract."""


class StoppedError(GatewayError):
    """Raised instead of sending a request when the run is stopping."""

    exit_code = 130


class ApiError(GatewayError):
    """Raised for an HTTP status other than 2xx. `code` is Clockify's error code (None for an error of the gateway itself).

    Status and method decide whether the outcome is unknown (`reconciler.gateway.statuses`).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: int | None = None,
        hint: str = "",
        request: str = "",
        unknown: bool = False,
    ) -> None:
        super().__init__(message, hint=hint, request=request, unknown=unknown)
        self.status = status
        self.code = code


class CredentialsError(ApiError):
    """Raised for 401: the API key, or the authorisation of the connection behind the gateway, is missing or invalid."""


class ForbiddenError(ApiError):
    """Raised for 403: the role or the subscription plan does not allow the request, or the workspace is another account's."""


class RateLimitError(ApiError):
    """Raised for 429 after the last retry. `retry_after` is the requested wait in seconds, None if the response has none."""

    def __init__(self, message: str, *, retry_after: float | None = None, hint: str = "", request: str = "") -> None:
        super().__init__(message, status=429, hint=hint, request=request)
        self.retry_after = retry_after


class RefusedError(ReconcilerError):
    """Raised when a run is refused before anything was written."""

    exit_code = 3


class NotApprovedError(RefusedError):
    """Raised when there is no approval, or the approval of another plan."""


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

"""Every error that this package raises on purpose, with the exit code that it ends a command with.

ReconcilerError                 1    something failed; the message says what, where and what to do
├── ManifestError               1    problems in manifests, all at once, each with its place
├── PlanningError               1    desired and live state do not fit together (unknown assignee, two spellings)
├── SimulationError              1    a plan does not lead where it should: a defect of ours, never applied
├── WorkspaceError              1    no such workspace, several of the name, or several connections
├── ConfigurationError          1    a key is missing, or an address cannot be used
├── IncompleteReadError         1    a list could not be read to a proven end
├── JournalError                1    the record of a run cannot be written (then no write is sent) or read
├── GatewayError                1    a request failed
│   ├── NetworkError            1    nothing answered: refused, TLS, timeout, a connection lost on the way
│   ├── CredentialsError        1    401: the key, or the connection behind the gateway
│   ├── ForbiddenError          1    403: role, plan or workspace
│   ├── RateLimitError          1    429 for longer than the run was willing to wait
│   ├── ApiError                1    any other refusal, with status, code and message
│   ├── ProtocolError           1    an answer that is not what the contract says
│   └── StoppedError          130    not sent, since the run was asked to stop
└── RefusedError                3    nothing was written, and that is on purpose
    ├── NotApprovedError        3    no approval, or one of another plan
    ├── PlanFileError           3    a plan file that is edited, foreign, or of a newer format
    ├── StalePlanError          3    live state moved since the plan was made
    ├── LockedError             3    another run is at work in this state folder
    └── BlockedError            3    a guard stands in the way
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


class ReconcilerError(Exception):
    """Base of all: `hint` says what to do, `exit_code` how a command ends."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong in an input: where it is, what it is, what to do.

    `line` and `column` count from 1; 0 means that the problem is of the whole file. `excerpt` is the offending line as written.
    """

    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    excerpt: str = ""

    @property
    def place(self) -> str:
        """`file:line:column`, or the file alone."""
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


class ManifestError(ReconcilerError):
    """All problems found in the manifests."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        count = len(self.problems)
        super().__init__(f"{count} problem{'s' if count != 1 else ''} in the manifests")


class PlanningError(ReconcilerError):
    """Desired and live state cannot be brought together; carries problems in the manner of ManifestError."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("the manifests do not fit the live workspace")


class SimulationError(ReconcilerError):
    """The plan, played on a copy of the live state, does not reach the desired state."""


class WorkspaceError(ReconcilerError):
    """The workspace (or the connection to it) is unknown or not a single one."""


class ConfigurationError(ReconcilerError):
    """A setting is missing or cannot be used."""


class IncompleteReadError(ReconcilerError):
    """A list repeats, ends early or contradicts another: nothing may be concluded from it."""


class JournalError(ReconcilerError):
    """The record of a run cannot be written or read."""


class GatewayError(ReconcilerError):
    """A request failed; `request` names it as `GET /path`, without host and key.

    `unknown`: it may have been carried out all the same, or not.
    """

    def __init__(self, message: str, *, hint: str = "", request: str = "", unknown: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.request = request
        self.unknown = unknown


class NetworkError(GatewayError):
    """No complete answer arrived. `sent` is False only where the request surely never left (then nothing was done)."""

    def __init__(self, message: str, *, hint: str = "", request: str = "", sent: bool = True) -> None:
        super().__init__(message, hint=hint, request=request, unknown=sent)
        self.sent = sent


class ProtocolError(GatewayError):
    """The answer is not what the contract says it is."""


class StoppedError(GatewayError):
    """Not sent: the run was asked to stop before it could be."""

    exit_code = 130


class ApiError(GatewayError):
    """The service refused; `status` is HTTP's, `code` is Clockify's own (None where a gateway spoke).

    Trouble on the other side (5xx) says nothing of whether the request was carried out.
    """

    def __init__(
        self, message: str, *, status: int, code: int | None = None, hint: str = "", request: str = ""
    ) -> None:
        super().__init__(message, hint=hint, request=request, unknown=status >= 500)
        self.status = status
        self.code = code


class CredentialsError(ApiError):
    """401: the key is missing, wrong, or the authorisation behind the gateway is."""


class ForbiddenError(ApiError):
    """403: the account may not do this here, or the workspace is not its own."""


class RateLimitError(ApiError):
    """429, after all patience. `retry_after` is in seconds, where the service said so."""

    def __init__(self, message: str, *, retry_after: float | None = None, hint: str = "", request: str = "") -> None:
        super().__init__(message, status=429, hint=hint, request=request)
        self.retry_after = retry_after


class RefusedError(ReconcilerError):
    """Refused on purpose, before anything was written."""

    exit_code = 3


class NotApprovedError(RefusedError):
    """There is no approval, or it is of something else."""


class PlanFileError(RefusedError):
    """The plan file cannot be trusted, or is meant for something else."""


class StalePlanError(RefusedError):
    """Live state is no longer what the plan was computed from; `moved` says where, a line a change."""

    def __init__(self, message: str, *, moved: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.moved = tuple(moved)


class LockedError(RefusedError):
    """Another run is at work in this state folder."""


class BlockedError(RefusedError):
    """Guards block changes of this plan; `blocked` says which and what would allow them, a line a change."""

    def __init__(self, message: str, *, blocked: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.blocked = tuple(blocked)

"""The events of a journal. Their names, keys and the order of keys are a contract, see docs/recovery.md.

On reading, unknown events and unknown keys are ignored; a line that does not fit its event counts as damaged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final, Self

from reconciler.applying.journal.line import Line, exactly
from reconciler.applying.report import Outcome, Result, RunReport
from reconciler.json_text import parse_json
from reconciler.model import Address

FORMAT: Final = "reconciler.journal/1"


class WriteResult(StrEnum):
    """What came of a write request, by the answer to it."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """The answer was lost: the write may have been carried out."""
    NOT_SENT = "not_sent"


class Resolution(StrEnum):
    """What a look at the workspace shows of a write whose outcome is unknown."""

    FOUND = "found"
    """Carried out: the object has the values that were sent."""
    GONE = "gone"
    """Carried out: the object is deleted."""
    ABSENT = "absent"
    """Not carried out."""
    MOVED = "moved"
    """Still in doubt: another hand has changed the object since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStarted(Line):
    """A session begins: who applies what where. A resumed run has several. `user` has id and email, `workspace` id and name.

    `sequence`: number of the session, counted over all runs of the state folder; 0 in journals of 0.1.0. `ids`: SHA-256 of
    the run's list of the ids that existed before it. `targets`: the patterns that the plan is limited to, if it is. `approvals`:
    the signed approvals that were counted, with `signer`, `key`, `signed_at` and `expires_at`.
    """

    event: ClassVar = "session_started"
    optional: ClassVar = frozenset({"sequence", "ids", "targets", "approvals"})

    format: str = FORMAT
    run: str
    digest: str
    approved_as: str | None
    user: Mapping[str, Any]
    gateway: str
    base_url: str
    connection: str | None
    workspace: Mapping[str, Any]
    tool_version: str
    pid: int
    host: str
    sequence: int = 0
    ids: str = ""
    targets: tuple[str, ...] = ()
    approvals: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceIntent(Line):
    """The create of the workspace is about to leave; no undo follows from it, as the API cannot delete a workspace."""

    event: ClassVar = "workspace_intent"

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceEnded(Line):
    """What came of the create of the workspace. `id` is known where it is there; without it the create was refused."""

    event: ClassVar = "workspace"

    name: str
    id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent(Line):
    """A write that is about to leave. `n` is its number, given by the journal. `id` is None for a create.

    `before` is the object before the write, for an undo. `covers` are the children inside the body of a create.
    """

    event: ClassVar = "intent"
    optional: ClassVar = frozenset({"before", "covers", "body"})

    n: int = 0
    address: Address
    action: str
    step: str
    id: str | None = None
    before: Mapping[str, Any] | None = None
    covers: tuple[Address, ...] = ()
    method: str = ""
    path: str = ""
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOutcome(Line):
    """What came of intent `n`. `status` is None where no answer came; `id` and `after` are the object as answered."""

    event: ClassVar = "outcome"
    optional: ClassVar = frozenset({"message", "id", "after"})

    n: int
    address: Address
    result: WriteResult
    status: int | None = None
    attempts: int = 0
    message: str = ""
    id: str | None = None
    after: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved(Line):
    """What a look shows of a write in doubt: of intent `n`, else of the writes with this address and action.

    The address alone is not enough: a change that gives up a name and one that takes it have the same address.
    """

    event: ClassVar = "settled"
    optional: ClassVar = frozenset({"n", "action"})

    n: int | None = None
    address: Address
    action: str = ""
    result: Resolution
    id: str | None = None

    def is_of(self, intent: Intent) -> bool:
        """Whether it resolves this intent. Without a number and an action it resolves a create."""
        if self.n is not None:
            return self.n == intent.n
        return (self.address, self.action or "create") == (intent.address, intent.action)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEnded(Line):
    """How a change of the plan ended in its session."""

    event: ClassVar = "change"
    optional: ClassVar = frozenset({"message"})

    address: Address
    action: str
    result: Result
    id: str
    message: str = ""

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """The line of an outcome."""
        change = outcome.change
        return cls(
            address=change.address,
            action=change.action,
            result=outcome.result,
            id=outcome.id,
            message=outcome.message,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(Line):
    """A session ends in order: its counts, and whether every change of the plan is done."""

    event: ClassVar = "session_ended"

    summary: Mapping[str, int]
    requests: int
    seconds: float
    stopped: str | None
    interrupted: bool
    exit_code: int
    complete: bool

    @classmethod
    def of(cls, report: RunReport) -> Self:
        """The line of a report."""
        return cls(
            summary=report.summary,
            requests=report.requests,
            seconds=round(report.seconds, 3),
            stopped=report.stopped or None,
            interrupted=report.interrupted,
            exit_code=report.exit_code,
            complete=report.is_complete,
        )


@dataclass(frozen=True, slots=True)
class UnknownEvent:
    """A line of an event that this version does not know."""

    at: str


JournalEvent = (
    SessionStarted | WorkspaceIntent | WorkspaceEnded | Intent | WriteOutcome | Resolved | ChangeEnded | SessionEnded
)

_EVENTS: Final[Mapping[str, type[JournalEvent]]] = {
    kind.event: kind
    for kind in (
        SessionStarted,
        WorkspaceIntent,
        WorkspaceEnded,
        Intent,
        WriteOutcome,
        Resolved,
        ChangeEnded,
        SessionEnded,
    )
}


def parse_line(text: bytes) -> JournalEvent | UnknownEvent | None:
    """A line of a journal; None where it is damaged."""
    try:
        line = parse_json(text, unique_keys=True, any_text=True)  # a record of a write is not lost to an odd name
        kind = _EVENTS.get(line["event"])
        return kind.from_json(line) if kind else UnknownEvent(exactly(str)(line["at"]))
    except (KeyError, TypeError, ValueError):
        return None

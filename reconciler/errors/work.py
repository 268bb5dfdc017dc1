"""Errors of input, planning and the journal: everything but requests and refusals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from reconciler.errors.base import ReconcilerError


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem of an input: position, message and hint.

    `line` and `column` count from 1; line 0 stands for the whole file. `excerpt` is the offending line as written. `rule` names what
    was broken, such as `schema` or `unused-task-set` (docs/cli.md); empty where no rule has a name.
    `row`: the row of a `for_each`, or the variable, whose value is the problem, such as `projects.csv:7:3`; empty without one.
    """

    path: str
    line: int
    column: int
    message: str
    hint: str = ""
    excerpt: str = ""
    rule: str = ""
    row: str = ""

    def under(self, rule: str) -> Problem:
        """This problem as one of a rule, unless it has a rule already."""
        # Not `replace`, which takes ten times as long: a manifest may have 20,000 problems.
        if self.rule:
            return self
        return Problem(self.path, self.line, self.column, self.message, self.hint, self.excerpt, rule, self.row)

    @property
    def place(self) -> str:
        """`file:line:column`, or the path for a problem of the whole file; with the row, if there is one."""
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        return f"{place} ({self.row})" if self.row else place


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, sorted by place and message."""
    # By a key: comparing two problems builds two tuples each time, and sorting compares each with many.
    return tuple(sorted(set(problems), key=attrgetter(*Problem.__slots__)))


class ManifestError(ReconcilerError):
    """Raised when manifests are invalid; carries every problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = in_order(problems)
        count = len(self.problems)
        super().__init__(f"{count} problem{'s' if count != 1 else ''} in the manifests")


class PlanningError(ReconcilerError):
    """Raised when desired and live state contradict each other; carries problems as ManifestError does."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("the manifests conflict with the live workspace")


class TargetError(ReconcilerError):
    """Raised when a target of a plan covers nothing that is declared or live."""


class SimulationError(ReconcilerError):
    """Raised when the plan, simulated on a copy of the live state, does not reach the desired state."""


class WorkspaceError(ReconcilerError):
    """Raised when the workspace, or the connection to it, is unknown or ambiguous."""


class ConnectionFailedError(ReconcilerError):
    """Raised when a new connection is not authorised, or not within the time that the caller waits."""


class ConfigurationError(ReconcilerError):
    """Raised when a setting is missing or invalid."""


class IncompleteReadError(ReconcilerError):
    """Raised when a list repeats an id, ends early or contradicts another list; nothing is concluded from it."""


class JournalError(ReconcilerError):
    """Raised when the journal of a run cannot be written or read."""


class StoreError(ReconcilerError):
    """Raised when the run store cannot be reached, read or written: what other machines recorded is not known."""


class UnknownValueError(ReconcilerError):
    """Raised instead of sending an update that would reset a value which the service does not return."""


class MovedError(ReconcilerError):
    """Raised instead of sending a write whose resource no longer matches the precondition of its change."""


class TimeEntryError(ReconcilerError):
    """Raised when a time entry cannot be written as asked, or when it is unknown whether it was."""


class ForgeError(ReconcilerError):
    """Raised when a request to the API of GitHub or GitLab fails, or its answer is of no use. `status`: of the response, 0 without one.

    `unknown`: the forge may have carried out a write whose answer was lost.
    """

    def __init__(self, message: str, *, hint: str = "", status: int = 0, unknown: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.status, self.unknown = status, unknown

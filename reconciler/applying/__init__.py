"""Applying: an approved plan and a gateway in, events and a report out."""

from reconciler.applying.apply import apply
from reconciler.applying.approve import APPROVAL_CLASSES, ApprovedPlan, approve
from reconciler.applying.executor.executor import ApplyOptions
from reconciler.applying.guard import guard_plan
from reconciler.applying.journal.history import History
from reconciler.applying.journal.runs import Run, Runs
from reconciler.applying.journal.writer import JournalSink
from reconciler.applying.lock import exclusive_lock
from reconciler.applying.preconditions import PreconditionResult, PreconditionStatus
from reconciler.applying.report import ChangeFinished, ChangeStarted, Event, Outcome, Progress, Result, RunReport
from reconciler.applying.sessions import ApplyHooks, apply_recorded, record_policy
from reconciler.applying.undo.inverse import Undo, annotate, build_inverse, inverse_of
from reconciler.applying.verify import verify

__all__ = [
    "APPROVAL_CLASSES",
    "ApplyHooks",
    "ApplyOptions",
    "ApprovedPlan",
    "ChangeFinished",
    "ChangeStarted",
    "Event",
    "History",
    "JournalSink",
    "Outcome",
    "PreconditionResult",
    "PreconditionStatus",
    "Progress",
    "Result",
    "Run",
    "RunReport",
    "Runs",
    "Undo",
    "annotate",
    "apply",
    "apply_recorded",
    "approve",
    "build_inverse",
    "exclusive_lock",
    "guard_plan",
    "inverse_of",
    "record_policy",
    "verify",
]

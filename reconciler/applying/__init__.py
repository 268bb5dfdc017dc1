"""Applying: an approved plan and a gateway in, events and a report out."""

from reconciler.applying.apply import apply, apply_recorded, record_policy
from reconciler.applying.approve import APPROVAL_CLASSES, ApprovedPlan, approve, with_allowances_of
from reconciler.applying.guard import guard_plan, request_limit, require_requests_left
from reconciler.applying.journal.events import (
    ChangeEnded,
    Intent,
    JournalEvent,
    Resolved,
    SessionEnded,
    SessionStarted,
    WriteOutcome,
)
from reconciler.applying.journal.history import History, Write
from reconciler.applying.journal.run import Run
from reconciler.applying.journal.runs import Runs
from reconciler.applying.journal.writer import JournalSink
from reconciler.applying.lock import exclusive_lock
from reconciler.applying.new_workspace import apply_in_new_workspace, workspace_of_plan
from reconciler.applying.options import ApplyHooks, ApplyOptions
from reconciler.applying.preconditions import PreconditionResult, PreconditionStatus
from reconciler.applying.recovery import unfinished_deletes
from reconciler.applying.report import ChangeFinished, ChangeStarted, Event, Outcome, Progress, Result, RunReport
from reconciler.applying.signatures import SignedApprovals, ValidApproval
from reconciler.applying.statement import ApprovalStatement, SignedApproval
from reconciler.applying.undo.inverse import Undo, annotate, build_inverse, inverse_of
from reconciler.applying.verify import verify

__all__ = [
    "APPROVAL_CLASSES",
    "ApplyHooks",
    "ApplyOptions",
    "ApprovalStatement",
    "ApprovedPlan",
    "ChangeEnded",
    "ChangeFinished",
    "ChangeStarted",
    "Event",
    "History",
    "Intent",
    "JournalEvent",
    "JournalSink",
    "Outcome",
    "PreconditionResult",
    "PreconditionStatus",
    "Progress",
    "Resolved",
    "Result",
    "Run",
    "RunReport",
    "Runs",
    "SessionEnded",
    "SessionStarted",
    "SignedApproval",
    "SignedApprovals",
    "Undo",
    "ValidApproval",
    "Write",
    "WriteOutcome",
    "annotate",
    "apply",
    "apply_in_new_workspace",
    "apply_recorded",
    "approve",
    "build_inverse",
    "exclusive_lock",
    "guard_plan",
    "inverse_of",
    "record_policy",
    "request_limit",
    "require_requests_left",
    "unfinished_deletes",
    "verify",
    "with_allowances_of",
    "workspace_of_plan",
]

"""Applying: an approved plan and a gateway in, events and a report out."""

from typing import TYPE_CHECKING

from reconciler.lazy_exports import export_on_use

if TYPE_CHECKING:
    from reconciler.applying.apply import (
        apply as apply,
        apply_recorded as apply_recorded,
        record_policy as record_policy,
    )
    from reconciler.applying.approve import (
        APPROVAL_CLASSES as APPROVAL_CLASSES,
        ApprovedPlan as ApprovedPlan,
        approve as approve,
        with_allowances_of as with_allowances_of,
    )
    from reconciler.applying.guard import (
        guard_plan as guard_plan,
        request_limit as request_limit,
        require_requests_left as require_requests_left,
    )
    from reconciler.applying.journal.events import (
        ChangeEnded as ChangeEnded,
        Intent as Intent,
        JournalEvent as JournalEvent,
        Resolved as Resolved,
        SessionEnded as SessionEnded,
        SessionStarted as SessionStarted,
        WriteOutcome as WriteOutcome,
    )
    from reconciler.applying.journal.history import (
        History as History,
        Write as Write,
    )
    from reconciler.applying.journal.run import (
        Run as Run,
    )
    from reconciler.applying.journal.runs import (
        Runs as Runs,
    )
    from reconciler.applying.journal.writer import (
        JournalSink as JournalSink,
    )
    from reconciler.applying.lock import (
        exclusive_lock as exclusive_lock,
    )
    from reconciler.applying.new_workspace import (
        apply_in_new_workspace as apply_in_new_workspace,
        workspace_of_plan as workspace_of_plan,
    )
    from reconciler.applying.options import (
        ApplyHooks as ApplyHooks,
        ApplyOptions as ApplyOptions,
    )
    from reconciler.applying.preconditions import (
        PreconditionResult as PreconditionResult,
        PreconditionStatus as PreconditionStatus,
    )
    from reconciler.applying.unfinished import (
        unfinished_deletes as unfinished_deletes,
    )
    from reconciler.applying.report import (
        ChangeFinished as ChangeFinished,
        ChangeStarted as ChangeStarted,
        Event as Event,
        Outcome as Outcome,
        Progress as Progress,
        Result as Result,
        RunReport as RunReport,
    )
    from reconciler.applying.signatures import (
        SignedApprovals as SignedApprovals,
        ValidApproval as ValidApproval,
    )
    from reconciler.applying.statement import (
        ApprovalStatement as ApprovalStatement,
        SignedApproval as SignedApproval,
    )
    from reconciler.applying.undo.inverse import (
        Undo as Undo,
        annotate as annotate,
        build_inverse as build_inverse,
        inverse_of as inverse_of,
    )
    from reconciler.applying.verify import (
        verify as verify,
    )

export_on_use(
    __name__,
    {
        "apply": "apply apply_recorded record_policy",
        "approve": "APPROVAL_CLASSES ApprovedPlan approve with_allowances_of",
        "guard": "guard_plan request_limit require_requests_left",
        "journal.events": "ChangeEnded Intent JournalEvent Resolved SessionEnded SessionStarted WriteOutcome",
        "journal.history": "History Write",
        "journal.run": "Run",
        "journal.runs": "Runs",
        "journal.writer": "JournalSink",
        "lock": "exclusive_lock",
        "new_workspace": "apply_in_new_workspace workspace_of_plan",
        "options": "ApplyHooks ApplyOptions",
        "preconditions": "PreconditionResult PreconditionStatus",
        "unfinished": "unfinished_deletes",
        "report": "ChangeFinished ChangeStarted Event Outcome Progress Result RunReport",
        "signatures": "SignedApprovals ValidApproval",
        "statement": "ApprovalStatement SignedApproval",
        "undo.inverse": "Undo annotate build_inverse inverse_of",
        "verify": "verify",
    },
)

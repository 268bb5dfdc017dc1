"""Workspace-as-code for Clockify: manifests declare a workspace, a plan shows what would change, apply carries it out.

    import reconciler

    desired = reconciler.load(["workspace.yaml"])
    config = reconciler.GatewayConfig("maton", key=key)
    with reconciler.open_reader(config) as reader:
        workspace = reconciler.choose_workspace(reader, desired.workspace)
        reading = reconciler.read(reader, desired, workspace)
    target = reconciler.Target(config.name, config.base_url, workspace.id, workspace.name)
    plan = reconciler.make_plan(desired, reading.live, reading.usage, target=target)
    approved = reconciler.approve(plan, digest)
    with reconciler.open_writer(config) as writer:
        report = reconciler.apply(approved, writer, reading)

docs/python.md explains each step, the errors, and how to record and undo a run. Every error raised on purpose is a
ReconcilerError. A name is imported on first use: `import reconciler` itself loads nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.lazy_exports import export_on_use
from reconciler.version import __version__ as __version__

if TYPE_CHECKING:
    from reconciler.errors import (
        AccessDeniedError as AccessDeniedError,
        AddonTokenError as AddonTokenError,
        ApiError as ApiError,
        BlockedError as BlockedError,
        ConfigurationError as ConfigurationError,
        ConnectionAuthorisationError as ConnectionAuthorisationError,
        ConnectionExpiredError as ConnectionExpiredError,
        ConnectionFailedError as ConnectionFailedError,
        CredentialsError as CredentialsError,
        DomainError as DomainError,
        EntryApprovedError as EntryApprovedError,
        EntryLockedError as EntryLockedError,
        ErrorOrigin as ErrorOrigin,
        ForbiddenError as ForbiddenError,
        ForgeError as ForgeError,
        GatewayError as GatewayError,
        IncompleteReadError as IncompleteReadError,
        InvalidRequestError as InvalidRequestError,
        JournalError as JournalError,
        KeyHeaderError as KeyHeaderError,
        KeyRejectedError as KeyRejectedError,
        LockedError as LockedError,
        MalformedRequestError as MalformedRequestError,
        ManifestError as ManifestError,
        ManualTimeError as ManualTimeError,
        MethodNotAllowedError as MethodNotAllowedError,
        MissingConnectionError as MissingConnectionError,
        MovedError as MovedError,
        NetworkError as NetworkError,
        NoRunningTimerError as NoRunningTimerError,
        NotApprovedError as NotApprovedError,
        NotFoundError as NotFoundError,
        NotInPlanError as NotInPlanError,
        PlanFileError as PlanFileError,
        PlanningError as PlanningError,
        Problem as Problem,
        ProtocolError as ProtocolError,
        RateLimitError as RateLimitError,
        ReconcilerError as ReconcilerError,
        RedirectError as RedirectError,
        RefusedError as RefusedError,
        RouteError as RouteError,
        ServerError as ServerError,
        SimulationError as SimulationError,
        StalePlanError as StalePlanError,
        StoppedError as StoppedError,
        StoreError as StoreError,
        StoreMovedError as StoreMovedError,
        StrictError as StrictError,
        TargetError as TargetError,
        TimeEntryError as TimeEntryError,
        UnknownValueError as UnknownValueError,
        WorkspaceError as WorkspaceError,
    )
    from reconciler.names import (
        Notation as Notation,
    )
    from reconciler.model import (
        Address as Address,
        Resource as Resource,
        Source as Source,
    )
    from reconciler.checks import (
        Check as Check,
    )
    from reconciler.state import (
        AccessRole as AccessRole,
        Desired as Desired,
        ListProof as ListProof,
        Live as Live,
        Policy as Policy,
        Prune as Prune,
        RemovalBudget as RemovalBudget,
        Removed as Removed,
        SourceFile as SourceFile,
        TrackedTime as TrackedTime,
        Usage as Usage,
        Workspace as Workspace,
    )
    from reconciler.manifest import (
        ExportOptions as ExportOptions,
        Exported as Exported,
        export_manifest as export_manifest,
        Validation as Validation,
        load as load,
        manifest_schema as manifest_schema,
        validate as validate,
    )
    from reconciler.manifest.import_csv import (
        ImportOptions as ImportOptions,
        ImportedManifest as ImportedManifest,
        import_csv as import_csv,
    )
    from reconciler.model import (
        UNSET as UNSET,
        Unset as Unset,
    )
    from reconciler.planning import (
        Action as Action,
        Ancestor as Ancestor,
        Blocked as Blocked,
        Change as Change,
        Declaration as Declaration,
        Draft as Draft,
        Excluded as Excluded,
        FieldChange as FieldChange,
        Forecast as Forecast,
        Impact as Impact,
        Plan as Plan,
        PlanOptions as PlanOptions,
        Precondition as Precondition,
        Proof as Proof,
        RenameCandidate as RenameCandidate,
        Step as Step,
        Target as Target,
        Targeting as Targeting,
        exclude_blocked as exclude_blocked,
        make_plan as make_plan,
        plan_from_json as plan_from_json,
        plan_to_json as plan_to_json,
    )
    from reconciler.gateway import (
        AsyncReader as AsyncReader,
        AsyncWriter as AsyncWriter,
        Clock as Clock,
        GatewayConfig as GatewayConfig,
        KeyKind as KeyKind,
        Limiter as Limiter,
        NewConnection as NewConnection,
        Paused as Paused,
        REGIONS as REGIONS,
        Rate as Rate,
        Reader as Reader,
        Request as Request,
        RetryPolicy as RetryPolicy,
        Sent as Sent,
        Writer as Writer,
        open_async_reader as open_async_reader,
        open_async_writer as open_async_writer,
        open_limiter as open_limiter,
        open_reader as open_reader,
        open_writer as open_writer,
        pin_connection as pin_connection,
    )
    from reconciler.live import (
        Reading as Reading,
        choose_workspace as choose_workspace,
        read as read,
        read_everything as read_everything,
        reread as reread,
    )
    from reconciler.applying import (
        ApplyHooks as ApplyHooks,
        ApplyOptions as ApplyOptions,
        ApprovalStatement as ApprovalStatement,
        ApprovedPlan as ApprovedPlan,
        ChangeFinished as ChangeFinished,
        ChangeStarted as ChangeStarted,
        Event as Event,
        History as History,
        JournalSink as JournalSink,
        Outcome as Outcome,
        PreconditionResult as PreconditionResult,
        PreconditionStatus as PreconditionStatus,
        Progress as Progress,
        Result as Result,
        Run as Run,
        RunReport as RunReport,
        Runs as Runs,
        SignedApproval as SignedApproval,
        SignedApprovals as SignedApprovals,
        Undo as Undo,
        ValidApproval as ValidApproval,
        annotate as annotate,
        apply as apply,
        apply_recorded as apply_recorded,
        approve as approve,
        inverse_of as inverse_of,
        verify as verify,
    )
    from reconciler.stores import (
        Claim as Claim,
        Fetched as Fetched,
        FolderStore as FolderStore,
        Hold as Hold,
        Holder as Holder,
        RunStore as RunStore,
        SharedStore as SharedStore,
        StoreBackend as StoreBackend,
        StoreSnapshot as StoreSnapshot,
        hold_workspace as hold_workspace,
        open_run_store as open_run_store,
    )

__all__ = ["__version__"]
_ROOMS = {
    "errors": "AccessDeniedError AddonTokenError ApiError BlockedError ConfigurationError ConnectionAuthorisationError ConnectionExpiredError ConnectionFailedError CredentialsError DomainError EntryApprovedError EntryLockedError ErrorOrigin ForbiddenError ForgeError GatewayError IncompleteReadError InvalidRequestError JournalError KeyHeaderError KeyRejectedError LockedError MalformedRequestError ManifestError ManualTimeError MethodNotAllowedError MissingConnectionError MovedError NetworkError NoRunningTimerError NotApprovedError NotFoundError NotInPlanError PlanFileError PlanningError Problem ProtocolError RateLimitError ReconcilerError RedirectError RefusedError RouteError ServerError SimulationError StalePlanError StoppedError StoreError StoreMovedError StrictError TargetError TimeEntryError UnknownValueError WorkspaceError",
    "names": "Notation",
    "model": "Address Resource Source UNSET Unset",
    "checks": "Check",
    "state": "AccessRole Desired ListProof Live Policy Prune RemovalBudget Removed SourceFile TrackedTime Usage Workspace",
    "manifest": "ExportOptions Exported Validation export_manifest load manifest_schema validate",
    "manifest.import_csv": "ImportOptions ImportedManifest import_csv",
    "planning": "Action Ancestor Blocked Change Declaration Draft Excluded FieldChange Forecast Impact Plan PlanOptions Precondition Proof RenameCandidate Step Target Targeting exclude_blocked make_plan plan_from_json plan_to_json",
    "gateway": "AsyncReader AsyncWriter Clock GatewayConfig KeyKind Limiter NewConnection Paused REGIONS Rate Reader Request RetryPolicy Sent Writer open_async_reader open_async_writer open_limiter open_reader open_writer pin_connection",
    "live": "Reading choose_workspace read read_everything reread",
    "applying": "ApplyHooks ApplyOptions ApprovalStatement ApprovedPlan ChangeFinished ChangeStarted Event History JournalSink Outcome PreconditionResult PreconditionStatus Progress Result Run RunReport Runs SignedApproval SignedApprovals Undo ValidApproval annotate apply apply_recorded approve inverse_of verify",
    "stores": "Claim Fetched FolderStore Hold Holder RunStore SharedStore StoreBackend StoreSnapshot hold_workspace open_run_store",
}
"""The public names by the room that each is imported from. A test compares this table with the imports above."""
export_on_use(__name__, _ROOMS)

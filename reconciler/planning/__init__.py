"""Planning: two states in, a Plan out. Pure functions, without I/O and clock."""

from typing import TYPE_CHECKING

from reconciler.lazy_exports import export_on_use

if TYPE_CHECKING:
    from reconciler.planning.draft import (
        Draft as Draft,
        make_draft as make_draft,
    )
    from reconciler.planning.exclude import (
        exclude_blocked as exclude_blocked,
    )
    from reconciler.planning.plan import (
        Action as Action,
        Blocked as Blocked,
        Change as Change,
        Excluded as Excluded,
        FieldChange as FieldChange,
        Forecast as Forecast,
        Impact as Impact,
        Plan as Plan,
        Proof as Proof,
        Step as Step,
        Target as Target,
        Targeting as Targeting,
    )
    from reconciler.planning.planfile import (
        plan_from_json as plan_from_json,
        plan_to_json as plan_to_json,
    )
    from reconciler.planning.planner import (
        PlanOptions as PlanOptions,
        make_plan as make_plan,
    )
    from reconciler.planning.precondition import (
        Ancestor as Ancestor,
        Precondition as Precondition,
    )
    from reconciler.planning.renames.accept import (
        accept_renames as accept_renames,
    )
    from reconciler.planning.renames.candidate import (
        Declaration as Declaration,
        RenameCandidate as RenameCandidate,
    )
    from reconciler.planning.requirements import (
        Requirements as Requirements,
        has_removals as has_removals,
        requirements as requirements,
        usage_inside as usage_inside,
    )

export_on_use(
    __name__,
    {
        "draft": "Draft make_draft",
        "exclude": "exclude_blocked",
        "plan": "Action Blocked Change Excluded FieldChange Forecast Impact Plan Proof Step Target Targeting",
        "planfile": "plan_from_json plan_to_json",
        "planner": "PlanOptions make_plan",
        "precondition": "Ancestor Precondition",
        "renames.accept": "accept_renames",
        "renames.candidate": "Declaration RenameCandidate",
        "requirements": "Requirements has_removals requirements usage_inside",
    },
)

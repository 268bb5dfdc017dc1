"""Planning: two states in, a Plan out. Pure functions, without I/O and clock."""

from reconciler.planning.draft import Draft, make_draft
from reconciler.planning.exclude import exclude_blocked
from reconciler.planning.plan import (
    Action,
    Blocked,
    Change,
    Excluded,
    FieldChange,
    Forecast,
    Impact,
    Plan,
    Proof,
    Step,
    Target,
    Targeting,
)
from reconciler.planning.planfile import plan_from_json, plan_to_json
from reconciler.planning.planner import PlanOptions, make_plan
from reconciler.planning.precondition import Ancestor, Precondition
from reconciler.planning.renames.accept import accept_renames
from reconciler.planning.renames.candidate import Declaration, RenameCandidate
from reconciler.planning.requirements import Requirements, has_removals, requirements, usage_inside

__all__ = [
    "Action",
    "Ancestor",
    "Blocked",
    "Change",
    "Declaration",
    "Draft",
    "Excluded",
    "FieldChange",
    "Forecast",
    "Impact",
    "Plan",
    "PlanOptions",
    "Precondition",
    "Proof",
    "RenameCandidate",
    "Requirements",
    "Step",
    "Target",
    "Targeting",
    "accept_renames",
    "exclude_blocked",
    "has_removals",
    "make_draft",
    "make_plan",
    "plan_from_json",
    "plan_to_json",
    "requirements",
    "usage_inside",
]

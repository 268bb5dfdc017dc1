"""Planning: two states in, a Plan out; pure functions, no I/O, no clock."""

from reconciler.planning.exclude import without_blocked
from reconciler.planning.plan import Action, Blocked, Change, FieldChange, Forecast, Impact, Plan, Step, Target
from reconciler.planning.planfile import plan_from_json, plan_to_json
from reconciler.planning.planner import Circumstances, make_plan
from reconciler.planning.renames.accept import accept_renames
from reconciler.planning.renames.candidate import LookAlike
from reconciler.planning.requirements import Questions, questions, removes

__all__ = [
    "Action",
    "Blocked",
    "Change",
    "Circumstances",
    "FieldChange",
    "Forecast",
    "Impact",
    "LookAlike",
    "Plan",
    "Questions",
    "Step",
    "Target",
    "accept_renames",
    "make_plan",
    "plan_from_json",
    "plan_to_json",
    "questions",
    "removes",
    "without_blocked",
]

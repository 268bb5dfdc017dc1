"""Planning: two states in, a Plan out; pure functions, no I/O, no clock."""

from reconciler.planning.excepting import without_blocked
from reconciler.planning.pair import LookAlike
from reconciler.planning.plan import Action, Blocked, Change, FieldChange, Forecast, Impact, Plan, Step, Target
from reconciler.planning.plan_json import plan_from_json, plan_to_json
from reconciler.planning.planner import Circumstances, make_plan
from reconciler.planning.questions import Questions, questions, removes
from reconciler.planning.renames import accept_renames

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

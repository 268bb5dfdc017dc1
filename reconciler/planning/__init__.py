"""Planning: two states in, a Plan out; pure functions, no I/O, no clock."""

from reconciler.planning.excepting import without_blocked
from reconciler.planning.plan import Action, Blocked, Change, FieldChange, Forecast, Impact, Plan, Step, Target
from reconciler.planning.plan_json import plan_from_json, plan_to_json
from reconciler.planning.planner import Circumstances, make_plan
from reconciler.planning.questions import Questions, questions, removes

__all__ = [
    "Action",
    "Blocked",
    "Change",
    "Circumstances",
    "FieldChange",
    "Forecast",
    "Impact",
    "Plan",
    "Questions",
    "Step",
    "Target",
    "make_plan",
    "plan_from_json",
    "plan_to_json",
    "questions",
    "removes",
    "without_blocked",
]

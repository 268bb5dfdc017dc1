"""Applying: an approved plan and a gateway in, events and a report out."""

from reconciler.applying.approval import CLASSES, ApprovedPlan, approve
from reconciler.applying.execution import Manner
from reconciler.applying.locking import only_run
from reconciler.applying.outcome import Ended, Event, Outcome, Result, RunReport, Started, Ticked
from reconciler.applying.reguarding import reguarded
from reconciler.applying.run import apply
from reconciler.applying.runs import Run, Runs
from reconciler.applying.sessions import Watch, apply_recorded, record_policy
from reconciler.applying.undoing import Undo, told, undo_of, way_back
from reconciler.applying.verifying import verified

__all__ = [
    "CLASSES",
    "ApprovedPlan",
    "Ended",
    "Event",
    "Manner",
    "Outcome",
    "Result",
    "Run",
    "RunReport",
    "Runs",
    "Started",
    "Ticked",
    "Undo",
    "Watch",
    "apply",
    "apply_recorded",
    "approve",
    "only_run",
    "record_policy",
    "reguarded",
    "told",
    "undo_of",
    "verified",
    "way_back",
]

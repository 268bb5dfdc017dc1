"""Applying: an approved plan and a gateway in, events and a report out."""

from reconciler.applying.apply import apply
from reconciler.applying.approve import CLASSES, ApprovedPlan, approve
from reconciler.applying.executor.executor import Manner
from reconciler.applying.journal.runs import Run, Runs
from reconciler.applying.lock import only_run
from reconciler.applying.reguard import reguarded
from reconciler.applying.report import Ended, Event, Outcome, Result, RunReport, Started, Ticked
from reconciler.applying.sessions import Watch, apply_recorded, record_policy
from reconciler.applying.undo.inverse import Undo, told, undo_of, way_back
from reconciler.applying.verify import verified

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

"""Applying: an approved plan and a gateway in, events and a report out."""

from reconciler.applying.approval import CLASSES, ApprovedPlan, approve
from reconciler.applying.outcome import Ended, Event, Outcome, Result, RunReport, Started
from reconciler.applying.reguarding import reguarded
from reconciler.applying.run import apply
from reconciler.applying.verifying import verified

__all__ = [
    "CLASSES",
    "ApprovedPlan",
    "Ended",
    "Event",
    "Outcome",
    "Result",
    "RunReport",
    "Started",
    "apply",
    "approve",
    "reguarded",
    "verified",
]

"""Workspace-as-code for Clockify: manifests say what a workspace should hold, a plan shows what would change, apply does it.

The main job, from a program:

    from reconciler import GatewayConfig, apply, approve, choose_workspace, load, make_plan
    from reconciler import open_reader, open_writer, read, Target

    desired = load(["workspace.yaml"])                       # ManifestError: every problem, with its place
    config = GatewayConfig("maton", key=key)
    with open_reader(config) as reader:                      # can send nothing but GET
        workspace = choose_workspace(reader, desired.workspace)
        reading = read(reader, desired, workspace)           # proven whole, or IncompleteReadError
    target = Target(config.name, config.base_url, workspace.id, workspace.name)
    plan = make_plan(desired, reading.live, reading.usage, target=target)      # pure
    approved = approve(plan, digest_that_a_person_has_seen)  # BlockedError, NotApprovedError
    with open_writer(config) as writer:
        report = apply(approved, writer, reading)            # StalePlanError before anything is written

`apply_recorded` does the same with a journal, by which an interrupted run is finished and `way_back` plans an undo.

Every error raised on purpose is a ReconcilerError. Names load on first use, so that importing this costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from reconciler.version import __version__

if TYPE_CHECKING:
    from reconciler.applying import (
        ApplyHooks,
        ApplyOptions,
        ApprovedPlan,
        RunReport,
        Runs,
        apply,
        apply_recorded,
        approve,
        inverse_of,
        verify,
    )
    from reconciler.errors import ManifestError, Problem, ReconcilerError, RefusedError
    from reconciler.gateway import GatewayConfig, Rate, Reader, Writer, open_reader, open_writer, pin_connection
    from reconciler.live import Reading, choose_workspace, read, reread
    from reconciler.manifest import load, manifest_schema
    from reconciler.planning import (
        Change,
        Plan,
        PlanOptions,
        Target,
        exclude_blocked,
        make_plan,
        plan_from_json,
        plan_to_json,
    )
    from reconciler.state import Desired, Live, Workspace

_ROOMS = {
    "applying": (
        "ApprovedPlan",
        "ApplyOptions",
        "RunReport",
        "Runs",
        "ApplyHooks",
        "apply",
        "apply_recorded",
        "approve",
        "verify",
        "inverse_of",
    ),
    "errors": ("ManifestError", "Problem", "ReconcilerError", "RefusedError"),
    "gateway": ("GatewayConfig", "Rate", "Reader", "Writer", "open_reader", "open_writer", "pin_connection"),
    "live": ("Reading", "choose_workspace", "read", "reread"),
    "manifest": ("load", "manifest_schema"),
    "planning": (
        "Change",
        "PlanOptions",
        "Plan",
        "Target",
        "make_plan",
        "plan_from_json",
        "plan_to_json",
        "exclude_blocked",
    ),
    "state": ("Desired", "Live", "Workspace"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "ApplyHooks",
    "ApplyOptions",
    "ApprovedPlan",
    "Change",
    "Desired",
    "GatewayConfig",
    "Live",
    "ManifestError",
    "Plan",
    "PlanOptions",
    "Problem",
    "Rate",
    "Reader",
    "Reading",
    "ReconcilerError",
    "RefusedError",
    "RunReport",
    "Runs",
    "Target",
    "Workspace",
    "Writer",
    "__version__",
    "apply",
    "apply_recorded",
    "approve",
    "choose_workspace",
    "exclude_blocked",
    "inverse_of",
    "load",
    "make_plan",
    "manifest_schema",
    "open_reader",
    "open_writer",
    "pin_connection",
    "plan_from_json",
    "plan_to_json",
    "read",
    "reread",
    "verify",
]


def __getattr__(name: str) -> Any:
    """A public name, from the room that it lives in (PEP 562)."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_ROOM_OF})

"""Reads the manifests that a command line names."""

from __future__ import annotations

import os
from collections.abc import Sequence

from reconciler.cli import files, planfiles
from reconciler.cli.settings import note_workspace
from reconciler.errors import PlanFileError
from reconciler.manifest import load
from reconciler.manifest.yaml.text import MOST_BYTES
from reconciler.state import Desired
from reconciler.text import command_line


def load_manifests(paths: Sequence[str]) -> Desired:
    """The desired state; `-` is stdin. Raises ManifestError, and PlanFileError for a plan that is named as a manifest."""
    for path in paths:
        is_file = path != "-" and os.path.isfile(path)  # noqa: PTH113 - Path raises for one that may not be looked up
        if is_file and planfiles.looks_like_plan(planfiles.beginning(path)):
            argument = planfiles.as_argument(path)
            hint = command_line("reconciler", "apply", argument)
            if not planfiles.is_plan_path(path):
                renamed = command_line("mv", argument, "plan.json")
                hint = f"name plan files .json: {renamed} && reconciler apply plan.json"
            raise PlanFileError(f"{path} looks like a plan file, not a manifest", hint=hint)
    desired = load(paths, stdin=_stdin)
    note_workspace(desired.workspace)
    return desired


def _stdin() -> bytes:
    data = files.read("-", limit=MOST_BYTES)
    if planfiles.looks_like_plan(data):
        raise PlanFileError("stdin looks like a plan file, not a manifest", hint="reconciler apply --plan -")
    return data

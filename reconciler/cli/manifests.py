"""Reads the manifests that a command line names."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from reconciler import manifest
from reconciler.cli import files, plan_names
from reconciler.cli.settings import note_workspace
from reconciler.errors import ManifestError, PlanFileError
from reconciler.manifest.expand.variables import VARIABLE, Given
from reconciler.manifest.load import NO_VALUES, read_manifests
from reconciler.manifest.yaml.text import MOST_BYTES
from reconciler.state import Desired
from reconciler.text import command_line

if TYPE_CHECKING:
    from reconciler.manifest import Validation


def load_manifests(paths: Sequence[str], variables: Mapping[str, str] = NO_VALUES) -> Desired:
    """The desired state; `-` is stdin. `variables`: those of the command line; the environment has further ones.

    Raises ManifestError, and PlanFileError for a plan that is named as a manifest.
    """
    _refuse_plan_files(paths)
    desired = manifest.load(paths, stdin=_stdin, variables=variables, environment=_environment())
    note_workspace(desired.workspace)
    return desired


def read_for_edit(paths: Sequence[str], given: Given) -> tuple[Desired, dict[str, bytes]]:
    """The desired state, and the bytes of every manifest by its path, for what edits them. Raises as `load_manifests`."""
    _refuse_plan_files(paths)
    loaded = read_manifests(paths, None, given)
    if loaded.problems:
        raise ManifestError(loaded.problems)
    return loaded.desired, dict(loaded.sources.files)


def given_values(variables: Mapping[str, str] = NO_VALUES) -> Given:
    """The values of variables: of the command line, and of the environment."""
    return Given(variables, _environment())


def validate_manifests(paths: Sequence[str], variables: Mapping[str, str] = NO_VALUES) -> Validation:
    """Every problem and warning, as `load_manifests` reads. Raises PlanFileError for a plan that is named as a manifest."""
    _refuse_plan_files(paths)
    return manifest.validate(paths, stdin=_stdin, variables=variables, environment=_environment())


def values_for(variables: Mapping[str, str]) -> dict[str, str]:
    """All values from outside for manifests that may declare other variables: those of the environment, and `variables`."""
    return {**_environment(), **variables}


def _environment() -> dict[str, str]:
    """The values of variables in the environment, by what follows RECONCILER_VAR_."""
    return {name.removeprefix(VARIABLE): text for name, text in os.environ.items() if name.startswith(VARIABLE)}


def _refuse_plan_files(paths: Sequence[str]) -> None:
    for path in paths:
        is_file = path != "-" and os.path.isfile(path)  # noqa: PTH113 - Path raises for one that may not be looked up
        if is_file and plan_names.looks_like_plan(plan_names.beginning(path)):
            argument = plan_names.as_argument(path)
            hint = command_line("reconciler", "apply", argument)
            if not plan_names.is_plan_path(path):
                renamed = command_line("mv", argument, "plan.json")
                hint = f"name plan files .json: {renamed} && reconciler apply plan.json"
            raise PlanFileError(f"{path} looks like a plan file, not a manifest", hint=hint)


def _stdin() -> bytes:
    data = files.read("-", limit=MOST_BYTES)
    if plan_names.looks_like_plan(data):
        raise PlanFileError("stdin looks like a plan file, not a manifest", hint="reconciler apply --plan -")
    return data

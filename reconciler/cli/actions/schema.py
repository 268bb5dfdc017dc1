"""The schema files: within the package where it was installed as a wheel, else in the repository."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from reconciler.errors import ReconcilerError

_ROOT = Path(__file__).parents[3]


def schema_text(name: str) -> str:
    """The text of `schemas/NAME.schema.json`. Raises ReconcilerError where the installation lacks it."""
    file = f"{name}.schema.json"
    places: tuple[Traversable, ...] = (files("reconciler") / "schemas" / file, _ROOT / "schemas" / file)
    for place in places:
        if place.is_file():
            return place.read_text(encoding="utf-8")
    raise ReconcilerError(f"this installation has no {file}", hint="install reconciler again")

"""`schema`: the schema files, in the package of a wheel, else in the repository."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from reconciler.cli.terminal.output import document, print_result
from reconciler.errors import ReconcilerError

_ROOT = Path(__file__).parents[3]


def print_schema(name: str) -> None:
    """Print `schemas/NAME.schema.json`. Raises ReconcilerError if the installation lacks it."""
    print_result(document(schema_text(name)))


def schema_text(name: str) -> str:
    """The text of `schemas/NAME.schema.json`. Raises ReconcilerError if the installation lacks it."""
    file = f"{name}.schema.json"
    candidates: tuple[Traversable, ...] = (files("reconciler") / "schemas" / file, _ROOT / "schemas" / file)
    for candidate in candidates:
        if candidate.is_file():
            return candidate.read_text(encoding="utf-8")
    raise ReconcilerError(f"this installation lacks {file}", hint="install reconciler again")

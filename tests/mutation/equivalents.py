"""The list of mutants that were read and found equivalent, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.mutation.mutants import Mutant, change_of

_AROUND = 3
FILE = Path(__file__).with_name("equivalents.yaml")


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A change of a module that changes no behaviour, and why."""

    path: str
    before: str
    after: str
    reason: str


def load_equivalents(file: Path = FILE) -> list[Equivalent]:
    """The list."""
    return [Equivalent(**entry) for entry in yaml.safe_load(file.read_text(encoding="utf-8"))]


def equivalent_to(mutant: Mutant, source: str, listed: list[Equivalent]) -> Equivalent | None:
    """The entry that names this mutant of a source."""
    # A change in a value of several lines is shown with some of the lines around it.
    lines = source.splitlines()[max(mutant.line - 1 - _AROUND, 0) : mutant.last_line + _AROUND]
    touched = " ".join(map(str.strip, lines))
    # A change takes its lines from those it touches; to make it takes parsing the module.
    possible = [entry for entry in listed if entry.path == mutant.path and entry.before in touched]
    if not possible:
        return None
    change = change_of(source, mutant)
    return next((entry for entry in possible if (entry.before, entry.after) == change), None)

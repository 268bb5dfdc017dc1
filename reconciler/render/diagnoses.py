"""What `doctor` found: a line for each part of the set-up, with what is to be done where it is not in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from reconciler.render.lines import Line, Span, Style, flow
from reconciler.render.screen import PIPE, Screen

FORMAT = "reconciler.doctor/1"


class Health(StrEnum):
    """How a part of the set-up is: in order, usable with a limit, or not usable."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The health of one part. `message`: what was found. `cure`: an edit or a command; empty where nothing is to be done."""

    part: str
    health: Health
    message: str
    cure: str = ""


_STYLES: dict[Health, Style] = {Health.OK: "create", Health.WARN: "update", Health.FAIL: "delete"}
_COLUMN = 14


def worst(diagnoses: Iterable[Diagnosis]) -> Health:
    """The health of the whole: that of its worst part."""
    found = {diagnosis.health for diagnosis in diagnoses}
    return next(health for health in (Health.FAIL, Health.WARN, Health.OK) if health in found or health is Health.OK)


def diagnosis_lines(diagnoses: Sequence[Diagnosis], screen: Screen = PIPE) -> list[Line]:
    """A line or more for each part, its cure below it, and the numbers at the end."""
    lines: list[Line] = []
    for diagnosis in diagnoses:
        head = Span(f"{diagnosis.health:<5} ", _STYLES[diagnosis.health])
        spans = (head, Span(f"{diagnosis.part:<{_COLUMN}} ", "bold"), Span(diagnosis.message))
        lines += flow(spans, screen, hanging=_COLUMN + 7)
        if diagnosis.cure:
            lines += flow((Span(diagnosis.cure, "dim"),), screen, indent=_COLUMN + 7)
    counts = Counter(diagnosis.health for diagnosis in diagnoses)
    lines.append(())
    lines += flow((Span(", ".join(f"{counts[health]} {health}" for health in Health), "bold"),), screen)
    return lines


def diagnoses_to_json(diagnoses: Sequence[Diagnosis]) -> dict[str, Any]:
    """The same for programs: `health` is that of the whole."""
    return {
        "format": FORMAT,
        "health": str(worst(diagnoses)),
        "diagnoses": [
            {"part": d.part, "health": str(d.health), "message": d.message, "cure": d.cure or None} for d in diagnoses
        ],
    }

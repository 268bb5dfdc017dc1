"""Writes the journal of a run again, as somebody who knows its format could: with other lines, and with seals that fit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reconciler.applying.journal.chain import Link, seed_of

Line = Mapping[str, Any]


def read_lines(folder: Path) -> list[dict[str, Any]]:
    """The lines of a run's journal, without their seals."""
    lines = map(json.loads, (folder / "journal.jsonl").read_bytes().splitlines())
    return [{key: value for key, value in line.items() if key not in ("line", "sum")} for line in lines]


def write_sealed(folder: Path, lines: Sequence[Line]) -> None:
    """Write the journal with seals that fit its lines, the run and its plan."""
    link = Link(0, seed_of(folder.name, (folder / "plan.json").read_bytes()))
    data = b""
    for line in lines:
        text, link = link.seal(json.dumps(line, separators=(",", ":")).encode("ascii"))
        data += text + b"\n"
    (folder / "journal.jsonl").write_bytes(data)


def write_unsealed(folder: Path, lines: Sequence[Line]) -> None:
    """Write the journal as 0.1.0 did."""
    new = ("sequence", "ids")
    old = [{key: value for key, value in line.items() if key not in new} for line in lines]
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in old)
    (folder / "journal.jsonl").write_text(text, encoding="ascii")

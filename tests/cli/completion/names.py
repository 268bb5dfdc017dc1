"""Names of workspaces that a shell would act on, and records of runs on workspaces with such names."""

from __future__ import annotations

import json
from pathlib import Path

HOSTILE = (
    "$(touch pwned)",
    "b`touch pwned`",
    "c;touch pwned",
    'd it\'s "q" \\ !1 $HOME',
    "~root",
    "*",
    "f: Studio",
    "#c",
    "i=b",
    "Jürgen & Söhne",
    "l{a,b}",
    "o\\",
)
"""They are offered, quoted."""
UNUSABLE = ("-rf", "g\x1b[31mred", "h\nnew\tplain", "k\u202eevil", "twice", "twice", " blank")
"""Their ids are offered: each begins as an option, changes a terminal, is cut by a shell, or is no single workspace."""


def workspace_id(number: int) -> str:
    return f"698eeb9e5cd3a921db12{number:04d}"


def record(state_dir: Path, *names: str, gateway: str = "maton") -> None:
    """A run on a workspace of each name, as its journal begins; the first is the oldest."""
    for number, name in enumerate(names):
        folder = state_dir / "runs" / f"202611{number + 1:02d}T000000000Z-0a1b2c3d"
        folder.mkdir(parents=True)
        workspace = {"id": workspace_id(number), "name": name}
        line = json.dumps({"event": "session_started", "gateway": gateway, "workspace": workspace})
        (folder / "journal.jsonl").write_text(f"{line}\n", encoding="utf-8")

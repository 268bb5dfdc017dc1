"""Makes docs/plan.svg, the picture in the README: a real plan of the sandbox, as the terminal shows it.

Run it from anywhere: `python docs/picture.py`. It plans examples/workspace.yaml in a temporary folder, so nothing else changes.
Some groups are omitted, and a line says how many; every other line is output of the program.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ("--sandbox", "plan", "examples/workspace.yaml")
WIDTH = 82
OMITTED = (
    "Bluebird Bakery",
    "Cobalt Energy",
    "Evergreen Trust",
    "Foxglove Pictures",
    "Kestrel Drones",
    "Lighthouse Books",
    "Projects without client",
)

THEME = TerminalTheme(
    (22, 27, 34),
    (201, 209, 217),
    [
        (72, 79, 88),
        (255, 123, 114),
        (86, 211, 100),
        (227, 179, 65),
        (121, 192, 255),
        (210, 168, 255),
        (86, 212, 221),
        (201, 209, 217),
    ],
)

# The frame of rich loads a font from the network; this one loads nothing.
FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>A plan of reconciler on a terminal</title>
<style>
.{unique_id}-matrix {{ font: {char_height}px/{line_height}px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
<g fill="#484f58"><circle cx="22" cy="22" r="6"/><circle cx="42" cy="22" r="6"/><circle cx="62" cy="22" r="6"/></g>
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def run() -> str:
    """The output of the program, with colours."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("RECONCILER_")}
    environment |= {"FORCE_COLOR": "1", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)}
    environment.pop("NO_COLOR", None)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "examples", Path(folder) / "examples")
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", *COMMAND],
            cwd=folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
    return done.stdout


def shortened(plan: str) -> str:
    """The plan without the omitted groups, with a line that counts them."""
    blocks = plan.rstrip("\n").split("\n\n")
    kept = [block for block in blocks if _heading(block) not in OMITTED]
    last = max(at for at, block in enumerate(kept) if _heading(block) == "Tags")
    note = f"\x1b[2m({len(blocks) - len(kept)} groups omitted in this picture)\x1b[0m"
    return "\n\n".join([*kept[:last], note, *kept[last:]])


def _heading(block: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", block.split("\n", 1)[0])


def picture(plan: str) -> str:
    """The SVG."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(f"\x1b[1m$ reconciler {' '.join(COMMAND)}\x1b[0m"))
    console.print(Text.from_ansi(plan))
    console.print()  # without it the frame is one line too short
    drawn = console.export_svg(title="", theme=THEME, code_format=FRAME, unique_id="plan")
    return "\n".join(line.rstrip() for line in drawn.splitlines()) + "\n"


def main() -> None:
    """Write the picture."""
    target = ROOT / "docs" / "plan.svg"
    target.write_text(picture(shortened(run())), encoding="utf-8")
    print(f"wrote {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()

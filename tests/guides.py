"""Runs a guide: its files are written, its commands run in their order, and what it shows is what they print.

- A block below `<!-- file: NAME -->` is a file, which is written, below `<!-- append: NAME -->` its new end; below `<!-- content: NAME -->` it is one that the commands have written.
- A `bash` block has a command on each line; below `<!-- exit code: N -->` the last one ends with N. `"$(reconciler …)"` is what that prints.
  `export NAME=VALUE` and `unset NAME` hold for the lines behind them; lines with `git` are left out.
- A `text` block behind it is what its last command prints on both streams; `…` alone on a line stands for any lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from click.testing import Result

from reconciler.text import split_command
from tests.cli.program import Desk

_BLOCK = re.compile(
    r"(?:^<!-- (file|append|content|exit code): (.+?) -->\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
_NESTED = re.compile(r'"\$\(reconciler ([^)]*)\)"')
_ANY = "…"


@dataclass(frozen=True)
class Block:
    """A block of a page: its line, the comment above it, its language and its text."""

    line: int
    role: str
    argument: str
    language: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page in their order."""
    text = page.read_text(encoding="utf-8")
    for match in _BLOCK.finditer(text):
        yield Block(text.count("\n", 0, match.start()) + 1, match[1] or "", match[2] or "", match[3], match[4])


def run_guide(page: Path, desk: Desk, **variables: str) -> int:
    """Run the blocks of a page in the desk's folder; the number of commands. Raises AssertionError with the line of the page.

    `variables`: what the shell has already set.
    """
    printed, count = "", 0
    for block in blocks(page):
        place = f"{page.name}:{block.line}"
        if block.role == "file":
            desk.write(block.text, block.argument)
        elif block.role == "append":
            old = (desk.folder / block.argument).read_text(encoding="utf-8")
            desk.write(old + block.text, block.argument)
        elif block.role == "content":
            assert (desk.folder / block.argument).read_text(encoding="utf-8") == block.text, place
        elif block.language == "bash":
            lines = [line for line in block.text.splitlines() if not _is_setting(line, variables)]
            if not lines:
                continue
            codes = [0] * (len(lines) - 1) + [int(block.argument or 0)]
            for line, code in zip(lines, codes, strict=True):
                done = _run(line, desk, variables)
                printed, count = _printed(done), count + 1
                assert done.exit_code == code, f"{place}: {line}\n{printed}"
        elif block.language == "text":
            assert _matches(block.text, printed), f"{place}: printed is\n{printed}"
    return count


def _is_setting(line: str, variables: dict[str, str]) -> bool:
    """Whether a line runs no command of ours; the variable that it sets is added or taken away."""
    program, _, rest = line.partition(" ")
    if program == "export":
        name, _, value = rest.partition("=")
        variables[name] = split_command(value)[0]
    if program == "unset":
        variables.pop(rest, None)
    return program in ("export", "unset", "git")


def _run(line: str, desk: Desk, variables: dict[str, str]) -> Result:
    line = _NESTED.sub(lambda match: desk.call(*split_command(match[1]), **variables).stdout.strip(), line)
    program, *words = split_command(line)
    assert program == "reconciler", line
    return desk.call(*words, **variables)


def _printed(done: Result) -> str:
    """Messages, then the result: the order in which a terminal shows them here."""
    return done.stderr + done.stdout if not done.exit_code else done.stdout + done.stderr


def _matches(shown: str, printed: str) -> bool:
    """Whether the parts between the lines `…` are in what was printed, in their order, the first and the last one at its ends."""
    lines = printed.splitlines()
    parts: list[list[str]] = [[]]
    for line in shown.splitlines():
        if line == _ANY:
            parts.append([])
        else:
            parts[-1].append(line)
    if len(parts) == 1:
        return lines == parts[0]
    at = len(parts[0])
    if lines[:at] != parts[0]:
        return False
    end = len(lines) - len(parts[-1])
    for part in parts[1:-1]:
        found = next(
            (start for start in range(at, end - len(part) + 1) if lines[start : start + len(part)] == part), None
        )
        if found is None:
            return False
        at = found + len(part)
    return at <= end and lines[end:] == parts[-1]

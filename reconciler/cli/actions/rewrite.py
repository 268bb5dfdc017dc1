"""Manifests that are written again: the diff, the question, and the files, each replaced as a whole."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from reconciler.cli import files
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_message, print_result, screen_of, styled
from reconciler.cli.terminal.prompt import confirm
from reconciler.render import words
from reconciler.render.unified_diff import diff_lines

Rewritten = Mapping[str, tuple[bytes, bytes]]
"""Path → the bytes before, empty for a new file, and after."""


def print_diffs(rewritten: Rewritten, settings: Settings) -> None:
    """Print the unified diff on stdout."""
    screen = screen_of(sys.stdout, settings)
    for path, (before, after) in rewritten.items():
        lines = diff_lines(path, before.decode("utf-8-sig"), after.decode("utf-8-sig"), is_new=not before)
        print_result(styled(lines, screen))


def confirm_and_write(rewritten: Rewritten, question: str, token: str | None, settings: Settings, command: str) -> None:
    """Write the files after an approval. Raises NotApprovedError without one, and ReconcilerError for a file that cannot be written."""
    confirm(question, token, settings, command)
    write_files(rewritten)


def write_files(rewritten: Rewritten) -> None:
    """Replace each file. Raises ReconcilerError at the first one that cannot be: the earlier ones are written then."""
    for number, (path, (before, after)) in enumerate(rewritten.items()):
        try:
            files.replace_file(path, before, after)
        except BaseException:
            if number:
                print_message(f"{words.count(number, 'file')} written, {len(rewritten) - number} not")
            raise
    if rewritten:
        print_message(f"wrote {', '.join(rewritten)}")

"""Writes the file of `--summary` when a command has ended."""

from __future__ import annotations

from reconciler.cli import files
from reconciler.cli.summary import FORMAT, Noted
from reconciler.cli.terminal.output import print_message, to_json
from reconciler.errors import ReconcilerError
from reconciler.render.summary import command_summary


def write_summary(noted: Noted, code: int, *, is_report: bool) -> int:
    """Write the summary; the exit code: 1 where the file cannot be written, unless the code says what was written to the service."""
    document = command_summary(
        FORMAT, noted.command, code, plan=noted.plan, report=noted.report, messages=noted.messages
    )
    try:
        files.write(noted.path, to_json(document))
    except ReconcilerError as error:
        print_message(f"error: {error.message}")
        return code if is_report or code not in (0, 2) else 1
    return code

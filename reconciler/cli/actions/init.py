"""`init`: write a starter manifest."""

from __future__ import annotations

from reconciler.cli import files
from reconciler.cli.planfiles import as_argument
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import document, print_message, print_result
from reconciler.manifest import starter


def write_starter(path: str, settings: Settings) -> None:
    """Write the starter manifest to a new file (`-`: stdout). Raises ReconcilerError if the file exists."""
    if path == "-":
        print_result(document(starter()))
        return
    files.write_new(path, starter())
    print_message(f"wrote {path}; next: {settings.command('plan', as_argument(path))}")

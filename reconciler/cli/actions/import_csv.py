"""`import-csv`: write a manifest from a table."""

from __future__ import annotations

from collections.abc import Sequence

import click

from reconciler.cli import files
from reconciler.cli.plan_names import as_argument
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import document, print_message, print_result
from reconciler.kinds import KINDS
from reconciler.manifest.files import printable_path
from reconciler.manifest.import_csv import ImportedManifest, ImportOptions, column_option, import_csv
from reconciler.manifest.table import MOST_BYTES
from reconciler.render import words


def run_import(file: str, output: str, columns: Sequence[str], sheet: str, settings: Settings) -> None:
    """Write the manifest of a table to a new file (`-`: stdout); notices and counts go to stderr. Raises ReconcilerError."""
    options = ImportOptions(_columns(columns), sheet, settings.workspace or "")
    if output != "-":
        files.require_new(output)
    imported = read_import(file, options)
    counts = [(imported.counts.get(kind.name, 0), kind) for kind in KINDS]
    listed = ", ".join(words.count(number, kind.name, kind.plural) for number, kind in counts if number)
    if output == "-":
        print_result(document(imported.text))
        return
    files.write_new(output, imported.text)
    print_message(f"wrote {output}: {listed}; next: {settings.command('plan', as_argument(output))}")


def read_import(file: str, options: ImportOptions) -> ImportedManifest:
    """Read a table, and print its notices. Raises ReconcilerError with all problems."""
    imported = import_csv(files.read(file, limit=MOST_BYTES), printable_path(file), options)
    for notice in imported.notices:
        print_message(f"note: {notice}")
    return imported


def _columns(given: Sequence[str]) -> dict[str, str]:
    """The columns of the options by field. Raises click.BadParameter."""
    columns: dict[str, str] = {}
    for text in given:
        try:
            key, column = column_option(text)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--column") from error
        if columns.setdefault(key, column) != column:
            raise click.BadParameter(f"two columns for {key}", param_hint="--column")
    return columns

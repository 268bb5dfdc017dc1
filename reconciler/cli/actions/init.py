"""`init`: write a first manifest, from what is there or empty, with the files that belong to it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from reconciler.cli.actions.export import ExportRequest, export_live, print_notes
from reconciler.cli.actions.export_files import parse_output
from reconciler.cli.actions.export_selection import Selection
from reconciler.cli.actions.import_csv import read_import
from reconciler.cli.actions.schema import schema_text
from reconciler.cli.adopt.ci_files import CI_PATHS, ci_file, is_complete
from reconciler.cli.adopt.ci_variables import ci_gateway, ci_variables, store_notes
from reconciler.cli.adopt.folder import SCHEMA_FILE, NewFile, ignore_folder, repository_root, write_new_files
from reconciler.cli.plan_names import as_argument
from reconciler.cli.session import open_session
from reconciler.cli.settings import KEYS, Settings
from reconciler.cli.terminal.output import document, print_message, print_result
from reconciler.cli.terminal.prompt import choose, is_terminal, type_answer
from reconciler.manifest import starter
from reconciler.manifest.export import MAIN_FILE
from reconciler.manifest.import_csv import ImportOptions

SOURCES = (
    ("workspace", "the live workspace: its clients, projects, tasks and tags as manifests (reads only)"),
    ("csv", "a CSV or Excel file in the format of Clockify's import"),
    ("empty", "an empty starter with comments; it changes nothing until resources are added"),
)


def write_starter(path: str, source: str | None, table: str | None, ci: str | None, settings: Settings) -> None:
    """Write a manifest to a new file (`-`: stdout), the schema beside it, a line of .gitignore, and the CI file if asked for.

    `source`: one of SOURCES; None asks on a terminal, and is `empty` elsewhere. `table`: the file of the source `csv`.
    Raises ReconcilerError before the first write if the manifest or the CI file exists.
    """
    if source is None:
        source = choose("Where do the manifests start from?", SOURCES, settings) if _asks(path) else "empty"
    texts = _TEXTS[source](path, table, settings)
    if path == "-":
        print_result(document("".join(texts.values())))
        return
    root = repository_root(Path.cwd())
    new = [NewFile(name, text) for name, text in texts.items()]
    if ci:
        new.append(_ci_file(ci, path, root, settings))
    schema = os.path.normpath(Path(next(iter(texts))).parent / SCHEMA_FILE)
    new.append(NewFile(schema, schema_text("manifest"), may_exist=True))
    for written in write_new_files(new):
        print_message(f"wrote {written}")
    if ci and not is_complete(ci):
        print_message(f"edit OWNER and COMMIT in {new[-2].path}: where this program is installed from")
    for note in store_notes(ci, settings, new[-2].path) if ci else ():
        print_message(note)
    if changed := ignore_folder(settings.state_dir, root):
        print_message(f"added the state folder to {changed}")
    print_message(f"next: {settings.command('plan', as_argument(path))}")


def _asks(path: str) -> bool:
    return path != "-" and is_terminal()


def _empty(path: str, table: str | None, settings: Settings) -> dict[str, str]:  # noqa: ARG001 - as the other sources
    return {path: starter(settings.workspace or "")}


def _from_workspace(path: str, table: str | None, settings: Settings) -> dict[str, str]:  # noqa: ARG001 - as the other sources
    output = parse_output(path, replaces=False)
    with open_session(settings) as session:
        exported = export_live(session, Selection(()), ExportRequest(path), settings, output)
    print_notes(exported.notes)
    if not output.is_folder:
        return {path: exported.files[MAIN_FILE]}
    return {os.path.join(path, name): text for name, text in exported.files.items()}  # noqa: PTH118 - as it was typed


def _from_csv(path: str, table: str | None, settings: Settings) -> dict[str, str]:
    if table is None:
        table = type_answer("Name of the CSV or Excel file: ", settings)
    return {path: read_import(table, ImportOptions(workspace=settings.workspace or "")).text}


_TEXTS: dict[str, Callable[[str, str | None, Settings], dict[str, str]]] = {
    "workspace": _from_workspace,
    "csv": _from_csv,
    "empty": _empty,
}
"""For each source, what makes the texts: path of each file -> text."""


def _ci_file(service: str, path: str, root: Path, settings: Settings) -> NewFile:
    """The CI file, with the global options as variables."""
    inside = os.path.relpath(Path(path).resolve(), root).replace(os.sep, "/")
    place = os.path.relpath(root / CI_PATHS[service])
    text = ci_file(service, as_argument(inside), KEYS[ci_gateway(settings)], ci_variables(settings))
    return NewFile(place, text, way_out="leave out --ci, or run it in an empty folder and merge that file by hand")

"""`export`: read the workspace, and write it as manifests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.cli.actions.export_files import Output, parse_output
from reconciler.cli.actions.export_selection import Selection
from reconciler.cli.plan_names import as_argument
from reconciler.cli.session import Session, open_session
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_message
from reconciler.errors import ReconcilerError
from reconciler.kinds import KINDS
from reconciler.live import read_everything
from reconciler.manifest.export import Exported, ExportOptions, export_manifest
from reconciler.render import words

_MOST_NOTES = 20


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What to export and where to. `output`: a path, `-` is stdout. `replaces`: whether files that exist are replaced."""

    output: str
    patterns: tuple[str, ...] = ()
    archived: bool = False
    replaces: bool = False


def run_export(request: ExportRequest, settings: Settings) -> None:
    """Write the manifests, and print what they do not declare. Raises ReconcilerError, before anything is read where it can."""
    output = parse_output(request.output, replaces=request.replaces)
    selection = Selection(request.patterns)
    with open_session(settings) as session:
        exported = export_live(session, selection, request, settings, output)
    output.write(exported)
    print_notes(exported.notes)
    if output.path != "-":
        counted = ", ".join(words.count(exported.counts[kind.plural], kind.name, kind.plural) for kind in KINDS)
        command = settings.command("plan", as_argument(output.path))
        print_message(f"exported {counted} to {output.path}; next: {command}")


def print_notes(notes: Sequence[str]) -> None:
    """Print what the manifests of an export do not declare."""
    for note in notes[:_MOST_NOTES]:
        print_message(f"warning: not declared: {note}")
    if len(notes) > _MOST_NOTES:
        print_message(f"warning: {len(notes) - _MOST_NOTES} more are not declared")


def export_live(
    session: Session, selection: Selection, request: ExportRequest, settings: Settings, output: Output
) -> Exported:
    """Read the workspace and make its manifests. Raises ReconcilerError for patterns that match nothing."""
    workspace = session.workspace()
    live = read_everything(
        session.reader, workspace, archived=request.archived, is_wanted=selection.may_concern if selection else None
    )
    selection.require_matches(live, settings, archived=request.archived)
    options = ExportOptions(
        archived=request.archived,
        selects=selection.matches if selection else None,
        as_folder=output.is_folder,
        workspace=workspace.id if settings.workspace == workspace.id else "",
        origin=f"gateway {session.config.name}",
    )
    exported = export_manifest(live, options)
    if selection and not any(exported.counts.values()):
        raise ReconcilerError(
            f"a manifest cannot declare what matches: {exported.notes[0]}", hint="rename it in Clockify"
        )
    return exported

"""The comments at the top of exported manifests: the editor's schema, the origin, and what is not in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from reconciler.manifest.export.options import ExportOptions
from reconciler.manifest.yaml.write import write_scalar
from reconciler.policy import Prune
from reconciler.state import Workspace

SCHEMA_FILE = "manifest.schema.json"
_MOST_NOTES = 20


def schema_line(folder: str = "") -> str:
    """The line by which editors find the schema, from a file in a sub-folder."""
    return f"# yaml-language-server: $schema={'../' if folder else ''}{SCHEMA_FILE}"


def header(
    workspace: Workspace, options: ExportOptions, notes: Sequence[str], goals: Collection[Prune]
) -> Iterator[str]:
    """The comment lines of the file with the settings. `goals`: those of `policy.prune`."""
    yield schema_line()
    yield "#"
    origin = f" through {options.origin}" if options.origin else ""
    yield f"# Exported from the workspace {write_scalar(workspace.name)} ({workspace.id}){origin}."
    if options.selects is not None:
        yield "# It is a part of the workspace: `prune: keep` leaves the rest as it is."
    else:
        if not options.archived:
            yield "# What is archived or done is not listed; a plan leaves it as it is."
        if Prune.ARCHIVE in goals:
            yield "# `prune: archive` archives what is removed from this list, and deletes nothing."
        if Prune.KEEP in goals:
            yield "# `prune: keep` leaves what is not listed as it is."
    if not options.as_folder:
        yield f"# Completion in editors needs the schema beside this file: reconciler schema > {SCHEMA_FILE}"
    if notes:
        yield "#"
        yield "# Not declared here:"
        yield from (f"# - {note}" for note in notes[:_MOST_NOTES])
        if len(notes) > _MOST_NOTES:
            yield f"# - and {len(notes) - _MOST_NOTES} more"

"""Export: a live state → manifests that plan to nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.kinds import BY_NAME, BY_PLURAL, KINDS
from reconciler.manifest.export.declarable import Declarable
from reconciler.manifest.export.defaults import infer_defaults
from reconciler.manifest.export.header import header, schema_line
from reconciler.manifest.export.lines import Lines, field_text
from reconciler.manifest.export.notes import notes_of
from reconciler.manifest.export.options import MAIN_FILE, Exported, ExportOptions
from reconciler.manifest.export.slugs import Slugs
from reconciler.manifest.export.task_sets import infer_task_sets
from reconciler.manifest.export.tree import Entry, Tree, build_tree
from reconciler.manifest.schema.manifest import manifest_schema
from reconciler.manifest.schema.nesting import SET_KIND, children_of
from reconciler.manifest.validation.validate import matches_schema
from reconciler.manifest.yaml.write import write_scalar
from reconciler.policy import Prune
from reconciler.state import AccessRole, Live, Workspace

Lists = Mapping[str, list[Entry]]
"""The top-level lists of a file, by their keys."""


def export_manifest(live: Live, options: ExportOptions) -> Exported:
    """The manifests of a live state, as `reconciler.live.read_everything` reads it, for the same key.

    A plan of them has no changes: what they cannot declare is named in the notes, and `policy.prune` leaves it as it is.
    """
    return _Export(live, options).files()


class _Export:
    def __init__(self, live: Live, options: ExportOptions) -> None:
        self.live, self.options = live, options
        self.tree = build_tree(live, options)
        counted = {kind.plural: len(list(self.tree.entries(kind))) for kind in KINDS}
        self.sets = infer_task_sets(self.tree.entries(BY_NAME[SET_KIND.parent]))
        self.prune = _prune(self.tree, live, options)
        self.defaults = self._defaults()
        self.lines = Lines(self.defaults)
        self.notes = notes_of(self.tree, live, self.prune)
        self.counts = counted

    def files(self) -> Exported:
        lists = self._lists()
        files = self._folder(lists) if self.options.as_folder else {MAIN_FILE: self._main(lists)}
        return Exported(files, self.counts, self.notes)

    def _lists(self) -> dict[str, list[Entry]]:
        """The sections; without a selection all of them, so that what is added to the workspace by hand is noticed."""
        found = {BY_NAME[name].plural: entries for name, entries in self.tree.lists.items()}
        is_whole = self.options.selects is None
        nested = {plural for entries in found.values() for entry in entries for plural in entry.children}
        return {key: entries for key, entries in found.items() if entries or (is_whole and key not in nested)}

    def _defaults(self) -> dict[str, dict[str, Any]]:
        declarable = Declarable(self.live)
        defaults = {}
        for kind in KINDS:
            entries = list(self.tree.entries(kind))
            if kind is SET_KIND:
                entries += [task for tasks in self.sets.values() for task in tasks]
            if found := infer_defaults(kind, entries, declarable, field_text):
                defaults[kind.name] = found
        return defaults

    def _main(self, lists: Lists) -> str:
        comments = header(self.live.workspace, self.options, self.notes, self.prune.values())
        lines = [*comments, "version: 1"]
        lines.append(f"workspace: {write_scalar(self.options.workspace or _workspace(self.live.workspace))}")
        lines += self._shared()
        return _text([*lines, *self._sections(lists)])

    def _shared(self) -> Iterator[str]:
        if self.prune:
            listed = ", ".join(f"{BY_NAME[name].plural}: {goal}" for name, goal in self.prune.items())
            yield "policy:"
            yield f"  prune: {{{listed}}}"
        if self.defaults:
            yield "defaults:"
        for name, values in self.defaults.items():
            pairs = [f"{key}: {field_text(BY_NAME[name].field_named(key), value)}" for key, value in values.items()]
            yield from _mapping(name, pairs)
        if self.sets:
            yield "task_sets:"
        for set_name, tasks in self.sets.items():
            yield from self.lines.section(write_scalar(set_name), tasks, "  ")

    def _sections(self, lists: Lists) -> Iterator[str]:
        for key, entries in lists.items():
            yield from self.lines.section(key, entries)

    def _folder(self, lists: Lists) -> dict[str, str]:
        """The file of the settings, one for each client, and one for each other list."""
        files = {MAIN_FILE: self._main({key: entries for key, entries in lists.items() if not entries})}
        for key, entries in lists.items():
            kind = BY_PLURAL[key]
            if children_of(kind) and not kind.parent:
                names = Slugs(kind.name)
                for entry in entries:
                    files[f"{key}/{names.new(entry.name)}.yaml"] = self._part({key: [entry]}, key)
            elif entries:
                files[f"{key}.yaml"] = self._part({key: entries})
        return files

    def _part(self, lists: Lists, folder: str = "") -> str:
        return _text([schema_line(folder), "version: 1", *self._sections(lists)])


def _prune(tree: Tree, live: Live, options: ExportOptions) -> dict[str, Prune]:
    """What `policy.prune` has to say so that everything undeclared stays as it is, by the name of the kind.

    A part of a workspace, or one that the key's user may not see whole, says nothing about the rest.
    """
    if options.selects is not None or live.access_role is AccessRole.LIMITED:
        return {kind.name: Prune.KEEP for kind in KINDS}
    goals = {}
    for kind in KINDS:
        staying = [resource for resource in tree.staying if resource.kind == kind.name]
        # A plan reads lists: what only the answer for one resource says is no reason for it.
        if not all(kind.is_archived(resource.values) and resource.id not in live.completed for resource in staying):
            goals[kind.name] = Prune.KEEP
        elif staying or not options.archived:
            goals[kind.name] = Prune.ARCHIVE if kind.is_archivable else Prune.KEEP
    return goals


def _workspace(workspace: Workspace) -> str:
    """The name of a workspace, or its id if no manifest can have the name."""
    is_valid = workspace.name.isprintable() and matches_schema(
        workspace.name, manifest_schema()["properties"]["workspace"]
    )
    return workspace.name if is_valid else workspace.id


def _mapping(key: str, pairs: list[str]) -> Iterator[str]:
    """A mapping below a top-level key, in braces where that fits."""
    line = f"  {key}: {{{', '.join(pairs)}}}"
    if len(line) <= 100:
        yield line
        return
    yield f"  {key}:"
    yield from (f"    {pair}" for pair in pairs)


def _text(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)

"""A new file beside others of which each declares one resource, as an export into a folder writes one for each client."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from reconciler.manifest.edit.file import ManifestFile, new_file
from reconciler.manifest.edit.values import Value
from reconciler.manifest.export.slugs import Slugs
from reconciler.model import Kind

_LEAST = 2
"""Files of one resource each that make a habit."""


def new_file_beside(sections: Sequence[tuple[ManifestFile, Value]], kind: Kind, name: str) -> ManifestFile | None:
    """A file for a resource of a kind; None where its `sections` are not one file a resource in one folder."""
    if len(sections) < _LEAST or not all(len(items.items) == 1 and _is_alone(file, kind) for file, items in sections):
        return None
    folders = {PurePath(file.path).parent for file, _ in sections}
    if len(folders) > 1:
        return None
    model = sections[-1][0]
    slugs = Slugs(kind.name)
    for file, _ in sections:
        slugs.new(PurePath(file.path).stem)
    path = str(folders.pop() / f"{slugs.new(name)}{PurePath(model.path).suffix}")
    first = model.text.splitlines()[0] if model.text else ""
    header = f"{first}\n" if first.startswith("# yaml-language-server:") else ""
    return new_file(path, f"{header}version: 1\n{kind.plural}: []\n")


def _is_alone(file: ManifestFile, kind: Kind) -> bool:
    """Whether a file declares nothing but its list of this kind."""
    return len(file.values) == 1 and file.values[0].pairs.keys() == {"version", kind.plural}

"""What an export is asked for, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.model import Address

MAIN_FILE = "workspace.yaml"
"""The one file of an export, or the file of a folder that has the settings."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """Options of an export.

    `archived`: with what is archived or done. `selects`: which addresses are wanted, with all that is below them; None is
    everything. `as_folder`: several files. `workspace`: the name or id to write; empty is its name. `origin`: where the
    workspace was read, for the header.
    """

    archived: bool = False
    selects: Callable[[Address], bool] | None = None
    as_folder: bool = False
    workspace: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """Manifests that plan to nothing. `files`: relative path → text. `counts`: declared resources, by the plural of their kind.

    `notes`: what the manifests do not declare, and why, a sentence each.
    """

    files: Mapping[str, str]
    counts: Mapping[str, int]
    notes: tuple[str, ...] = ()

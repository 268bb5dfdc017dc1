"""Files beside a manifest: found relative to it, and only inside the folders that the command line names."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.manifest.yaml.text import quote

STDIN = "-"


class BesideError(Exception):
    """A path that names no file which a manifest may read; `hint` is what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Found:
    """A file beside a manifest: its path as messages show it, and its real path."""

    path: str
    real: str


@dataclass(slots=True)
class Roots:
    """The folders of the manifests that the command line names: each folder itself, and the folder of each file.

    Which one a manifest was found through makes no difference, so the order of the paths makes none either.
    """

    folders: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, paths: Sequence[str]) -> Roots:
        """The roots of the paths of a command line; of standard input the current folder."""
        folders = []
        for path in paths:
            try:
                is_folder = path != STDIN and os.path.isdir(path)  # noqa: PTH112 - Path raises for one that may not be looked up
                folder = path if is_folder else os.path.dirname("" if path == STDIN else path) or "."  # noqa: PTH120
                folders.append(os.path.realpath(folder))
            except (OSError, ValueError):  # reported where the path is read
                continue
        return cls(list(dict.fromkeys(folders)))

    def find(self, manifest: str, relative: str) -> Found:
        """The regular file at a path relative to a manifest (as opened; `-`: the current folder). Raises BesideError."""
        if os.path.isabs(relative) or "\\" in relative:  # noqa: PTH117 - of a text, which need not be a path
            raise BesideError(f"{quote(relative)} must be a relative path with /", "name the file relative to this one")
        folder = "" if manifest == STDIN else os.path.dirname(manifest)  # noqa: PTH120
        path = os.path.normpath(os.path.join(folder, relative))  # noqa: PTH118
        try:
            # Of the path as it is written: normalizing takes `link/..` for nothing.
            real = os.path.realpath(os.path.join(folder, relative))  # noqa: PTH118
            if not any(_is_inside(real, root) for root in self.folders):
                hint = "move it there, or name the folder that has it as a path of the command too"
                raise BesideError(f"{quote(relative)} is outside of the folder of the manifest", hint)
            mode = Path(real).stat().st_mode
        except FileNotFoundError:
            raise BesideError(f"no such file: {quote(path)}", "the path is relative to this manifest") from None
        except (OSError, ValueError) as error:  # ValueError: a path with a NUL
            raise BesideError(f"cannot read {quote(path)}: {getattr(error, 'strerror', None) or error}", "") from None
        if not stat.S_ISREG(mode):
            is_folder = stat.S_ISDIR(mode)
            what = "is a folder" if is_folder else "is not a regular file"
            raise BesideError(f"{quote(path)} {what}", "name its files one by one" if is_folder else "")
        return Found(path, real)


def _is_inside(path: str, folder: str) -> bool:
    return path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)

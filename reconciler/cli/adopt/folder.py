"""The folder around a new manifest: the root of its repository, and the files that are written once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from reconciler.cli import files
from reconciler.errors import ReconcilerError

SCHEMA_FILE = "manifest.schema.json"
IGNORE_FILE = ".gitignore"
_IGNORED = {"{}", "{}/", "/{}", "/{}/", "**/{}", "**/{}/"}
"""The lines of .gitignore that cover a folder at the root of a repository."""


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to write, with its whole text. `may_exist`: an existing one is kept, without an error. `way_out`: if it must not exist."""

    path: str
    text: str
    may_exist: bool = False
    way_out: str = "use another path, or move that file first"


def repository_root(folder: Path) -> Path:
    """The closest folder with a `.git`, from this one upwards; the folder itself outside a repository."""
    folder = folder.resolve()
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)


def write_new_files(new: list[NewFile]) -> list[str]:
    """Write the files that do not exist, creating their folders; the paths written.

    Raises ReconcilerError before the first write where one exists that must not, and for a folder that cannot be written.
    """
    for file in new:
        if not file.may_exist and os.path.lexists(file.path):
            raise ReconcilerError(f"{file.path} already exists", hint=f"{file.way_out}; nothing was written")
    written = []
    for file in new:
        if os.path.lexists(file.path):
            continue
        try:
            Path(file.path).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ReconcilerError(f"cannot create the folder of {file.path}: {error.strerror}") from error
        files.write_new(file.path, file.text)
        written.append(file.path)
    return written


def ignore_folder(state_dir: str, root: Path) -> str | None:
    """Add the state folder to the .gitignore of the root; the path of that file if it was changed.

    None where it is listed already, or is outside the root. Raises ReconcilerError if the file cannot be read or written.
    """
    folder = Path(state_dir).resolve()
    if not folder.is_relative_to(root) or folder == root:
        return None
    name = folder.relative_to(root).as_posix()
    path = root / IGNORE_FILE
    text = _read(path)
    if {line.strip() for line in text.splitlines()} & {form.format(name) for form in _IGNORED}:
        return None
    shown = os.path.relpath(path)
    separator = "" if not text or text.endswith("\n") else "\n"
    files.write(shown, f"{text}{separator}{_escape_pattern(name)}/\n")
    return shown


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as stream:  # keeps the line ends of the file
            return stream.read()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ReconcilerError(f"cannot read {os.path.relpath(path)}", hint="is it a text file in UTF-8?") from error


def _escape_pattern(name: str) -> str:
    """A path as a pattern of git that matches nothing else."""
    escaped = "".join(f"\\{c}" if c in "\\*?[" else c for c in name)
    return f"\\{escaped}" if escaped.startswith(("#", "!")) else escaped

"""Where `export` writes: stdout, a file, or a folder. What exists is replaced only on request."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from reconciler.cli import files
from reconciler.cli.new_files import create_file, create_folder
from reconciler.cli.terminal.output import document, print_message, print_result, to_json
from reconciler.errors import ReconcilerError
from reconciler.manifest import manifest_schema
from reconciler.manifest.export import MAIN_FILE, SCHEMA_FILE, Exported
from reconciler.manifest.yaml.text import MOST_BYTES

_SUFFIXES = (".yaml", ".yml")
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Output:
    """A path, `-` for stdout; a folder gets several files. `replaces`: whether files that exist are replaced."""

    path: str
    is_folder: bool = False
    replaces: bool = False

    def write(self, exported: Exported) -> None:
        """Write the manifests, each as a whole. Raises ReconcilerError."""
        for name, text in exported.files.items():
            if len(text.encode()) > MOST_BYTES:
                hint = "use --select, or a folder: -o manifests/"
                raise ReconcilerError(f"{name} would be larger than the largest manifest, 64 MiB", hint=hint)
        if self.is_folder:
            self._write_folder({**exported.files, SCHEMA_FILE: to_json(manifest_schema())})
        elif self.path == "-":
            print_result(document(exported.files[MAIN_FILE]))
        elif self.replaces or _is_device(self.path):
            files.write(self.path, exported.files[MAIN_FILE])
        else:
            create_file(self.path, exported.files[MAIN_FILE])

    def _write_folder(self, texts: dict[str, str]) -> None:
        folder = Path(self.path)
        if not folder.exists():
            create_folder(self.path, texts)
            return
        for name, text in texts.items():
            path = str(folder / name)
            if self.replaces:
                files.write(path, text)
            elif name != SCHEMA_FILE or not os.path.lexists(path):
                create_file(path, text)
        others = [name for name in manifests_in(self.path) if name not in texts]
        if others:
            print_message(f"warning: {self.path} has other manifests, which belong to its plan too: {_listed(others)}")


def parse_output(path: str, *, replaces: bool) -> Output:
    """The output of a path. Raises ReconcilerError for one that exists, unless it `replaces`, and click.BadParameter."""
    if not path or "://" in path:
        raise click.BadParameter(f"{path!r} is not the name of a file or a folder", param_hint="-o")
    target = Path(path)
    if path == "-" or _is_device(path):
        return Output(path)
    if target.is_dir() or path.endswith(("/", os.sep)) or not target.suffix:
        if target.exists() and not target.is_dir():
            raise ReconcilerError(f"{path} is not a folder", hint="use another path; a manifest is named *.yaml")
        if not replaces and (found := list(manifests_in(path))):
            hint = "use another folder, or replace the files with --force"
            raise ReconcilerError(f"{path} already has manifests: {_listed(found)}", hint=hint)
        return Output(path, is_folder=True, replaces=replaces)
    if target.suffix.lower() not in _SUFFIXES:
        message = f"{path!r} is not the name of a manifest (*.yaml) or a folder ({path}/)"
        raise click.BadParameter(message, param_hint="-o")
    if os.path.lexists(path) and not replaces:
        raise ReconcilerError(f"{path} already exists", hint="use another path, or replace it with --force")
    if replaces:
        files.require_report_target(path)
    return Output(path, replaces=replaces)


def manifests_in(folder: str) -> Iterator[str]:
    """The manifests in a folder and below, relative to it, as `plan` finds them: none in hidden folders."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and name.lower().endswith(_SUFFIXES):
                yield Path(root, name).relative_to(folder).as_posix()


def _is_device(path: str) -> bool:
    """Whether a path is a device or a pipe, such as /dev/stdout."""
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)  # noqa: PTH110, PTH112, PTH113


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")

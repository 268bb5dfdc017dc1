"""The addresses that manifests write out: under `removed:`, and in `was:`."""

from __future__ import annotations

from reconciler.manifest.schema.nesting import example_path, parent_key_of, path_lengths
from reconciler.manifest.yaml.text import shown
from reconciler.model import Address, Kind, join_path, split_path

_ESCAPES = "in a name, a slash is written \\/ and a backslash \\\\"


class PathError(ValueError):
    """A text that is no address of the kind; `hint` says how one is written."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def removed_address(kind: Kind, text: str) -> Address:
    """The address that an entry of `removed:` means; `/Name` is a project without client, as `Name` is. Raises PathError."""
    path = _split(text)
    if kind.parent and len(path) > 1 and not path[0]:
        path = path[1:]
    if len(path) not in path_lengths(kind) or not all(path):
        message = f"{shown(text)} is no address of a {kind.name}"
        raise PathError(message, f"write it as {example_path(kind)}; {_ESCAPES}")
    return Address(kind.name, path)


def earlier_path(kind: Kind, text: str) -> tuple[str, ...]:
    """The path that a `was:` means, as Resource.was has it; `("", name)` stands for no parent. Raises PathError."""
    path = _split(text)
    moves = bool(parent_key_of(kind))
    if not path[-1] or len(path) > (2 if moves else 1):
        form = "a name, `Other/Name` or `/Name`" if moves else "a name"
        raise PathError(f"`was` takes {form}, not {shown(text)}", _ESCAPES)
    return path


def _split(text: str) -> tuple[str, ...]:
    path = split_path(text)
    if join_path(path) != text:
        raise PathError(f"{shown(text)} has a backslash that escapes nothing", _ESCAPES)
    return path

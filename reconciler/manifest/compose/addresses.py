"""Addresses in manifests: the entries of `removed` and the earlier names in `was`."""

from __future__ import annotations

from reconciler.kinds import example_path, path_lengths
from reconciler.manifest.schema.nesting import parent_key_of
from reconciler.manifest.validation.names import validate_reference
from reconciler.manifest.yaml.text import quote
from reconciler.model import Address, Kind
from reconciler.names import join_path, split_path

ESCAPES = "in a name, write / as \\/ and \\ as \\\\"


class PathError(ValueError):
    """An invalid address or a name in it; `hint` is the expected form."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def removed_address(kind: Kind, text: str) -> Address:
    """The address of an entry of `removed`; `/Name` and `Name` are both a project without client. Raises PathError."""
    path = _split(text)
    if kind.parent and len(path) > 1 and not path[0]:
        path = path[1:]
    if len(path) not in path_lengths(kind) or not all(path):
        message = f"invalid address {quote(text)} of a {kind.name}"
        raise PathError(message, f"use the form {example_path(kind)}; {ESCAPES}")
    require_valid(path)
    return Address(kind.name, path)


def earlier_path(kind: Kind, text: str) -> tuple[str, ...]:
    """The path of an earlier name in `was`, as in Resource.was; `("", name)` is without parent. Raises PathError."""
    path = _split(text)
    is_movable = bool(parent_key_of(kind))
    if not path[-1] or len(path) > (2 if is_movable else 1):
        parent = kind.parent.capitalize()
        form = f"Name, {parent}/Name, or /Name for no {kind.parent}" if is_movable else "Name"
        raise PathError(f"invalid earlier name {quote(text)}", f"use the form {form}; {ESCAPES}")
    require_valid(tuple(name for name in path if name))
    return path


def require_valid(path: tuple[str, ...]) -> None:
    """Raise PathError for a path with a name that no declaration could have."""
    for name in path:
        violation = validate_reference(name)
        if violation is not None:
            message, hint = violation
            raise PathError(message, hint)


def _split(text: str) -> tuple[str, ...]:
    path = split_path(text)
    if join_path(path) != text:
        raise PathError(f"invalid escape sequence in {quote(text)}", ESCAPES)
    return path

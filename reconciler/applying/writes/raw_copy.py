"""The copy of a deleted object that the journal keeps: everything that the service answered of it, without credentials. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconciler.kinds import KINDS
from reconciler.model import Kind
from reconciler.text import mask_secrets
from reconciler.value_types import Wire

_CREDENTIALS = ("token", "secret", "password", "apikey", "api_key", "api-key", "authorization", "credential", "session")
"""Parts of keys whose values are left out, in lower case. No such key is known in these objects."""
_REMOVED = "[removed]"


def raw_copy(kind: Kind, wire: Wire) -> dict[str, Any]:
    """The object as answered. Children that are deleted with it have copies of their own, and its parent is not its own."""
    apart = {kind.parent, *(child.embedded for child in KINDS if child.parent == kind.name)}
    return {key: _redacted(value) for key, value in _kept(wire).items() if key not in apart}


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return mask_secrets(value)
    if isinstance(value, Mapping):
        return {key: _redacted(item) for key, item in _kept(value).items()}
    if isinstance(value, list | tuple):
        return [_redacted(item) for item in value]
    return value


def _kept(value: Mapping[str, Any]) -> dict[str, Any]:
    """The object with the values of credentials replaced."""
    return {
        mask_secrets(key): _REMOVED if any(word in key.lower() for word in _CREDENTIALS) else item
        for key, item in value.items()
    }

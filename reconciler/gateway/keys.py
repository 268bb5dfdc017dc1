"""The kinds of keys that a gateway accepts: in which header each is sent, and the environment variable that usually holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final


class KeyKind(Enum):
    """What a key is. The value is its name in messages."""

    API_KEY = "API key"
    """Of a Maton account, or of a Clockify user."""
    ACCESS_TOKEN = "access token"  # noqa: S105 - a name, not a secret
    """An OAuth access token of a Maton account (`maton token` prints one), sent as bearer."""
    ADDON_TOKEN = "add-on token"  # noqa: S105 - a name, not a secret
    """The token of a Clockify add-on in one workspace."""


@dataclass(frozen=True, slots=True)
class KeyHeader:
    """How a key is sent: the header and the scheme before the key. `variable`: the environment variable of such a key."""

    header: str
    scheme: str
    variable: str


def _bearer(variable: str) -> KeyHeader:
    return KeyHeader("Authorization", "Bearer ", variable)


KEY_HEADERS: Final[Mapping[str, Mapping[KeyKind, KeyHeader]]] = MappingProxyType(
    {
        "maton": {
            KeyKind.API_KEY: _bearer("MATON_API_KEY"),
            KeyKind.ACCESS_TOKEN: _bearer("MATON_ACCESS_TOKEN"),
        },
        "clockify": {
            KeyKind.API_KEY: KeyHeader("X-Api-Key", "", "CLOCKIFY_API_KEY"),
            KeyKind.ADDON_TOKEN: KeyHeader("X-Addon-Token", "", "CLOCKIFY_ADDON_TOKEN"),
        },
        "sandbox": {KeyKind.API_KEY: _bearer("RECONCILER_SANDBOX_KEY")},
    }
)
"""The keys of each gateway, by its name. Clockify wants exactly one of its two headers (docs/clockify.md 1.1)."""

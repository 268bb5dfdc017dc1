"""The shape of a record of planned changes as JSON; only a record that is read needs it."""

from __future__ import annotations

from typing import Final

from reconciler.planning.plan import Action
from reconciler.planning.plan_record import FORMAT, HASH_DIGITS
from reconciler.planning.shape import (
    ADDRESS,
    COUNT,
    FILLED,
    FLAG,
    TEXT,
    ListOf,
    MapOf,
    Object,
    Optional,
    matching,
    one_of,
)

_DIGEST = matching("sha256: and 64 hex digits", r"sha256:[0-9a-f]{64}")
_HASH = matching(f"{HASH_DIGITS} hex digits", rf"[0-9a-f]{{{HASH_DIGITS}}}")
_CHANGE_PARTS: Final = ("id", "place", "usage", "along", "rest")
_PARTS: Final = ("target", "policy", "withdrawn", "targets", "options")
RECORD: Final = Object(
    {
        "format": one_of((FORMAT,)),
        "digest": _DIGEST,
        "digest_version": COUNT,
        "tool_version": TEXT,
        "created_at": TEXT,
        "workspace": Optional(FILLED),
        "sources": ListOf(matching("64 hex digits", r"[0-9a-f]{64}")),
        "changes": ListOf(
            Object(
                {
                    "address": ADDRESS,
                    "action": one_of(tuple(Action)),
                    "removal": FLAG,
                    "blocked": Optional(FILLED),
                    "fields": MapOf(FILLED, Object({"before": _HASH, "after": _HASH})),
                    "live": MapOf(FILLED, _HASH),
                    "hashes": Object(dict.fromkeys(_CHANGE_PARTS, _HASH)),
                }
            )
        ),
        "hashes": Object(dict.fromkeys(_PARTS, _HASH)),
        "checksum": _DIGEST,
    }
)

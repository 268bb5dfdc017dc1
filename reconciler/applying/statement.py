"""A signed approval: a dated statement about one digest, followed by its ssh signature. What is signed are the bytes before the signature."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from reconciler.applying.expiry import parse_instant
from reconciler.errors import NotApprovedError
from reconciler.json_text import parse_json
from reconciler.planning.shape import FILLED, Object, Optional, Scalar, matching, one_of

FORMAT: Final = "reconciler.approval/1"
NAMESPACE: Final = "reconciler-approval"
"""The namespace of the signatures, so that a signature for another purpose is none of an approval."""
MAX_BYTES: Final = 64 * 1024
_BEGIN: Final = b"-----BEGIN SSH SIGNATURE-----"
_END: Final = b"-----END SSH SIGNATURE-----"
_PATTERN: Final = frozenset("*?!,\"'\\")
"""Characters of patterns and lists in a file of allowed signers: a signer is one principal."""


def is_principal(value: Any) -> bool:
    """Whether a value is the name of one signer, such as an e-mail address: printable, without blanks and patterns."""
    if not isinstance(value, str) or not 0 < len(value) <= 250 or value.startswith("-"):
        return False
    return value.isprintable() and not any(char.isspace() or char in _PATTERN for char in value)


_INSTANT = Scalar("a time with its offset", lambda value: isinstance(value, str) and parse_instant(value) is not None)
_STATEMENT = Object(
    {
        "format": one_of((FORMAT,)),
        "digest": matching("sha256: and 64 hex digits", r"sha256:[0-9a-f]{64}"),
        "workspace": Optional(FILLED),
        "signer": Scalar("a principal", is_principal),
        "signed_at": _INSTANT,
        "expires_at": _INSTANT,
        "plan_created_at": Optional(_INSTANT),
    }
)


@dataclass(frozen=True, slots=True)
class ApprovalStatement:
    """Who approves which plan, and until when. Times are ISO 8601 in UTC.

    `workspace_id`: "" where it is not known, or the plan creates it; the digest covers the workspace in any case.
    `plan_created_at`: when the plan was made, "" if that is not known.
    """

    digest: str
    workspace_id: str
    signer: str
    signed_at: str
    expires_at: str
    plan_created_at: str = ""

    def to_text(self) -> str:
        """The text that is signed: JSON with a final newline."""
        content = {
            "format": FORMAT,
            "digest": self.digest,
            "workspace": self.workspace_id or None,
            "signer": self.signer,
            "signed_at": self.signed_at,
            "expires_at": self.expires_at,
            "plan_created_at": self.plan_created_at or None,
        }
        return json.dumps(content, indent=2, ensure_ascii=True) + "\n"

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ApprovalStatement:
        """The statement of the JSON value of a text that was verified to be one."""
        return cls(
            data["digest"],
            data["workspace"] or "",
            data["signer"],
            data["signed_at"],
            data["expires_at"],
            data["plan_created_at"] or "",
        )


@dataclass(frozen=True, slots=True)
class SignedApproval:
    """An approval as it was read: nothing is verified yet. `payload`: the bytes that are signed. `name`: the file, for messages."""

    statement: ApprovalStatement
    payload: bytes
    signature: bytes
    name: str = ""


def parse_approval(data: bytes, name: str = "") -> SignedApproval:
    """The approval in a file's bytes. Raises NotApprovedError for anything else. Line ends may be those of Windows."""
    data = data.replace(b"\r\n", b"\n")
    payload, begin, rest = data.partition(_BEGIN)
    signature, end, after = rest.partition(_END)
    if not begin or not end or after.strip() or _BEGIN in signature or not payload.endswith(b"\n"):
        raise NotApprovedError(f"{name}: not a signed approval of reconciler")
    try:
        content = parse_json(payload, unique_keys=True)
    except ValueError as error:
        raise NotApprovedError(f"{name}: the statement is damaged: {error}") from None
    problem = next(iter(_STATEMENT.problems(content, "")), None)
    if problem is not None:
        raise NotApprovedError(f"{name}: the statement is damaged: {problem}")
    return SignedApproval(ApprovalStatement.from_json(content), payload, begin + signature + end + b"\n", name)


def instant_text(instant: datetime) -> str:
    """A time in UTC as statements have it."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")

"""Text from outside made harmless before it stands in a message: no controls, no secrets, no more than a line of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LIMIT = 300

_SECRETS = (
    # The link that finishes an OAuth connection is itself a bearer secret (docs/clockify.md section 2).
    re.compile(r"\S*session_token\S*", re.IGNORECASE),
    re.compile(r"(?:https?://)?connect\.maton\.ai\S*", re.IGNORECASE),
    re.compile(r"\b(?:bearer|basic)\s+[^\s\"',;]+", re.IGNORECASE),
    re.compile(r"\b(?:authorization|x-api-key|x-addon-token|api[_-]?key)\b\"?\s*[:=]\s*\"?[^\s\"',;]+", re.IGNORECASE),
)
# A missing body is answered with the signature of the Java method that wanted it (section 1.2).
_JAVA = re.compile(
    r"(?:\b(?:public|private|protected|static|final|abstract)\s+)*\b(?:com|org|java|javax|jakarta)\.[\w.$<>,]+.*"
)


def sanitize(text: str, limit: int = LIMIT) -> str:
    """`text` on one line, without control, format and bidirectional characters, cut to `limit` characters."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def redact(text: str, secrets: Iterable[str] = (), limit: int = LIMIT) -> str:
    """`inert(text)` without keys, authorisation headers and links, and Java signatures; `secrets` are known keys."""
    text = sanitize(text, 10 * limit)
    for secret in secrets:
        if secret:
            text = text.replace(secret, "[key]")
    for pattern in _SECRETS:
        text = pattern.sub("[removed]", text)
    return sanitize(_JAVA.sub("…", text), limit)

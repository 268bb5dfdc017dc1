"""Sanitizes text from outside for messages: one line, no control characters, no secrets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

LIMIT = 300

_SECRETS = (
    # The link that completes an OAuth connection is a bearer secret (docs/clockify.md section 2).
    re.compile(r"(?<!\S)\S*session_token\S*", re.IGNORECASE),  # from the start of the word only: linear time
    re.compile(r"(?:https?://)?connect\.maton\.ai\S*", re.IGNORECASE),
    re.compile(r"\b(?:bearer|basic)\s+[^\s\"',;]+", re.IGNORECASE),
    re.compile(r"\b(?:authorization|x-api-key|x-addon-token|api[_-]?key)\b\"?\s*[:=]\s*\"?[^\s\"',;]+", re.IGNORECASE),
)
# The response to a missing body quotes the signature of the Java method that expected it (section 1.2).
_JAVA = re.compile(r"\b(?:com|org|java|javax|jakarta)\.[\w.$<>,]")
_MODIFIERS = frozenset(("public", "private", "protected", "static", "final", "abstract"))


def sanitize(text: str, limit: int = LIMIT) -> str:
    """`text` on one line, without control, format and bidirectional characters, truncated to `limit` characters."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def redact(text: str, secrets: Iterable[str] = (), limit: int = LIMIT) -> str:
    """`sanitize(text, limit)` without `secrets` (known keys), authorisation headers and links, and Java signatures."""
    text = sanitize(text, 10 * limit)
    for secret in secrets:
        if secret:
            text = text.replace(secret, "[key]")
    for pattern in _SECRETS:
        text = pattern.sub("[removed]", text)
    return sanitize(_without_java(text), limit)


def _without_java(text: str) -> str:
    """A sanitized text up to its first Java signature."""
    match = _JAVA.search(text)
    if not match:
        return text
    # The modifiers before the type, from its end: a pattern would try each of them as a start, in quadratic time.
    words = text[: match.start()].split(" ")
    while len(words) > 1 and not words[-1] and words[-2] in _MODIFIERS:
        del words[-2]
    return " ".join(words) + "…"


_MAX_CANDIDATES = 1000
"""difflib takes some 10 µs a candidate: enough for keys and names, and bounded for a generated file."""


def suggest(word: str, candidates: Iterable[str]) -> str:
    """The candidate nearest to a misspelled word, letter case aside; empty if none is near."""
    by_lower = {candidate.lower(): candidate for candidate in sorted(candidates)[:_MAX_CANDIDATES]}
    matches = get_close_matches(word[:100].lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[matches[0]] if matches else ""

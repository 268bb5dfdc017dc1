"""Sanitizes text from outside for messages: one line, no control characters, no secrets."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import quote

LIMIT = 300

SHORTEST_SECRET = 8
"""Characters. A shorter secret is not masked: it would match ordinary words, and a part of this length is what may leak."""

_USERINFO = r"(?<=://)[^\s/?#]*"
_PATTERNS = (
    re.compile(r"(?:https?://)?connect\.maton\.ai\S*", re.IGNORECASE),
    re.compile(r"\b(?:bearer|basic)\s+[^\s\"',;]+", re.IGNORECASE),
    re.compile(r"\b(?:authorization|x-api-key|x-addon-token|api[_-]?key)\b\"?\s*[:=]\s*\"?[^\s\"',;]+", re.IGNORECASE),
    re.compile(rf"{_USERINFO}(?=@)"),
)
"""The link that completes an OAuth connection (docs/clockify.md section 2), authentication headers, userinfo of a URL."""
_LINK_PART = "session_token"
# The response to a missing body quotes the signature of the Java method that expected it (section 1.2).
_JAVA = re.compile(r"\b(?:com|org|java|javax|jakarta)\.[\w.$<>,]")
_MODIFIERS = frozenset(("public", "private", "protected", "static", "final", "abstract"))
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def command_line(*words: str) -> str:
    """A command, or a part of one, that can be pasted into a shell: each word is quoted where it needs to be."""
    import shlex  # noqa: PLC0415 - start-up: few outputs have a command

    return shlex.join(words)


def split_command(line: str) -> list[str]:
    """The words of a command line, by the rules of a POSIX shell; nothing in it is expanded. Raises ValueError."""
    import shlex  # noqa: PLC0415 - start-up: only a key command is split

    return shlex.split(line)


class Secrets:
    """Values that messages must not show. A text is searched for every part of 8 characters, so a cut value is masked too.

    `whole_only`: only complete values are masked, for ids that may contain ordinary words.
    """

    def __init__(self, label: str, *, whole_only: bool = False) -> None:
        self._label, self._whole_only = label, whole_only
        self._values: set[str] = set()
        self._parts: set[str] = set()

    def add(self, value: str) -> None:
        """Mask this value from now on, also as base64, percent-encoded or escaped in JSON, in any letter case."""
        if len(value) < SHORTEST_SECRET or value in self._values:
            return
        self._values.add(value)
        if self._whole_only:
            return
        for form in _forms_of(value):
            lower = form.translate(_LOWER)
            self._parts |= {lower[at : at + SHORTEST_SECRET] for at in range(len(lower) - SHORTEST_SECRET + 1)}

    def clear(self) -> None:
        """Forget every value."""
        self._values.clear()
        self._parts.clear()

    def mask(self, text: str) -> str:
        """`text` with the label in the place of every part of a value."""
        if self._whole_only:
            for value in tuple(self._values):
                text = text.replace(value, self._label)
        if not self._parts:
            return text
        shown, end = [], 0
        for start, stop in self._spans(text):
            shown += [text[end:start], self._label]
            end = stop
        return "".join((*shown, text[end:]))

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """The ranges of the text that are parts of a value; adjacent ones are joined."""
        lower = text.translate(_LOWER)
        start = stop = -1
        for at in range(len(lower) - SHORTEST_SECRET + 1):
            if lower[at : at + SHORTEST_SECRET] in self._parts:
                if at > stop:
                    if stop > 0:
                        yield start, stop
                    start = at
                stop = at + SHORTEST_SECRET
        if stop > 0:
            yield start, stop


API_KEYS = Secrets("[key]")
"""The API keys that this process knows. Every message and every text from outside is masked with them."""
CONNECTION_IDS = Secrets("[connection]", whole_only=True)
"""The connection of this process. It is masked in text from the service; outputs that name the connection show it."""


def _forms_of(value: str) -> Iterator[str]:
    import base64  # noqa: PLC0415 - start-up: only a key needs it

    yield value
    yield quote(value, safe="")
    yield json.dumps(value)[1:-1]
    for skipped in range(3):  # base64 of a longer text, e.g. `user:key`, depends on the position of the key in it
        encoded = base64.b64encode(b"\0" * skipped + value.encode())
        yield encoded.decode().rstrip("=")[(0, 2, 3)[skipped] : -1]


def sanitize(text: str, limit: int = LIMIT) -> str:
    """`text` on one line, without API keys, control, format and bidirectional characters, cut to `limit` characters."""
    return _cut(API_KEYS.mask(_one_line(text, limit)), limit)


def redact(text: str, limit: int = LIMIT) -> str:
    """`sanitize(text, limit)` without connection ids, authentication headers and links, userinfo, and Java signatures."""
    return _cut(_without_java(mask_secrets(_one_line(text, limit))), limit)


def mask_secrets(text: str) -> str:
    """`text`, of any length and on any number of lines, without API keys, connection ids and other credentials."""
    text = CONNECTION_IDS.mask(API_KEYS.mask(text))
    if _LINK_PART in text.lower():
        text = re.sub(r"\S+", lambda word: "[removed]" if _LINK_PART in word[0].lower() else word[0], text)
    for pattern in _PATTERNS:
        text = pattern.sub("[removed]", text)
    return text


def without_userinfo(text: str) -> str:
    """`text` without the user name and the password of each URL in it."""
    return re.sub(f"{_USERINFO}@", "", text)


def _one_line(text: str, limit: int) -> str:
    """A text that is longer than `limit` even after secrets are masked; the cost is bounded for any input."""
    text = text[: 20 * limit]
    if not (text.isascii() and text.isprintable()):
        text = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(text.split())[: 10 * limit]


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


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
    from difflib import get_close_matches  # noqa: PLC0415 - start-up: only a misspelled word needs it

    matches = get_close_matches(word[:100].lower(), list(by_lower), n=1, cutoff=0.6)
    return by_lower[matches[0]] if matches else ""

"""The keys, tokens and session links that a test uses, and the search for them in all that the test left behind.

What a test uses and what it leaves is noted at the joints that every test goes through: `tests/secret_recorders.py`.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import quote, quote_plus

from reconciler.cli.settings import KEYS, TOKENS

SHORTEST = 8
"""Characters. A shorter key would be found in ordinary words, and the program masks none: tests use longer ones."""
SANDBOX_DATA = (".sqlite3", ".sqlite3-wal", ".sqlite3-shm", ".sqlite3-journal")
"""Ends of the names of a sandbox's data. The session link of a connection is part of what a sandbox stores; a key is not."""
LINK_IS_SHOWN = ("stderr", "terminal")
"""Where the link of a new connection is shown, to a person alone."""
NO_KEY = "sandbox"
"""What is sent where a sandbox needs no key: the name of the gateway."""
LINK_PART = b"session_token="
_CONTROL = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]")
VARIABLES = frozenset((*KEYS.values(), *TOKENS.values()))


class IndistinctKeyError(Exception):
    """A test uses a key that cannot be searched for."""


@dataclass
class SecretsInUse:
    """What one test must not leave behind, and what it left that is in no file any more, or in none of its folder."""

    values: set[str] = field(default_factory=set)
    texts: dict[tuple[str, str], None] = field(default_factory=dict)
    """Name and content of every output, log and answer."""
    terminals: dict[int, list[str]] = field(default_factory=dict)
    """What each terminal showed, in the pieces that were read."""
    errors: list[BaseException] = field(default_factory=list)
    """The errors of this package that were made; their causes are known at the end."""
    shared: list[Path] = field(default_factory=list)
    """Folders of more than one test."""
    found: list[str] = field(default_factory=list)
    """Places in folders that are gone."""

    def use(self, environment: Mapping[str, str]) -> None:
        """Take note of the keys and tokens in the environment of a command."""
        for name in VARIABLES & environment.keys():
            self.use_value(environment[name])

    def use_value(self, value: str) -> None:
        """Take note of a key or a token. Blanks around it are no part of it, and the name that stands for no key is none."""
        if (value := value.strip()) and value != NO_KEY:
            self.values.add(value)

    def forget_short(self) -> None:
        """Forget the keys that are too short to look for."""
        self.values = {value for value in self.values if len(value) >= SHORTEST}

    def saw(self, name: str, text: str) -> None:
        """Take note of an output."""
        if text:
            self.texts[name, text] = None

    def folder_ends(self, folder: Path) -> None:
        """Search a folder that is about to be deleted."""
        if forms := self._forms():
            self.found += _in_files(forms, folder)

    def leaks(self, folder: Path | None = None) -> Iterator[str]:
        """The places where a secret is found, as it is or encoded: the noted texts and errors, the files in the folder and in shared ones.

        Raises IndistinctKeyError for a secret that is too short.
        """
        forms = self._forms()
        if not forms:
            return
        yield from self.found
        shown = (("terminal", "".join(pieces)) for pieces in self.terminals.values())
        yield from (name for name, text in (*self.texts, *shown) if _is_shown(text, forms))
        for error in self.errors:
            if _contains("\n".join(_texts_of(error)).encode("utf-8", "backslashreplace"), forms):
                yield f"error {type(error).__name__}"
        for place in (*((folder,) if folder else ()), *self.shared):
            yield from _in_files(forms, place)

    def clear(self) -> None:
        """Forget all but the shared folders: the next test begins."""
        for noted in (self.values, self.texts, self.terminals, self.errors, self.found):
            noted.clear()

    def _forms(self) -> list[bytes]:
        """Every secret in every form."""
        if short := [value for value in self.values if len(value) < SHORTEST]:
            raise IndistinctKeyError(f"keys of fewer than {SHORTEST} characters: {sorted(short)}; choose longer ones")
        return [form for value in self.values for form in forms_of(value)]


IN_USE = SecretsInUse()
"""Those of the running test."""


@cache
def forms_of(value: str) -> tuple[bytes, ...]:
    """A secret as it may stand in a text: itself, percent-encoded, escaped in JSON or HTML, in base64 at any position of a longer text."""
    raw = value.encode("utf-8", "surrogateescape")
    forms = {
        raw,
        quote(raw, safe="").encode(),
        quote(raw, safe="").lower().encode(),
        quote_plus(raw).encode(),
        json.dumps(value)[1:-1].encode(),
        json.dumps(json.dumps(value))[3:-3].encode(),
        html.escape(value).encode("utf-8", "surrogateescape"),
    }
    for skipped in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = encode(b"\0" * skipped + raw)
            forms.add(encoded.rstrip(b"=")[(0, 2, 3)[skipped] : -1])
    return tuple(forms)


def _is_shown(text: str, forms: list[bytes]) -> bool:
    """Whether an output has a secret in it, which may be broken over lines and colored."""
    content = text.encode("utf-8", "surrogateescape")
    return _contains(content, forms) or _contains(_CONTROL.sub(b"", content).translate(None, b" \r\n\t"), forms)


def _contains(content: bytes, forms: list[bytes]) -> bool:
    return any(form in content for form in forms)


def _in_files(forms: list[bytes], folder: Path) -> Iterator[str]:
    """The files that the test wrote, below a folder that was empty before it, in which a secret is."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if not path.is_file() or path.is_symlink() or not os.access(path, os.R_OK):
                continue
            content = path.read_bytes()
            if name.endswith(SANDBOX_DATA):
                for form in forms:
                    content = content.replace(LINK_PART + form, LINK_PART)
            if _contains(content, forms) or _contains(os.fsencode(name), forms):
                yield str(path.relative_to(folder))


def _texts_of(error: BaseException | None) -> Iterator[str]:
    """What a traceback would show of an error and of the errors before it, their attributes included."""
    while error is not None:
        yield f"{error!r} {error}"
        yield from (str(value) for value in vars(error).values())
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)

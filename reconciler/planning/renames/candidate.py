"""A create and a removal that may be one renamed resource, and the manifest line that declares it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reconciler.model import Address
from reconciler.names import Notation, join_path

# Text that YAML reads as a string without quotes in any context: no indicator, no number, no keyword.
_PLAIN = re.compile(r"[^\W\d_](?:[\w .&()+\\/-]*[\w.()+])?")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


@dataclass(frozen=True, slots=True)
class Declaration:
    """How the manifests declare a resource: its notation, and the earlier names that it has already, as in Resource.was.

    Of a correction `was` has those that stay: where one entry declares several resources, it may be the name of another one.
    """

    notation: Notation = Notation.MAPPING
    was: tuple[tuple[str, ...], ...] = ()


_DECLARED = Declaration()


@dataclass(frozen=True, slots=True)
class RenameCandidate:
    """`create` may be the new name of `remove` (a live address); `score` is of 100.

    The score is 0 where `create` has a `was:` that matches nothing, which `was` corrects.
    `was` is the earlier path, as in Resource.was; empty if the parents are a candidate, since accepting them is enough.
    `declared` is how the manifests declare `create`, as far as it is known; a mapping otherwise.
    """

    create: Address
    remove: Address
    was: tuple[str, ...]
    score: int
    declared: Declaration = _DECLARED

    @property
    def kind(self) -> str:
        """The name of their kind."""
        return self.create.kind

    @property
    def is_correction(self) -> bool:
        """Whether the line replaces a `was:` that matches nothing."""
        return bool(self.was) and not self.score

    @property
    def line(self) -> str:
        """The text that declares the rename, to be pasted at the declaration of `create`; empty if none is needed.

        A bare string becomes a mapping. Earlier names that are declared already stand in it too, unless it corrects them.
        """
        if not self.was:
            return ""
        return self._line((self.was,))

    def _line(self, added: Iterable[tuple[str, ...]]) -> str:
        if self.declared.notation is Notation.ROW:  # one cell or one key of the row, which holds one name
            return f"was: {quoted(join_path(self.was))}"
        texts = [quoted(join_path(path)) for path in dict.fromkeys((*self.declared.was, *added))]
        was = f"was: {texts[0] if len(texts) == 1 else '[' + ', '.join(texts) + ']'}"
        entry = f"{{name: {quoted(self.create.name)}, {was}}}"
        match self.declared.notation:
            case Notation.ITEM:
                return f"- {entry}"
            case Notation.FLOW_ITEM:
                return entry
            case Notation.FLOW_MAPPING if not self.declared.was and not self.is_correction:
                return f"{was},"
            case _:
                return was

    @property
    def place(self) -> str:
        """Where the line goes, as words in front of what `create` is called: `under`, `in place of`."""
        if self.declared.notation in (Notation.ITEM, Notation.FLOW_ITEM):
            return "in place of"
        if self.declared.notation is Notation.ROW:
            return "in the row of"
        if self.declared.was or self.is_correction:
            return "in place of the `was:` of"
        return "after the { of" if self.declared.notation is Notation.FLOW_MAPPING else "under"

    @property
    def edit(self) -> str:
        """The edit that declares the rename, in words: what to add or put where."""
        if self.place == "under":
            return f"add `{self.line}` to {self.create}"
        return f"put `{self.line}` {self.place} {self.create}"


def common_line(candidates: Sequence[RenameCandidate]) -> str:
    """The line that declares all of `candidates`, which one entry declares: such as a task of a set that several projects use."""
    first = candidates[0]
    kept = dict.fromkeys(path for candidate in candidates for path in candidate.declared.was)
    one = replace(first, declared=replace(first.declared, was=tuple(kept)))
    return one._line(candidate.was for candidate in candidates)  # noqa: SLF001 - of this module


def quoted(text: str) -> str:
    r"""A text as a YAML scalar on one line: plain, in single quotes, or in double quotes with escapes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text.isprintable():
        return text
    if text.isprintable():
        doubled = text.replace("'", "''")
        return f"'{doubled}'"
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

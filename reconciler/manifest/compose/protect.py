"""Patterns of `policy.protect`: each must be one that an address can match, else it would protect nothing."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto

from reconciler.kinds import BY_NAME, KINDS, example_path, path_lengths
from reconciler.manifest.compose.addresses import ESCAPES
from reconciler.manifest.validation.names import validate_pattern
from reconciler.manifest.validation.suggestions import enumerate_words
from reconciler.manifest.yaml.text import quote
from reconciler.model import Kind
from reconciler.names import fold_path


def pattern_problem(pattern: str) -> tuple[str, str] | None:
    """The message and the hint for a pattern that matches no address, or whose names no declaration could have; else None."""
    if pattern.startswith("*"):  # it covers the kind too
        return validate_pattern(pattern) or _form_problem(pattern)
    name, colon, rest = pattern.partition(":")
    kind = BY_NAME.get(name)
    if not colon or kind is None or not rest:
        hint = f"begin it with {enumerate_words([f'{name}:' for name in BY_NAME], 'or')}, e.g. client:Acme*"
        return f"invalid address pattern {quote(pattern)}", hint
    return validate_pattern(rest) or _form_problem(rest, kind)


def _form_problem(pattern: str, kind: Kind | None = None) -> tuple[str, str] | None:
    folded = fold_path(pattern)
    if any(_is_possible(folded, path_lengths(each)) for each in ((kind,) if kind else KINDS)):
        return None
    if kind is None:
        return f"invalid address pattern {quote(pattern)}", ESCAPES
    if kind.parent and not kind.parent_required and pattern.startswith("/"):
        hint = f"leave out the / in front of a {kind.name} without {kind.parent}"
    else:
        hint = f"use the form {example_path(kind)}"
    return f"invalid address {quote(pattern)} of a {kind.name}", f"{hint}; {ESCAPES}"


class _At(Enum):
    """A place in a joined path."""

    START = auto()
    """No character of the part yet."""
    INSIDE = auto()
    ESCAPE = auto()
    """Behind the backslash of an escape sequence."""


def _is_possible(pattern: str, lengths: frozenset[int]) -> bool:
    """Whether a joined path of such a length can match a pattern, in which `*` stands for any characters.

    One step a character, over all that can have been read before it: how many parts, and where in the last one.
    """
    states = {(1, _At.START)}
    for character in pattern:
        following = _after_any if character == "*" else _after
        states = {new for state in states for new in following(state, character) if new[0] <= max(lengths)}
    return any(at is _At.INSIDE and parts in lengths for parts, at in states)


def _after(state: tuple[int, _At], character: str) -> Iterator[tuple[int, _At]]:
    parts, at = state
    if at is _At.ESCAPE:
        if character in "\\/":
            yield parts, _At.INSIDE
    elif character == "\\":
        yield parts, _At.ESCAPE
    elif character != "/":
        yield parts, _At.INSIDE
    elif at is _At.INSIDE:
        yield parts + 1, _At.START


def _after_any(state: tuple[int, _At], _character: str) -> Iterator[tuple[int, _At]]:
    """All that any characters lead to, none included."""
    yield state
    parts, _ = state
    for at in (_At.INSIDE, _At.ESCAPE):
        yield parts, at
    for more in range(parts + 1, parts + 1 + len(KINDS)):
        for at in _At:
            yield more, at

r"""Manifests in many styles, as people write them: one text file holds many, each below a line `##### title | flags`.

Flags: `crlf` and `cr` are the line breaks, `mixed` has every other one as CRLF, `bom` a byte order mark, `noeol` no line break at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

_MARK = "##### "


class Case(NamedTuple):
    """One manifest: its title and its bytes."""

    title: str
    data: bytes


@cache
def cases() -> tuple[Case, ...]:
    """All manifests of the corpus."""
    paths = sorted(Path(__file__).parent.glob("*.txt"))
    return tuple(case for path in paths for case in _cases(path.read_bytes().decode()))


def _cases(text: str) -> Iterator[Case]:
    for part in f"\n{text}".split(f"\n{_MARK}")[1:]:
        head, _, body = part.partition("\n")
        title, _, flags = head.partition(" | ")
        yield Case(title, _bytes(body if body.endswith("\n") else f"{body}\n", flags.split()))


def _bytes(body: str, flags: list[str]) -> bytes:
    if "noeol" in flags:
        body = body.rstrip("\n")
    if "mixed" in flags:
        lines = body.split("\n")
        body = "".join(line + ("\r\n" if at % 2 else "\n") for at, line in enumerate(lines[:-1])) + lines[-1]
    body = body.replace("\n", "\r\n" if "crlf" in flags else "\r" if "cr" in flags else "\n")
    return (b"\xef\xbb\xbf" if "bom" in flags else b"") + body.encode()

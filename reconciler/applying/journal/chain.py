"""The seals of a journal's lines: each carries its number and a checksum over itself and the checksum before it. Pure.

The first checksum follows from the run's id and its plan file, so a line fits one place of one run only.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SUM_DIGITS: Final = 16
_SEAL = re.compile(rb',"line":([1-9][0-9]{0,15}),"sum":"([0-9a-f]{16})"\}')
_SEAL_LENGTH = len(b',"line":,"sum":""}') + 16 + SUM_DIGITS


def seed_of(run: str, plan: bytes) -> str:
    """What the first line of a run is chained to; `plan` are the bytes of its plan file."""
    return hashlib.sha256(run.encode("utf-8", "surrogateescape") + b"\n" + plan).hexdigest()[:SUM_DIGITS]


@dataclass(frozen=True, slots=True)
class Link:
    """The end of a chain: number and checksum of its last line."""

    line: int
    sum: str

    def seal(self, text: bytes) -> tuple[bytes, Link]:
        """The next line, from a JSON object without its seal, and the end of the chain after it."""
        body = b'%s,"line":%d' % (text[:-1], self.line + 1)
        link = Link(self.line + 1, self._sum(body))
        return b'%s,"sum":"%s"}' % (body, link.sum.encode()), link

    def follow(self, text: bytes) -> Link | None:
        """The end of the chain after this line; None where the line does not fit."""
        match = _SEAL.search(text, max(0, len(text) - _SEAL_LENGTH))
        if match is None or match.end() != len(text) or int(match[1]) != self.line + 1:
            return None
        body = text[: match.start(2) - len(b',"sum":"')]
        return Link(self.line + 1, match[2].decode()) if match[2].decode() == self._sum(body) else None

    def _sum(self, body: bytes) -> str:
        return hashlib.sha256(self.sum.encode() + body).hexdigest()[:SUM_DIGITS]


@dataclass(frozen=True, slots=True)
class Sealed:
    """The lines of a journal. `damaged`: number of lines that are not JSON, as a crash leaves them.

    `is_sealed`: False for a journal of 0.1.0, without any seal. `problem`: what does not fit, "" where everything does.
    """

    lines: tuple[bytes, ...]
    end: Link
    damaged: int
    is_sealed: bool
    problem: str


def verify(lines: Iterable[bytes], seed: str) -> Sealed:
    """The lines of a journal after a look at their seals; `lines` are without line ends, and may be empty."""
    link, whole, damaged, problem = Link(0, seed), [], 0, ""
    unsealed = False
    for number, text in enumerate(lines, 1):
        if not text.strip():
            continue
        after = None if problem else link.follow(text)
        if after is None and not _is_json(text):
            damaged += 1
            continue
        if after is None and not problem and link.line == 0 and _is_unsealed(text):
            unsealed = True
        elif after is None or unsealed:
            problem = problem or f"line {number} of its journal does not fit the lines before it"
        link = after or link
        whole.append(text)
    return Sealed(tuple(whole), link, damaged, not unsealed, problem)


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_unsealed(text: bytes) -> bool:
    """Whether a line has nothing that 0.1.0 did not write."""
    line = json.loads(text)
    return not isinstance(line, dict) or not {"line", "sum", "sequence", "ids"} & line.keys()

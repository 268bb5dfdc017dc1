"""The seals of a journal's lines: what fits, what a crash left, and what was changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest

from reconciler.applying.journal.chain import Link, Sealed, seed_of, verify

SEED = seed_of("r", b"{}")


def _lines(*texts: bytes) -> list[bytes]:
    """These JSON objects as the lines of a journal."""
    link, lines = Link(0, SEED), []
    for text in texts:
        line, link = link.seal(text)
        lines.append(line)
    return lines


THREE = _lines(b'{"a":1}', b'{"b":"\xc3\xa4"}', b'{"c":3}')


def test_a_line_carries_its_number_and_a_checksum_over_all_before_it() -> None:
    assert hashlib.sha256(b"r\n{}").hexdigest()[:16] == SEED
    body = b'{"a":1,"line":1'
    first = hashlib.sha256(SEED.encode() + body).hexdigest()[:16]
    assert THREE[0] == b'%s,"sum":"%s"}' % (body, first.encode())
    assert Link(0, SEED).follow(THREE[0]) == Link(1, first)
    end = Link(1, first).follow(THREE[1])
    assert end is not None
    assert verify(THREE, SEED).end == end.follow(THREE[2])


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        THREE[1],
        THREE[0] + b" ",
        THREE[0][:-1],
        THREE[0].replace(b"1", b"2", 1),
        THREE[0].replace(b'"line":1', b'"line":2'),
        THREE[0].replace(b'"line":1', b'"line":01'),
        _lines(b'{"a":1}', b'{"a":1}')[1],
    ],
)
def test_a_line_of_another_place_or_another_text_does_not_follow(text: bytes) -> None:
    assert Link(0, SEED).follow(text) is None
    assert Link(0, seed_of("other", b"{}")).follow(THREE[0]) is None


def _verified(*lines: bytes) -> tuple[int, int, int, bool, str]:
    sealed: Sealed = verify(lines, SEED)
    return len(sealed.lines), sealed.end.line, sealed.damaged, sealed.is_sealed, sealed.problem


DOES_NOT_FIT = "line {} of its journal does not fit the lines before it"
OLD = b'{"event":"intent","at":"x"}'


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], (0, 0, 0, True, "")),
        (THREE, (3, 3, 0, True, "")),
        ([b"", THREE[0], b"  ", *THREE[1:], b""], (3, 3, 0, True, "")),
        ([THREE[0], b'{"torn', *THREE[1:]], (3, 3, 1, True, "")),
        ([b'{"torn', b"[" * 100_000, *THREE], (3, 3, 2, True, "")),
        ([*THREE, b'{"torn'], (3, 3, 1, True, "")),
        ([THREE[0], THREE[2]], (2, 1, 0, True, DOES_NOT_FIT.format(2))),
        ([THREE[1], THREE[2]], (2, 0, 0, True, DOES_NOT_FIT.format(1))),
        ([THREE[0], THREE[0]], (2, 1, 0, True, DOES_NOT_FIT.format(2))),
        ([THREE[0], OLD, *THREE[1:]], (4, 1, 0, True, DOES_NOT_FIT.format(2))),
        ([*THREE, b"", OLD], (4, 3, 0, True, DOES_NOT_FIT.format(5))),
        ([OLD, OLD], (2, 0, 0, False, "")),
        ([b"[]", b"5"], (2, 0, 0, False, "")),
        ([OLD, *THREE], (4, 1, 0, False, DOES_NOT_FIT.format(2))),
        ([b'{"event":"x","sum":"y"}'], (1, 0, 0, True, DOES_NOT_FIT.format(1))),
        ([b'{"event":"x","line":1}'], (1, 0, 0, True, DOES_NOT_FIT.format(1))),
        ([b'{"event":"x","sequence":1}'], (1, 0, 0, True, DOES_NOT_FIT.format(1))),
        ([b'{"event":"x","ids":""}'], (1, 0, 0, True, DOES_NOT_FIT.format(1))),
    ],
)
def test_a_journal_is_whole_torn_by_a_crash_of_the_first_version_or_changed(
    lines: Sequence[bytes], expected: tuple[int, int, int, bool, str]
) -> None:
    assert _verified(*lines) == expected

"""Protect patterns: what they match, and the work that it takes, counted in searches of the address."""

from __future__ import annotations

import re
from typing import SupportsIndex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.planning.guards.protect import matches


class CountedText(str):
    """An address that counts the characters that searches in it pass over."""

    __slots__ = ("work",)
    work: int

    def find(self, sub: str, start: SupportsIndex | None = None, end: SupportsIndex | None = None) -> int:
        position = super().find(sub, start, end)
        first = int(start or 0)
        self.work += (position if position >= 0 else len(self)) - first + len(sub)
        return position


def counted(text: str) -> CountedText:
    result = CountedText(text)
    result.work = 0
    return result


CASES = [
    ("tag:*", "tag:", True),
    ("tag:*", "client:tag:", False),
    ("*", "", True),
    ("", "", True),
    ("", "x", False),
    ("tag:a", "tag:a", True),
    ("tag:a", "tag:ab", False),
    ("tag:a*a", "tag:a", False),
    ("tag:a*a", "tag:aa", True),
    ("tag:*ab*ab", "tag:abab", True),
    ("tag:*ab*ab", "tag:ab", False),
    ("tag:**b", "tag:b", True),
    ("tag:*ab*ba*", "tag:aba", False),
    ("tag:*ab*ba*", "tag:abba", True),
    ("tag:*a*a*", "tag:a", False),
    ("client:A*/B", "client:A/x/B", True),
    ("tag:a.c", "tag:abc", False),
    ("tag:[ab]*", "tag:a", False),
    ("tag:*", "tag:two\nlines", True),
]


@pytest.mark.parametrize(("pattern", "address", "expected"), CASES)
def test_a_star_stands_for_any_characters_and_everything_else_for_itself(
    pattern: str, address: str, expected: object
) -> None:
    assert matches(pattern, address) is expected


@given(st.text("ab*", max_size=10), st.text("ab\n", max_size=12))
def test_it_matches_what_the_regular_expression_matches(pattern: str, address: str) -> None:
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    assert matches(pattern, address) is (re.fullmatch(expression, address, re.DOTALL) is not None)


@pytest.mark.parametrize(
    ("pattern", "address"),
    [
        ("tag:" + "*a" * 248 + "b", "tag:" + "a" * 1000),
        ("tag:" + "*a" * 248 + "*b*", "tag:" + "a" * 1000),
        ("*" * 500, "a" * 1000),
        ("*ab" * 160 + "*c*", "ab" * 500),
        ("*aab" * 120, "a" * 1000),
    ],
)
def test_many_stars_take_no_more_work_than_the_two_lengths_together(pattern: str, address: str) -> None:
    text = counted(address)
    matches(pattern, text)
    assert text.work <= 2 * (len(pattern) + len(address))

"""Patterns of checks: they match the whole value, in linear time."""

from __future__ import annotations

import time

import pytest

from reconciler.checks import pattern_error
from reconciler.checks.patterns import is_match


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("[0-9]{4} .+", "2024 Website", True),
        ("[0-9]{4}", "2024 Website", False),
        ("Website", "2024 Website", False),
        ("a|b", "ab", False),
        ("(?i)acme.*", "ACME Corp", True),
        (r"\p{Lu}.*", "Ärzte", True),
        (r"\p{L}{20}", "Ä" * 20, True),
        ("a", "a\n", False),
        ("(a+)+b", "aaab", True),
    ],
)
def test_the_whole_value_must_match(pattern: str, text: str, *, matches: bool) -> None:
    assert pattern_error(pattern) == ""
    assert is_match(pattern, text) is matches


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(a", "unterminated"),
        ("a)|(b", "unbalanced"),
        (r"(a)\1", "back reference"),
        ("(?=a)a", "look-around"),
        ("(?<!a)b", "look-around"),
        ("((a{99}){99}){99}", "too large"),
        ("x\\", "bad escape"),
        (r"\p{L}{100}", "too large; a repeated class such as `\\p{L}` has many characters"),
        (r"(\p{L}{100}){100}", "or it is too large"),
        (r"\p{Nothing}", "another construct without linear time"),
    ],
)
def test_the_error_of_a_pattern_names_the_reason(pattern: str, reason: str) -> None:
    assert reason in pattern_error(pattern)


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(.*)(.*)(.*)(.*)(.*)b", "(a|aa)+b"])
def test_every_pattern_matches_in_linear_time(pattern: str) -> None:
    started = time.process_time()
    assert not is_match(pattern, "a" * 16_000)
    assert time.process_time() - started < 20, "it takes milliseconds; with backtracking, years"

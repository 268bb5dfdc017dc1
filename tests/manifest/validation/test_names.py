from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifest.validation.names import trouble_with


@pytest.mark.parametrize(
    "name",
    ["A", "Acme Corp", "R&D / \\ 100 %", "#1", "O'Neil \"x\"", "Ünïcödé", "日本語", "עברית", "❤️", "👨‍👩‍👧", "1️⃣", "☎︎", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👍🏽", "می‌خواهم",
     "ക്‍ഷ", "no\u00a0break inside", "x" * 1000],
)  # fmt: skip
def test_an_honest_name_is_fine(name: str) -> None:
    assert trouble_with(name) is None


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        (" a", "blanks"), ("a ", "blanks"), ("a\n", "blanks"), ("\u3000a", "blanks"),
        ("a\x00b", "U+0000"), ("a\tb", "U+0009"), ("a\x7fb", "U+007F"), ("a\x85b", "U+0085"),
        ("a<b", "< or >"), ("a>", "< or >"), ("é<", "< or >"),
        ("e\u0301", "NFC"), ("\u212b", "NFC"),
        ("a\u200bb", "U+200B"), ("a\u200db", "U+200D"), ("a\u200cb", "U+200C"), ("\u200dé", "U+200D"), ("a\u202eb", "U+202E"),
        ("a\u2066b", "U+2066"), ("a\u200fb", "U+200F"), ("a\ufe0f", "U+FE0F"), ("a\u2060b", "U+2060"), ("a\u00adb", "U+00AD"),
        ("a\ufeffb", "U+FEFF"), ("a\u2028b", "U+2028"), ("a\u3164b", "U+3164"), ("a\U000e0041", "U+E0041"),
    ],
)  # fmt: skip
def test_a_name_that_the_service_refuses_or_that_hides_something_is_not(name: str, trouble: str) -> None:
    found = trouble_with(name)
    assert found is not None
    assert trouble in found[0]
    assert found[1]


@given(st.text(min_size=1, max_size=20))
def test_a_name_that_passes_is_visible_composed_and_trimmed(name: str) -> None:
    if trouble_with(name) is None:
        assert name == name.strip()
        assert name == unicodedata.normalize("NFC", name)
        assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name)

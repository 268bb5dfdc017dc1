from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.manifest.validation.names import validate_name, validate_reference


@pytest.mark.parametrize(
    "name",
    ["A", "Acme Corp", "R&D / \\ 100 %", "#1", "O'Neil \"x\"", "Ünïcödé", "日本語", "עברית", "❤️", "👨‍👩‍👧", "1️⃣", "☎︎", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "👍🏽", "می‌خواهم",
     "ക്‍ഷ", "no\u00a0break inside", "x" * 1000],
)  # fmt: skip
def test_a_name_with_visible_characters_is_valid(name: str) -> None:
    assert validate_name(name) is None


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (" a", "whitespace"), ("a ", "whitespace"), ("a\n", "whitespace"), ("\u3000a", "whitespace"),
        ("a\x00b", "U+0000"), ("a\tb", "U+0009"), ("a\x7fb", "U+007F"), ("a\x85b", "U+0085"),
        ("a<b", "< or >"), ("a>", "< or >"), ("é<", "< or >"),
        ("e\u0301", "NFC"), ("\u212b", "NFC"),
        ("a\u200bb", "U+200B"), ("a\u200db", "U+200D"), ("a\u200cb", "U+200C"), ("\u200dé", "U+200D"), ("a\u202eb", "U+202E"),
        ("a\u2066b", "U+2066"), ("a\u200fb", "U+200F"), ("a\ufe0f", "U+FE0F"), ("a\u2060b", "U+2060"), ("a\u00adb", "U+00AD"),
        ("a\ufeffb", "U+FEFF"), ("a\u2028b", "U+2028"), ("a\u3164b", "U+3164"), ("a\U000e0041", "U+E0041"),
    ],
)  # fmt: skip
def test_a_name_with_rejected_or_invisible_characters_is_invalid(name: str, reason: str) -> None:
    violation = validate_name(name)
    assert violation is not None
    message, hint = violation
    assert reason in message
    assert hint


@pytest.mark.parametrize("code", [0xFE00, 0xFE0F, 0xE0100, 0xE01EF])
def test_a_variation_selector_is_valid_behind_a_sign_that_has_variants(code: int) -> None:
    assert validate_name(f"漢{chr(code)}") is None
    assert validate_name(f"1{chr(code)}") is None
    for before in ("", "a", "a ", "a\u00a0"):
        violation = validate_name(f"{before}{chr(code)}b")
        assert violation is not None
        assert f"U+{code:04X}" in violation[0]


@pytest.mark.parametrize("code", [0xE0020, 0xE007E, 0xE007F])
def test_a_tag_of_a_flag_is_valid_behind_the_flag_or_another_tag(code: int) -> None:
    assert validate_name(f"🏴{chr(code)}") is None
    for before in ("\U000e0020", "\U000e007e"):
        assert validate_name(f"🏴{before}{chr(code)}") is None
    for before in ("漢", "🏴\U000e007f"):
        assert validate_name(f"{before}{chr(code)}") is not None


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_a_joiner_is_valid_between_letters_of_scripts_that_join(joiner: str) -> None:
    assert validate_name(f"م{joiner}خ") is None
    for name in (f"م{joiner}a", f"a{joiner}م", f"م{joiner}", f"م{joiner} a"):
        assert validate_name(name) is not None


@given(st.text(min_size=1, max_size=20))
def test_a_valid_name_is_visible_composed_and_trimmed(name: str) -> None:
    if validate_name(name) is None:
        assert name == name.strip()
        assert name == unicodedata.normalize("NFC", name)
        assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in name)


def test_a_reference_is_held_to_the_rules_of_names_but_may_have_an_invisible_character() -> None:
    for name in ("e\u0301", " a", "a ", "a\tb", "a<b", "a\x07"):
        assert validate_reference(name) == validate_name(name)
    assert validate_reference("zero\u200bwidth") is None
    assert validate_name("zero\u200bwidth") is not None

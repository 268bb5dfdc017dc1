from __future__ import annotations

from typing import Any

import pytest

from reconciler.manifest.yaml.scalars import BOOL, FLOAT, INT, NULL, STR, convert, tag_of


@pytest.mark.parametrize(
    ("text", "tag", "value"),
    [
        ("", NULL, None), ("~", NULL, None), ("null", NULL, None), ("NULL", NULL, None),
        ("true", BOOL, True), ("False", BOOL, False), ("TRUE", BOOL, True),
        ("0", INT, 0), ("-12", INT, -12), ("+3", INT, 3), ("012", INT, 12), ("0o14", INT, 12), ("0xfF", INT, 255),
        ("1.5", FLOAT, 1.5), (".5", FLOAT, 0.5), ("-1.", FLOAT, -1.0), ("1e3", FLOAT, 1000.0), ("1.5E-2", FLOAT, 0.015),
    ],
)  # fmt: skip
def test_the_core_schema_has_these_types(text: str, tag: str, value: Any) -> None:
    assert tag_of(text) == tag
    assert convert(tag, text) == value
    assert type(convert(tag, text)) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "no", "No", "yes", "on", "OFF", "y", "n", "1:30", "190:20:30", "2024-01-31", "2024-01-31T10:00:00Z", "1_000", "0b11",
        "0o8", "-0o14", "0x", "+", "-", ".", "1e", "tRUE", "nULL", "=", "<<", "inf", "nan", "1 ", "Task 1", "\u0661",
    ],
)  # fmt: skip
def test_all_other_scalars_are_strings(text: str) -> None:
    assert tag_of(text) == STR


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "1e999", "1" * 19, "0x" + "f" * 17])
def test_a_number_out_of_range_is_invalid(text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        convert(tag_of(text), text)


def test_an_explicit_tag_must_match_its_text() -> None:
    assert convert(FLOAT, "12") == 12.0
    with pytest.raises(ValueError, match="invalid boolean 'yes'"):
        convert(BOOL, "yes")

"""What to write instead of a value: right for each form that people use, and valid by the pattern of the schema."""

from __future__ import annotations

import re
from typing import Any

import pytest

from reconciler.kinds.durations import DURATION_PATTERN
from reconciler.kinds.estimates import BUDGET_PATTERN, ESTIMATE_PATTERN
from reconciler.kinds.field_types import EMAIL_PATTERN, Colour
from reconciler.kinds.rates import RATE_PATTERN
from reconciler.manifest import manifest_schema
from reconciler.manifest.schema.patterns import PATTERNS, SHARE_PATTERN
from reconciler.manifest.validation.corrections import correction
from reconciler.manifest.validation.formats import format_hint
from tests.manifest.reading import problems

COLOR = Colour().schema["pattern"]
CORRECTIONS = {
    DURATION_PATTERN: {
        "40h": "PT40H", "1h30m": "PT1H30M", "90m": "PT1H30M", "90 min": "PT1H30M", "12.5h": "PT12H30M", "1,5 h": "PT1H30M",
        "12:30": "PT12H30M", "1:30:15": "PT1H30M15S", "P1D": "PT24H", "P1DT2H": "PT26H", "pt1h": "PT1H", "PT1.5H": "PT1H30M",
        "8 hours": "PT8H", "1 hour 30 minutes": "PT1H30M", "40H": "PT40H", "T40H": "PT40H", "30s": "PT30S", " 8h ": "PT8H",
        "0.5h": "PT30M", "0h": "PT0S", "0": "PT0S", "9999999h": "PT9999999H",
        "2d": "", "1w": "", "PT": "", "abc": "", "PT40": "", "PT0.5S": "", "-1h": "", "1m1h": "", "1h1h": "", "1:60": "", "h": "",
        "10000000h": "", "1h x": "", "x 1h": "", "0.0001h": "", "1" * 41: "", "": "", "P1Y": "", "1..5h": "",
        "90": "PT90H for hours or PT1H30M for minutes", "1.5": "PT1H30M for hours or PT1M30S for minutes",
    },
    COLOR: {
        "#abc": '"#AABBCC"', "1976D2": '"#1976D2"', "1976d2": '"#1976D2"', "0x1976D2": '"#1976D2"', "111111": '"#111111"',
        "#1976D2FF": '"#1976D2"', "# 1976D2": '"#1976D2"', "Red": '"#FF0000"',
        "#12345": "", "#1234": "", "#1234567": "", "rgb(1,2,3)": "", "crimson-ish": "", "": "",
    },
    RATE_PATTERN: {
        "95,00": '"95.00"', "95,5": '"95.50"', "$95": '"95.00"', "95 EUR": '"95.00"', "USD 95.50": '"95.50"', "€ 95.50": '"95.50"',
        "1,000.00": '"1000.00"', "1.000,50": '"1000.50"', "1,000": '"1000.00"', "1_000": '"1000.00"', "1’000": '"1000.00"',
        "1e2": '"100.00"', ".5": '"0.50"', "5.": '"5.00"', "-0.0": '"0.00"',
        "95.005": "", "-1": "", "5k": "", "nan": "", "inf": "", "10000000": "", "1,00,0": "", "": "", "1e400": "", "$": "",
    },
    BUDGET_PATTERN: {"1,000": '"1000.00"', "automatic": ""},
    SHARE_PATTERN: {"1": "1%", "25": "25%", "100": "100%", "25 %": "25%", "12.5": "12.5%", "0.25": "", "250": "", "a quarter": ""},
    EMAIL_PATTERN: {"Jo <jo@acme.example>": "jo@acme.example", "<jo@acme.example>": "jo@acme.example", "jo": "", "<jo>": ""},
}  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "written", "expected"),
    [(pattern, written, expected) for pattern, cases in CORRECTIONS.items() for written, expected in cases.items()],
)
def test_a_form_that_people_use_is_corrected(pattern: str, written: str, expected: str) -> None:
    found = correction(pattern, written)
    assert found == expected
    for choice in found.split(" or ") if found else ():
        value = choice.split()[0].strip('"')
        assert re.search(pattern.replace("$", r"\Z"), value), value


def test_estimates_are_corrected_as_durations() -> None:
    assert correction(ESTIMATE_PATTERN, "40h") == "PT40H"


def test_an_unknown_pattern_has_no_correction() -> None:
    assert correction("^x$", "y") == ""


def test_a_hint_is_the_right_form_or_an_example() -> None:
    assert format_hint({"pattern": COLOR}, "red") == 'write "#FF0000"'
    assert format_hint({"pattern": COLOR}, "reddish") == PATTERNS[COLOR][1]


def _patterns(schema: Any) -> set[str]:
    parts = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    found = {schema["pattern"]} if isinstance(schema, dict) and isinstance(schema.get("pattern"), str) else set()
    return found.union(*map(_patterns, parts))


BAD = ["x y", "", "<", "a/b:c", "é" * 9, "[0-9]", 5, 2.5, True, None, [], {}, {"a": 1}, [[]], "#123", "1 2"]


def test_no_message_shows_a_pattern_of_the_schema() -> None:
    """Each field of each kind, of the policy and of lists, with values of every type."""
    patterns = _patterns(manifest_schema())
    assert len(patterns) > 8
    lines = ["version: 1"]
    for kind, plural in (("client", "clients"), ("project", "projects"), ("tag", "tags")):
        lines.append(f"{plural}:")
        for name in manifest_schema()["$defs"][kind]["properties"]:
            lines += [f"  - {{name: Some {kind}, {_flow(name)}: {_flow(value)}}}" for value in BAD if name != "name"]
        lines += [f"  - {_flow(value)}" for value in BAD] + [f"  - name: {_flow(value)}" for value in BAD]
    lines.append("policy:")
    lines += [
        f"  {name}: {_flow(value)}"
        for name, value in zip(manifest_schema()["$defs"]["policy"]["properties"], BAD, strict=False)
    ]
    found = problems("\n".join(lines) + "\n")
    texts = [problem.message + problem.hint for problem in found]
    assert len(texts) > 200
    assert [text for text in texts for pattern in patterns if pattern in text] == []
    assert [
        text for text in texts if "does not match" in text or "{1," in text or "[0-9]{" in text or "(?:" in text
    ] == []


def _flow(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return (
        {None: "null", True: "true"}.get(value, str(value))
        if not isinstance(value, dict | list)
        else str(value).replace("'", "")
    )

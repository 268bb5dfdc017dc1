"""A number on the command line is meant as it is written, or a usage error; a plan that holds it can be read again."""

from __future__ import annotations

import pytest

from reconciler.gateway.rate_limit import Rate
from tests.cli.program import ADDITIVE, Desk

LONG = "9" * 5000


@pytest.mark.parametrize(
    "words",
    [
        *(("--max-requests", text) for text in ("1_000", "٣٠", "1e3", "10.0", "-1", "nan", "9" * 20, LONG)),
        *(("--allow-removals", f"tags={text}") for text in ("1_0", "٣", "9" * 20, LONG, "-1", "1.0", "")),
        *(("--timeout", text) for text in ("nan", "inf", "1_0", "1e1", "٣", "0", LONG)),
        *(("--rate", text) for text in ("1e1/s", "nan/s", "1_0/s", "٣/s", "0/s", f"{LONG}/s", "1/m")),
    ],
    ids=lambda words: "=".join(words)[:30],
)
def test_another_notation_is_a_usage_error(desk: Desk, words: tuple[str, str]) -> None:
    desk.write(ADDITIVE)
    result = desk.call("--sandbox", "plan", *words)
    assert result.exit_code == 64
    assert f"'{words[0]}'" in result.stderr or f"{words[0]}:" in result.stderr
    assert max(map(len, result.stderr.splitlines())) < 400


def test_a_saved_plan_with_the_largest_numbers_is_read_again(desk: Desk) -> None:
    desk.write(ADDITIVE)
    largest = "9" * 9
    given = ("--max-requests", largest, "--allow-removals", f"tags={largest}")
    assert desk.call("--sandbox", "plan", *given, "-o", "plan.json").exit_code == 0
    assert desk.call("--sandbox", "apply", "plan.json", "--approve", "additive").exit_code == 3
    digest = desk.call("--sandbox", "show", "plan.json", "--digest").stdout.strip()
    assert desk.call("--sandbox", "apply", "plan.json", "--approve", digest).exit_code == 0


@pytest.mark.parametrize("text", ["999999.5/s", "0.001/h", "50/s", "100/h", "123456.125/h", "0.5/s"])
def test_a_rate_is_shown_as_it_was_given(text: str) -> None:
    assert str(Rate.parse(text)) == text

"""Words and figures that all outputs share."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.planning.plan import Action, Forecast, Impact
from reconciler.render import words
from tests.render import plans


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (None, "(none)"),
        ((), "(none)"),
        ("", '""'),
        (True, "true"),
        ("true", '"true"'),
        ("(none)", '"(none)"'),
        ("PT8H", "PT8H"),
        ("#1976D2", "#1976D2"),
        ("95.00", "95.00"),
        ("two words", '"two words"'),
        (("a", "b c"), 'a, "b c"'),
    ],
)
def test_values_are_written_as_a_person_would_and_never_taken_for_another(given: Any, shown: str) -> None:
    assert words.value(given) == shown


def test_names_are_quoted_where_their_ends_could_not_be_told() -> None:
    assert words.name("Acme Corp") == "Acme Corp"
    assert words.name(" Acme") == '" Acme"'
    assert words.name("") == '""'


@pytest.mark.parametrize(
    ("address", "impact", "phrase"),
    [
        ("project:P", Impact(45_000, 34), "12.5 h of tracked time, 34 time entries"),
        ("project:P", Impact(60, 1), "60 s of tracked time, 1 time entry"),
        ("task:P/T", Impact(None, None), "tracked time not known, number of time entries not known"),
        ("tag:t", Impact(0, 0), "no time entries"),
        ("client:C", Impact(0, 0), ""),
    ],
)
def test_a_removal_says_what_it_means_for_tracked_time(address: str, impact: Impact, phrase: str) -> None:
    assert words.impact(plans.removal(address, Action.DELETE, impact)) == phrase


def test_only_removals_speak_of_tracked_time() -> None:
    assert words.impact(plans.create("project:P")) == ""


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.44, "0.4 s"), (12, "12 s"), (99.4, "99 s"), (120, "2 min"), (3600, "1 h"), (5400, "1 h 30 min"), (3599, "1 h")],
)
def test_waiting_times_are_rounded_as_people_say_them(seconds: float, shown: str) -> None:
    assert words.duration(seconds) == shown


def test_the_forecast_adds_up() -> None:
    assert words.forecast(Forecast(1, 0, 0, 0.02)) == "1 request (1 reading), about 0.0 s at the rate limit"

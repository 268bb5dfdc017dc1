"""`policy.checks`: entries read as checks. The problems of invalid entries are in cases/checks.yaml."""

from __future__ import annotations

import pytest

from reconciler.checks import Check, Condition, Level, Operator
from tests.manifest.reading import desired, problems


def _check(entry: str) -> Check:
    return desired(f"tags: []\npolicy:\n  checks:\n    - {entry}\n").policy.checks[0]


def test_a_plain_value_is_short_for_equals() -> None:
    check = _check("{message: m, kind: project, require: {billable: true}}")
    assert check == Check("m", kinds=("project",), require=(Condition("billable", Operator.EQUALS, value=True),))


def test_values_have_the_canonical_form_of_the_field() -> None:
    check = _check(
        "{message: m, kind: project, forbid: {color: {in: ['#aabbcc']}, hourly_rate: {less_than: 5, greater_than: '1'}, estimate: PT90M}}"
    )
    assert check.forbid == (
        Condition("color", Operator.IN, ("#AABBCC",)),
        Condition("hourly_rate", Operator.LESS_THAN, "5.00"),
        Condition("hourly_rate", Operator.GREATER_THAN, "1.00"),
        Condition("estimate", Operator.EQUALS, "PT1H30M"),
    )


def test_names_parents_and_weekdays_are_compared_as_written() -> None:
    require = "{name: {in: [x, Y z]}, client: Acme, weekday: {not_in: [monday, sunday]}}"
    assert _check(f"{{message: m, kind: project, require: {require}}}").require == (
        Condition("name", Operator.IN, ("x", "Y z")),
        Condition("client", Operator.EQUALS, "Acme"),
        Condition("weekday", Operator.NOT_IN, ("monday", "sunday")),
    )


@pytest.mark.parametrize(
    ("require", "kinds"),
    [
        ("{name: x}", ("client", "project", "task", "tag")),
        ("{client: x}", ("project", "task")),
        ("{project: x}", ("task",)),
        ("{weekday: monday, email: a@b.example}", ("client",)),
    ],
)
def test_without_a_kind_it_applies_to_all_kinds_with_its_fields(require: str, kinds: tuple[str, ...]) -> None:
    assert _check(f"{{message: m, require: {require}}}").kinds == kinds


def test_level_name_kinds_and_actions() -> None:
    check = _check(
        "{message: m, name: n, level: warn, kind: [tag, task], action: [delete, archive], forbid: {name: x}}"
    )
    assert (check.level, check.name, check.kinds) == (Level.WARN, "n", ("tag", "task"))
    assert check.actions == ("delete", "archive")


def test_two_documents_with_equal_checks_merge_and_different_ones_conflict() -> None:
    one = "policy: {checks: [{message: m, require: {name: x}}]}\n"
    assert len(desired(f"{one}tags: []\n---\nversion: 1\n{one}").policy.checks) == 1
    other = one.replace("name: x", "name: y")
    found = problems(f"version: 1\n{one}tags: []\n---\nversion: 1\n{other}")
    assert [p.message for p in found] == ["conflicting values for 'policy.checks'; first set at -:2:18"]

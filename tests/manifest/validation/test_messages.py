"""What a violation of the schema says, and which ones say nothing since the place has a problem already."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.manifest.validation.formats import describe_value, format_hint
from tests.manifest.reading import problems


def found_in(text: str) -> list[tuple[str, str]]:
    return [(problem.message, problem.hint) for problem in problems(f"version: 1\n{text}")]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("tags: [!foo {name: x, nmae: y}]", ["unknown tag '!foo'"]),
        ("clients: [{name: A, archived: !foo yes}]", ["unknown tag '!foo'"]),
        ("clients: [{name: A, archived: !!bool perhaps}]", ["invalid boolean 'perhaps'"]),
        ("clients: [!!null x]", ["invalid null 'x'"]),
        (
            'tags: ["\\ud83d < "]',
            ["lone surrogate \\ud83d: invalid Unicode character escape code"],
        ),
    ],
)
def test_a_value_that_cannot_be_read_is_not_judged_as_well(text: str, messages: list[str]) -> None:
    assert [message for message, _ in found_in(text)] == messages


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("clients: [{name: A, archived: 'yes'}]", "'archived' must be true or false, not 'yes'", "write true"),
        ("clients: [{name: A, archived: 'Off'}]", "'archived' must be true or false, not 'Off'", "write false"),
        ("clients: [{name: A, archived: 'true'}]", "'archived' must be true or false, not 'true'", "remove the quotes: true"),
        ("clients: [{name: A, archived: [x]}]", "'archived' must be true or false, not a list", ""),
        ("clients: [{name: A, note: true}]", "'note' must be a string, not true", 'put it in quotes: "true"'),
        ("clients: [{name: A, cc_emails: a@x.example}]", "'cc_emails' must be a list, not 'a@x.example'", "write [a@x.example]"),
        (f"tags: {'x' * 60}", f"'tags' must be a list, not '{'x' * 60}'", f"write [{'x' * 60}]"),
        (f"tags: {'x' * 61}", f"'tags' must be a list, not '{'x' * 61}'", ""),
        ("clients: [{name: A, was: [b, b]}]", "duplicate entry 'b' in 'was'", "remove one of them"),
        ("clients: [{name: A, was: 5}]", "'was' must be a name or a list of unique names", ""),
        ("projects: [{name: Ab, hourly_rate: '1.234'}]", "'hourly_rate' has 3 decimals; the API has 2, in every currency",
         'use major units, up to 9999999.99 with at most 2 decimals, e.g. "95.00"'),
        ("policy: {removal_budget: {count: -1}}", "'count' must be at least 0, not -1", ""),
        ("policy: {removal_budget: {count: 1000001}}", "'count' must be at most 1000000, not 1000001", ""),
        ("removed: [{tag: a, client: b}]", "an entry of 'removed' must have exactly one key",
         "write the kind and the address, e.g. - tag: old-tag"),
        ("tags: ['']", "an entry of 'tags' is empty", ""),
        (f"workspace: {'x' * 251}", "'workspace' has 251 characters; the maximum is 250", ""),
        ("workspace: a<b", "'workspace' contains < or >, which Clockify rejects", "remove the characters"),
    ],
)  # fmt: skip
def test_a_violation_says_the_fact_and_what_to_write(text: str, message: str, hint: str) -> None:
    assert found_in(text) == [(message, hint)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "a mapping"),
        ([], "a list"),
        (True, "true"),
        (False, "false"),
        ("x", "'x'"),
        (1, "1"),
        (10**39, "1" + "0" * 39),
        (10**40, "1" + "0" * 39),
        (None, "None"),
    ],
)
def test_a_value_in_a_message_is_short(value: Any, text: str) -> None:
    assert describe_value(value) == text


@pytest.mark.parametrize(
    ("schema", "hint"),
    [
        ({"type": "boolean"}, "use true or false"),
        ({"type": "string", "pattern": "unknown"}, "use a string"),
        ({"type": "oddity"}, ""),
        ({}, ""),
    ],
)
def test_a_field_without_a_known_pattern_is_hinted_at_by_its_type(schema: dict[str, Any], hint: str) -> None:
    assert format_hint(schema) == hint

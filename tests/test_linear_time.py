"""Every regular expression that runs over text from outside takes linear time.

The table has a case for each module that uses `re`; an input is so long that quadratic time takes minutes and linear time
milliseconds. A guard against hanging, not a measurement, ends a test: `benchmarks/` has the numbers.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import pytest

from reconciler import text
from reconciler.applying.journal import chain
from reconciler.checks import patterns
from reconciler.cli import hints, plan_names
from reconciler.cli.adopt.ci_files import ci_file
from reconciler.errors import ReconcilerError
from reconciler.gateway.config import _HEADER_SAFE
from reconciler.gateway.rate_limit import Rate
from reconciler.json_text import parse_json
from reconciler.kinds import KINDS, durations
from reconciler.live.usage import _DAY
from reconciler.manifest import misnamed
from reconciler.manifest.expand.foreign import foreign_variable
from reconciler.manifest.expand.template import parse_template
from reconciler.manifest.import_csv import values as cell_values
from reconciler.manifest.schema.manifest import manifest_schema
from reconciler.manifest.table import archive, parse_table
from reconciler.manifest.validation import validate
from reconciler.manifest.yaml import surrogates
from reconciler.manifest.yaml.recovery import sections_of
from reconciler.manifest.yaml.scalars import tag_of
from reconciler.manifest.yaml.text import SourceText, decode, printable, quote
from reconciler.names import fold, join_path, split_path
from reconciler.planning import structured
from reconciler.planning.renames import candidate, forms
from reconciler.render import escape, html, lines, tables, values
from reconciler.timekeeping import resolve
from reconciler.timekeeping.durations import parse_duration
from reconciler.timekeeping.times import Moment, parse_time
from reconciler.timekeeping.zones import zone_of
from tests.prose import ROOT, python_files

LONG = 200_000
NOON = Moment(datetime(2026, 2, 13, 12, tzinfo=UTC), zone_of("UTC"))
HANG_SECONDS = 60


def runs(unit: str, *ends: str) -> list[str]:
    """A unit over and over, alone and with each end."""
    body = unit * (LONG // len(unit))
    return [body, *(body + end for end in ends)]


TEXT = [
    text
    for unit in ("a", " ", "1", ".", ":", "/", "\\", "'", '"', "`", "-", "é", "a.", "a:", "\\a", "a b ", "\n")
    for text in runs(unit, "!", '"', "\x00")
]
SECRETS = [
    *runs("session_toke"), *runs("http://"), *runs("https://connect.maton.ai"), *runs("connect.maton."), *runs("bearer "),
    *runs("bearer", " x"), *runs("authorization"), *runs("api_key ", ":"), *runs("x-api-key:"), *runs("public "),
    *runs("public static final ", "com."), *runs("com."), *runs("com ."), *runs("org.a "), *runs("session_token "),
]  # fmt: skip
QUOTED = [
    *runs("\\'"),
    *runs('\\"', "'"),
    *runs("'\""),
    *runs("a'b"),
    *runs('"\\'),
    *runs("'a' ", "'"),
    *runs('"a" ', '"'),
]
NUMBERS = [
    f"{start}{digits}{end}"
    for digits in ("1" * LONG, "1." * (LONG // 2))
    for start in ("", "-", "0x", ".", "1e")
    for end in ("", "e", "x")
]
DURATIONS = [
    f"{start}{'1' * LONG}{end}" for start in ("P", "PT", "P1DT") for end in ("", "D", "H", "M", "S", ".", ".1", "x")
]
JSON = [*runs("["), *runs('{"a":'), *runs('"', "["), *runs('["a",'), *runs("1"), "[" + "1," * LONG + "NaN]",
        '["' + "\\\\" * LONG + '\\ud800"]', '["' + "\\ud83d\\ude00" * 20_000 + '\\ud800"]', '["' + '\\"' * LONG]  # fmt: skip


def redact_whole(value: str) -> None:
    text.redact(value, limit=len(value))


def parse_durations(value: str) -> None:
    for field in (field for kind in KINDS for field in kind.fields):
        # An item of a list: text in place of one would be taken letter by letter.
        given = [value] if field.type.schema.get("type") == "array" else value
        with suppress(ValueError, TypeError, ArithmeticError):
            field.type.parse(given)
        with suppress(ValueError, TypeError, ArithmeticError):
            field.type.read(given)


def match_schema_patterns(value: str) -> None:
    for pattern in sorted(set(_patterns(manifest_schema()))):
        validate._ecma(pattern).search(value)


def _patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        for value in schema.values():
            yield from _patterns(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from _patterns(item)


CASES: dict[str, list[tuple[Callable[[str], Any], list[str]]]] = {
    "text": [
        (redact_whole, SECRETS),
        (text.without_userinfo, [*TEXT, *runs("://"), *runs("://a"), *runs("a://:")]),
    ],
    "json_text": [(parse_json, JSON)],
    "names": [(split_path, TEXT[::2]), (lambda value: join_path((value, "x")), TEXT[::2]), (fold, TEXT)],
    "kinds.durations": [
        (parse_durations, DURATIONS[:8] + NUMBERS[:6]),
        (durations._PERIOD.fullmatch, [*DURATIONS[:8], *runs("P"), *runs("P1"), *runs("P0D"), "P" + "0" * LONG + "1D"]),
    ],
    "cli.adopt.ci_files": [
        (lambda value: ci_file("github", value, value[:9], {}), [*TEXT, *runs("@A"), *runs("["), *runs("$")])
    ],
    "cli.plan_names": [
        (lambda value: plan_names._PLAN.search(value.encode()), [*TEXT, *QUOTED, *runs("\nformat:"), *runs("{ ")]),
        (lambda value: plan_names._MANIFEST.search(value.encode()), [*TEXT, *QUOTED, *runs("\nversion"), *runs("{ ")]),
    ],
    "cli.hints": [
        (hints._COMMAND.findall, [*TEXT, *runs("reconciler "), *runs("reconciler", " p"), *runs("reconciler plan")])
    ],
    "applying.journal.chain": [(lambda value: chain._SEAL.search(value.encode()), [*TEXT, *runs(',"line":1')])],
    "render.html": [(html._finalize, [*TEXT, *runs(" ", ":")])],
    "manifest.misnamed": [
        (misnamed._is_yaml, [*runs("version: 1\n"), *runs("a "), *runs("a\t", ":")]),
        (misnamed._is_json, [*runs('"a" '), *runs('"a": '), *runs('"version":1 '), *runs(" ")]),
    ],
    "manifest.table.archive": [(archive._REFERENCE.fullmatch, [*TEXT, *runs("A"), *runs("$")])],
    "manifest.table.decode": [
        (
            lambda value: parse_table(value.encode(), "a"),
            [*runs(","), *runs('"'), *runs('""'), *runs('",'), *runs("\0"), *runs('a\n"')],
        ),
    ],
    "manifest.import_csv.values": [
        (lambda value: cell_values._seconds(value, ""), [*TEXT, *NUMBERS, *DURATIONS]),
        (cell_values._UNITS.fullmatch, [*NUMBERS, *runs("1"), *runs(" ")]),
        (cell_values._amount, NUMBERS),
    ],
    "manifest.expand.foreign": [
        (foreign_variable, [*TEXT, *runs("{"), *runs("${"), *runs("{{a"), *runs("${a}", "{")]),
        (parse_template, [*TEXT, *runs("{{"), *runs("{a}"), *runs("{a|trim", "}"), "{a" + "|trim" * LONG + "}"]),
    ],
    "manifest.yaml.text": [
        (lambda value: decode("a", value.encode()), TEXT),
        (lambda value: SourceText("a", value).place_of(len(value)), TEXT[-4:]),
        (lambda value: SourceText("a", value).next_document(0), [*runs("\n--"), *runs("---"), *runs("\n")]),
        (lambda value: SourceText("a", value).unquoted_hash(0, LONG), [*runs(" #"), *runs("[#a\n"), *runs('"#a')]),
        (printable, TEXT),
        (quote, TEXT),
    ],
    "manifest.yaml.surrogates": [
        (surrogates.replace_surrogates, [*runs("\\"), *runs("\\ud83d")]),
        (surrogates.join_pairs, [*runs("\\"), *runs("\\ud83d"), *runs("\\ud83d\\udca1")]),
    ],
    "manifest.yaml.recovery": [
        (
            lambda value: [part.is_plain for part in sections_of(SourceText("a", value), 0, len(value))],
            [*runs("a:\n"), *runs("a"), *runs("a:\n---\n"), *runs("a: {a"), *runs("a_", ":\n")],
        )
    ],
    "manifest.yaml.scalars": [(tag_of, NUMBERS)],
    "manifest.validation.validate": [(match_schema_patterns, TEXT[:12] + DURATIONS[:4])],
    "checks.patterns": [(lambda value: patterns.is_match("(a+)+b|(a|a)*c", value), runs("a", "!"))],
    "planning.structured": [(structured._PLAIN_KEY.fullmatch, TEXT)],
    "planning.renames.candidate": [(candidate._PLAIN.fullmatch, TEXT)],
    "planning.renames.forms": [
        (forms._WORDS.findall, TEXT),
        (forms._DIGITS.findall, [*TEXT, *NUMBERS]),
        (forms.form, [*TEXT, *runs("i", "_")]),
    ],
    "gateway.config": [(_HEADER_SAFE.fullmatch, TEXT)],
    "gateway.rate_limit": [(Rate.parse, NUMBERS)],
    "timekeeping.durations": [(parse_duration, [*TEXT, *NUMBERS, *DURATIONS])],
    "timekeeping.resolve": [(resolve._ID.fullmatch, TEXT)],
    "timekeeping.times": [(lambda value: parse_time(value, NOON), [*TEXT, *runs("monday "), *runs("1h", " ago")])],
    "live.usage": [(_DAY.search, NUMBERS)],
    "render.escape": [(escape.visible, TEXT[:8]), (escape._FOUND.findall, TEXT), (escape._NUMBERED.search, TEXT)],
    "render.lines": [(lines._SHELL_WORD.findall, [*TEXT, *QUOTED]), (lines._SPACES.split, TEXT)],
    "render.markdown": [(lambda value: re.findall("`+", value), TEXT)],
    "render.tables": [
        (tables._csv_cell, [*runs("="), *runs("'", "="), *runs("; "), *runs(";'", "="), *runs(" ", "=")])
    ],
    "render.values": [(values._PLAIN.fullmatch, TEXT), (values._POSITION.findall, [*TEXT, *runs("[1", "]")])],
}
OWN_TEXT = {
    "applying.journal.runs": "a time that this program wrote",
    "planning.shape": "classes of characters, anchored, and words of at most 40",
    "manifest.validation.corrections": "values of at most 40 characters",
    "applying.approve": "one class of characters with an upper bound",
    "cli.global_options": "option declarations, and one class of characters",
}
"""Modules whose expressions run over the program's own text or cannot repeat."""


class HangError(BaseException):
    """The guard ended a test; no `except Exception` catches it."""


@contextmanager
def hang_guard(seconds: float) -> Iterator[None]:
    """Raise HangError after some seconds of computing, however long the machine takes for them; `re` looks for signals while it matches."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise HangError(f"not finished after {seconds} s of computing")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.slow
@pytest.mark.parametrize("module", CASES)
def test_long_text_takes_linear_time(module: str) -> None:
    for function, inputs in CASES[module]:
        for value in inputs:
            with hang_guard(HANG_SECONDS), suppress(ValueError, ReconcilerError):
                function(value)


def test_the_guard_ends_an_expression_that_backtracks() -> None:
    with pytest.raises(HangError), hang_guard(0.2):
        re.fullmatch("(a+)+b", "a" * 100)


def test_every_module_that_uses_regular_expressions_has_a_case() -> None:
    using = {
        ".".join(path.relative_to(ROOT / "reconciler").with_suffix("").parts)
        for path in python_files("reconciler")
        if path.parent.name != "sandbox" and re.search(r"^import re$", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert using == set(CASES) | set(OWN_TEXT)

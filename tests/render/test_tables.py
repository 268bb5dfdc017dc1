"""Records as a table, JSON, YAML, CSV and addresses."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reconciler.render.screen import PIPE, Screen
from reconciler.render.tables import Record, pieces, record_text
from reconciler.render.width import width
from tests.prose import ROOT

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
RECORDS = st.lists(st.lists(st.dictionaries(TEXTS, VALUES, max_size=4), max_size=3), max_size=3)
PEOPLE: list[Record] = [
    {"id": "1", "name": "Jo", "tags": ["a", "b"], "hours": 1.5},
    {"id": "22", "name": "日本", "tags": [], "hours": None},
]


def made(
    form: str, *pages: list[Record], columns: tuple[str, ...] = ("id", "name"), screen: Screen | None = None
) -> str:
    return "".join(pieces(pages, form, columns, screen or Screen()))


def test_the_columns_of_a_table_line_up_in_cells_under_their_names() -> None:
    assert made("table", PEOPLE, columns=("name", "tags", "hours")) == (
        "NAME  TAGS  HOURS\nJo    a, b  1.5\n日本\n"
    )  # fmt: skip


def test_the_widest_column_gives_way_on_a_screen_that_is_too_narrow() -> None:
    wide: list[Record] = [{"id": "i" * 24, "name": "n" * 100, "email": "e" * 30}]
    lines = made("table", wide, columns=("id", "name", "email")).splitlines()
    assert [width(line) for line in lines] == [59, 80]
    assert lines[1] == f"{'i' * 24}  {'n' * 25}…  {'e' * 25}…"
    lines = made("table", [{"id": "i" * 50, "name": "n" * 50}]).splitlines()
    assert lines[1] == f"{'i' * 50}  {'n' * 27}…"
    ascii_lines = made("table", wide, columns=("id", "name", "email"), screen=Screen(60, ascii=True)).splitlines()
    assert width(ascii_lines[1]) == 60
    assert ascii_lines[1].isascii()
    assert ascii_lines[1].count("...") == 2


def test_a_pipe_has_no_width_and_shows_every_value_in_full() -> None:
    wide: list[Record] = [{"id": "i" * 24, "name": "n" * 100, "email": "e" * 30}]
    lines = made("table", wide, columns=("id", "name", "email"), screen=PIPE).splitlines()
    assert lines[1] == f"{'i' * 24}  {'n' * 100}  {'e' * 30}"
    assert lines[0].split() == ["ID", "NAME", "EMAIL"]


def test_a_line_is_never_longer_than_the_screen_allows_on_a_later_page() -> None:
    lines = made("table", PEOPLE, [{"id": "3" * 40, "name": "n" * 60}], [{"id": "4", "name": "x"}]).splitlines()
    assert lines[0] == "ID  NAME"
    assert [width(line) for line in lines[3:]] == [80, 43]


def test_a_spreadsheet_takes_no_value_for_a_formula_and_no_value_has_a_second_line() -> None:
    texts = ["=1+1", "+1", "-1", "@x", " =1", "＝1", "a\nb", "\t=1", 'say "x", y', "::add-mask::x", "##[error]x"]
    page: list[Record] = [{"name": text, "hours": -5} for text in texts]
    text = made("csv", page, columns=("name", "hours"))
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["name", "hours"]
    assert [row[0] for row in rows[1:7]] == ["'=1+1", "'+1", "'-1", "'@x", "' =1", "'＝1"]
    assert [row[0] for row in rows[7:]] == [r"a\nb", r"\t=1", 'say "x", y', "'::add-mask::x", r"#\u{23}[error]x"]
    assert {row[1] for row in rows[1:]} == {"-5"}


ADDED = re.compile(r"(^|;)'(?='*[\s\"]*[=+\-@\uff1d\uff0b\uff0d\uff20])|^'(?='*\s*::)")
"""What docs/cli.md tells programs: the apostrophe that was added."""
CELLS = st.lists(
    st.sampled_from(["=", "+", "-", "@", "＝", "'", ";", ",", '"', " ", "\u3000", "::", "a", "1", "é"]), max_size=9
)


@given(texts=st.lists(CELLS.map("".join), min_size=2, max_size=3))
def test_a_cell_is_inert_by_any_separator_and_a_program_gets_the_exact_text(texts: list[str]) -> None:
    columns = tuple(f"c{number}" for number in range(len(texts)))
    text = made("csv", [dict(zip(columns, texts, strict=True))], columns=columns)
    line = text.splitlines()[1]
    row = list(csv.reader(io.StringIO(text)))[1]
    cells = [*row, *next(csv.reader([line], delimiter=";")), *line.split(";")]
    assert [cell for cell in cells if cell.strip(' "\u3000').startswith(tuple("=+-@＝")) and cell[:1] != "'"] == []
    assert [ADDED.sub(lambda match: match[1] or "", cell) for cell in row] == texts


def test_an_apostrophe_of_a_name_stays_alone() -> None:
    names = ["'t Hooft", "'", "a; b", "a;-b", "'=1", "Q&A - part 2"]
    text = made("csv", [{"name": name} for name in names], columns=("name",))
    assert text.splitlines()[1:] == ["'t Hooft", "'", "a; b", "a;'-b", "''=1", "Q&A - part 2"]


@pytest.mark.parametrize(
    ("form", "text"), [("json", "[]\n"), ("yaml", "[]\n"), ("csv", "id,name\n"), ("table", ""), ("address", "")]
)
def test_no_records(form: str, text: str) -> None:
    assert made(form) == made(form, []) == text


def test_json_is_as_the_module_of_that_name_indents_it() -> None:
    assert made("json", PEOPLE[:1], PEOPLE[1:]) == json.dumps(PEOPLE, indent=2, ensure_ascii=False) + "\n"


@given(pages=RECORDS)
def test_json_and_yaml_have_the_same_values(pages: list[list[dict[str, Any]]]) -> None:
    records = [record for page in pages for record in page]
    as_json, as_yaml = "".join(pieces(pages, "json", ())), "".join(pieces(pages, "yaml", ()))
    assert json.loads(as_json) == records
    assert yaml.safe_load(as_yaml) == records
    for record in records:
        assert json.loads(record_text(record, "json")) == record
        assert yaml.safe_load(record_text(record, "yaml")) == record


def test_yaml_is_in_block_style_with_quoted_texts() -> None:
    record: Record = {
        "id": "1e3",
        "on": True,
        "list": [{"a": None, "b": []}, [1, 2.5]],
        "none": {},
        "big": 1e16,
        "x": "\U000e0041\u202e",
    }
    assert record_text(record, "yaml") == (
        'id: "1e3"\n"on": true\nlist:\n  - a: null\n    b: []\n  - - 1\n    - 2.5\nnone: {}\nbig: 1.0e+16\n'
        'x: "\\U000e0041\\u202e"\n'
    )


@pytest.mark.parametrize("form", ["table", "json", "yaml", "csv", "address"])
def test_a_page_is_written_before_the_next_one_is_asked_for(form: str) -> None:
    asked: list[int] = []

    def pages() -> Iterator[list[Record]]:
        for number in range(3):
            asked.append(number)
            yield [{"id": f"id-{number}", "name": "x", "address": f"tag:id-{number}"}]

    text, rest = "", pieces(pages(), form, ("id", "name"))
    while "id-0" not in text:
        text += next(rest)
    assert asked == [0]
    assert text.rstrip().endswith(("x", "x,", "}", '"', "id-0"))


def test_one_record_is_a_line_for_each_key_that_has_a_value() -> None:
    assert (
        record_text({"name": "Jo\n", "default_workspace": "1", "x": None}, "table")
        == "name               Jo\\n\ndefault workspace  1\n"
    )
    assert record_text({"name": "Jo", "x": None}, "csv") == "name,x\nJo,\n"


def test_addresses_stand_alone_on_their_lines() -> None:
    assert made("address", [{"address": "tag:a\nb"}, {"address": "tag:c"}]) == "tag:a\\nb\ntag:c\n"


def test_the_page_of_the_command_line_has_the_expression_for_programs() -> None:
    page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    assert ADDED.pattern.replace(r"\uff1d\uff0b\uff0d\uff20", "＝＋－＠") in page


def test_no_column_is_cut_below_five_cells() -> None:
    lines = made("table", [{"id": "i" * 50, "name": "n" * 50}], screen=Screen(40)).splitlines()
    assert lines[1] == f"{'i' * 50}  {'n' * 4}…"


def test_the_cell_that_is_left_over_goes_to_a_column_that_was_cut() -> None:
    row = {"one": "a" * 9, "two": "b" * 10, "three": "c" * 10}
    lines = made("table", [row], columns=tuple(row), screen=Screen(32)).splitlines()
    assert lines[1] == f"{'a' * 9}  {'b' * 10}  {'c' * 8}…"

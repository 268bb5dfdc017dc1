from __future__ import annotations

import io
import random
import sys
import warnings
import zipfile

import pytest

from reconciler.errors import ManifestError
from reconciler.manifest.table import Table, archive, parse_table, read_table
from tests import workbooks
from tests.workbooks import DATE, HOURS, TIME, Cell, rows, sheet, workbook


def values_of(table: Table) -> list[dict[str, str]]:
    return [dict(row.values) for row in table.rows]


def problems_of(data: bytes, name: str = "") -> list[tuple[str, str]]:
    with pytest.raises(ManifestError) as raised:
        read_table(data, "a.xlsx", name)
    return [(problem.place, problem.message) for problem in raised.value.problems]


def test_a_workbook_that_cannot_be_read_is_a_problem_of_no_line_or_column() -> None:
    _, [problem] = parse_table(b"PK\x03\x04 and no more", "a.xlsx")
    assert (problem.line, problem.column) == (0, 0)


def test_ten_sheets_are_named_where_none_is_like_the_one_that_is_asked_for() -> None:
    data = workbook({f"{number:03}": sheet(rows([["Name"]])) for number in range(12)})
    _, [problem] = parse_table(data, "a.xlsx", "Projects")
    names = ", ".join(f"'{number:03}'" for number in range(10))
    assert problem.hint == f"the sheets are {names}"


def test_every_type_of_cell_becomes_text() -> None:
    lines: list[list[Cell]] = [
        ["Text", "Whole", "Part", "Flag", "Day", "Time", "Hours", "Large"],
        [" =A1 ", 2024.0, 12.5, True, (46000, DATE), (0.52083333, TIME), (1.5, HOURS), 1e20],
        [None, None],
        ["<&>", -3.0, 0.1, False, None, (12.5 / 24, HOURS), (0.000011574, HOURS), 999999999999999.0],
    ]
    table = read_table(workbooks.table(lines), "a.xlsx")
    assert ([row.number for row in table.rows], table.notices) == ([2, 4], ())
    assert [list(row.values()) for row in values_of(table)] == [
        ["=A1", "2024", "12.5", "true", "2025-12-09", "12:30", "36:00", "1e+20"],
        ["<&>", "-3", "0.1", "false", "", "12:30", "0:00:01", "999999999999999"],
    ]


def test_rows_and_columns_have_the_numbers_of_the_sheet() -> None:
    data = workbook({"A": sheet(rows([[None, "Client"], [None, "Acme", "stray"]], first=3))})
    assert problems_of(data) == [("a.xlsx:4:3", "a cell in column 3, which has no name")]
    table = parse_table(data, "a.xlsx")[0]
    assert table.header == 3
    problem = table.problem(4, "Client", "wrong")
    assert (problem.place, problem.message, problem.excerpt) == ("a.xlsx:4:2", "column Client: wrong", "")


def test_the_first_sheet_that_is_shown_is_read_unless_one_is_named() -> None:
    sheets = {name: sheet(rows([["Name"], [name]])) for name in ("Old", "New", "Notes")}
    data = workbook(sheets, hidden=["Old"], more={"xl/media/image1.png": b"\x89PNG\0<c r='XFD9'>"})
    table = read_table(data, "a.xlsx")
    assert values_of(table) == [{"Name": "New"}]
    assert table.notices == ("the workbook has 2 sheets, and 'New' is read",)
    named = read_table(data, "a.xlsx", "Old")
    assert (values_of(named), named.notices) == ([{"Name": "Old"}], ())
    assert problems_of(data, "Not") == [("a.xlsx", "no sheet 'Not'")]
    assert problems_of(b"Name\n", "Old") == [("a.xlsx", "a CSV file has no sheet 'Old'")]
    assert problems_of(workbook(sheets, hidden=list(sheets))) == [
        ("a.xlsx", "the workbook has no visible sheet of cells")
    ]


def test_merged_cells_and_formulas_without_a_value_are_problems_and_not_empty_cells() -> None:
    body = rows([["Client", "Project"], ["Acme", "Website"]]) + (
        '<row r="3"><c r="A3" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B3"><f>B2</f></c><c r="C3" t="e"><v>#N/A</v></c></row>'
        '<row r="4"><c r="A4" t="str"><f>A2</f><v>Acme</v></c><c r="B4" t="str"><f>B2&amp;2</f><v>Website2</v></c></row>'
    )
    merged = '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    other = sheet('<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>')
    data = workbook({"Projects": sheet(body, merged), "Other": other})
    assert problems_of(data) == [
        ("a.xlsx:2:1", "the cells A2:A3 are merged; only the first has a value"),
        ("a.xlsx:3:1", "cell A3 holds the error of a formula"),
        ("a.xlsx:3:2", "cell B3 holds a formula whose value is not saved"),
        ("a.xlsx:3:3", "cell C3 holds the error of a formula"),
    ]


FAR = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>y</t></is></c></row>'
WITHOUT_PLACES = '<row r="1048576">' + '<c t="inlineStr"><is><t>y</t></is></c>' * 5 + "</row>"
PREFIXED = '<row r="1048576"><x:c r="XFD1048576" xmlns:x="y" t="n"><x:v>1</x:v></x:c></row>'
NEAR = rows([["x"]])
TOO_LARGE = "a sheet reaches to row 1048576 and column 16384, which is too large"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (sheet(NEAR + FAR), TOO_LARGE),
        (sheet(NEAR + PREFIXED), TOO_LARGE),
        (sheet(NEAR + WITHOUT_PLACES), "a sheet reaches to row 1048576 and column 5, which is too large"),
        ("junk" + sheet(NEAR + FAR), "not a workbook that can be read"),
        (
            '<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>',
            "the workbook has a document type declaration, which spreadsheets do not write",
        ),
        (sheet('<row r="1"><c r="1A"><v>1</v></c></row>'), "invalid cell reference '1A'"),
        (sheet('<row r="-1"/>'), "invalid row number '-1'"),
        (sheet(f'<row r="{"9" * 30}"/>'), f"invalid row number '{'9' * 20}'"),
        (sheet(f'<row r="1"><c r="{"9" * 30}"/></row>'), f"invalid cell reference '{'9' * 20}'"),
        (sheet('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'), "not a workbook that can be read"),
        (sheet(""), "the file is empty"),
    ],
)
def test_a_sheet_that_would_end_the_process_is_refused(text: str, message: str) -> None:
    assert problems_of(workbook({"A": text})) == [("a.xlsx", message)]


def test_a_cell_with_nothing_but_a_format_takes_no_room() -> None:
    styled = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    data = workbook({"A": sheet(NEAR + styled, '<dimension ref="A1:XFD1048576"/>')})
    assert read_table(data, "a.xlsx").columns == ("x",)


def test_a_part_that_is_there_twice_and_one_that_is_compressed_otherwise_are_refused() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_BZIP2) as file:
        file.mkdir("xl")
        file.writestr("a.xml", "<a/>")
    assert problems_of(data.getvalue()) == [("a.xlsx", "not a workbook that can be read")]
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file.mkdir("xl")
        file.writestr("a.xml", "<a/>")
        file.writestr("a.xml", "<b/>")
    assert problems_of(data.getvalue()) == [("a.xlsx", "not a workbook that can be read")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04 and no more", "not a workbook that can be read"),
        (b"\xd0\xcf\x11\xe0 of another time", "not an .xlsx file: an old format, or encrypted"),
        (workbooks.archive({"a.txt": b"text"}), "not a workbook that can be read"),
    ],
)
def test_what_is_no_workbook_is_a_problem(data: bytes, message: str) -> None:
    assert problems_of(data) == [("a.xlsx", message)]


def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert archive.MOST_UNPACKED == 100 << 20
    monkeypatch.setattr(archive, "MOST_UNPACKED", 1 << 20)
    data = workbooks.archive({"a.xml": b" " * (2 << 20)})
    assert len(data) < 5000
    assert problems_of(data) == [("a.xlsx", "the workbook holds more than 1 MB")]


def test_without_the_extra_the_message_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(ManifestError) as raised:
        read_table(workbooks.table([["Client"], ["Acme"]]), "a.xlsx")
    (problem,) = raised.value.problems
    assert problem.message == "reading workbooks needs python-calamine, which is not installed"
    assert "`pip install '.[xlsx]'`" in problem.hint
    assert read_table(b"Client\nAcme\n", "a.csv").rows


def test_damaged_workbooks_make_a_table_or_problems() -> None:
    chance = random.Random(5)  # noqa: S311 - which bytes are damaged, not a secret
    lines = rows([["Client", "Day"], ["Acme", (46000, DATE)], [True, (0.5, TIME)]])
    whole = workbook({"A": sheet(lines)})
    for _ in range(150):
        text = list(sheet(lines))
        for _ in range(chance.randint(1, 4)):
            text[chance.randrange(len(text))] = chance.choice(
                ["<", ">", '"', "0", "9", "r", "c", "&", "", "-", "A1", "v"]
            )
        parse_table(workbook({"A": "".join(text)}), "a.xlsx")
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(4, len(data))] = chance.randrange(256)
        parse_table(bytes(data), "a.xlsx")


def test_an_interruption_is_no_damaged_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("python_calamine.load_workbook", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_table(workbooks.table([["Client"], ["Acme"]]), "a.xlsx")


def test_what_is_above_and_below_the_table_is_no_problem() -> None:
    above = '<row r="1"><c r="A1"><f>B1</f></c></row>'
    merged = '<mergeCells count="1"><mergeCell ref="A9:A12"/></mergeCells>'
    data = workbook({"A": sheet(above + rows([["Client"], ["Acme"]], first=3), merged)})
    assert values_of(read_table(data, "a.xlsx")) == [{"Client": "Acme"}]


def test_a_sheet_that_no_part_names_has_no_formulas() -> None:
    assert archive.formula_errors({"xl/workbook.xml": archive.Part()}, "A") == {}


def test_a_merged_area_right_below_the_table_is_no_problem_and_one_in_its_last_line_is() -> None:
    def merging(area: str) -> bytes:
        merged = f'<mergeCells count="1"><mergeCell ref="{area}"/></mergeCells>'
        return workbook({"A": sheet(rows([["Client"], ["Acme"]]), merged)})

    assert values_of(read_table(merging("A3:A4"), "a.xlsx")) == [{"Client": "Acme"}]
    assert problems_of(merging("A2:A3")) == [("a.xlsx:2:1", "the cells A2:A3 are merged; only the first has a value")]


def test_rows_without_numbers_are_counted_from_the_first() -> None:
    body = '<row><c t="inlineStr"><is><t>Client</t></is></c></row><row><c t="e"><v>#N/A</v></c></row>'
    assert problems_of(workbook({"A": sheet(body)})) == [("a.xlsx:2:1", "cell A2 holds the error of a formula")]


def test_a_row_without_a_number_is_the_one_below() -> None:
    body = rows([["Client"]], first=4) + '<row><c t="e"><v>#N/A</v></c></row>'
    assert problems_of(workbook({"A": sheet(body)})) == [("a.xlsx:5:1", "cell A5 holds the error of a formula")]


def test_a_sheet_of_four_million_cells_is_the_largest() -> None:
    def reaching(row: int) -> bytes:
        return workbook({"A": sheet(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>')})

    _, parts = archive.safe_archive(reaching(4_000_000))
    assert max(part.rows for part in parts.values()) == 4_000_000
    with pytest.raises(archive.WorkbookError, match="reaches to row 4000001 and column 1, which is too large"):
        archive.safe_archive(reaching(4_000_001))


def test_durations_and_times_are_rounded_to_a_second() -> None:
    lines: list[list[Cell]] = [
        ["Time", "Hours"],
        [(44999.712 / 86400, TIME), (0.0, HOURS)],
        [(28800.5 / 86400, TIME), (28800.5 / 86400, HOURS)],
        [(28801.5 / 86400, TIME), (28801.5 / 86400, HOURS)],
        [(0.5, TIME), (-0.5 / 24, HOURS)],
    ]
    assert [list(row.values()) for row in values_of(read_table(workbooks.table(lines), "a.xlsx"))] == [
        ["12:30", "0:00"],
        ["8:00", "8:00"],
        ["8:00:02", "8:00:02"],
        ["12:00", "-0:30"],
    ]


def test_a_header_that_is_merged_is_a_problem() -> None:
    merged = '<mergeCells count="1"><mergeCell ref="A2:B3"/></mergeCells>'
    data = workbook({"A": sheet(rows([["Client"], ["Acme"]], first=3), merged)})
    assert problems_of(data) == [("a.xlsx:2:1", "the cells A2:B3 are merged; only the first has a value")]

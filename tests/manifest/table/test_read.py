from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.errors import ManifestError
from reconciler.manifest.table import MOST_BYTES, Table, delimited, parse_table, read_table
from reconciler.manifest.yaml.text import SourceText

EXAMPLE = 'Project, Client, Task, Tags\nProjectA1,ClientA,,\nProjectC2,,TaskC1,Tag1\n,,,"Tag2,Tag3"\n'
ROWS = [
    {"Project": "ProjectA1", "Client": "ClientA", "Task": "", "Tags": ""},
    {"Project": "ProjectC2", "Client": "", "Task": "TaskC1", "Tags": "Tag1"},
    {"Project": "", "Client": "", "Task": "", "Tags": "Tag2,Tag3"},
]


def values_of(table: Table) -> list[dict[str, str]]:
    return [dict(row.values) for row in table.rows]


def problems_of(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(ManifestError) as raised:
        read_table(data, "a.csv")
    return [(problem.place, problem.message) for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_delimiters_and_line_ends_make_the_same_table(
    encoding: str, mark: bytes, delimiter: str, end: str
) -> None:
    quoted = EXAMPLE.replace('"Tag2,Tag3"', '"Tag2|Tag3"').replace(",", delimiter).replace("|", ",")
    table = read_table(mark + quoted.replace("\n", end).encode(encoding), "a.csv")
    assert table.columns == ("Project", "Client", "Task", "Tags")
    assert values_of(table) == ROWS
    assert [row.number for row in table.rows] == [2, 3, 4]
    names = {",": "", ";": "the columns are separated by semicolons", "\t": "the columns are separated by tabs"}
    unmarked = [] if encoding == "utf-8" or mark else ["the file has no byte order mark and is read as UTF-16"]
    assert list(table.notices) == [*unmarked, *filter(None, [names[delimiter]])]


def test_quoted_cells_have_delimiters_quotes_line_breaks_and_blanks() -> None:
    table = read_table(b'Name , "No\nte"\r\n"a ""b"", c" ,  " x "\r\n  27" screen , "d\r\ne"\n\n ,\nlast\n', "a.csv")
    assert table.columns == ("Name", "No te")
    assert [(row.number, dict(row.values)) for row in table.rows] == [
        (3, {"Name": 'a "b", c', "No te": " x "}),
        (4, {"Name": '27" screen', "No te": "d\ne"}),
        (8, {"Name": "last", "No te": ""}),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_from_a_header_whose_first_cell_has_a_line_break(delimiter: str) -> None:
    text = f'"Name\nof project"{delimiter}Client\nWeb{delimiter}Acme\n'
    table = read_table(text.encode(), "a.csv")
    assert values_of(table) == [{"Name of project": "Web", "Client": "Acme"}]


def test_the_first_line_may_tell_the_delimiter() -> None:
    table = read_table(b"sep=;\r\nName,x;Note\r\na,b;c\r\n", "a.csv")
    assert values_of(table) == [{"Name,x": "a,b", "Note": "c"}]


def test_a_cell_has_its_place_also_behind_a_cell_of_several_lines() -> None:
    table = read_table(b'A,B,C\n"x\ny" , "z",  w\n', "a.csv")
    assert table.place(2, "A") == (2, 1)
    assert table.place(2, "B") == (3, 6)
    problem = table.problem(2, "C", "wrong")
    assert (problem.place, problem.message, problem.excerpt) == ("a.csv:3:12", "column C: wrong", 'y" , "z",  w')
    assert table.problem(table.header, "B", "wrong").place == "a.csv:1:3"


def test_an_empty_cell_at_the_end_of_a_line_has_its_place_behind_the_delimiter() -> None:
    table = read_table(b'A,B\nx,\n"y",\n', "a.csv")
    assert (table.place(2, "B"), table.place(3, "B")) == ((2, 3), (3, 5))


def test_a_sheet_of_a_csv_file_is_a_problem_of_the_whole_file() -> None:
    _, (problem,) = parse_table(b"A\n1\n", "a.csv", "Plan")
    assert (problem.line, problem.column, problem.message) == (0, 0, "a CSV file has no sheet 'Plan'")


def test_every_problem_of_a_file_is_reported_at_once() -> None:
    data = b'A,B,a,A,\n1,2,3,4,5\n1,2,,,,6\n"x"y,2\nok\nb\xe9,\xe9\n"open\n'
    assert problems_of(data) == [
        ("a.csv:1:7", "the column 'A' is there twice"),
        ("a.csv:2:9", "a cell in column 5, which has no name"),
        ("a.csv:3:8", "cell 6 of a row, but the header has 5 columns"),
        ("a.csv:4:4", "text after the closing quote"),
        ("a.csv:6:2", "invalid UTF-8 byte 0xe9, and 1 more in the file"),
        ("a.csv:7:1", "the quote is not closed"),
    ]
    table, problems = parse_table(data, "a.csv")
    assert [row.number for row in table.rows] == [5]
    assert len(problems) == 6


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (b"", [("a.csv", "the file is empty")]),
        (b"\xef\xbb\xbf\r\n \n", [("a.csv", "the file is empty")]),
        (b'A,B\n"a,""b', [("a.csv:2:1", "the quote is not closed")]),
        (b'"A,B\n1,2\n', [("a.csv:1:1", "the quote is not closed")]),
        (b"A\xe9,B\n1,2\n", [("a.csv:1:2", "invalid UTF-8 byte 0xe9")]),
        (b"A,B\n1,\0\n", [("a.csv:2:3", "the character U+0000 is not allowed")]),
        (b"\xff\xfeA\0,\0B", [("a.csv:1:3", "the file ends inside a UTF-16 character")]),
        (b"\xff\xfeA\0\0\xd8\n\0", [("a.csv:1:2", "half of a UTF-16 character: U+D800")]),
        ("A,B\n".encode("utf-32"), [("a.csv:1:1", "the file is UTF-32, not UTF-8")]),
    ],
)
def test_what_cannot_be_read_is_a_problem_at_its_place(data: bytes, problems: list[tuple[str, str]]) -> None:
    assert problems_of(data) == problems


def test_a_file_over_the_limit_is_refused() -> None:
    assert MOST_BYTES == 10 * 1024 * 1024
    _, (problem,) = parse_table(b"A\n" + b" " * MOST_BYTES, "a.csv")
    assert (problem.line, problem.column, problem.message) == (0, 0, "the file is larger than 10 MB")
    assert read_table(b"A\n" + b" " * (MOST_BYTES - 2), "a.csv").rows == ()


def test_short_lines_under_a_long_header_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert delimited.MOST_CELLS == 5_000_000
    monkeypatch.setattr(delimited, "MOST_CELLS", 1000)
    header = ",".join(map(str, range(92)))
    assert len(read_table((header + "\nx" * 9).encode(), "a.csv").rows) == 9
    assert problems_of((header + "\nx" * 10).encode()) == [("a.csv", "the table has more than 10 lines of 92 columns")]
    monkeypatch.setattr(delimited, "MOST_CELLS", 999)
    assert problems_of((header + "\nx" * 9).encode()) == [("a.csv", "the table has more than 9 lines of 92 columns")]
    table, problems = parse_table((header + "\nx" * 12).encode(), "a.csv")
    assert (table.columns[:2], table.rows, len(problems)) == (("0", "1"), (), 1)


def test_a_line_with_many_problems_is_read_once_for_their_places() -> None:
    assert len(problems_of(b'"a"' + b',"a"' * 3000)) == 3000


def test_a_header_alone_has_no_rows() -> None:
    assert read_table(b"Client", "a.csv").rows == ()


PIECES = [
    "a",
    "Client",
    ",",
    ";",
    "\t",
    '"',
    '""',
    "\n",
    "\r",
    "\r\n",
    " ",
    "\0",
    "é",
    "💡",
    "\ud800",
    "\u202e",
    "=1+1",
]
HOSTILE = st.one_of(
    st.binary(max_size=60),
    st.builds(
        lambda parts, encoding, mark: mark + "".join(parts).encode(encoding, "surrogatepass"),
        st.lists(st.sampled_from(PIECES), max_size=30),
        st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]),
        st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"]),
    ),
)


def check(data: bytes) -> None:
    """A table whose texts are text and whose cells have places in the file, or problems at such places; the same each time."""
    table, problems = parse_table(data, "a.csv")
    assert (table, problems) == parse_table(data, "a.csv")
    lines = len(table.source.lines) if table.source else 1
    for row in table.rows:
        assert tuple(row.values) == table.columns
        assert any(row.values.values()) or problems
        "".join(row.values.values()).encode()
        for column in table.columns:
            line, at = table.place(row.number, column)
            assert row.number <= line <= lines
            assert at >= 1
    for problem in problems:
        assert problem.line <= lines
        problem.excerpt.encode()
        problem.message.encode()


@settings(max_examples=80, deadline=None, derandomize=True)
@given(HOSTILE)
def test_hostile_bytes_make_a_table_or_problems(data: bytes) -> None:
    check(data)


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(HOSTILE)
def test_many_hostile_bytes_make_a_table_or_problems(data: bytes) -> None:
    check(data)


def test_quotes_without_end_take_linear_time() -> None:
    chance = random.Random(3)  # noqa: S311 - which quotes are doubled, not a secret
    body = "".join(chance.choice(['"', '""', "a,", "\n"]) for _ in range(20_000))
    parse_table(("A,B\n" + body + '"').encode(), "a.csv")
    parse_table(('A,B\n"' + '""' * 100_000).encode(), "a.csv")


def test_a_table_is_shown_without_the_text_of_its_file() -> None:
    table = read_table(b"A,B\n1,secret # 2\n", "a.csv")
    assert "secret # 2" in repr(table)
    assert "1,secret # 2" not in repr(table)


def test_a_quote_may_be_closed_at_the_beginning_of_a_line() -> None:
    assert values_of(read_table(b'A,B\n"x\n",y\n', "a.csv")) == [{"A": "x\n", "B": "y"}]


def test_the_same_cells_make_the_same_table_wherever_they_stand_in_the_file() -> None:
    assert read_table(b"A,,B\n1,,2\n", "a.csv") == read_table(b"A,B\n1,2\n", "a.csv")


def test_the_places_of_all_cells_of_a_line_are_found_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    table = read_table(b"A,B,C\n1,2,3\n", "a.csv")
    split: list[int] = []

    class Counted(delimited.Record):
        def __init__(self, source: SourceText, index: int, delimiter: str) -> None:
            split.append(index)
            super().__init__(source, index, delimiter)

    monkeypatch.setattr(delimited, "Record", Counted)
    assert [table.place(2, column) for column in table.columns] == [(2, 1), (2, 3), (2, 5)]
    assert split == [1]

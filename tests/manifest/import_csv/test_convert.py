from __future__ import annotations

import csv
import io

import pytest

from reconciler.errors import ManifestError
from reconciler.manifest import load
from reconciler.manifest.import_csv import ImportedManifest, ImportOptions, column_option, import_csv
from reconciler.state import Desired
from tests import workbooks
from tests.workbooks import HOURS

HELP_EXAMPLE = (
    "Project, Client, Task, Tags\nProjectA1,ClientA,,\nProjectB1,ClientB,,\nProjectB2,ClientB,TaskB1,\n"
    'ProjectC1,,TaskC1,\nProjectC2,,TaskC1,Tag1\n,,,"Tag2,Tag3"\n'
)
TEMPLATE = (
    "Project,Client,Description,Task,Email,Tags,Billable,Start Date,Start Time,Duration (h)\n"
    "PTO,Sol-Tech,Time off,Vacation,jo@acme.example,,No,08/31/2019,9:00 AM,8:00\n"
    'Banking app,California Tech,Support,Support,jo@acme.example,"a, b",Yes,08/30/2019,4:00 PM,1:00\n'
)


def converted(text: str | bytes, **columns: str) -> ImportedManifest:
    data = text.encode() if isinstance(text, str) else text
    return import_csv(data, "a.csv", ImportOptions({key.replace("__", "."): name for key, name in columns.items()}))


def desired(imported: ImportedManifest) -> Desired:
    return load(["-"], stdin=imported.text.encode)


def values(text: str | bytes, **columns: str) -> dict[str, dict[str, object]]:
    """Address → the declared values, without those that are defaults."""
    found = desired(converted(text, **columns)).resources
    return {
        str(address): {
            key: value
            for key, value in resource.values.items()
            if key not in ("archived", "status") or value not in (False, "active")
        }
        for address, resource in found.items()
    }


def problems_of(text: str | bytes, **columns: str) -> list[tuple[str, str]]:
    with pytest.raises(ManifestError) as raised:
        converted(text, **columns)
    return [(problem.place, problem.message) for problem in raised.value.problems]


def test_the_example_of_clockify_becomes_a_manifest_that_removes_nothing() -> None:
    imported = converted(HELP_EXAMPLE)
    assert imported.text == (
        "# yaml-language-server: $schema=manifest.schema.json\n"
        "# From 'a.csv', by reconciler import-csv: 2 clients, 5 projects, 3 tasks, 3 tags.\n"
        "# It removes nothing: what the file does not name is kept. "
        "Another manifest of the workspace may have the policy instead.\n"
        "version: 1\n"
        "policy:\n  prune: {clients: keep, projects: keep, tasks: keep, tags: keep}\n"
        "tags:\n  - Tag1\n  - Tag2\n  - Tag3\n"
        "clients:\n  - name: ClientA\n    projects:\n      - ProjectA1\n"
        "  - name: ClientB\n    projects:\n      - ProjectB1\n      - name: ProjectB2\n        tasks: [TaskB1]\n"
        "projects:\n  - name: ProjectC1\n    tasks: [TaskC1]\n  - name: ProjectC2\n    tasks: [TaskC1]\n"
    )
    assert imported.counts == {"client": 2, "project": 5, "task": 3, "tag": 3}
    assert imported.notices == ()
    assert set(desired(imported).policy.prune.values()) == {"keep"}


def test_further_columns_of_the_timesheet_template_are_ignored_with_one_notice() -> None:
    imported = converted(TEMPLATE)
    assert imported.notices == (
        "columns not imported: 'Description', 'Email', 'Billable', 'Start Date', 'Start Time', 'Duration (h)'",
    )
    assert {str(address) for address in desired(imported).resources} == {
        "client:Sol-Tech", "project:Sol-Tech/PTO", "task:Sol-Tech/PTO/Vacation", "client:California Tech",
        "project:California Tech/Banking app", "task:California Tech/Banking app/Support", "tag:a", "tag:b",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("Client\nAcme\n\nAcme\nGlobex\n", {"client:Acme", "client:Globex"}),
        ("TAGS\n one \n,\n\"two, ,one\"\n", {"tag:one", "tag:two"}),
        ("Project\nWeb/site\n", {r"project:Web\/site"}),
        ("tags;Task;project\n;Design;Site\nx,y;;Site\n", {"project:Site", "task:Site/Design", "tag:x", "tag:y"}),
        ("Client,Project\nAcme,Site\n,Site\n", {"client:Acme", "project:Acme/Site", "project:Site"}),
    ],
)  # fmt: skip
def test_columns_stand_in_any_order_and_subset(text: str, addresses: set[str]) -> None:
    assert set(values(text)) == addresses


def test_columns_are_named_by_options() -> None:
    text = "Department,Client,Vorhaben\nSales,ignored,Website\n"
    assert set(values(text, client="department", project="Vorhaben")) == {"client:Sales", "project:Sales/Website"}
    assert converted(text, client="Department", project="Vorhaben").notices == ("columns not imported: 'Client'",)


FIELDS = """\
Client,Project,Task,Hours,Color,Rate,Billable,State,Who,Memo
Acme,Website,,120,#1976d2,"95,50",yes,,,"one
two"
Acme,Website,Design,12:30,,70,NO,done,"jo@acme.example, SAM@acme.example",
Acme,Website,Build,PT8H30M,,,,,,
Acme,Website,Test,"12,5h",,,,,,
Acme,,,,,,,,,about Acme
"""


def test_columns_become_fields_of_the_resource_that_a_row_is_about() -> None:
    columns = {
        "estimate": "Hours", "color": "Color", "hourly_rate": "Rate", "billable": "Billable", "status": "State",
        "assignees": "Who", "note": "Memo",
    }  # fmt: skip
    assert values(FIELDS, **columns) == {
        "client:Acme": {"note": "about Acme"},
        "project:Acme/Website": {
            "estimate": "PT120H", "color": "#1976D2", "hourly_rate": "95.50", "billable": True, "note": "one\ntwo",
        },
        "task:Acme/Website/Design": {
            "estimate": "PT12H30M", "hourly_rate": "70.00", "billable": False, "status": "done",
            "assignees": ("jo@acme.example", "sam@acme.example"),
        },
        "task:Acme/Website/Build": {"estimate": "PT8H30M"},
        "task:Acme/Website/Test": {"estimate": "PT12H30M"},
    }  # fmt: skip


def test_a_field_can_be_that_of_one_kind_and_goes_up_to_the_one_that_has_it() -> None:
    text = "Client,Project,Task,Tags,Rate,Color,Old\nAcme,Website,Design,a,90,#000000,yes\n"
    assert values(text, project__hourly_rate="Rate", color="Color", tag__archived="Old") == {
        "client:Acme": {},
        "project:Acme/Website": {"hourly_rate": "90.00", "color": "#000000"},
        "task:Acme/Website/Design": {},
        "tag:a": {"archived": True},
    }
    both = values("Project,Task,A,B\nSite,Design,1h,2h\n", estimate="A", task__estimate="B")
    assert both == {"project:Site": {"estimate": "PT1H"}, "task:Site/Design": {"estimate": "PT2H"}}


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("Time", "12.5h", "PT12H30M"),
        ("Time", "12,5 H", "PT12H30M"),
        ("Time", "12:30", "PT12H30M"),
        ("Time", "0:30:15", "PT30M15S"),
        ("Time", "PT12H30M", "PT12H30M"),
        ("Time", "pt90m", "PT1H30M"),
        ("Time", "1h 30m", "PT1H30M"),
        ("Time", "45m", "PT45M"),
        ("Time", "auto", "auto"),
        ("Duration (h)", "12.5", "PT12H30M"),
        ("Hours", "8", "PT8H"),
        ("Time", "12.5", None),
        ("Time", "12:60", None),
        ("Time", "-1h", None),
        ("Time", "h", None),
        ("Time", "12h30", None),
        ("Time", "1e3h", None),
        ("Hours", "1 000", None),
    ],
)
def test_durations_are_written_in_three_forms(column: str, cell: str, value: str | None) -> None:
    text = f'Project,{column}\nSite,"{cell}"\n'
    if value is None:
        assert problems_of(text, estimate=column) == [("a.csv:2:6", f"column {column}: invalid duration '{cell}'")]
    else:
        assert values(text, estimate=column) == {"project:Site": {"estimate": value}}


def test_the_cells_of_a_workbook_are_values_too() -> None:
    data = workbooks.table(
        [
            ["Project", "Plan", "Rate", "Billable", "Year"],
            ["Site", (12.5 / 24, HOURS), 95.5, True, None],
            [2026.0, 8.0, 90.0, False, None],
        ]
    )
    problems = problems_of(data, estimate="Plan", hourly_rate="Rate", billable="Billable")
    assert problems == [("a.csv:3:2", "column Plan: invalid duration '8'")]
    assert values(data, estimate="Plan", hourly_rate="Rate", billable="Billable") if not problems else True
    named = workbooks.table([["Project", "Plan (h)", "Rate"], ["Site", (1.5, HOURS), 95.5], [2026.0, 8.0, 90.0]])
    assert values(named, estimate="Plan (h)", hourly_rate="Rate") == {
        "project:Site": {"estimate": "PT36H", "hourly_rate": "95.50"},
        "project:2026": {"estimate": "PT8H", "hourly_rate": "90.00"},
    }


def test_every_problem_of_a_file_is_at_its_row_and_column() -> None:
    text = (
        "Client,Project,Task,Tags,Color,Plan,Flag\n"
        "Acme,W,T,,#12,x,maybe\n"
        "ACME,Site,,,,,\n"
        ",,Lost,,,,\n"
        'Acme,<b>,"a\nb","ok,x\u200by",,,\n'
        "Acme,Site,T,,,8h,\n"
        "Acme,Site,T,,,9h,\n"
        ",,,label,,1h,\n"
        '"open,,,,,,\n'
    )
    assert problems_of(text, color="Color", estimate="Plan", billable="Flag") == [
        ("a.csv:2:6", "column Project: the name of a project has 1 character; the minimum is 2"),
        ("a.csv:2:11", "column Color: invalid color '#12'"),
        ("a.csv:2:15", "column Plan: invalid duration 'x'"),
        ("a.csv:2:17", "column Flag: 'maybe' is neither yes nor no"),
        ("a.csv:3:1", "column Client: client 'ACME' and 'Acme' in line 2 differ only in letter case or blanks"),
        ("a.csv:4:3", "column Task: a task without a project"),
        ("a.csv:5:6", "column Project: invalid name '<b>': contains < or >, which Clockify rejects"),
        ("a.csv:5:10", "column Task: invalid name 'a\\u{a}b': contains the control character U+000A"),
        ("a.csv:6:4", "column Tags: invalid name 'x\\u{200b}y': contains the invisible character U+200B"),
        ("a.csv:8:15", "column Plan: 'estimate' of task 'T' has another value in line 7"),
        ("a.csv:9:11", "column Plan: a value of 'estimate' in a row without a project or task"),
        ("a.csv:10:1", "the quote is not closed"),
    ]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("Name,Date\na,b\n", [("a.csv:1:1", "no column Client, Project, Task or Tags")]),
        ("Task,Client\na,b\n", [("a.csv:1:1", "column of tasks")]),
        ("Projects,Client name\na,b\n", [("a.csv:1:1", "unknown column 'Projects'"), ("a.csv:1:10", "unknown column")]),
        ("Project,Cleint,Status\nSite,b,c\n", [("a.csv:1:9", "unknown column 'Cleint', and no column Client")]),
        ("Client\n", [("a.csv", "the file names no resources")]),
        ("Client,x\n,y\n", [("a.csv", "the file names no resources")]),
        ("", [("a.csv", "the file is empty")]),
    ],
)
def test_a_file_without_what_it_needs_is_a_problem(text: str, problems: list[tuple[str, str]]) -> None:
    found = problems_of(text)
    assert [place for place, _ in found] == [place for place, _ in problems]
    assert all(part in message for (_, message), (_, part) in zip(found, problems, strict=True))


def test_an_option_for_a_column_that_is_not_there_is_a_problem_and_the_rows_are_checked() -> None:
    text = "Project,Budget\nW,1h\n"
    assert problems_of(text, estimate="Budgets", client="Dept") == [
        ("a.csv:1:1", "no column 'Budgets'"),
        ("a.csv:1:1", "no column 'Dept'"),
        ("a.csv:2:1", "column Project: the name of a project has 1 character; the minimum is 2"),
    ]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("estimate", "'estimate' is not FIELD=NAME"),
        ("estimate=", "'estimate=' is not FIELD=NAME"),
        ("estimat=x", "unknown field 'estimat'; did you mean 'estimate'?"),
        ("client.estimate=x", "a client has no field 'estimate'; the fields are"),
        ("archived=x", ""),
        ("Task.Estimate = Plan (h)", ""),
    ],
)
def test_an_option_names_a_field_and_a_column(option: str, message: str) -> None:
    if not message:
        key, _, column = option.partition("=")
        assert column_option(option) == (key.strip().lower(), column.strip())
        return
    with pytest.raises(ValueError, match=r"unknown field|is not FIELD|has no field") as raised:
        column_option(option)
    assert message in str(raised.value)


HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "2024", "null", "~", "true", "No", "1e3", "2026-01-31", "1:30", "0x1F", ".inf",
    "# no comment", "a: b", "a #b", "- dash", "? key", "{brace", "[list", "]", "}", "!tag", "&anchor", "*alias", "%percent", "`tick",
    "|", "'single'", 'say "hi"', "back\\slash", "a/b", "--- x", "...", "::warning::x", "##[group]x", "emoji 💡", "漢字", "שלום", "é",
    "e\u0301", "Über", "a,b", "a;b", "=", "y", "x" * 100, "*", "a  b", "${X}", "{{ x }}", "@@", "'", '"',
]  # fmt: skip


def test_hostile_names_are_the_same_text_in_the_manifest() -> None:
    text = io.StringIO()
    csv.writer(text).writerows([("Client", "Project", "Task"), *((name, f"{name}x", name) for name in HOSTILE)])
    imported = converted(text.getvalue())
    found = {address.path[-1] for address in desired(imported).resources if address.kind == "client"}
    names = {"é" if name == "e\u0301" else name for name in HOSTILE}
    assert found == names
    tasks = {address.path[-1] for address in desired(imported).resources if address.kind == "task"}
    assert tasks == names
    assert imported.notices == ("names that were not in Unicode normalization form C and are written in it: 3",)


def test_the_workspace_is_named_in_the_manifest() -> None:
    imported = import_csv(b"Client\nAcme\n", "-", ImportOptions(workspace="Acme: Studio"))
    assert 'workspace: "Acme: Studio"\n' in imported.text
    assert desired(imported).workspace == "Acme: Studio"


def test_a_workspace_that_cannot_be_named_is_a_problem_of_the_whole_file() -> None:
    with pytest.raises(ManifestError) as raised:
        import_csv(b"Client\nAcme\n", "a.csv", ImportOptions(workspace="x" * 251))
    assert [problem.place for problem in raised.value.problems] == ["a.csv"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("95", "95.00"), ("95,5", "95.50"), ("95.50", "95.50"), ("auto", "auto"), ("AUTO", "auto"), ("95 EUR", None), ("1.234,50", None)],
)  # fmt: skip
def test_amounts_have_a_point_or_a_comma(cell: str, value: str | None) -> None:
    text = f'Project,Money\nSite,"{cell}"\n'
    if value is None:
        ((place, message),) = problems_of(text, budget="Money")
        assert place == "a.csv:2:6"
        assert message.startswith("column Money: invalid")
    else:
        assert values(text, budget="Money") == {"project:Site": {"budget": value}}


@pytest.mark.parametrize("cell", ["1" * 61 + "h", "h", "1:60"])
def test_what_is_no_duration_is_told_the_forms(cell: str) -> None:
    with pytest.raises(ManifestError) as raised:
        converted(f"Project,Hours\nSite,{cell}\n", estimate="Hours")
    (problem,) = raised.value.problems
    assert (problem.place, problem.hint) == ("a.csv:2:6", "write 12.5h, 12:30 or PT12H30M")


def test_an_entry_that_is_too_long_for_a_line_has_a_line_for_each_key() -> None:
    # "  - {name: Acme, note: " and "}" are 24 characters
    fits, note = "x" * 76, "x" * 77
    assert converted(f"Client,Memo\nAcme,{fits}\n", note="Memo").text.endswith(
        f"clients:\n  - {{name: Acme, note: {fits}}}\n"
    )
    assert converted(f"Client,Memo\nAcme,{note}\n", note="Memo").text.endswith(
        f"clients:\n  - name: Acme\n    note: {note}\n"
    )


def test_tasks_that_are_too_long_for_a_line_have_a_line_each() -> None:
    text = converted(f"Project,Task\nSite,{'a' * 40}\nSite,{'b' * 45}\n").text
    assert text.endswith(f"  - name: Site\n    tasks: [{'a' * 40}, {'b' * 45}]\n")  # 100 characters
    text = converted(f"Project,Task\nSite,{'a' * 40}\nSite,{'b' * 46}\n").text
    assert text.endswith(f"  - name: Site\n    tasks:\n      - {'a' * 40}\n      - {'b' * 46}\n")

"""`import-csv`: the manifest of a file plans to what Clockify's own import makes of it, restores included, and removes nothing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.cli import files
from reconciler.errors import ReconcilerError
from reconciler.manifest import load
from reconciler.sandbox import Store
from reconciler.sandbox.seed import blank
from tests import workbooks
from tests.cli.embedded import Embedded, embedded
from tests.cli.program import Desk
from tests.render.test_tables import ADDED

HEADER = ("Client", "Project", "Task", "Tags")
Rows = Sequence[Sequence[str]]
PATH = "workspace.yaml"


def table(rows: Rows, header: Sequence[str] = HEADER) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue()


def import_rows(sandbox: Embedded, rows: Rows, *words: str) -> None:
    sandbox.desk.write(table(rows), "a.csv")
    (sandbox.desk.folder / PATH).unlink(missing_ok=True)
    done = sandbox.desk.call("import-csv", "a.csv", "-o", PATH, *words)
    assert done.exit_code == 0, done.stderr


def by_clockify(sandbox: Embedded, rows: Rows) -> None:
    """What Clockify's help records of its import: rows from the top, each name that does not exist is created, as it is written.

    An independent reading: it knows nothing of manifests, and skips what exists, archived or not.
    """
    held = sandbox.store.snapshot(sandbox.workspace)
    clients = {item["name"]: item["id"] for item in held["clients"]}
    projects = {(item["clientId"] or "", item["name"]): item["id"] for item in held["projects"]}
    tasks = {(item["projectId"], item["name"]) for item in held["tasks"]}
    tags = {item["name"] for item in held["tags"]}
    for client, project, task, labels in rows:
        if client and client not in clients:
            clients[client] = sandbox.call("POST", "clients", {"name": client})["id"]
        place = (clients.get(client, ""), project)
        if project and place not in projects:
            body = {"name": project, **({"clientId": place[0]} if place[0] else {})}
            projects[place] = sandbox.call("POST", "projects", body)["id"]
        if task and (projects[place], task) not in tasks:
            sandbox.call("POST", f"projects/{projects[place]}/tasks", {"name": task})
            tasks.add((projects[place], task))
        for label in filter(None, map(str.strip, labels.split(","))):
            if label not in tags:
                sandbox.call("POST", "tags", {"name": label})
                tags.add(label)


def shape(sandbox: Embedded) -> Mapping[str, Any]:
    """All that a workspace holds, without ids, colors and times."""
    held = sandbox.store.snapshot(sandbox.workspace)
    clients = {item["id"]: item["name"] for item in held["clients"]}
    projects = {item["id"]: (clients.get(item["clientId"] or "", ""), item["name"]) for item in held["projects"]}
    return {
        "clients": sorted((item["name"], item["archived"]) for item in held["clients"]),
        "tags": sorted((item["name"], item["archived"]) for item in held["tags"]),
        "projects": sorted(
            (projects[item["id"]], item["archived"], item["billable"], item["public"]) for item in held["projects"]
        ),
        "tasks": sorted((projects[item["projectId"]], item["name"], item["status"]) for item in held["tasks"]),
    }


WORDS = [
    "Acme",
    "=1+1",
    "@SUM(A1)",
    "-2",
    "+3",
    "2024",
    "null",
    "a: b",
    "# x",
    "Größe",
    "漢字 💡",
    'say "hi"',
    "a/b",
    "~",
    "no",
]
NAMES = st.one_of(st.just(""), st.sampled_from(WORDS))
ROW = st.tuples(
    NAMES, NAMES.map(lambda name: name and f"{name}!"), NAMES, st.lists(NAMES, max_size=3).map(", ".join)
).map(lambda row: (row[0], row[1], row[2] if row[1] else "", row[3]))
ROWS = st.lists(ROW, min_size=1, max_size=8).filter(lambda rows: any(any(row) for row in rows))


def compare(desk: Desk, monkeypatch: pytest.MonkeyPatch, before: Rows, rows: Rows) -> None:
    """A workspace that has `before`: what we import into it is what Clockify imports, and then nothing is left to do."""
    with embedded(desk, monkeypatch) as sandbox, Store(":memory:") as store:
        other = Embedded(desk, store, blank(store, sandbox.store.records("workspace")[0]["name"]))
        for each in (sandbox, other):
            by_clockify(each, before)
        by_clockify(other, rows)
        import_rows(sandbox, rows)
        plan = sandbox.plan()
        assert {change["action"] for change in plan["changes"]} <= {"create"}
        if plan["changes"]:
            assert sandbox.run("apply", "--approve", "additive").exit_code == 0
        assert shape(sandbox) == shape(other)
        assert sandbox.run("plan", "--detailed-exitcode").exit_code == 0


EXAMPLE: Rows = [
    ("Acme", "Website", "", ""),
    ("Acme", "Website", "=Design", "urgent"),
    ("", "Website", "=Design", "urgent, @home,-x"),
    ("Globex", "", "", ""),
    ("", "", "", "Tag2,Tag3"),
]


def test_a_file_makes_what_clockify_makes_of_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    compare(desk, monkeypatch, [], EXAMPLE)
    kept = [("Old", "Kept", "Kept task", "kept"), ("Acme", "Website", "Another", "")]
    compare(desk, monkeypatch, [*kept, *EXAMPLE[:2]], EXAMPLE)
    compare(desk, monkeypatch, EXAMPLE, EXAMPLE)


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=ROWS, rows=ROWS)
def test_any_file_makes_what_clockify_makes_of_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, before: Rows, rows: Rows
) -> None:
    compare(desk, monkeypatch, before, rows)


def test_what_is_archived_is_restored_where_clockify_passes_it_over(sandbox: Embedded) -> None:
    by_clockify(sandbox, [("Acme", "Website", "Design", "old"), ("Acme", "Other", "", "")])
    names = {plural: sandbox.stored(plural, name) for plural, name in (("projects", "Website"), ("tags", "old"))}
    sandbox.call("PUT", f"projects/{names['projects']['id']}", {"name": "Website", "archived": True})
    sandbox.call("PUT", f"tags/{names['tags']['id']}", {"name": "old", "archived": True})
    import_rows(sandbox, [("Acme", "Website", "Design", "old,new")])
    changes = {change["address"]: change["action"] for change in sandbox.plan()["changes"]}
    assert changes == {"project:Acme/Website": "restore", "tag:old": "restore", "tag:new": "create"}
    assert sandbox.apply()[0] == 0
    assert sandbox.run("plan", "--detailed-exitcode").exit_code == 0


def test_a_lived_in_workspace_loses_nothing(desk: Desk) -> None:
    desk.write(table([("New client", "New project", "New task", "new-tag")]), "a.csv")
    assert desk.call("import-csv", "a.csv", "-o", PATH, "--workspace", "Acme Studio").exit_code == 0
    done = desk.call("--sandbox", "plan", "--detailed-exitcode", "--format", "json")
    assert done.exit_code == 2
    assert '"delete": 0' in done.stdout
    assert '"archive": 0' in done.stdout
    assert '"create": 4' in done.stdout


def test_what_was_imported_and_applied_is_exported(sandbox: Embedded) -> None:
    import_rows(sandbox, EXAMPLE)
    assert sandbox.run("apply", "--approve", "additive").exit_code == 0
    done = sandbox.run("export", "-o", "exported.yaml")
    assert done.exit_code == 0, done.stderr
    assert sandbox.run("plan", "exported.yaml", "--detailed-exitcode").exit_code == 0
    imported, exported = (load([str(sandbox.desk.folder / name)]) for name in (PATH, "exported.yaml"))
    assert imported.resources.keys() == exported.resources.keys()


def test_names_that_begin_as_formulas_stay_text_in_every_output_and_a_program_gets_them_back(sandbox: Embedded) -> None:
    names = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "a;=1", "'=1", "\uff1d1", "'t Hooft"]
    import_rows(sandbox, [(name, f"{name}!", name, name) for name in names])
    assert sandbox.run("apply", "--approve", "additive").exit_code == 0
    for subject in ("clients", "tags"):
        text = sandbox.run("get", subject, "-o", "csv").stdout
        for delimiter in ",;":
            cells = [cell for row in csv.reader(io.StringIO(text), delimiter=delimiter) for cell in row]
            assert [cell for cell in cells if cell.startswith(tuple("=+-@\uff1d"))] == []
        shown = [row["name"] for row in csv.DictReader(io.StringIO(text))]
        assert sorted(ADDED.sub(r"\1", name) for name in shown) == sorted(names)
        listed = json.loads(sandbox.run("get", subject, "-o", "json").stdout)
        assert sorted(item["name"] for item in listed) == sorted(names)
    (sandbox.desk.folder / "again.yaml").write_text(sandbox.run("export").stdout, encoding="utf-8")
    assert sandbox.run("plan", "again.yaml", "--detailed-exitcode").exit_code == 0


def test_the_manifest_goes_to_stdout_and_notices_to_stderr(desk: Desk) -> None:
    desk.write("Department;Email\nSales;x\n", "a.csv")
    done = desk.call("import-csv", "a.csv", "--client-column", "Department")
    assert done.exit_code == 0
    assert done.stdout.endswith("clients:\n  - Sales\n")
    assert done.stderr == "note: the columns are separated by semicolons\nnote: columns not imported: 'Email'\n"
    assert desk.call("import-csv", "-", stdin="Client\nAcme\n").stdout.endswith("clients:\n  - Acme\n")


def test_a_workbook_is_imported_by_its_sheet(desk: Desk) -> None:
    lines = workbooks.rows([["Client", "Project", "Budget (h)"], ["Acme", "Website", 12.5]])
    data = workbooks.workbook({"Notes": workbooks.sheet(""), "2026": workbooks.sheet(lines)})
    (desk.folder / "a.xlsx").write_bytes(data)
    done = desk.call("import-csv", "a.xlsx", "--sheet", "2026", "--column", "estimate=budget (h)")
    assert done.exit_code == 0, done.stderr
    assert "- {name: Website, estimate: PT12H30M}" in done.stdout


def test_the_new_file_is_written_whole_and_no_file_is_overwritten(desk: Desk) -> None:
    desk.write("Client\nAcme\n", "a.csv")
    done = desk.call("import-csv", "a.csv", "-o", "new/workspace.yaml", "--workspace", "Acme Studio")
    assert done.exit_code == 0
    assert done.stderr == (
        "wrote new/workspace.yaml: 1 client; next: reconciler --workspace 'Acme Studio' plan new/workspace.yaml\n"
    )
    written = (desk.folder / "new/workspace.yaml").read_text(encoding="utf-8")
    desk.write("Client\nGlobex\n", "a.csv")
    again = desk.call("import-csv", "a.csv", "-o", "new/workspace.yaml")
    assert (again.exit_code, again.stdout) == (1, "")
    assert again.stderr.startswith("error: new/workspace.yaml already exists\n")
    assert (desk.folder / "new/workspace.yaml").read_text(encoding="utf-8") == written
    assert [path.name for path in (desk.folder / "new").iterdir()] == ["workspace.yaml"]


def test_nothing_is_written_where_the_file_has_problems(desk: Desk) -> None:
    desk.write("Client,Project,Task\nAcme,W,\n,,Lost\n", "a.csv")
    done = desk.call("import-csv", "a.csv", "-o", PATH)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "a.csv:2:6: column Project: the name of a project has 1 character" in done.stderr
    assert "a.csv:3:3: column Task: a task without a project" in done.stderr
    assert done.stderr.endswith("2 problems\n")
    assert not (desk.folder / PATH).exists()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--column", "budgets=x"], 64, "unknown field 'budgets'"),
        (["--column", "estimate=A", "--column", "estimate=B"], 64, "two columns for estimate"),
        (["--client-column", "A", "--column", "client=B"], 64, "two columns for client"),
        (["--column", "estimate=Plan"], 1, "no column 'Plan'"),
        (["--sheet", "2026"], 1, "a CSV file has no sheet '2026'"),
    ],
)
def test_wrong_options_end_with_their_exit_code(desk: Desk, words: list[str], code: int, message: str) -> None:
    desk.write("Client\nAcme\n", "a.csv")
    done = desk.call("import-csv", "a.csv", *words)
    assert (done.exit_code, done.stdout) == (code, "")
    assert message in done.stderr


def test_a_file_that_is_missing_or_too_large_is_an_error(desk: Desk) -> None:
    assert desk.call("import-csv", "a.csv").exit_code == 1
    (desk.folder / "a.csv").write_bytes(b"Client\n" + b" " * (10 << 20))
    done = desk.call("import-csv", "a.csv")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "larger than 10 MiB" in done.stderr


@pytest.mark.parametrize("has_links", [True, False])
def test_a_name_that_is_taken_meanwhile_keeps_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_links: bool
) -> None:
    if not has_links:

        def no_links(*_: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr("os.link", no_links)
    files.write_new(str(tmp_path / "a"), "first")
    with pytest.raises(ReconcilerError, match="already exists"):
        files.write_new(str(tmp_path / "a"), "second")
    assert (tmp_path / "a").read_text(encoding="utf-8") == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_write_that_is_interrupted_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        files.write_new(str(tmp_path / "a"), "text")
    assert list(tmp_path.iterdir()) == []

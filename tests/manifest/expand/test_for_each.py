from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from reconciler.errors import ManifestError, Problem
from reconciler.manifest import load, sources
from reconciler.manifest.expand import rows
from reconciler.manifest.expand.expander import Budget
from reconciler.manifest.expand.report import Reporter
from reconciler.manifest.yaml.text import SourceText
from reconciler.model import Address, Source
from reconciler.names import Notation
from tests.manifest.expand.folder import addresses, desired, problems, write
from tests.workbooks import table

PROJECTS = """\
Project,Client,Billable,Estimate,Color,Rate
Site,Acme,yes,40h,#1976D2,95.00
Shop,Acme,FALSE,12:30,,
"Ops, internal",,,,,
"""


def test_a_list_of_values_is_filled_in_as_item() -> None:
    assert addresses("tags:\n  - {for_each: [a, 2024, true], name: 'x-{item}'}\n  - plain") == [
        "tag:plain",
        "tag:x-2024",
        "tag:x-a",
        "tag:x-true",
    ]


def test_a_list_of_mappings_is_filled_in_by_key() -> None:
    found = desired(
        """
        clients:
          - for_each: [{who: Acme, mail: a@b.example, gone: true}, {who: Globex, mail: null, gone: false}]
            name: "{who}"
            email: "{mail}"
            archived: "{gone}"
        """
    ).resources
    assert {address.name: dict(resource.values) for address, resource in found.items()} == {
        "Acme": {"archived": True, "email": "a@b.example"},
        "Globex": {"archived": False, "email": None},
    }


def test_a_product_has_every_combination() -> None:
    assert addresses(
        """
        projects:
          - for_each: {product: {team: [Web, Data], row: [{year: 2026}, {year: 2027}]}}
            name: "{team} {year}"
        """
    ) == ["project:Data 2026", "project:Data 2027", "project:Web 2026", "project:Web 2027"]


def test_the_rows_of_a_csv_file_fill_in_every_field() -> None:
    found = desired(
        """
        projects:
          - for_each: {csv: projects.csv}
            name: "{Project}"
            client: "{Client}"
            billable: "{Billable}"
            estimate: "{Estimate}"
            color: "{Color}"
            hourly_rate: "{Rate}"
            note: "made from {Project|slug}"
            tasks: [Design, {name: "Build {Project}", estimate: "{Estimate}"}]
        """,
        projects_csv=PROJECTS,
    ).resources
    assert dict(found[Address("project", ("Acme", "Site"))].values) == {
        "archived": False,
        "billable": True,
        "estimate": "PT40H",
        "color": "#1976D2",
        "hourly_rate": "95.00",
        "note": "made from site",
    }
    assert dict(found[Address("project", ("Acme", "Shop"))].values) == {
        "archived": False,
        "billable": False,
        "estimate": "PT12H30M",
        "note": "made from shop",
    }
    assert found[Address("project", ("Ops, internal",))].values["note"] == "made from ops-internal"
    assert found[Address("task", ("Acme", "Site", "Build Site"))].values["estimate"] == "PT40H"
    assert [str(a) for a in found if a.kind == "task"] == [
        "task:Acme/Shop/Build Shop",
        "task:Acme/Shop/Design",
        "task:Acme/Site/Build Site",
        "task:Acme/Site/Design",
        "task:Ops, internal/Build Ops, internal",
        "task:Ops, internal/Design",
    ]


def test_a_place_names_the_entry_and_the_row() -> None:
    found = desired(
        """
        projects:
          - for_each: {csv: projects.csv}
            name: "{Project}"
            client: "{Client}"
            tasks: [Design, {for_each: [a, b], name: "{item}"}]
        """,
        projects_csv=PROJECTS,
    ).resources
    site = found[Address("project", ("Acme", "Site"))]
    assert site.source == Source("workspace.yaml", 4, 5, "projects.csv:2")
    assert str(site.source) == "workspace.yaml:4:5 (projects.csv:2)"
    assert site.entry == site.source
    assert site.notation is Notation.ROW
    design = found[Address("task", ("Acme", "Shop", "Design"))]
    assert str(design.source) == "workspace.yaml:7:13 (projects.csv:3)"
    assert str(design.entry) == "workspace.yaml:7:13"
    assert design.notation is Notation.FLOW_ITEM
    assert str(found[Address("task", ("Acme", "Shop", "b"))].source) == (
        "workspace.yaml:7:21 (projects.csv:3, workspace.yaml:7:36)"
    )


def test_distinct_columns_make_one_entry_for_each_of_their_values() -> None:
    manifest = """
        clients:
          - for_each: {csv: projects.csv, distinct: Client}
            name: "{Client}"
            projects:
              - for_each: {csv: projects.csv, where: {Client: "{Client}"}}
                name: "{Project}"
        projects:
          - for_each: {csv: projects.csv, where: {Client: ""}}
            name: "{Project}"
        """
    assert addresses(manifest, projects_csv=PROJECTS) == [
        "client:Acme",
        "project:Acme/Shop",
        "project:Acme/Site",
        "project:Ops, internal",
    ]


def test_two_hundred_projects_from_a_spreadsheet_are_six_lines() -> None:
    manifest = """\
version: 1
projects:
  - for_each: {csv: projects.csv}
    name: "{Project}"
    client: "{Client}"
    billable: "{Billable}"
"""
    assert manifest.count("\n") == 6
    lines = [f"Project {number},Client {number % 12},{'yes' if number % 2 else 'no'}" for number in range(200)]
    Path("projects.csv").write_text("\n".join(["Project,Client,Billable", *lines]))
    found = load(["-"], stdin=manifest.encode).resources
    assert len(found) == 200
    assert found[Address("project", ("Client 7", "Project 199"))].values["billable"] is True
    assert str(found[Address("project", ("Client 0", "Project 0"))].source) == "-:3:5 (projects.csv:2)"


def test_a_cell_can_hold_a_list() -> None:
    found = desired(
        """
        task_sets: {web: [Design], data: [Model]}
        projects:
          - for_each: {csv: p.csv}
            name: "{Name}"
            use: "{Sets}"
            tasks: [{name: Build, assignees: "{Who}"}]
        """,
        p_csv='Name,Sets,Who\nAA,"web, data",jo@a.example; ed@a.example\nBB,,\n',
    ).resources
    assert {a.name for a in found if a.path[0] == "AA"} == {"AA", "Design", "Model", "Build"}
    assert found[Address("task", ("AA", "Build"))].values["assignees"] == ("ed@a.example", "jo@a.example")
    assert "assignees" not in found[Address("task", ("BB", "Build"))].values
    assert {a.name for a in found if a.path[0] == "BB"} == {"BB", "Build"}


def test_task_sets_and_earlier_names_are_filled_in() -> None:
    found = desired(
        """
        task_sets:
          web: [{for_each: [Design, Build], name: "{item}"}]
        projects:
          - for_each: [{name: AA, old: Alpha}, {name: BB, old: ""}]
            name: "{name}"
            was: "{old}"
            use: [web]
        """
    ).resources
    assert found[Address("project", ("AA",))].was == (("Alpha",),)
    assert found[Address("project", ("BB",))].was == ()
    assert str(found[Address("task", ("BB", "Build"))].source) == "workspace.yaml:4:9 (workspace.yaml:4:29)"


def test_a_workbook_is_a_table_too() -> None:
    Path("p.xlsx").write_bytes(table([["Name", "Gone"], ["one", True], ["two", False], ["three", "perhaps"]]))
    manifest = "tags: [{for_each: {csv: p.xlsx}, name: '{Name}', archived: '{Gone}'}]"
    assert [problem.partition(" | ")[0] for problem in problems(manifest)] == [
        "workspace.yaml:2:60 (p.xlsx:4:2): 'archived' must be true or false, not 'perhaps'"
    ]
    Path("p.xlsx").write_bytes(table([["Name", "Gone"], ["one", True], ["two", False]]))
    found = desired(manifest).resources
    assert {address.name: resource.values["archived"] for address, resource in found.items()} == {
        "one": True,
        "two": False,
    }


def test_values_are_data_and_never_templates() -> None:
    text = 'Name,Note\n{Note},=1+1\n"{{x}",${HOME}\n'
    found = desired("tags: [{for_each: {csv: t.csv}, name: '{Name} {Note}'}]", t_csv=text).resources
    assert [address.name for address in found] == ["{Note} =1+1", "{{x} ${HOME}"]


def test_the_order_of_rows_makes_no_difference() -> None:
    manifest = "projects: [{for_each: {csv: p.csv}, name: '{Name}'}]"
    first, second = (
        desired(manifest, p_csv="\n".join(["Name", *names])) for names in (["AA", "BB", "CC"], ["CC", "AA", "BB"])
    )
    assert list(first.resources) == list(second.resources)


def test_tables_are_sources() -> None:
    found = desired("tags: [{for_each: {csv: sub/../t.csv}, name: '{Name}'}]", t_csv="Name\na\n")
    assert [source.path for source in found.sources] == ["workspace.yaml", "t.csv"]
    assert found.sources[1].sha256 == hashlib.sha256(b"Name\na\n").hexdigest()


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("for_each: [], name: x", "3:16: 'for_each' is an empty list | add a value, or remove the entry"),
        ("for_each: 5, name: x", "'for_each' must be a list or a mapping"),
        ("for_each: {}, name: x", "'for_each' needs either 'csv' or 'product'"),
        ("for_each: {cvs: a.csv}, name: x", "unknown key 'cvs' in 'for_each' | did you mean 'csv'?"),
        ("for_each: {csv: a.csv, product: {a: [1]}}, name: x", "'for_each' needs either 'csv' or 'product'"),
        ("for_each: {product: {a: [1]}, where: {b: c}}, name: x", "'where' is only for a CSV file | remove it"),
        ("for_each: {product: [a]}, name: x", "'product' must be a mapping of lists"),
        ("for_each: {product: {a: b}}, name: x", "'a' must be a list of values"),
        ("for_each: {product: {a: []}}, name: x", "'a' is an empty list | add a value, or remove the entry"),
        ("for_each: [[a]], name: x", "a row of 'for_each' must be a value or a mapping"),
        ("for_each: [{a: [b]}], name: x", "'a' in a row must be a single value"),
        ("for_each: {csv: [a]}, name: x", "'csv' must be the name of a file | e.g. {csv: projects.csv}"),
        ("for_each: {csv: none.csv}, name: x", "no such file: 'none.csv' | the path is relative to this manifest"),
        ("for_each: {csv: .}, name: x", "'.' is outside of the folder of the manifest"),
        ("for_each: {csv: /etc/passwd}, name: x", "'/etc/passwd' must be a relative path with /"),
        ("for_each: {csv: ../t.csv}, name: x", "'../t.csv' is outside of the folder of the manifest"),
        ("for_each: {csv: sub}, name: x", "'sub' is a folder | name its files one by one"),
        ("for_each: {csv: t.csv, distinct: nmae}, name: x", "'t.csv' has no column 'nmae' | did you mean 'Name'?"),
        ("for_each: {csv: t.csv, distinct: []}, name: x", "'distinct' must be a column or a list of columns"),
        ("for_each: {csv: t.csv, distinct: [[Name]]}, name: x", "'distinct' must be a column or a list of columns"),
        ("for_each: {csv: t.csv, where: {X: a}}, name: x", "'t.csv' has no column 'X' | its columns: 'Name' and 'Note'"),
        ("for_each: {csv: t.csv, where: [a]}, name: x", "'where' must be a mapping of columns to values"),
        ("for_each: {csv: empty.csv}, name: x", "'empty.csv' has no rows | add a row, or remove the entry"),
        ("for_each: {csv: t.csv}, name: '{name}'", "undefined variable 'name' | did you mean 'Name'?"),
        ("for_each: {csv: t.csv}, name: '{Name|slg}'", "unknown filter 'slg' | did you mean 'slug'?"),
        ("for_each: {csv: t.csv}, name: '{Name'", "'{' without its '}' | write {{ for a literal brace"),
        ("for_each: {csv: t.csv}, name: {Name}", "'{Name}' is a mapping, not text"),
        ("for_each: {csv: t.csv}, nmae: '{Name}'", "unknown key 'nmae' in a tag | did you mean 'name'?"),
        ("for_each: {csv: damaged.csv}, name: '{Name}'", "damaged.csv:2:1: the quote is not closed"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_for_each_is_reported_at_its_place(entry: str, expected: str) -> None:
    Path("sub").mkdir()
    write({"t.csv": "Name,Note\na,b\nc,d\n", "empty.csv": "Name\n", "damaged.csv": 'Name\n"a\n'})
    found = problems(f"tags:\n  - {{{entry}}}\n")
    assert any(expected in problem for problem in found), found
    assert len(found) <= 2


def test_a_wrong_cell_is_reported_with_its_line_and_column_in_the_file() -> None:
    text = "Project,Billable,Hours,Color\nSite,maybe,40 days,red\nShop,yes,1h,#1976D2\n"
    manifest = """
        projects:
          - for_each: {csv: projects.csv}
            name: "{Project}"
            billable: "{Billable}"
            estimate: "{Hours}"
            color: "{Color}"
        """
    assert [problem.partition(" | ")[0] for problem in problems(manifest, projects_csv=text)] == [
        "workspace.yaml:6:15 (projects.csv:2:6): 'billable' must be true or false, not 'maybe'",
        "workspace.yaml:7:15 (projects.csv:2:12): invalid duration '40 days'",
        "workspace.yaml:8:12 (projects.csv:2:20): invalid color 'red'",
    ]


def test_a_cell_may_have_a_word_in_any_letter_case_and_a_number_only_as_manifests_write_it() -> None:
    text = "Name,State,Share\nA,Done,1e999\n"
    task = "projects: [{name: P1, tasks: [{for_each: {csv: t.csv}, name: '{Name}', status: '{State}'}]}]"
    assert desired(task, t_csv=text).resources[Address("task", ("P1", "A"))].values["status"] == "done"
    head = "tags: [{for_each: {csv: t.csv}, name: '{Name}'}]\n"
    found = problems(f"{head}policy: {{removal_budget: {{count: '{{x}}'}}}}\nvars: {{x: '{'9' * 30}'}}", t_csv=text)
    assert found == [f"workspace.yaml:3:34 (workspace.yaml:4:11): 'count' must be an integer, not '{'9' * 30}'"]


def test_the_hint_for_a_duration_names_the_forms_of_its_place() -> None:
    entries = "{for_each: [{t: long}], name: 'A{t}', estimate: '{t}'}, {for_each: [a], name: '{item}', estimate: long}, {name: B, estimate: '{v}'}, {name: C, estimate: long}"
    found = problems(f"vars: {{v: long}}\nprojects: [{{name: P1, tasks: [{entries}]}}]")
    cell, plain = "write 12.5h, 12:30 or PT12H30M", "use ISO 8601 hours, minutes, seconds, e.g. PT1H30M"
    assert [problem.partition(" | ")[2] for problem in found] == [cell, plain, cell, plain]


def test_a_problem_of_every_row_is_one_problem() -> None:
    manifest = """
        tags:
          - for_each: [a, b, c]
            name: "{item}"
            archived: maybe
            colour: red
        clients:
          - for_each: [{a: 1}, {b: 2}, {b: 3}]
            name: "{a}"
        """
    assert [problem.partition(" | ")[0] for problem in problems(manifest)] == [
        "workspace.yaml:6:15: 'archived' must be true or false, not 'maybe'",
        "workspace.yaml:7:5: unknown key 'colour' in a tag",
        "workspace.yaml:10:11 (workspace.yaml:9:24 and 1 more row): undefined variable 'a'",
    ]


def test_a_resource_of_two_rows_names_both() -> None:
    assert problems("tags: [{for_each: {csv: t.csv}, name: '{Name}'}]", t_csv="Name\na\nb\na\n") == [
        "workspace.yaml:2:8 (t.csv:4): duplicate tag 'a'; first declared at workspace.yaml:2:8 (t.csv:2) | remove one of them"
    ]


def test_an_empty_cell_for_a_name_is_an_error() -> None:
    assert problems("tags: [{for_each: {csv: t.csv}, name: '{Name}'}]", t_csv="Name,X\n,y\n") == [
        "workspace.yaml:2:39 (t.csv:2:1): 'name' is empty"
    ]


def test_a_name_of_two_rows_is_an_error_where_it_is_used_unless_both_agree() -> None:
    manifest = """
        clients:
          - for_each: [{a: 1, b: 2}]
            name: "{a}"
            projects:
              - for_each: [{a: 1, b: 3}]
                name: "{a} %s"
        """
    assert addresses(manifest % "x") == ["client:1", "project:1/1 x"]
    assert problems(manifest % "{b}") == [
        (
            "workspace.yaml:8:15 (workspace.yaml:4:16, workspace.yaml:7:20): 'b' has two values here: of the row at "
            "workspace.yaml:4:16 and the row at workspace.yaml:7:20 | rename one of them"
        )
    ]


@pytest.mark.parametrize("limit", ["entries", "nodes", "characters"])
def test_bombs_are_refused(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "Budget", lambda: Budget(**{limit: 20}))
    found = problems("tags: [{for_each: {product: {a: [1,2,3,4,5], b: [1,2,3,4,5]}}, name: '{a} {b}'}]")
    assert len(found) == 1
    assert "more than" in found[0]


def test_a_product_is_counted_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_ENTRIES", 99)
    ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"
    assert problems(
        f"x: &x {ten}\ntags: [{{for_each: {{product: {{a: *x, b: *x, c: *x, d: *x, e: *x}}}}, name: '{{a}}'}}]"
    )[-1] == ("workspace.yaml:3:29: the product has 100000 combinations; the maximum is 99")


def test_nested_rows_stay_within_the_limit_of_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "Budget", lambda: Budget(entries=500))
    many = ", ".join(map(str, range(40)))
    manifest = f"""
        clients:
          - for_each: [{many}]
            name: "{{item}}"
            projects: [{{for_each: {{product: {{p: [{many}]}}}}, name: "{{p}}"}}]
        """
    assert problems(manifest) == [
        "workspace.yaml:6:27: 'for_each' makes more than 100000 entries | declare less at a time, in several workspaces or files"
    ]


def test_braces_without_rows_and_variables_are_plain_text() -> None:
    names = ["{x}", "{{x}}", "${x}", "a {", "{", "}", "{a|slug}"]
    found = desired(
        "tags: ['{x}', '{{x}}', '${x}', 'a {', '{', '}', '{a|slug}']\nclients: [{name: '{x}', note: '{y} {{'}]"
    ).resources
    assert sorted(a.name for a in found if a.kind == "tag") == sorted(names)
    assert found[Address("client", ("{x}",))].values["note"] == "{y} {{"


def test_only_the_entry_with_a_for_each_has_placeholders() -> None:
    assert addresses("tags: ['{item}', {for_each: [a], name: '{item} {{item}'}]") == ["tag:a {item}", "tag:{item}"]


def test_regular_expressions_keep_their_braces() -> None:
    found = desired(
        """
        vars: {message: four digits}
        policy:
          checks: [{message: "{message}", kind: tag, require: {name: {matches: "[0-9]{4}"}}}]
        tags: ["2026"]
        """
    )
    check = found.policy.checks[0]
    assert (check.message, check.require[0].value) == ("four digits", "[0-9]{4}")


def test_for_each_elsewhere_is_an_unknown_key() -> None:
    found = problems("for_each: [a]\ndefaults: {tag: {for_each: [a]}}\ntags: [a]")
    assert [problem.partition(" | ")[0] for problem in found] == [
        "workspace.yaml:2:1: unknown key 'for_each' in the manifest",
        "workspace.yaml:3:18: unknown key 'for_each' in 'tag'",
    ]


def test_an_escaped_key_is_a_for_each_too() -> None:
    assert addresses('tags: [{"for\\u005feach": [a, b], name: "{item}"}]') == ["tag:a", "tag:b"]


def test_anchors_and_aliases_are_copied_for_each_row() -> None:
    manifest = """
        projects:
          - for_each: [AA, BB]
            name: "{item}"
            tasks: &tasks ["{item} 1", two]
          - name: CC
            tasks: [x]
        """
    assert len(addresses(manifest)) == 8
    assert addresses(manifest.replace("tasks: [x]", "tasks: *tasks")) == [
        "project:AA", "project:BB", "project:CC",
        "task:AA/AA 1", "task:AA/two", "task:BB/BB 1", "task:BB/two", "task:CC/two", "task:CC/{item} 1",
    ]  # fmt: skip


def test_a_folder_reads_the_tables_beside_each_manifest() -> None:
    write(
        {
            "m/a/tags.yaml": "tags: [{for_each: {csv: t.csv}, name: '{Name}'}]",
            "m/a/t.csv": "Name\none\n",
            "m/b/more.yaml": "tags: [{for_each: {csv: ../a/t.csv}, name: '{Name}!'}]",
        }
    )
    found = load(["m"])
    assert [str(resource.source) for resource in found.resources.values()] == [
        "m/a/tags.yaml:2:8 (m/a/t.csv:2)",
        "m/b/more.yaml:2:8 (m/a/t.csv:2)",
    ]
    assert [source.path for source in found.sources] == ["m/a/tags.yaml", "m/b/more.yaml", "m/a/t.csv"]


def test_a_table_behind_a_link_that_leads_outside_is_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "t.csv").write_text("Name\nsecret\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "t.csv").symlink_to(outside / "t.csv")
    (inside / "sub").symlink_to(outside)
    for name in ("t.csv", "sub/t.csv", "sub/../outside/t.csv"):
        manifest = f"version: 1\ntags: [{{for_each: {{csv: {name}}}, name: '{{Name}}'}}]\n"
        (inside / "w.yaml").write_text(manifest)
        with pytest.raises(ManifestError) as caught:
            load([str(inside / "w.yaml")])
        assert [problem.message for problem in caught.value.problems] == [
            f"'{name}' is outside of the folder of the manifest"
        ]
    (inside / "w.yaml").write_text(manifest.replace("sub/../outside/", ""))
    assert [address.name for address in load([str(tmp_path)]).resources] == ["secret"]


def test_a_key_of_a_row_that_is_no_text_is_one_problem_and_an_empty_cell_of_a_list_is_left_out() -> None:
    manifest = "tags: [{for_each: [{[a]: b, name: x}], name: '{name}'}]"
    assert problems(manifest) == [
        "workspace.yaml:2:21: invalid key: keys must be strings, not lists or mappings | put text that begins with a brace or bracket in quotes"
    ]
    entry = "clients: [{for_each: {csv: t.csv}, name: '{Name}', cc_emails: ['{Mail}', 'x@b.example']}]"
    found = desired(entry, t_csv="Name,Mail\nA,a@b.example\nB,\n").resources
    assert [each.values["cc_emails"] for each in found.values()] == [("a@b.example", "x@b.example"), ("x@b.example",)]


def test_without_any_name_the_hint_for_an_undefined_variable_is_to_declare_it() -> None:
    found = problems("tags: [{for_each: [{[a]: b}], name: '{x}'}]")
    assert len(found) == 2
    assert found[1].startswith(
        "workspace.yaml:2:37 (workspace.yaml:2:20): undefined variable 'x' | declare it under `vars:`, or"
    )


def test_a_problem_that_rows_share_is_reported_once() -> None:
    report: list[Problem] = []
    reporter = Reporter(SourceText("a.yaml", "tags: [a]"), report)
    for _ in range(2):
        reporter.add(Problem("t.csv", 2, 1, "column Name: empty"))
    assert len(report) == 1


@pytest.mark.parametrize(("limit", "most"), [("entries", 2), ("nodes", 5), ("characters", 4)])
def test_what_two_rows_make_is_counted_exactly(limit: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = "tags: [{for_each: [a, b], name: 'x{item}', archived: true}]"
    monkeypatch.setattr(sources, "Budget", lambda: Budget(**{limit: most}))
    assert addresses(manifest) == ["tag:xa", "tag:xb"]
    monkeypatch.setattr(sources, "Budget", lambda: Budget(**{limit: most - 1}))
    assert len(problems(manifest)) == 1


def test_an_undefined_variable_names_twelve_that_are_defined() -> None:
    names = [f"column{number:02}" for number in range(13)]
    row = ", ".join(f"{name}: x" for name in names[:12])
    (found,) = problems(f"tags: [{{for_each: [{{{row}}}], name: '{{x}}'}}]")
    assert "column10' and 'column11'; " in found
    (found,) = problems(f"tags: [{{for_each: [{{{row}, column12: x}}], name: '{{x}}'}}]")
    assert "column10' and 'column11', …; " in found

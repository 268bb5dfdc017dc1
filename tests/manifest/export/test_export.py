"""The text of an export: what people read, and own from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from reconciler.manifest import load
from reconciler.manifest.export import ExportOptions, export_manifest
from reconciler.model import Address
from reconciler.planning import make_plan
from reconciler.state import AccessRole, Desired, Live
from tests.planning.literals import TARGET, live_of

PEOPLE = {"u1": "jo@acme.example", "u2": "sam@acme.example", "u3": "u3", "group g1": "group Designers"}


def text_of(world: Mapping[str, Any], **options: Any) -> str:
    """The one file without its comments, which must plan to nothing."""
    live = live_of({"users": PEOPLE, **world})
    exported = export_manifest(live, ExportOptions(**options))
    assert_no_changes(exported.files, live)
    lines = exported.files["workspace.yaml"].splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("#"))


def assert_no_changes(files: Mapping[str, str], live: Live) -> Desired:
    text = "\n---\n".join(files.values())
    desired = load(["-"], stdin=text.encode)
    assert make_plan(desired, live, target=TARGET).changes == ()
    return desired


def notes_of(world: Mapping[str, Any], **options: Any) -> tuple[str, ...]:
    live = live_of({"users": PEOPLE, **world})
    exported = export_manifest(live, ExportOptions(**options))
    assert_no_changes(exported.files, live)
    header = [line for line in exported.files["workspace.yaml"].splitlines() if line.startswith("#")]
    assert all(f"# - {note}" in header for note in exported.notes)
    return exported.notes


def test_everything_nests_in_a_stable_order_with_the_fewest_words() -> None:
    project = {"color": "#1976d2", "billable": True, "public": False}
    world = {
        "clients": [
            {"at": "globex", "note": "two\nlines"},
            {"at": "Acme", "cc_emails": ["b@x.example", "a@x.example"]},
        ],
        "projects": [
            {
                "at": "Acme/Website",
                **project,
                "estimate": "PT90M",
                "hourly_rate": "95",
                "members": ["sam@acme.example"],
            },
            {"at": "Acme/App", **project, "billable": False, "budget": "1200", "budget_reset": "monthly"},
            {"at": "Internal", **project},
        ],
        "tasks": [
            {"at": "Acme/Website/QA", "estimate": "PT8H", "assignees": ["sam@acme.example", "jo@acme.example"]},
            {"at": "Acme/Website/Build", "billable": False},
            {"at": "Internal/b", "status": "done"},
        ],
        "tags": ["urgent", "2024", {"at": "old", "archived": True}],
    }
    assert text_of(world, archived=True) == (
        "version: 1\n"
        "workspace: Studio\n"
        "defaults:\n"
        '  project: {color: "#1976D2", public: false, billable: true}\n'
        "  task: {billable: true}\n"
        "tags:\n"
        '  - "2024"\n'
        "  - {name: old, archived: true}\n"
        "  - urgent\n"
        "clients:\n"
        "  - name: Acme\n"
        "    cc_emails: [a@x.example, b@x.example]\n"
        "    projects:\n"
        "      - name: App\n"
        "        billable: false\n"
        '        budget: "1200.00"\n'
        "        budget_reset: monthly\n"
        "      - name: Website\n"
        "        estimate: PT1H30M\n"
        '        hourly_rate: "95.00"\n'
        "        members: [sam@acme.example]\n"
        "        tasks:\n"
        "          - {name: Build, billable: false}\n"
        "          - {name: QA, estimate: PT8H, assignees: [jo@acme.example, sam@acme.example]}\n"
        "  - name: globex\n"
        "    note: |-\n"
        "      two\n"
        "      lines\n"
        "projects:\n"
        "  - name: Internal\n"
        "    tasks:\n"
        "      - {name: b, status: done}\n"
    )


def test_the_same_state_in_another_order_gives_the_same_text() -> None:
    paths = ["Acme/A", "Acme/b", "Acme/C"]
    one = {"clients": ["Acme", "Beta"], "projects": paths, "tags": ["x", "Y"]}
    other = {"clients": ["Beta", "Acme"], "projects": paths[::-1], "tags": ["Y", "x"]}
    assert text_of(one) == text_of(other)


def test_archived_resources_are_left_alone_unless_they_are_asked_for() -> None:
    world = {
        "clients": [{"at": "Old", "archived": True}, {"at": "Gone", "archived": True}],
        "projects": ["Old/Active", {"at": "Old/Past", "archived": True}, {"at": "Gone/Past", "archived": True}],
        "tasks": [{"at": "Old/Active/Done", "status": "done"}, "Old/Past/Open"],
    }
    text = text_of(world)
    assert "prune: {clients: archive, projects: archive, tasks: archive, tags: archive}" in text
    assert "  - name: Old\n    archived: true\n    projects:\n      - name: Active\n" in text
    assert "Past" not in text
    assert "Gone" not in text
    assert "Done" not in text
    assert "prune" not in text_of(world, archived=True)


def test_an_empty_workspace_declares_that_there_is_nothing() -> None:
    assert text_of({}, archived=True) == "version: 1\nworkspace: Studio\ntags: []\nclients: []\nprojects: []\n"


def test_a_selection_keeps_the_rest_and_declares_of_what_is_above_only_the_name() -> None:
    world = {
        "clients": [{"at": "Acme", "note": "ours"}, "Globex"],
        "projects": [{"at": "Acme/Website", "note": "n"}, "Acme/App"],
        "tasks": ["Acme/Website/QA", "Acme/Website/Build"],
        "tags": ["urgent"],
    }
    wanted = Address("task", ("Acme", "Website", "QA"))
    assert text_of(world, selects=lambda address: address == wanted) == (
        "version: 1\nworkspace: Studio\npolicy:\n  prune: {clients: keep, projects: keep, tasks: keep, tags: keep}\n"
        "clients:\n  - name: Acme\n    projects:\n      - name: Website\n        tasks:\n          - {name: QA, billable: true}\n"
    )
    below = text_of(world, selects=lambda address: address == Address("client", ("Acme",)))
    assert "note: ours" in below
    assert "tasks: [Build, QA]" in below
    assert "Globex" not in below
    assert "urgent" not in below


def test_a_folder_has_a_file_for_the_settings_and_for_each_client() -> None:
    names = ["Acme", "ACME!", "株式会社", "???", "Con", "Dunder & Söhne"]
    live = live_of({"clients": names, "projects": ["Acme/Website", "Alone"], "tags": ["urgent"]})
    files = export_manifest(live, ExportOptions(as_folder=True, archived=True)).files
    assert sorted(files) == sorted(
        [
            "workspace.yaml", "tags.yaml", "projects.yaml", "clients/acme.yaml", "clients/acme-2.yaml", "clients/株式会社.yaml", "clients/client.yaml",
            "clients/con-2.yaml", "clients/dunder-sohne.yaml",
        ]
    )  # fmt: skip
    assert files["clients/acme.yaml"].startswith(
        "# yaml-language-server: $schema=../manifest.schema.json\nversion: 1\n"
    )
    assert_no_changes(files, live)
    empty = export_manifest(live_of({}), ExportOptions(as_folder=True)).files
    assert list(empty) == ["workspace.yaml"]
    assert "clients: []" in empty["workspace.yaml"]


def tasks(*lists: str) -> dict[str, Any]:
    """A project for each list of letters, with a task for each letter."""
    paths = [f"P{number}" for number in range(len(lists))]
    named = [f"{path}/{letter}" for path, letters in zip(paths, lists, strict=True) for letter in letters]
    return {"projects": paths, "tasks": named}


@pytest.mark.parametrize(
    ("lists", "sets", "uses"),
    [
        (("abc", "abc"), "", 0),
        (("abc", "abc", "abc"), "  a-b-c: [a, b, c]\n", 3),
        (("a", "a", "a"), "", 0),
        (("abc", "abc", "abc", "abcd", "ab"), "  a-b-c: [a, b, c]\n", 4),
        (("abx", "aby", "abz"), "  a-b: [a, b]\n", 3),
        (("abcd", "abcd", "abcd", "ab", "ab", "ab"), "  a-b: [a, b]\n  a-b-c: [a, b, c, d]\n", 6),
    ],
)
def test_tasks_that_three_projects_share_are_a_task_set(lists: tuple[str, ...], sets: str, uses: int) -> None:
    text = text_of(tasks(*lists))
    assert text.count("use: [") == uses
    found = text.partition("task_sets:\n")[2].partition("tags:")[0]
    assert found == sets


def test_a_project_with_other_values_of_a_few_tasks_uses_the_set_and_overlays_them() -> None:
    world = tasks("abc", "abc", "abc", "abc")
    estimated = [{"at": path, "estimate": "PT1H"} if path.endswith("/a") else path for path in world["tasks"]]
    estimated[-3:] = ["P3/a", {"at": "P3/b", "assignees": ["jo@acme.example"]}, {"at": "P3/c", "estimate": "PT2H"}]
    assert "use" not in text_of({**world, "tasks": estimated}).partition("name: P3")[2]
    estimated[-2:] = ["P3/b", "P3/c"]
    overlaid = text_of({**world, "tasks": estimated}).partition("name: P3")[2]
    assert overlaid.endswith("use: [a-b-c]\n    tasks:\n      - {name: a, estimate: null}\n")


def test_a_set_is_named_after_the_project_if_all_have_one_name() -> None:
    clients = ["A", "B", "C"]
    world = {
        "clients": clients,
        "projects": [f"{client}/Support 24\\/7" for client in clients],
        "tasks": [f"{client}/Support 24\\/7/{task}" for client in clients for task in ("Calls", "Mail")],
    }
    assert "  support-24-7: [Calls, Mail]\n" in text_of(world)


def test_a_default_is_never_given_to_what_declares_nothing_of_it() -> None:
    same = {"note": "the same long note of all of them"}
    world = {"clients": [{"at": name, **same} for name in "ABC"]}
    assert f"client: {{note: {same['note']}}}" in text_of(world)
    odd = {"clients": [*world["clients"], {"at": "D", "note": "<b>"}]}
    text = text_of(odd)
    assert "defaults:\n  client" not in text
    assert text.count(same["note"]) == 3
    cleared = text_of({"clients": [*world["clients"], "D"]})
    assert "- {name: D, note: null}" in cleared


def test_what_a_manifest_cannot_declare_is_named_and_kept() -> None:
    world = {
        "clients": ["Acme ", "Beta", "beta", "Ga\u200bma", "B\u0007"],
        "projects": [
            "Acme /Site",
            "beta/Site",
            "Ga\u200bma/Site",
            "B\u0007/Site",
            "x",
            {"at": "OK", "members": ["u3"]},
        ],
        "tasks": [{"at": "OK/T", "assignees": ["jo@acme.example", "u3"]}],
        "tags": [{"at": "<b>", "archived": True}],
    }
    kept = "`prune: {%ss: keep}` leaves it as it is"
    assert notes_of(world, archived=True) == (
        f'"client:Acme " (c1): invalid name: leading or trailing whitespace; {kept % "client"}',
        f'"client:B\\x07" (c5): invalid name: contains the control character U+0007; {kept % "client"}',
        f'"client:Ga\\u200bma" (c4): invalid name: contains the invisible character U+200B; {kept % "client"}',
        f"client:beta (c3): its name differs from Beta only in letter case or blanks; {kept % 'client'}",
        f'"project:B\\x07/Site" (p4): a manifest cannot name its client; {kept % "project"}',
        f"project:beta/Site (p2): a manifest cannot name its client; {kept % 'project'}",
        f"project:x (p5): the name of a project has 2 to 250 characters in a manifest; {kept % 'project'}",
        "tag:<b> (t1): invalid name: contains < or >, which Clockify rejects",
        "assignees of task:OK/T: of some people there is no e-mail address in the workspace, or of some groups no name",
        "members of project:OK: of some people there is no e-mail address in the workspace, or of some groups no name",
    )
    text = text_of(world, archived=True)
    assert "prune: {clients: keep, projects: keep, tags: archive}" in text
    assert "  - {name: Site, client: Acme}\n" in text
    assert '  - {name: Site, client: "Ga\\u200bma"}\n' in text
    assert text.count("name: Site") == 2


def test_a_key_that_does_not_see_everything_keeps_the_rest() -> None:
    live = replace(live_of({"tags": ["a"]}), access_role=AccessRole.LIMITED)
    exported = export_manifest(live, ExportOptions(archived=True))
    assert "prune: {clients: keep, projects: keep, tasks: keep, tags: keep}" in exported.files["workspace.yaml"]
    assert exported.notes == ("the user of this API key is neither owner nor admin and may not see everything",)


def test_a_long_list_has_a_line_for_each_of_its_entries() -> None:
    people = [f"person{number}@acme.example" for number in range(6)]
    users = {f"u{number}": person for number, person in enumerate(people)}
    text = text_of(
        {"users": users, "projects": [{"at": "Site", "members": [*people[:-1], f"{people[-1]} manager true"]}]}
    )
    assert text.endswith(
        "    members:\n" + "".join(f"      - {person}\n" for person in people[:-1])
        + f"      - {{email: {people[-1]}, manager: true}}\n"
    )  # fmt: skip


def test_a_rate_that_may_be_that_of_the_workspace_is_not_declared() -> None:
    live = live_of({"projects": [{"at": "P1", "hourly_rate": "95"}, {"at": "P2", "hourly_rate": "96"}]})
    live = replace(live, workspace=replace(live.workspace, default_rates={"hourly_rate": "95.00"}))
    text = export_manifest(live, ExportOptions()).files["workspace.yaml"]
    assert '  - P1\n  - {name: P2, hourly_rate: "96.00"}\n' in text


def test_one_that_exists_more_than_once_is_named() -> None:
    live = live_of({"tags": ["a"]})
    second = replace(live.resources[Address("tag", ("a",))], id="k2")
    exported = export_manifest(replace(live, duplicates=(second,)), ExportOptions())
    assert exported.notes == ("tag:a (k2): it exists more than once, and a plan ignores this one",)


@pytest.mark.parametrize(("invalid", "listed"), [(20, []), (21, ["# - and 1 more"])])
def test_the_header_names_twenty_of_what_is_not_declared(invalid: int, listed: list[str]) -> None:
    exported = export_manifest(live_of({"tags": [f"<{number:02}>" for number in range(invalid)]}), ExportOptions())
    header = [line for line in exported.files["workspace.yaml"].splitlines() if line.startswith("#")]
    title = "# Not declared here:"
    assert header[header.index(title) - 1 :] == ["#", title, *(f"# - {note}" for note in exported.notes[:20]), *listed]
    assert len(exported.notes) == invalid


def test_one_file_says_how_to_write_the_schema_beside_it() -> None:
    line = "# Completion in editors needs the schema beside this file: reconciler schema > manifest.schema.json\n"
    live = live_of({"tags": ["a"]})
    assert line in export_manifest(live, ExportOptions()).files["workspace.yaml"]
    assert line not in export_manifest(live, ExportOptions(as_folder=True)).files["workspace.yaml"]
    assert "It is a part of the workspace" not in export_manifest(live, ExportOptions()).files["workspace.yaml"]
    part = export_manifest(live, ExportOptions(selects=lambda _: True)).files["workspace.yaml"]
    assert "# It is a part of the workspace: `prune: keep` leaves the rest as it is.\n" in part


def test_without_the_users_of_the_workspace_that_is_the_reason_why_people_are_not_declared() -> None:
    exported = export_manifest(live_of({"projects": [{"at": "OK", "members": ["u3"]}]}), ExportOptions())
    assert exported.notes == ("members of project:OK: this API key may not list the users of the workspace",)


@pytest.mark.parametrize(("note", "shorter"), [("abc", False), ("abcd", True)])
def test_a_default_is_written_where_the_text_is_shorter_with_it(note: str, shorter: bool) -> None:  # noqa: FBT001
    text = text_of({"clients": [{"at": "A", "note": note}, {"at": "B", "note": note}, {"at": "C", "note": None}]})
    assert ("defaults:" in text) == shorter


@pytest.mark.parametrize(
    ("client", "declared"), [("x" * 100, ["client", "project"]), ("x" * 101, ["project"]), ("x" * 1000, ["project"]), ("x" * 1001, [])]
)  # fmt: skip
def test_a_client_whose_name_is_too_long_is_not_declared_and_one_that_is_longer_not_even_named(
    client: str, declared: list[str]
) -> None:
    live = live_of({"users": PEOPLE, "clients": [client], "projects": [f"{client}/Site"]})
    found = assert_no_changes(export_manifest(live, ExportOptions()).files, live)
    assert sorted({address.kind for address in found.resources}) == declared

"""`get`: live resources by address and pattern, in every form, on both gateways; and the users of `users list`."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TextIO

import pytest
from click.testing import Result

from reconciler.cli import connect
from reconciler.cli.terminal import output, streams
from reconciler.cli.terminal.streams import Output
from reconciler.render.width import width
from reconciler.sandbox import Store, Switches, create_app
from tests.cli.altered_answers import Service, Told, call, manifest, service
from tests.cli.embedded import Embedded
from tests.cli.program import Desk, served

WORKSPACE = ("--workspace", "Acme Studio")


def get(desk: Desk, *words: str) -> Result:
    return desk.call("--sandbox", *WORKSPACE, "get", *words)


def rows(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


@pytest.fixture(scope="module")
def gateways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("served"), key="right-key-of-ours") as url:
        yield url


@pytest.mark.parametrize("gateway", ["maton", "clockify"])
@pytest.mark.parametrize(
    ("subject", "address", "keys"),
    [
        ("clients", "client:Acme Corp", {"email", "ccEmails", "currencyId", "address"}),
        ("projects", "project:Acme Corp/Website", {"clientId", "memberships", "timeEstimate", "duration", "tasks"}),
        ("tasks", "task:Internal ops/Planning", {"projectId", "assigneeIds", "status", "duration"}),
        ("tags", "tag:urgent", {"archived", "workspaceId"}),
        ("users", "user:jo@acme.example", {"settings", "memberships", "defaultWorkspace"}),
    ],
)
def test_every_kind_has_all_fields_of_the_api_on_both_gateways(
    desk: Desk, gateways: str, gateway: str, subject: str, address: str, keys: set[str]
) -> None:
    words = ("--gateway", gateway, "--base-url", gateways, *WORKSPACE, "get", subject, address, "-o", "json")
    result = desk.call(*words, MATON_API_KEY="right-key-of-ours", CLOCKIFY_API_KEY="right-key-of-ours")
    assert result.exit_code == 0, result.stderr
    (found,) = json.loads(result.stdout)
    assert found["resource_address"] == address
    assert keys | {"id", "name"} <= found.keys()


def test_a_project_is_shown_with_its_client_tasks_and_hours(desk: Desk) -> None:
    (project,) = rows(get(desk, "projects", "acme  corp/WEBSITE", "-o", "csv"))
    assert (project["address"], project["client"], project["tasks"]) == ("project:Acme Corp/Website", "Acme Corp", "7")
    assert float(project["tracked_hours"]) > 0
    header, line = get(desk, "projects", "project:Acme Corp/Website").stdout.splitlines()
    assert header.split() == ["NAME", "CLIENT", "TASKS", "TRACKED", "HOURS", "BILLABLE"]
    assert project["tracked_hours"] in line


@pytest.mark.parametrize("columns", [60, 80])
def test_a_table_is_full_in_a_pipe_and_cut_to_the_width_of_a_terminal(
    sandbox: Embedded, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    sandbox.call("POST", "clients", {"name": "N" * 70, "note": "first"})
    sandbox.call("POST", "projects", {"name": "P" * 90, "clientId": sandbox.stored("clients", "N" * 70)["id"]})
    header, line = sandbox.run("get", "projects").stdout.splitlines()
    assert line.split()[:2] == ["P" * 90, "N" * 70]
    assert header.index("CLIENT") == 92
    monkeypatch.setattr(Output, "isatty", lambda _: True)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: os.terminal_size((columns, 24)))
    header, line = sandbox.run("get", "projects").stdout.splitlines()
    assert width(line) <= columns
    assert "P…" in line


@pytest.mark.parametrize(
    "words",
    [
        *(("users", "list", option, value) for option in ("--role", "--status", "--email") for value in ("", " ")),
        ("connections", "list", "--app", ""),
        ("connections", "list", "--status", ""),
    ],
)
def test_an_empty_filter_is_a_usage_error(desk: Desk, words: tuple[str, ...]) -> None:
    result = desk.call("--sandbox", *WORKSPACE, *words)
    assert (result.exit_code, result.stdout) == (64, "")
    assert f"invalid value for '{words[2]}'" in result.stderr or f"invalid value for {words[2]}" in result.stderr


def test_archived_ones_only_on_request(desk: Desk) -> None:
    assert "Portal" not in {row["name"] for row in rows(get(desk, "projects", "-o", "csv"))}
    every = rows(get(desk, "projects", "--archived", "-o", "csv"))
    assert {row["name"] for row in every if row["archived"] == "true"} == {
        "Annual report 2024",
        "Case tracker",
        "Portal",
    }
    assert len({row["id"] for row in every}) == len(every)


@pytest.mark.parametrize("switches", ["", "hydrated=without-done", "hydrated=unsupported"])
def test_tasks_are_complete_however_projects_show_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, switches: str
) -> None:
    read_as(monkeypatch, switches)
    active = rows(get(desk, "tasks", "Acme Corp/*", "-o", "csv"))
    every = rows(get(desk, "tasks", "Acme Corp/*", "--archived", "-o", "csv"))
    assert {row["client"] for row in every} == {"Acme Corp"}
    done = {row["address"] for row in every} - {row["address"] for row in active}
    assert done
    assert {row["address"] for row in every if row["archived"] == "true"} == done


def read_as(monkeypatch: pytest.MonkeyPatch, switches: str) -> None:
    def app(store: Store) -> Any:
        return create_app(store, Switches.parse(",".join(filter(None, ("rate=off", switches)))))

    monkeypatch.setattr(connect, "create_app", app)


def test_patterns_are_those_of_protect(desk: Desk) -> None:
    assert get(desk, "tags", "*es*", "-o", "address").stdout == "tag:beta-test\ntag:design\ntag:research\n"
    both = get(desk, "tags", "tag:urgent", "BETA-test", "-o", "address").stdout
    assert both == "tag:beta-test\ntag:urgent\n"
    assert get(desk, "projects", r"Dunder & Söhne/Print\/web bundle", "-o", "address").stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["clients", "Acme"], "no such client: client:Acme (did you mean client:Acme Corp?)"),
        (["tags", "urgnt", "zzz"], "no such tags: tag:urgnt (did you mean tag:urgent?), tag:zzz"),
        (["projects", "Initech/Portal"], "get projects --archived project:Initech/Portal"),
        (["users", "jo@acme.exampl"], "did you mean user:jo@acme.example?"),
    ],
)
def test_an_unknown_address_is_an_error_with_a_suggestion(desk: Desk, words: list[str], message: str) -> None:
    result = get(desk, *words)
    assert result.exit_code == 1
    assert message in result.stderr


def test_a_pattern_may_match_nothing(desk: Desk) -> None:
    result = get(desk, "tags", "zz*")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "No tags match.\n")
    assert get(desk, "tags", "zz*", "-o", "json").stdout == "[]\n"


@pytest.mark.parametrize(
    "words", [["tags", "client:x"], ["projects", "a/b/c"], ["tags", "a/"], ["things"], ["tags", "-o", "xml"]]
)
def test_what_no_address_of_the_kind_can_be_is_a_usage_error(desk: Desk, words: list[str]) -> None:
    assert get(desk, *words).exit_code == 64


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_the_first_page_is_printed_before_the_second_is_asked_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    with service(desk.folder, "page_cap=50") as studio:
        for number in range(45):
            studio.call("POST", "tags", {"name": f"extra-{number:02}"})
        asked_at_print: list[int] = []

        def watched(stream: TextIO, text: str) -> None:
            asked_at_print.append(_pages_of_tags(studio))
            streams.write_piece(stream, text)

        monkeypatch.setattr(output, "write_piece", watched)
        whole = call(desk, studio, *WORKSPACE, "get", "tags", "-o", form)
    assert (whole.exit_code, whole.stdout.count("extra-")) == (0, 45 if form == "table" else 90)
    first, last = {"table": (1, 2), "json": (1, 2), "csv": (0, 2)}[form]
    assert (asked_at_print[0], asked_at_print[-1]) == (first, last)
    assert 1 in asked_at_print


def test_nothing_more_is_asked_for_once_stdout_has_no_reader(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with service(desk.folder, "page_cap=50") as studio:
        for number in range(45):
            studio.call("POST", "tags", {"name": f"extra-{number:02}"})
        monkeypatch.setattr(output, "has_reader", lambda _: False)
        result = call(desk, studio, *WORKSPACE, "get", "tags", "zzz", "extra*", "-o", "address")
        assert (result.exit_code, result.stderr) == (0, "")
        assert _pages_of_tags(studio) == 1


def _pages_of_tags(studio: Service) -> int:
    return sum(path == "tags" for method, path, _ in studio.asked if method == "GET")


def test_yaml_and_json_have_the_same_records(desk: Desk) -> None:
    as_json = json.loads(get(desk, "users", "-o", "json").stdout)
    text = get(desk, "users", "-o", "yaml").stdout
    assert text.count("\n- ") + 1 == len(as_json)
    assert '- resource_address: "user:jo@acme.example"\n' in text


def test_a_table_of_users_has_their_addresses_and_names(desk: Desk) -> None:
    found = rows(get(desk, "users", "user:jo@*", "-o", "csv"))
    assert [{key: row[key] for key in ("address", "email", "name", "status")} for row in found] == [
        {"address": "user:jo@acme.example", "email": "jo@acme.example", "name": "Jo Marsh", "status": "ACTIVE"}
    ]


def test_users_are_filtered_by_status_and_address(desk: Desk) -> None:
    words = ("--sandbox", *WORKSPACE, "users", "list", "-o", "csv")
    pending = rows(desk.call(*words, "--status", "pending"))
    assert [row["email"] for row in pending] == ["robin@acme.example"]
    assert {row["email"] for row in rows(desk.call(*words, "--email", "SAM@"))} == {"sam@acme.example"}
    missing = desk.call("--sandbox", *WORKSPACE, "users", "list", "--email", "missing@")
    assert (missing.exit_code, missing.stdout) == (0, "")
    assert "No users match." in missing.stderr


def test_users_are_shown_with_their_groups_and_filtered_by_role(studio: Service, desk: Desk) -> None:
    jo = next(user for user in studio.call("GET", "users?page-size=50") if user["email"] == "jo@acme.example")
    group = studio.call("POST", "user-groups", {"name": "Designers"})
    studio.call("POST", f"user-groups/{group['id']}/users", {"userId": jo["id"]})

    def alter(answer: Told) -> Told:
        if answer.path != "users" or not isinstance(answer.body, list):
            return answer
        held = {"jo@acme.example": [{"role": {"name": "OWNER"}}], "sam@acme.example": ["TEAM_MANAGER", 7]}
        return replace(answer, body=[{**user, "roles": held.get(user["email"], [])} for user in answer.body])

    studio.alter = alter
    words = ("--workspace", "Acme Studio", "users", "list")
    by_role = rows(call(desk, studio, *words, "--role", "owner", "-o", "csv"))
    assert [(row["email"], row["groups"]) for row in by_role] == [("jo@acme.example", "Designers")]
    as_json = json.loads(call(desk, studio, *words, "-o", "json").stdout)
    assert {user["email"]: user["groups"] for user in as_json if user["groups"]} == {"jo@acme.example": ["Designers"]}
    wrong = call(desk, studio, *words, "--role", "TEAM_MANAGR")
    assert wrong.exit_code == 1
    assert "no user has the role 'TEAM_MANAGR'" in wrong.stderr
    assert "TEAM_MANAGER" in wrong.stderr


def test_a_role_that_the_service_does_not_show_is_an_error(desk: Desk) -> None:
    result = desk.call("--sandbox", *WORKSPACE, "users", "list", "--role", "OWNER")
    assert result.exit_code == 1
    assert result.stderr == "error: no user has the role 'OWNER'\nhint: the service shows no role of any user\n"


def test_a_service_without_roles_is_an_error_too(studio: Service, desk: Desk) -> None:
    def without(answer: Told) -> Told:
        if answer.path != "users":
            return answer
        return replace(answer, body=[{key: user[key] for key in user if key != "roles"} for user in answer.body])

    studio.alter = without
    result = call(desk, studio, *WORKSPACE, "users", "list", "--role", "OWNER")
    assert result.exit_code == 1
    assert "the service does not show the roles of users" in result.stderr


@pytest.mark.parametrize(("status", "code"), [(403, 0), (404, 0), (409, 1)])
def test_users_are_listed_where_the_service_has_no_groups(studio: Service, desk: Desk, status: int, code: int) -> None:
    def alter(answer: Told) -> Told:
        return replace(answer, status=status, body={"message": "no"}) if "user-groups" in answer.path else answer

    studio.alter = alter
    result = call(desk, studio, "--workspace", "Acme Studio", "users", "list", "-o", "csv")
    assert result.exit_code == code, result.stderr
    assert ("user groups are not shown" in result.stderr) is (code == 0)


def test_names_and_tasks_that_the_list_lacks_are_read(studio: Service, desk: Desk) -> None:
    def alter(answer: Told) -> Told:
        if answer.path != "projects" or not isinstance(answer.body, list):
            return answer
        bare = [{key: item[key] for key in item if key not in ("clientName", "tasks")} for item in answer.body]
        return replace(answer, body=[*answer.body[:2], *bare[2:]])

    words = ("--workspace", "Acme Studio", "get")
    whole = {subject: call(desk, studio, *words, subject, "-o", "address").stdout for subject in ("projects", "tasks")}
    studio.alter = alter
    for subject, expected in whole.items():
        result = call(desk, studio, *words, subject, "-o", "address")
        assert result.exit_code == 0, result.stderr
        assert sorted(result.stdout.splitlines()) == sorted(expected.splitlines())


@pytest.mark.parametrize(("status", "code"), [(403, 0), (409, 1)])
def test_a_plan_of_members_needs_no_list_of_groups(studio: Service, desk: Desk, status: int, code: int) -> None:
    def alter(answer: Told) -> Told:
        return replace(answer, status=status, body={"message": "no"}) if "user-groups" in answer.path else answer

    studio.alter = alter
    manifest(
        desk,
        projects=[{"name": "Internal ops", "members": ["jo@acme.example"]}],
        policy={"prune": {"projects": "keep"}},
    )
    assert call(desk, studio, "plan").exit_code == code

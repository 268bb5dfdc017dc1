"""`whoami`, `workspaces` and `users`: who and where."""

from __future__ import annotations

import json

import pytest

from tests.cli.program import Desk, served


def test_whoami_says_whose_key_it_is_and_which_way_it_goes(desk: Desk) -> None:
    text = desk.call("--sandbox", "whoami").stdout
    assert "jo@acme.example" in text
    assert "sandbox" in text
    output = json.loads(desk.call("--sandbox", "whoami", "--format", "json").stdout)
    assert output["email"] == "jo@acme.example"
    assert output["gateway"] == "sandbox"


def test_workspaces_are_listed_with_their_ids(desk: Desk) -> None:
    output = json.loads(desk.call("--sandbox", "workspaces", "list", "--format", "json").stdout)
    assert [item["name"] for item in output] == ["Acme Studio", "Side Hustle"]
    text = desk.call("--sandbox", "workspaces", "list").stdout
    assert all(item["id"] in text and item["name"] in text for item in output)


def test_one_workspace_by_name_id_or_option(desk: Desk) -> None:
    output = json.loads(desk.call("--sandbox", "workspaces", "get", "Side Hustle", "--format", "json").stdout)
    for words in ([output["id"]], ["--workspace", "Side Hustle"]):
        assert json.loads(desk.call("--sandbox", "workspaces", "get", *words, "--format", "json").stdout) == output
    result = desk.call("--sandbox", "workspaces", "get")
    assert result.exit_code == 1
    assert output["id"] in result.stderr


@pytest.mark.parametrize("words", [[], ["--approve", "no"], ["--approve", ""]])
def test_a_workspace_is_not_created_without_a_yes(desk: Desk, words: list[str]) -> None:
    result = desk.call("--sandbox", "workspaces", "create", "Third One", *words)
    assert result.exit_code == 3
    assert "workspaces create 'Third One' --approve yes" in result.stderr
    assert "Third One" not in desk.call("--sandbox", "workspaces", "list").stdout


def test_a_workspace_is_created_with_a_yes(desk: Desk) -> None:
    result = desk.call("--sandbox", "workspaces", "create", "Third One", "--approve", "yes", "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["name"] == "Third One"


@pytest.mark.parametrize("name", ["", " ", " x", "a\x1bb", "x" * 251])
def test_a_name_that_is_none_is_refused_before_anything_is_sent(desk: Desk, name: str) -> None:
    result = desk.call("--sandbox", "workspaces", "create", name, "--approve", "yes")
    assert result.exit_code == 1
    assert f"invalid workspace name {name!r}"[:80] in result.stderr


def test_people_are_listed_by_the_addresses_that_assignees_take(desk: Desk) -> None:
    words = ["--sandbox", "users", "list", "--workspace", "Acme Studio"]
    output = json.loads(desk.call(*words, "--format", "json").stdout)
    assert "jo@acme.example" in {person["email"] for person in output}
    assert "Kim Álvarez" in desk.call(*words).stdout


def test_a_wrong_key_is_told_with_its_variable_and_costs_one_request(desk: Desk) -> None:
    with served(desk.folder, key="right-key-of-ours") as url:
        words = ["--gateway", "maton", "--base-url", url, "-v", "whoami"]
        wrong = desk.call(*words, MATON_API_KEY="wr0ng-key-of-mine")
        right = desk.call(*words, MATON_API_KEY="right-key-of-ours")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert "MATON_API_KEY" in wrong.stderr
    assert wrong.stderr.count("GET /") == 1 + wrong.stderr.count("error: GET /")
    assert "wr0ng-key-of-mine" not in wrong.stderr
    assert right.exit_code == 0
    assert "jo@acme.example" in right.stdout

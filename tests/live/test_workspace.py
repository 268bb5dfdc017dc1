"""Selecting the workspace of a run."""

from typing import Any

import pytest

from reconciler.errors import WorkspaceError
from reconciler.live import choose_workspace
from reconciler.live.workspace import MAX_NAME, require_workspace_name
from tests.live.fake_workspace import FakeWorkspace


def account(*pairs: tuple[str, str], **more: Any) -> FakeWorkspace:
    return FakeWorkspace(workspaces=[{"id": key, "name": name, **more} for key, name in pairs])


@pytest.mark.parametrize("wanted", ["w1", "Acme"])
def test_a_workspace_is_found_by_id_and_by_exact_name(wanted: str) -> None:
    service = account(("w1", "Acme"), ("w2", "acme"))
    assert choose_workspace(service.reader, wanted).id == "w1"
    assert service.lines == ["GET /workspaces"]


def test_the_only_workspace_needs_no_name() -> None:
    assert choose_workspace(account(("w1", "Acme")).reader, None).name == "Acme"


@pytest.mark.parametrize("wanted", [None, "ACME", "Acm", "", "w", "Twin"])
def test_an_unknown_or_ambiguous_workspace_lists_the_choices_with_their_ids(wanted: str | None) -> None:
    with pytest.raises(WorkspaceError) as caught:
        choose_workspace(account(("w1", "Twin"), ("w2", "Twin"), ("w3", "A\x1b[2J\u202e")).reader, wanted)
    assert "w1" in caught.value.message
    assert "w2" in caught.value.message
    assert ("w3" in caught.value.message) == (wanted != "Twin")
    assert "--workspace" in caught.value.hint
    assert caught.value.message.isprintable()


def message_for(wanted: str | None, *pairs: tuple[str, str]) -> str:
    with pytest.raises(WorkspaceError) as caught:
        choose_workspace(account(*pairs).reader, wanted)
    assert caught.value.hint == "select one with --workspace ID"
    return caught.value.message


def test_an_unknown_workspace_suggests_the_most_similar_name() -> None:
    pairs = ("w2", "Beta"), ("w1", "Acme Studio")
    there_are = "there are: 'Acme Studio' (w1), 'Beta' (w2)"
    assert message_for("Acme Studoi", *pairs) == f"no workspace 'Acme Studoi'; did you mean 'Acme Studio'? {there_are}"
    assert message_for("acme studio", *pairs) == f"no workspace 'acme studio'; did you mean 'Acme Studio'? {there_are}"
    assert message_for("xyz", *pairs) == f"no workspace 'xyz'; {there_are}"


def test_workspaces_of_the_same_name_are_told_apart_by_their_ids() -> None:
    pairs = ("w2", "Twin"), ("w1", "Twin"), ("w3", "Other")
    assert message_for("Twin", *pairs) == "2 workspaces match 'Twin': 'Twin' (w1), 'Twin' (w2)"
    assert message_for(None, *pairs[:2]) == "this account has 2 workspaces: 'Twin' (w1), 'Twin' (w2)"


def test_at_most_ten_workspaces_are_listed() -> None:
    message = message_for("?", *((f"w{n:02}", f"Name {n:02}") for n in range(12)))
    assert message.endswith("'Name 09' (w09) and 2 more")
    assert "Name 10" not in message
    assert message_for("?", *((f"w{n:02}", f"Name {n:02}") for n in range(10))).endswith("'Name 09' (w09)")


def test_an_id_that_is_also_the_name_of_another_workspace_is_ambiguous() -> None:
    with pytest.raises(WorkspaceError) as caught:
        choose_workspace(account(("w1", "Acme"), ("w2", "w1")).reader, "w1")
    assert caught.value.hint == "rename the workspace whose name is an id"  # its id is no way to select it


def test_an_account_without_workspaces_is_an_error() -> None:
    with pytest.raises(WorkspaceError, match="no workspace"):
        choose_workspace(account().reader, "Acme")


def test_settings_that_change_how_writes_behave_are_kept() -> None:
    settings = {"isProjectPublicByDefault": True, "defaultBillableProjects": False, "round": {}}
    workspace = choose_workspace(account(("w1", "Acme"), workspaceSettings=settings).reader, None)
    assert workspace.settings == {"isProjectPublicByDefault": True, "defaultBillableProjects": False}
    assert choose_workspace(account(("w1", "Acme"), workspaceSettings=None).reader, None).settings == {}


@pytest.mark.parametrize(
    ("currencies", "settings"),
    [
        ([{"id": "c1", "isDefault": False}, {"id": "c2", "isDefault": True}], {"currencyId": "c2"}),
        ([{"id": "c1", "isDefault": True}, {"id": "c2", "isDefault": False}], {"currencyId": "c1"}),
        ([{"id": "c1", "isDefault": False}], {}),
        ([{"id": "c1"}, {"id": "c2", "isDefault": None}], {}),
        ([{"id": "c1", "isDefault": "true"}, {"id": 7, "isDefault": True}, "odd"], {}),
        ("odd", {}),
        (None, {}),
    ],
)
def test_the_default_currency_is_that_of_new_clients(currencies: Any, settings: dict[str, str]) -> None:
    workspace = choose_workspace(account(("w1", "Acme"), currencies=currencies).reader, None)
    assert workspace.settings == settings


@pytest.mark.parametrize("settings", [None, [], [5], "text", 7, True])
def test_settings_of_another_type_are_none(settings: Any) -> None:
    assert choose_workspace(account(("w1", "Acme"), workspaceSettings=settings).reader, None).settings == {}


@pytest.mark.parametrize(("name", "is_valid"), [("n" * MAX_NAME, True), ("n" * (MAX_NAME + 1), False), (" n", False)])
def test_the_longest_name_of_a_workspace(name: str, is_valid: object) -> None:
    if is_valid:
        require_workspace_name(name)
        return
    with pytest.raises(WorkspaceError, match="invalid workspace name"):
        require_workspace_name(name)


@pytest.mark.parametrize(("length", "shown"), [(60, "n" * 60), (61, f"{'n' * 60}…")])
def test_of_a_name_that_is_much_too_long_the_beginning_is_shown(length: int, shown: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        require_workspace_name("n" * length)
    assert caught.value.message == f"invalid workspace name '{shown}'"


@pytest.mark.parametrize(
    ("memberships", "inactive"),
    [
        (
            [
                {"userId": "u1", "membershipStatus": "ACTIVE"},
                {"userId": "u2", "membershipStatus": "PENDING"},
                {"userId": 3, "membershipStatus": "PENDING"},
                {"userId": "u4"},
                "odd",
            ],
            {"u2": "PENDING"},
        ),
        ([], {}),
        (None, {}),
    ],
)
def test_who_is_not_an_active_member_has_a_status(memberships: Any, inactive: dict[str, str]) -> None:
    workspace = choose_workspace(account(("w1", "Acme"), memberships=memberships).reader, None)
    assert dict(workspace.inactive) == inactive

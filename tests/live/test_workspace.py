"""Which workspace a run is about."""

from typing import Any

import pytest

from reconciler.errors import WorkspaceError
from reconciler.live import choose_workspace
from tests.live.fake_workspace import World


def world(*pairs: tuple[str, str], **more: Any) -> World:
    return World(workspaces=[{"id": key, "name": name, **more} for key, name in pairs])


@pytest.mark.parametrize("wanted", ["w1", "Acme"])
def test_a_workspace_is_found_by_id_and_by_exact_name(wanted: str) -> None:
    here = world(("w1", "Acme"), ("w2", "acme"))
    assert choose_workspace(here.reader, wanted).id == "w1"
    assert here.lines == ["GET /workspaces"]


def test_the_only_one_needs_no_name() -> None:
    assert choose_workspace(world(("w1", "Acme")).reader, None).name == "Acme"


@pytest.mark.parametrize("wanted", [None, "ACME", "Acm", "", "w", "Twin"])
def test_none_or_several_are_listed_with_their_ids(wanted: str | None) -> None:
    with pytest.raises(WorkspaceError) as caught:
        choose_workspace(world(("w1", "Twin"), ("w2", "Twin"), ("w3", "A\x1b[2J\u202e")).reader, wanted)
    assert "w1" in caught.value.message
    assert "w2" in caught.value.message
    assert ("w3" in caught.value.message) == (wanted != "Twin")
    assert "--workspace" in caught.value.hint
    assert caught.value.message.isprintable()


def test_an_id_that_is_another_ones_name_is_no_choice() -> None:
    with pytest.raises(WorkspaceError):
        choose_workspace(world(("w1", "Acme"), ("w2", "w1")).reader, "w1")


def test_an_account_without_workspaces_says_so() -> None:
    with pytest.raises(WorkspaceError, match="no workspace"):
        choose_workspace(world().reader, "Acme")


def test_settings_that_change_how_writes_behave_come_along() -> None:
    settings = {"isProjectPublicByDefault": True, "defaultBillableProjects": False, "round": {}}
    found = choose_workspace(world(("w1", "Acme"), workspaceSettings=settings).reader, None)
    assert found.settings == {"isProjectPublicByDefault": True, "defaultBillableProjects": False}
    assert choose_workspace(world(("w1", "Acme"), workspaceSettings=None).reader, None).settings == {}

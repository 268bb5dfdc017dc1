"""Names under the readings that are not verified: docs/clockify.md sections 11 and 14."""

from __future__ import annotations

import pytest

from tests.sandbox.driving import Driver


def _gone(sandbox: Driver, kind: str) -> None:
    """Create and delete a resource with the name Same."""
    if kind == "tasks":
        project = sandbox.project("Holder")
        path = f"projects/{project['id']}/tasks"
    else:
        path = kind
    one = f"{path}/{sandbox.ok('POST', path, {'name': 'Same'})['id']}"
    sandbox.ok("PUT", one, {"name": "Same", "archived": True, "status": "DONE"})
    sandbox.ok("DELETE", one)


@pytest.mark.parametrize("kind", ["clients", "projects", "tags", "tasks"])
def test_a_deleted_name_is_free_or_reserved(kind: str) -> None:
    for reading, status in (("", 201), (f"reserved_names={kind}", 400)):
        with Driver(reading) as sandbox:
            _gone(sandbox, kind)
            path = kind
            if kind == "tasks":
                path = f"projects/{sandbox.ok('GET', 'projects')[0]['id']}/tasks"
            assert sandbox("POST", path, {"name": "Same"}).status_code == status
            assert sandbox("POST", path, {"name": "Other"}).status_code == 201


def test_names_are_compared_with_or_without_case() -> None:
    for reading, status in (("", 201), ("names_ignore_case", 400)):
        with Driver(reading) as sandbox:
            sandbox.client("Straße Öst")
            assert sandbox("POST", "clients", {"name": "STRAßE öST"}).status_code == status
            for other in ("Strasse Öst", "\u017ftraße Öst"):  # ss and the long s are other letters
                assert sandbox("POST", "clients", {"name": other}).status_code == 201


def test_a_resource_may_change_the_case_of_its_own_name() -> None:
    with Driver("names_ignore_case") as sandbox:
        path = f"clients/{sandbox.client('acme')['id']}"
        assert sandbox.ok("PUT", path, {"name": "Acme"})["name"] == "Acme"


def test_spaces_around_names_are_kept_or_trimmed() -> None:
    for reading, name, status in (("", " acme ", 201), ("names_trimmed", "acme", 400)):
        with Driver(reading) as sandbox:
            assert sandbox.client(" acme ")["name"] == name
            assert sandbox("POST", "clients", {"name": "acme"}).status_code == status


def test_a_name_may_have_any_characters_except_angle_brackets(sandbox: Driver) -> None:
    for name in ("a/b\\c", "😀 'quoted' \"double\"", "e\u0301 combining", "x" * 100):
        assert sandbox.client(name)["name"] == name

"""Pages, their headers and the filters that lists share: docs/clockify.md section 1.3."""

from __future__ import annotations

import pytest

from tests.sandbox.driving import Driver


def _with_tags(sandbox: Driver, count: int) -> None:
    for number in range(count):
        sandbox.tag(f"tag {number:03}")


def test_pages_are_read_to_the_last_one(sandbox: Driver) -> None:
    _with_tags(sandbox, 5)
    for page, names, last in (
        (1, ["000", "001"], "false"),
        (2, ["002", "003"], "false"),
        (3, ["004"], "true"),
        (4, [], "true"),
    ):
        response = sandbox("GET", "tags", page=page, page_size=2)
        assert [tag["name"][-3:] for tag in response.json()] == names
        assert response.headers["Last-Page"] == last
        assert response.headers["Total-Count"] == "5"


def test_a_page_has_fifty_items_unless_asked_and_a_camel_case_size_is_ignored(sandbox: Driver) -> None:
    _with_tags(sandbox, 51)
    assert len(sandbox.ok("GET", "tags")) == 50
    assert len(sandbox.ok("GET", "tags", pageSize="3")) == 50
    assert len(sandbox.ok("GET", "tags", page_size=5000)) == 51


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"page_size": "0"}, (400, 501, "Page size must be a positive value")),
        ({"page": "0"}, (400, 501, "Page must be a positive value")),
        ({"page_size": "many"}, (400, 3000, "Failed to convert value 'many' of parameter 'page-size'")),
        ({"archived": "perhaps"}, (400, 3000, "Failed to convert value 'perhaps' of parameter 'archived'")),
        ({"sort_order": "UP"}, (400, 3000, "Failed to convert value 'UP' of parameter 'sort-order'")),
    ],
)
def test_invalid_parameters_are_rejected(
    sandbox: Driver, params: dict[str, str], expected: tuple[int, int, str]
) -> None:
    assert sandbox.refused("GET", "tags", **params) == expected


def test_the_cap_silently_limits_a_page() -> None:
    with Driver("page_cap=2") as sandbox:
        _with_tags(sandbox, 3)
        response = sandbox("GET", "tags", page_size=100)
        assert (len(response.json()), response.headers["last-page"]) == (2, "false")
    with Driver("page_cap=0,page_default=1") as sandbox:
        _with_tags(sandbox, 3)
        assert len(sandbox.ok("GET", "tags", page_size=100_000)) == 3
        assert len(sandbox.ok("GET", "tags")) == 1


def test_headers_can_be_missing() -> None:
    with Driver("last_page=false,total_count=false") as sandbox:
        headers = sandbox("GET", "tags").headers
        assert "last-page" not in headers
        assert "total-count" not in headers


@pytest.mark.parametrize(
    ("path", "counted"), [("clients", True), ("tags", True), ("projects", False), ("users", False)]
)
def test_only_clients_and_tags_have_a_total_count(sandbox: Driver, path: str, *, counted: bool) -> None:
    headers = sandbox("GET", path).headers
    assert headers["last-page"] == "true"
    assert ("total-count" in headers) is counted


@pytest.mark.parametrize(("reading", "both"), [("", True), ("archived_absent=active", False)])
def test_a_list_without_archived_has_both_or_active_only(reading: str, *, both: bool) -> None:
    with Driver(reading) as sandbox:
        one, two = sandbox.tag("one"), sandbox.tag("two")
        sandbox.ok("PUT", f"tags/{two['id']}", {"name": "two", "archived": True})
        found = [tag["name"] for tag in sandbox.ok("GET", "tags")]
        assert found == (["one", "two"] if both else ["one"])
        assert sandbox.ok("GET", "tags", archived="false") == [one]
        assert [tag["name"] for tag in sandbox.ok("GET", "tags", archived="true")] == ["two"]


def test_the_name_filter_matches_a_part_without_case_or_the_whole_name(sandbox: Driver) -> None:
    for name in ("Alpha", "alphabet", "Beta", "ALPHA"):
        sandbox.tag(name)
    assert {tag["name"] for tag in sandbox.ok("GET", "tags", name="alpha")} == {"Alpha", "ALPHA", "alphabet"}
    assert {tag["name"] for tag in sandbox.ok("GET", "tags", name="alpha", strict_name_search="true")} == {
        "Alpha",
        "ALPHA",
    }

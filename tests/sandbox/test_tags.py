"""Tags, statement by statement of docs/clockify.md section 9."""

from __future__ import annotations

from tests.sandbox.driving import Driver


def test_a_tag_has_four_keys(sandbox: Driver) -> None:
    tag = sandbox.tag()
    assert tag == {"id": tag["id"], "name": "urgent", "workspaceId": sandbox.workspace, "archived": False}


def test_an_update_without_archived_unarchives_or_keeps() -> None:
    for reading, archived in (("", False), ("put_tags=merge", True)):
        with Driver(reading) as sandbox:
            path = f"tags/{sandbox.tag()['id']}"
            sandbox.ok("PUT", path, {"name": "urgent", "archived": True})
            assert sandbox.ok("PUT", path, {"name": "urgent"})["archived"] is archived


def test_an_update_without_name_is_rejected(sandbox: Driver) -> None:
    path = f"tags/{sandbox.tag()['id']}"
    assert sandbox.refused("PUT", path, {"archived": True}) == (400, 501, "Tag name is required")


def test_an_active_tag_can_be_deleted_and_its_name_is_free(sandbox: Driver) -> None:
    tag = sandbox.tag()
    response = sandbox("DELETE", f"tags/{tag['id']}")
    assert (response.status_code, response.json()) == (200, tag)
    assert sandbox.refused("GET", f"tags/{tag['id']}") == (400, 501, "Tag doesn't belong to Workspace")
    sandbox.tag()


def test_a_delete_requires_an_archived_tag_with_the_switch() -> None:
    with Driver("tag_delete_needs_archive") as sandbox:
        path = f"tags/{sandbox.tag()['id']}"
        assert sandbox.refused("DELETE", path)[:2] == (400, 501)
        sandbox.ok("PUT", path, {"name": "urgent", "archived": True})
        sandbox.ok("DELETE", path)


def test_a_deleted_tag_disappears_from_time_entries(sandbox: Driver) -> None:
    gone, stays = sandbox.tag("gone"), sandbox.tag("stays")
    entry = sandbox.entry(tagIds=[gone["id"], stays["id"]])
    sandbox.ok("DELETE", f"tags/{gone['id']}")
    after = sandbox.ok("GET", f"time-entries/{entry['id']}")
    assert after["tagIds"] == [stays["id"]]
    assert after["timeInterval"] == entry["timeInterval"]


def test_archived_tags_keep_their_names_reserved(sandbox: Driver) -> None:
    sandbox.ok("PUT", f"tags/{sandbox.tag()['id']}", {"name": "urgent", "archived": True})
    assert sandbox.refused("POST", "tags", {"name": "urgent"}) == (400, 501, "Tag with name urgent already exists")


def test_a_list_can_exclude_ids_and_sort_by_two_columns(sandbox: Driver) -> None:
    one, two = sandbox.tag("one"), sandbox.tag("two")
    assert sandbox.ok("GET", "tags", excluded_ids=one["id"]) == [two]
    assert [tag["name"] for tag in sandbox.ok("GET", "tags", sort_column="NAME", sort_order="DESCENDING")] == [
        "two",
        "one",
    ]
    assert sandbox.refused("GET", "tags", sort_column="COLOUR")[:2] == (400, 3000)

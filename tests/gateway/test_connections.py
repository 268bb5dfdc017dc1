"""The connections of an account: the end of the list is proven, and the link is in no representation."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.errors import IncompleteReadError, ProtocolError
from reconciler.text import API_KEYS, sanitize
from tests.gateway.fake_service import Reply, Service, reader_of, writer_of

TOKEN = "s3cret-s3cret-s3cret"
LINK = f"https://connect.example/?session_token={TOKEN}&app=clockify"


@pytest.fixture(autouse=True)
def _forget() -> Any:
    yield
    API_KEYS.clear()


def page(count: int, **more: Any) -> Reply:
    items = [{"connection_id": f"c{n}", "status": "ACTIVE", "app": "clockify", "url": LINK} for n in range(count)]
    return Reply({"connections": items, **more})


@pytest.mark.parametrize(
    ("replies", "count"),
    [
        ([page(29)], 29),
        ([page(30), page(30)], 30),
        ([page(30), page(45)], 45),
        ([page(30), page(100), page(250)], 250),
        ([page(5, next_cursor="x"), page(7)], 7),
        ([page(5, pagination={"next": "x"}), page(7)], 7),
        ([page(5, next_cursor=None)], 5),
    ],
)
def test_a_list_is_read_to_a_proven_end(replies: list[Reply], count: int) -> None:
    service = Service(list(replies))
    assert len(reader_of(service).connections()) == count
    assert len(service.requests) == len(replies)


def test_a_list_without_a_proven_end_is_an_error() -> None:
    with pytest.raises(IncompleteReadError, match="connections"):
        reader_of(Service([page(5, next_cursor="x")] * 4)).connections()


def test_other_apps_are_left_out_where_the_gateway_ignores_the_filter() -> None:
    items = [{"connection_id": name, "status": "ACTIVE", "app": name} for name in ("clockify", "slack")]
    service = Service([Reply({"connections": items})] * 2)
    assert [item["app"] for item in reader_of(service).connections()] == ["clockify"]
    assert len(reader_of(service).connections("", "")) == 2


def test_the_link_is_in_no_record_and_no_representation_and_is_masked() -> None:
    created = {"connection": {"connection_id": "c1", "status": "PENDING", "url": LINK}}
    new = writer_of(Service([Reply(created)])).create_connection()
    assert new.link == LINK
    assert TOKEN not in repr(new)
    assert TOKEN not in sanitize(f"opened {LINK}")
    assert "clockify" in sanitize(f"opened {LINK}")
    assert "url" not in reader_of(Service([Reply(created)])).connection("c1")


@pytest.mark.parametrize(("size", "is_taken"), [(4096, True), (4097, False)])
def test_the_longest_link(size: int, is_taken: object) -> None:
    link = "https://connect.example/?t=".ljust(size, "x")
    writer = writer_of(Service([Reply({"connection": {"connection_id": "c1", "status": "PENDING", "url": link}})]))
    if is_taken:
        assert writer.create_connection().link == link
        return
    with pytest.raises(ProtocolError):
        writer.create_connection()


@pytest.mark.parametrize(
    "link", [None, 5, "", "javascript:alert(1)", "http://connect.example/?t=1", "https://a b", "https://x\x1b[31m", "https://u:p@host/", "file:///etc/passwd"]
)  # fmt: skip
def test_a_link_that_is_no_plain_https_address_is_a_protocol_error(link: Any) -> None:
    created = {"connection": {"connection_id": "c1", "status": "PENDING", "url": link}}
    with pytest.raises(ProtocolError) as caught:
        writer_of(Service([Reply(created)])).create_connection()
    assert caught.value.unknown


def test_the_limits_that_are_asked_for() -> None:
    service = Service([page(30), page(100), page(1000), page(9)])
    reader_of(service).connections("", "")
    assert [request.params.get("limit") for request in service.requests] == [None, "100", "1000", "10000"]


def test_a_token_that_is_the_path_of_the_link_is_masked() -> None:
    link = f"https://connect.example/{TOKEN}?app=clockify"
    created = {"connection": {"connection_id": "c1", "status": "PENDING", "url": link}}
    assert writer_of(Service([Reply(created)])).create_connection().link == link
    assert TOKEN not in sanitize(f"opened {link}")


@pytest.mark.parametrize("item", [None, "c1", {}, {"status": "ACTIVE"}, {"connection_id": ""}, {"connection_id": 7}])
def test_what_has_no_id_is_no_connection(item: Any) -> None:
    with pytest.raises(ProtocolError, match="has no connection"):
        reader_of(Service([Reply({"connection": item})])).connection("c1")

"""Which connection a run goes through."""

from typing import Any

import pytest

from reconciler.errors import ForbiddenError, WorkspaceError
from reconciler.gateway import open_reader, pin_connection
from tests.clock import Time
from tests.gateway.support import Reply, Service, config_for, reader_of, refusal


def connections(*items: Any) -> Reply:
    return Reply({"connections": list(items)})


def active(name: str) -> dict[str, str]:
    return {"connection_id": name, "status": "ACTIVE", "app": "clockify"}


def test_the_only_active_connection_is_pinned_and_named_from_then_on() -> None:
    service = Service([connections(active("k1"), {**active("k2"), "status": "FAILED"}), Reply({"id": "u"})])
    config = pin_connection(config_for(service), reader_of(service))
    assert config.connection == "k1"
    with open_reader(config, clock=Time().gateway_clock) as reader:
        reader.user()
    assert "maton-connection" not in service.asked[0].headers
    assert service.asked[1].headers["maton-connection"] == "k1"


def test_no_connection_says_how_to_make_one() -> None:
    service = Service([connections()])
    with pytest.raises(WorkspaceError) as caught:
        pin_connection(config_for(service), reader_of(service))
    assert "connect Clockify" in caught.value.hint


def test_several_connections_are_listed_and_none_is_taken() -> None:
    service = Service([connections(active("k1"), active("k2\x1b"))])
    with pytest.raises(WorkspaceError, match="k1, k2") as caught:
        pin_connection(config_for(service), reader_of(service))
    assert "--connection" in caught.value.hint
    assert caught.value.message.isprintable()


@pytest.mark.parametrize("status", [404, 405])
def test_a_gateway_without_such_a_list_is_used_as_it_is(status: int) -> None:
    service = Service([refusal(status)])
    assert pin_connection(config_for(service), reader_of(service)).connection == ""


def test_any_other_refusal_is_one() -> None:
    service = Service([refusal(403)])
    with pytest.raises(ForbiddenError):
        pin_connection(config_for(service), reader_of(service))


def test_nothing_is_asked_where_one_is_chosen_or_there_are_none() -> None:
    service = Service([])
    chosen = config_for(service, connection="k9")
    assert pin_connection(chosen, reader_of(service)) is chosen
    direct = config_for(service, "clockify")
    assert pin_connection(direct, reader_of(service)) is direct
    assert service.asked == []

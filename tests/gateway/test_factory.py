"""Pinning the connection of a run."""

from typing import Any

import pytest

from reconciler.errors import ForbiddenError, WorkspaceError
from reconciler.gateway import open_reader, pin_connection
from tests.clock import Time
from tests.gateway.fake_service import Reply, Service, config_for, error_reply, reader_of


def connections(*items: Any) -> Reply:
    return Reply({"connections": list(items)})


def active(name: str) -> dict[str, str]:
    return {"connection_id": name, "status": "ACTIVE", "app": "clockify"}


def test_the_only_active_connection_is_pinned_and_sent_with_every_request() -> None:
    service = Service([connections(active("k1"), {**active("k2"), "status": "FAILED"}), Reply({"id": "u"})])
    config = pin_connection(config_for(service), reader_of(service))
    assert config.connection == "k1"
    with open_reader(config, clock=Time().gateway_clock) as reader:
        reader.user()
    assert "maton-connection" not in service.requests[0].headers
    assert service.requests[1].headers["maton-connection"] == "k1"


def test_an_account_without_a_connection_gets_a_hint() -> None:
    service = Service([connections()])
    with pytest.raises(WorkspaceError) as caught:
        pin_connection(config_for(service), reader_of(service))
    assert "connect Clockify" in caught.value.hint


def test_several_active_connections_are_an_error_that_lists_them() -> None:
    service = Service([connections(active("k1"), active("k2\x1b"))])
    with pytest.raises(WorkspaceError, match="k1, k2") as caught:
        pin_connection(config_for(service), reader_of(service))
    assert "--connection" in caught.value.hint
    assert caught.value.message.isprintable()


def test_a_long_id_of_a_connection_is_cut_in_the_list() -> None:
    service = Service([connections(active("k1"), active("x" * 300))])
    with pytest.raises(WorkspaceError) as caught:
        pin_connection(config_for(service), reader_of(service))
    cut = "x" * 99 + "…"
    assert caught.value.message == f"this account has 2 ACTIVE Clockify connections: k1, {cut}"


@pytest.mark.parametrize("status", [404, 405])
def test_a_gateway_without_a_connection_list_needs_no_connection(status: int) -> None:
    service = Service([error_reply(status)])
    assert pin_connection(config_for(service), reader_of(service)).connection == ""


def test_other_errors_of_the_connection_list_are_raised() -> None:
    service = Service([error_reply(403)])
    with pytest.raises(ForbiddenError):
        pin_connection(config_for(service), reader_of(service))


def test_no_request_is_sent_if_a_connection_is_given_or_the_gateway_has_none() -> None:
    service = Service([])
    chosen = config_for(service, connection="k9")
    assert pin_connection(chosen, reader_of(service)) is chosen
    direct = config_for(service, "clockify")
    assert pin_connection(direct, reader_of(service)) is direct
    assert service.requests == []

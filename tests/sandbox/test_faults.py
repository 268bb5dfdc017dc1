"""Injected faults."""

from __future__ import annotations

import json

import pytest

from reconciler.sandbox import DroppedError, Fault, IncomingRequest
from tests.sandbox.driving import Driver


def _at(index: int, fault: Fault) -> Driver:
    """A sandbox with a fault at request number `index`."""
    return Driver(faults=lambda incoming: fault if incoming.index == index else None)


@pytest.mark.parametrize(
    ("fault", "status", "is_carried_out"),
    [(Fault.ERROR_BEFORE, 500, False), (Fault.ERROR_AFTER, 500, True), (Fault.BAD_GATEWAY, 502, False), (Fault.THROTTLE, 429, False)],
)  # fmt: skip
def test_a_fault_replaces_the_status(fault: Fault, status: int, *, is_carried_out: bool) -> None:
    with _at(0, fault) as sandbox:
        assert sandbox("POST", "tags", {"name": "x"}).status_code == status
        assert (len(sandbox.ok("GET", "tags")) == 1) is is_carried_out


@pytest.mark.parametrize(("fault", "is_carried_out"), [(Fault.DROP_BEFORE, False), (Fault.DROP_AFTER, True)])
def test_a_fault_drops_the_connection(fault: Fault, *, is_carried_out: bool) -> None:
    with _at(0, fault) as sandbox:
        with pytest.raises(DroppedError):
            sandbox("POST", "tags", {"name": "x"})
        assert (len(sandbox.ok("GET", "tags")) == 1) is is_carried_out


@pytest.mark.parametrize("fault", [Fault.TRUNCATED, Fault.BAD_JSON])
def test_a_fault_makes_the_body_invalid(fault: Fault) -> None:
    with _at(0, fault) as sandbox:
        response = sandbox("POST", "tags", {"name": "x"})
        assert response.status_code == 201
        with pytest.raises(json.JSONDecodeError):
            response.json()
        assert len(sandbox.ok("GET", "tags")) == 1


def test_a_fault_is_chosen_by_the_incoming_request() -> None:
    seen: list[IncomingRequest] = []

    def on_request(incoming: IncomingRequest) -> None:
        seen.append(incoming)

    with Driver(faults=on_request) as sandbox:
        sandbox.ok("GET", "tags")
        sandbox.ok("POST", "tags", {"name": "x"})
        path = f"/clockify/api/v1/workspaces/{sandbox.workspace}/tags"
        assert seen == [IncomingRequest(0, "GET", path), IncomingRequest(1, "POST", path)]

"""Answers that break on purpose."""

from __future__ import annotations

import json

import pytest

from reconciler.sandbox import DroppedError, Fault, Incoming
from tests.sandbox.driving import Driver


def _at(index: int, fault: Fault) -> Driver:
    """A sandbox whose request number `index` breaks."""
    return Driver(faults=lambda incoming: fault if incoming.index == index else None)


@pytest.mark.parametrize(
    ("fault", "status", "acted"),
    [(Fault.ERROR_BEFORE, 500, False), (Fault.ERROR_AFTER, 500, True), (Fault.BAD_GATEWAY, 502, False), (Fault.THROTTLE, 429, False)],
)  # fmt: skip
def test_an_answer_of_another_status(fault: Fault, status: int, *, acted: bool) -> None:
    with _at(0, fault) as sandbox:
        assert sandbox("POST", "tags", {"name": "x"}).status_code == status
        assert (len(sandbox.ok("GET", "tags")) == 1) is acted


@pytest.mark.parametrize(("fault", "acted"), [(Fault.DROP_BEFORE, False), (Fault.DROP_AFTER, True)])
def test_a_connection_that_goes_away(fault: Fault, *, acted: bool) -> None:
    with _at(0, fault) as sandbox:
        with pytest.raises(DroppedError):
            sandbox("POST", "tags", {"name": "x"})
        assert (len(sandbox.ok("GET", "tags")) == 1) is acted


@pytest.mark.parametrize("fault", [Fault.TRUNCATED, Fault.BAD_JSON])
def test_a_body_that_cannot_be_read(fault: Fault) -> None:
    with _at(0, fault) as sandbox:
        answer = sandbox("POST", "tags", {"name": "x"})
        assert answer.status_code == 201
        with pytest.raises(json.JSONDecodeError):
            answer.json()
        assert len(sandbox.ok("GET", "tags")) == 1


def test_a_fault_sees_what_comes_in() -> None:
    seen: list[Incoming] = []

    def on_request(incoming: Incoming) -> None:
        seen.append(incoming)

    with Driver(faults=on_request) as sandbox:
        sandbox.ok("GET", "tags")
        sandbox.ok("POST", "tags", {"name": "x"})
        path = f"/clockify/api/v1/workspaces/{sandbox.workspace}/tags"
        assert seen == [Incoming(0, "GET", path), Incoming(1, "POST", path)]

"""The Writer: what each method sends, and the responses that it accepts."""

import pytest

from reconciler.errors import ProtocolError
from reconciler.kinds import CLIENT, PROJECT, TASK
from tests.gateway.fake_service import Reply, Service, writer_of

OBJECT = Reply({"id": "x", "name": "X"}, 201)


def test_each_write_goes_to_its_path_with_its_body() -> None:
    service = Service(lambda _: OBJECT)
    writer = writer_of(service)
    assert writer.create(CLIENT, "w", {"name": "Café ✓"}) == OBJECT.body
    writer.create(TASK, "w", {"name": "T"}, "p1")
    writer.update(TASK, "w", "t1", {"name": "T", "status": "DONE"}, "p1")
    writer.patch(PROJECT, "w", "p1", "estimate", {"timeEstimate": None})
    writer.delete(TASK, "w", "t1", "p1")
    assert writer.create_workspace("Acme") == OBJECT.body
    assert service.lines == [
        "POST /workspaces/w/clients",
        "POST /workspaces/w/projects/p1/tasks",
        "PUT /workspaces/w/projects/p1/tasks/t1",
        "PATCH /workspaces/w/projects/p1/estimate",
        "DELETE /workspaces/w/projects/p1/tasks/t1",
        "POST /workspaces",
    ]
    assert service.requests[0].body == {"name": "Café ✓"}
    assert service.requests[0].headers["content-type"] == "application/json"
    assert service.requests[4].body is None
    assert all(request.params == {} for request in service.requests)


@pytest.mark.parametrize("body", [b"", b"  ", b"null"])
def test_a_success_without_a_body_is_none(body: bytes) -> None:
    assert writer_of(Service([Reply(body)])).update(CLIENT, "w", "c1", {}) is None


@pytest.mark.parametrize("reply", [Reply(b"", 204), Reply({"id": "x"}), Reply(b"gone"), Reply([1])])
def test_any_2xx_of_a_delete_is_a_success(reply: Reply) -> None:
    service = Service([reply])
    writer_of(service).delete(CLIENT, "w", "c1")
    assert service.lines == ["DELETE /workspaces/w/clients/c1"]


def test_a_delete_whose_response_is_truncated_is_retried() -> None:
    broken = Reply(b'{"id": "c', headers={"Content-Type": "application/json"})
    service = Service([broken, Reply(b"", 204)])
    writer_of(service).delete(CLIENT, "w", "c1")
    assert len(service.requests) == 2


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"1"])
def test_a_success_that_is_not_an_object_is_an_error(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        writer_of(Service([Reply(body)])).create(CLIENT, "w", {"name": "x"})


def test_a_writer_reads_too_and_counts_every_request() -> None:
    writer = writer_of(Service(lambda _: OBJECT))
    writer.get(CLIENT, "w", "c1")
    writer.delete(CLIENT, "w", "c1")
    assert writer.requests == 2

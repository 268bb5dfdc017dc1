"""The Writer: what each method sends, and the answers that it takes."""

import pytest

from reconciler.errors import ProtocolError
from reconciler.kinds import CLIENT, PROJECT, TASK
from tests.gateway.support import Reply, Service, writer_of

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
    assert service.asked[0].body == {"name": "Café ✓"}
    assert service.asked[0].headers["content-type"] == "application/json"
    assert service.asked[4].body is None
    assert all(asked.params == {} for asked in service.asked)


@pytest.mark.parametrize("body", [b"", b"  ", b"null"])
def test_a_success_without_a_body_is_none(body: bytes) -> None:
    assert writer_of(Service([Reply(body)])).update(CLIENT, "w", "c1", {}) is None


@pytest.mark.parametrize("reply", [Reply(b"", 204), Reply({"id": "x"}), Reply(b"gone"), Reply([1])])
def test_any_success_of_a_delete_will_do(reply: Reply) -> None:
    service = Service([reply])
    writer_of(service).delete(CLIENT, "w", "c1")
    assert service.lines == ["DELETE /workspaces/w/clients/c1"]


def test_a_delete_whose_answer_breaks_off_is_sent_again() -> None:
    broken = Reply(b'{"id": "c', headers={"Content-Type": "application/json"})
    service = Service([broken, Reply(b"", 204)])
    writer_of(service).delete(CLIENT, "w", "c1")
    assert len(service.asked) == 2


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"1"])
def test_a_success_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        writer_of(Service([Reply(body)])).create(CLIENT, "w", {"name": "x"})


def test_a_writer_reads_too_and_counts_all_it_sends() -> None:
    writer = writer_of(Service(lambda _: OBJECT))
    writer.get(CLIENT, "w", "c1")
    writer.delete(CLIENT, "w", "c1")
    assert writer.requests == 2

"""The Reader: one method per endpoint, and no writes."""

import pytest

from reconciler.errors import ProtocolError, RefusedError
from reconciler.gateway import Reader, Sent, open_reader
from reconciler.gateway.messages import ReadOnly, Request, Response
from reconciler.kinds import CLIENT, PROJECT, TASK
from tests.clock import Time
from tests.gateway.fake_service import KEY, Reply, Service, config_for, page, reader_of, writer_of


class RecordingTransport:
    """A transport that records methods and sends nothing."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, request: Request) -> Response:
        self.sent.append(request.method)
        return Response(200)

    def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "get", "HEAD", "OPTIONS", "X"])
def test_a_read_only_transport_rejects_every_method_but_get_before_sending(method: str) -> None:
    recorder = RecordingTransport()
    transport = ReadOnly(recorder)
    with pytest.raises(RefusedError):
        transport.send(Request(method, "/x"))
    assert recorder.sent == []
    transport.send(Request("GET", "/x"))
    assert recorder.sent == ["GET"]


def test_a_write_through_a_reader_sends_nothing() -> None:
    service = Service([])
    reader = reader_of(service)
    with pytest.raises(RefusedError):
        reader._pipeline.call(Request("DELETE", "/clockify/api/v1/workspaces/w/clients/c1"))
    assert service.requests == []


def test_a_reader_has_no_method_that_writes() -> None:
    verbs = ("create", "update", "patch", "delete", "post", "put")
    assert not [name for name in dir(Reader) if any(verb in name.lower() for verb in verbs)]


def test_every_request_has_a_user_agent_and_the_key_only_in_its_header() -> None:
    service = Service([Reply({"id": "u"})])
    reader_of(service).user()
    request = service.requests[0]
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["user-agent"].startswith("reconciler/")
    assert KEY not in request.path + str(request.params)


def test_each_read_goes_to_its_path() -> None:
    service = Service(
        lambda request: page([]) if request.path.endswith("s") or "entries" in request.path else Reply({"id": "x"})
    )
    reader = reader_of(service)
    reader.user()
    reader.workspaces()
    reader.workspace("w")
    reader.users("w")
    reader.list(PROJECT, "w", archived=True)
    reader.list(TASK, "w", "p1")
    reader.get(CLIENT, "w", "c1")
    reader.get(TASK, "w", "t1", "p1")
    reader.time_entries("w", "u1", project="p1", in_progress=False, task=None)
    assert service.lines == [
        "GET /user",
        "GET /workspaces",
        "GET /workspaces/w",
        "GET /workspaces/w/users",
        "GET /workspaces/w/projects",
        "GET /workspaces/w/projects/p1/tasks",
        "GET /workspaces/w/clients/c1",
        "GET /workspaces/w/projects/p1/tasks/t1",
        "GET /workspaces/w/user/u1/time-entries",
    ]
    paging = {"page": "1", "page-size": "5000"}
    assert service.requests[3].params == {"include-roles": "false", "memberships": "NONE", **paging}
    assert service.requests[4].params == {"hydrated": "true", "archived": "true", **paging}
    assert service.requests[8].params == {"project": "p1", "in-progress": "false", **paging}


def test_pages_of_a_list_are_as_large_as_those_of_a_whole_list_unless_told_otherwise() -> None:
    service = Service(lambda _: page([]))
    reader = reader_of(service)
    assert list(reader.pages(CLIENT, "w")) == list(reader.pages(CLIENT, "w", most=200)) == [[]]
    assert [request.params["page-size"] for request in service.requests] == ["5000", "200"]


def test_the_direct_gateway_has_its_own_path_prefix() -> None:
    service = Service([Reply({"id": "u"})])
    reader_of(service, "clockify").user()
    assert service.requests[0].path == "/api/v1/user"
    assert service.requests[0].headers["x-api-key"] == KEY


def test_an_id_cannot_change_the_path() -> None:
    service = Service([Reply({"id": "x"})])
    reader = reader_of(service)
    reader.get(CLIENT, "w", "a/../b?c#d %")
    assert service.requests[0].path == "/clockify/api/v1/workspaces/w/clients/a/../b?c#d %"
    for bad in ("", ".", ".."):
        with pytest.raises(ProtocolError):
            reader.get(CLIENT, "w", bad)
        with pytest.raises(ProtocolError):
            reader.list(TASK, "w", bad)
    assert len(service.requests) == 1


def test_connections_omit_the_secret_link() -> None:
    link = "https://connect.maton.ai/?session_token=s3cret"
    service = Service([Reply({"connections": [{"connection_id": "k1", "status": "ACTIVE", "url": link}]})])
    assert reader_of(service).connections() == ({"connection_id": "k1", "status": "ACTIVE"},)
    assert service.requests[0].path == "/connections"
    assert service.requests[0].params == {"app": "clockify", "status": "ACTIVE"}


@pytest.mark.parametrize("body", [[], {}, {"connections": {}}, {"connections": [1]}, "x"])
def test_connections_of_an_unknown_shape_are_an_error(body: object) -> None:
    with pytest.raises(ProtocolError):
        reader_of(Service([Reply(body)])).connections()


def test_on_request_is_called_for_every_attempt() -> None:
    seen: list[Sent] = []
    service = Service([Reply(b"", 503), Reply(lost=True), Reply({"id": "u"})])
    with open_reader(config_for(service), clock=Time().gateway_clock, on_request=seen.append) as reader:
        reader.user()
    assert [(sent.status, sent.attempt) for sent in seen] == [(503, 1), (0, 2), (200, 3)]
    assert KEY not in repr(seen)


def test_a_search_by_name_finds_that_name_alone() -> None:
    service = Service(lambda _: page([{"id": "c1", "name": "Acme"}, {"id": "c2", "name": "Acme Ltd"}]))
    with reader_of(service) as reader:
        assert [found["id"] for found in reader.named(CLIENT, "w", "Acme")] == ["c1"]
    assert service.requests[0].params["name"] == "Acme"


@pytest.mark.parametrize("body", [b"", b"null"])
def test_an_empty_answer_is_no_object(body: bytes) -> None:
    with pytest.raises(ProtocolError, match="is empty"):
        reader_of(Service([Reply(body)])).user()
    with pytest.raises(ProtocolError, match="is empty"):
        writer_of(Service([Reply(body)])).create_workspace("Acme")


def test_an_empty_answer_is_no_list_of_workspaces() -> None:
    with pytest.raises(ProtocolError) as caught:
        reader_of(Service([Reply(b"")])).workspaces()
    assert caught.value.message.startswith("the response to GET /workspaces is not JSON: ")
    assert caught.value.hint == "check --base-url and --gateway"

"""The sandbox that is called directly answers every request as the one that is served."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.in_process import InProcessTransport
from reconciler.gateway.messages import Request, Response
from reconciler.sandbox import SandboxApp, SandboxService, Store, Switches, create_app, create_service
from tests.seeded import seed

KEY = {"Authorization": "Bearer any-k3y-will-do"}
API = "/clockify/api/v1"


class Pair:
    """A served sandbox and one that is called, over two stores with the same content."""

    def __init__(self, stack: ExitStack, switches: str, headers: dict[str, str]) -> None:
        stores = [stack.enter_context(Store(":memory:")) for _ in range(2)]
        self.workspace, _ = (seed(store) for store in stores)
        options = {"switches": Switches.parse(switches), "clock": lambda: 1_770_974_282.0}
        self.served: SandboxApp = create_app(stores[0], **options)  # type: ignore[arg-type]
        self.called: SandboxService = create_service(stores[1], **options)  # type: ignore[arg-type]
        self.through = AsgiTransport(self.served, headers), InProcessTransport(self.called, headers)
        stack.callback(self.through[0].close)

    def send(self, method: str, path: str, body: object = None, **params: str) -> Response:
        """The response of both, which is the same."""
        request = Request(method, path.replace("WS", self.workspace), tuple(params.items()), body)
        served, called = (transport.send(request) for transport in self.through)
        length = served.headers.get("content-length", "0")
        shown = {name: value for name, value in served.headers.items() if name != "content-length"}
        assert (called.status, called.headers, called.body) == (served.status, shown, served.body)
        assert int(length) == len(called.body)
        return called


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_every_kind_of_answer_is_the_same(stack: ExitStack) -> None:
    pair = Pair(stack, "rate=off", KEY)
    requests: list[tuple[str, str, object, dict[str, str]]] = [
        ("GET", f"{API}/user", None, {}),
        ("GET", f"{API}/workspaces/WS/tags", None, {"page": "2", "page-size": "3", "name": "", "archived": "false"}),
        ("POST", f"{API}/workspaces/WS/tags", {"name": "Größe & Co"}, {}),
        ("POST", f"{API}/workspaces/WS/tags", {"name": ""}, {}),
        ("POST", f"{API}/workspaces/WS/tags", {"name": "Größe & Co"}, {}),
        ("GET", f"{API}/workspaces/WS/tags", None, {"name": "Größe & Co"}),
        ("GET", f"{API}/nowhere", None, {}),
        ("GET", f"{API}/no%0Awhere", None, {}),
        ("PATCH", f"{API}/workspaces/WS/tags", {}, {}),
        ("GET", f"{API}/workspaces/none/tags", None, {}),
        ("GET", "/connections", None, {"app": "clockify"}),
        ("GET", "/", None, {}),
        ("GET", "/api/v1/user", None, {}),
    ]
    statuses = [pair.send(method, path, body, **params).status for method, path, body, params in requests]
    assert statuses == [200, 200, 201, 400, 400, 200, 404, 404, 405, 403, 200, 404, 401]
    assert list(pair.called.log) == list(pair.served.state.log)
    assert [item.status for item in pair.called.log] == statuses
    assert pair.called.store.snapshot(pair.workspace) == pair.served.state.store.snapshot(pair.workspace)


@pytest.mark.parametrize("throttle", ["plain", "retry-after", "empty"])
def test_a_refused_request_is_the_same(stack: ExitStack, throttle: str) -> None:
    pair = Pair(stack, f"rate=1/h,throttle={throttle}", KEY)
    first, second = pair.send("GET", f"{API}/user"), pair.send("GET", f"{API}/user")
    assert (first.status, second.status, second.is_empty) == (200, 429, throttle == "empty")
    assert ("retry-after" in second.headers) == (throttle == "retry-after")


@pytest.mark.parametrize(
    ("switches", "status"),
    [
        ("delete_answers=empty", 204),
        ("put_answers=empty", 200),
        ("missing_is_404=true", 404),
        ("key=the-right-k3y", 401),
    ],
)
def test_a_switch_holds_for_both(stack: ExitStack, switches: str, status: int) -> None:
    pair = Pair(stack, f"rate=off,{switches}", KEY)
    if status == 404:
        assert pair.send("GET", f"{API}/workspaces/WS/projects/000000000000000000000000").status == status
        return
    made = pair.send("POST", f"{API}/workspaces/WS/tags", {"name": "new"})
    if status == 401:
        assert made.status == status
        return
    method, body = ("DELETE", None) if status == 204 else ("PUT", {"name": "newer"})
    assert pair.send(method, f"{API}/workspaces/WS/tags/{made.json()['id']}", body).status == status


def test_an_empty_store_gets_an_account_and_the_latency_is_waited_for() -> None:
    slept: list[float] = []
    with Store(":memory:") as store:
        service = create_service(store, Switches.parse("rate=off,latency_ms=250"), sleep=slept.append)
        status, _, body = service.handle(
            "GET", f"{API}/workspaces", "", {"authorization": "Bearer any-k3y-will-do"}, b""
        )
    assert (status, body, slept) == (200, b"[]", [0.25])


def test_other_switches_are_in_force_for_the_next_request() -> None:
    with Store(":memory:") as store:
        service = create_service(store, Switches.parse("rate=1/h"))
        ask = ("GET", f"{API}/user", "", {"authorization": "Bearer any-k3y-will-do"}, b"")
        assert [service.handle(*ask)[0] for _ in range(2)] == [200, 429]
        service.use(Switches.parse("rate=1/h"))
        assert service.handle(*ask)[0] == 200

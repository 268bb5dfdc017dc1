"""Reads of the seeded sandbox: the same state under every reading of the API, in one request per page."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.errors import CredentialsError, ForbiddenError, NetworkError, WorkspaceError
from reconciler.gateway import Clock, GatewayConfig, Rate, Reader, RetryPolicy, open_reader, pin_connection
from reconciler.live import choose_workspace, read
from reconciler.sandbox import Fault, SandboxApp, Store, Switches, create_app
from reconciler.state import Desired, Live
from tests.clock import Time
from tests.seeded import seed

FAST = Rate.parse("100000/s")
NOTHING = Desired({})


def open_client(app: SandboxApp, name: str = "sandbox", clock: Clock | None = None) -> Reader:
    config = GatewayConfig(name, key="any-k3y-will-do", rate=FAST, app=app)
    return open_reader(config, clock=clock or Time().gateway_clock, retry_policy=RetryPolicy())


def seeded(**switches: Any) -> SandboxApp:
    store = Store(":memory:")
    seed(store)
    return create_app(store, Switches(rate="off", **switches))


def live_of(app: SandboxApp, name: str = "sandbox", desired: Desired = NOTHING) -> Live:
    with open_client(app, name) as reader:
        live = read(reader, desired, choose_workspace(reader, "Acme Studio")).live
    app.state.store.close()
    return live


def summary(live: Live) -> dict[str, tuple[str, dict[str, Any], int | None]]:
    return {str(a): (r.id, dict(r.values), r.tracked_seconds) for a, r in live.resources.items()}


@pytest.fixture(scope="module")
def usual() -> Live:
    return live_of(seeded())


@pytest.mark.parametrize(
    "switches",
    [
        {"page_cap": 50},
        {"page_cap": 50, "last_page": False},
        {"page_cap": 200, "last_page": False, "total_count": False},
        {"archived_absent": "active"},
        {"archived_absent": "active", "page_cap": 50, "last_page": False},
        {"hydrated": "unsupported"},
        {"language": "es", "missing_is_404": True},
    ],
    ids=str,
)
def test_every_reading_of_the_api_gives_the_same_state(usual: Live, switches: dict[str, Any]) -> None:
    assert summary(live_of(seeded(**switches))) == summary(usual)


@pytest.mark.parametrize("name", ["maton", "clockify"])
def test_every_gateway_gives_the_same_state(usual: Live, name: str) -> None:
    assert summary(live_of(seeded(), name)) == summary(usual)


def test_a_read_takes_one_request_per_page(usual: Live) -> None:
    assert usual.requests == sum(proof.pages for proof in usual.proofs)
    assert usual.requests <= 3 + 1
    assert {address.kind for address in usual.resources} == {"client", "project", "task", "tag"}


def test_task_lists_without_done_tasks_are_not_proven_complete() -> None:
    live = live_of(seeded(hydrated="without-done"))
    assert live.tasks_proven == frozenset()
    assert all(task.values["status"] == "active" for task in live.of_kind("task"))


def test_the_only_connection_is_pinned() -> None:
    app = seeded()
    config = GatewayConfig("maton", key="any-k3y-will-do", rate=FAST, app=app)
    with open_reader(config) as reader:
        pinned = pin_connection(config, reader)
    assert pinned.connection
    with open_reader(pinned) as reader:
        assert reader.user()["email"]
    app.state.store.close()


def test_an_unknown_workspace_lists_the_choices_and_a_foreign_one_is_forbidden() -> None:
    app = seeded()
    with open_client(app) as reader:
        with pytest.raises(WorkspaceError, match="Acme Studio"):
            choose_workspace(reader, "Acme")
        with pytest.raises(ForbiddenError):
            reader.workspace("0" * 24)
    app.state.store.close()


@pytest.mark.parametrize(("name", "hint"), [("maton", "MATON_API_KEY"), ("clockify", "CLOCKIFY_API_KEY")])
def test_a_wrong_key_names_the_variable(name: str, hint: str) -> None:
    app = seeded(key="right-key-of-ours")
    with open_client(app, name) as reader, pytest.raises(CredentialsError) as caught:
        reader.workspaces()
    assert hint in caught.value.hint
    assert len(app.state.log) == 1
    app.state.store.close()


def test_transient_faults_do_not_change_the_state(usual: Live) -> None:
    faults = [Fault.DROP_BEFORE, Fault.BAD_GATEWAY, None, Fault.THROTTLE, Fault.TRUNCATED, None, Fault.DROP_AFTER]
    store = Store(":memory:")
    seed(store)
    app = create_app(store, Switches(rate="off"), faults=lambda call: dict(enumerate(faults)).get(call.index))
    time = Time()
    with open_client(app, clock=time.gateway_clock) as reader:
        live = read(reader, NOTHING, choose_workspace(reader, "Acme Studio")).live
        assert reader.requests == usual.requests + 1 + sum(fault is not None for fault in faults)
    assert summary(live) == summary(usual)
    store.close()


def test_a_service_that_never_responds_ends_the_read() -> None:
    store = Store(":memory:")
    seed(store)
    app = create_app(store, Switches(rate="off"), faults=lambda _: Fault.DROP_BEFORE)
    with open_client(app) as reader, pytest.raises(NetworkError):
        choose_workspace(reader, "Acme Studio")
    assert len(app.state.log) == 0
    store.close()


def test_the_usage_of_removal_candidates_is_the_sum_over_all_users(usual: Live) -> None:
    app = seeded()
    tags = frozenset({("tag", None)})
    with open_client(app) as reader:
        workspace = choose_workspace(reader, "Acme Studio")
        usage = read(reader, Desired({}, tags), workspace).usage
        people = reader.users(workspace.id).items
        for resource in usual.of_kind("tag"):
            listings = [reader.time_entries(workspace.id, person["id"], tags=resource.id).items for person in people]
            assert usage[resource.id].time_entries == sum(map(len, listings))
    assert any(known.time_entries for known in usage.values())
    app.state.store.close()

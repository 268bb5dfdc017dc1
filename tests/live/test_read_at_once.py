"""A workspace that is read with many requests at once, answered in any order, is the one that is read with one after the other."""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

import pytest

from reconciler.errors import ReconcilerError
from reconciler.gateway import GatewayConfig, Reader, RetryPolicy, open_limiter
from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.messages import ReadOnly, Request, Response
from reconciler.gateway.requests import RequestPipeline
from reconciler.live import Reading, read, read_everything
from reconciler.sandbox import Switches
from tests.planning.literals import desired_of
from tests.sandbox_client import NO_LIMIT, Stage

SWITCHES: Mapping[str, tuple[Any, ...]] = {
    "hydrated": ("full", "without-done", "unsupported"),
    "page_cap": (50, 3, 5000),
    "last_page": (True, False),
    "total_count": (True, False),
    "archived_absent": ("both", "active"),
    "members_shown": (True, False),
    "role": ("owner", "member"),
    "list_omits": ((), ("task.estimate",), ("client.email", "project.note")),
}
EMPTY: Mapping[str, Any] = {"clients": [], "projects": [], "tags": []}
PEOPLE = {
    "projects": [
        {"name": "Site", "client": "Acme Corp", "members": [], "tasks": [{"name": "New", "assignees": []}]},
        {"name": "Other", "tasks": ["A", "B"]},
    ],
    "tags": ["urgent"],
}
ERRORS = {
    400: b'{"message": "No", "code": 501}',
    403: b'{"message": "Access Denied", "code": 501}',
    404: b'{"message": "None", "code": 404}',
    500: b"",
}
REQUESTS = r"requests=\d+"


class Shuffled:
    """Answers after a moment of its own for each request, and some paths with an error: the same ones however often and when."""

    def __init__(self, inner: AsgiTransport, seed: int, *, errors: float, holds: bool) -> None:
        self._inner, self._seed, self._errors, self._holds = inner, seed, errors, holds
        self._lock, self._now = threading.Lock(), 0
        self.sent: Counter[str] = Counter()
        self.most = 0

    def send(self, request: Request) -> Response:
        what = "&".join(f"{key}={value}" for key, value in request.params if key != "page-size")
        chance = random.Random(f"{self._seed} {request.path}?{what}")  # noqa: S311 - a test
        with self._lock:
            self.sent[request.target] += 1
            self._now += 1
            self.most = max(self.most, self._now)
        moment = chance.random() / 500
        if self._holds:
            threading.Event().wait(moment)
        with self._lock:
            self._now -= 1
        if chance.random() < self._errors:
            status = chance.choice(list(ERRORS))
            return Response(status, {}, ERRORS[status])
        return self._inner.send(request)

    def close(self) -> None:
        pass


def _filled(switches: Switches, chance: random.Random) -> Stage:
    stage = Stage(Switches(rate="off"), seeded=True)
    client = stage.call("POST", "/clients", {"name": "Many"})["id"]
    for number in range(chance.randrange(4, 9)):
        project = stage.call("POST", "/projects", {"name": f"P{number}", "clientId": chance.choice([client, ""])})["id"]
        for task in range(chance.randrange(3)):
            stage.call("POST", f"/projects/{project}/tasks", {"name": f"T{task}"})
    for number in range(chance.randrange(3, 8)):
        stage.call("POST", "/tags", {"name": f"tag {number}"})
    stage.app._use(switches)
    return stage


def _outcome(
    stage: Stage, job: Callable[[Reader], Any], seed: int, *, errors: float, at_once: bool
) -> tuple[str, Shuffled]:
    """What the reading gives, or its error, as text; and the requests."""
    transport = Shuffled(stage.raw, seed, errors=errors, holds=at_once)
    config = GatewayConfig("sandbox", base_url="http://127.0.0.1:1", rate=NO_LIMIT, app=None if at_once else stage.app)
    clock = replace(stage.time.gateway_clock, monotonic=partial(next, count(1_000_000.0, 0.001)))
    limiter, retry_policy = open_limiter(config, clock), RetryPolicy(attempts=2)
    pipeline = RequestPipeline(config, ReadOnly(transport), limiter, clock=clock, retry_policy=retry_policy)
    with Reader(config, pipeline) as reader:
        try:
            result = job(reader)
        except ReconcilerError as error:
            return f"{type(error).__name__}: {error}", transport
    return repr((result.live, result.usage) if isinstance(result, Reading) else result), transport


def _jobs(stage: Stage) -> list[Callable[[Reader], Any]]:
    workspace = stage.workspace
    return [
        lambda reader: read(reader, desired_of(EMPTY), workspace),
        lambda reader: read(reader, desired_of(PEOPLE), workspace, adopts=True),
        lambda reader: read(reader, desired_of(EMPTY), workspace, targets=["tag:*"]),
        lambda reader: read_everything(reader, workspace, archived=True),
    ]


def _compare(seed: int, errors: float, jobs: int = 4) -> int:
    """Compare the two readings of one workspace. Returns the most requests that were under way."""
    chance = random.Random(seed)  # noqa: S311 - a test
    switches = Switches(rate="off", **{name: chance.choice(values) for name, values in SWITCHES.items()})
    most = 0
    with _filled(switches, chance) as stage:
        for job in _jobs(stage)[:jobs]:
            one_by_one, expected = _outcome(stage, job, seed, errors=errors, at_once=False)
            at_once, actual = _outcome(stage, job, seed, errors=errors, at_once=True)
            assert expected.most == 1
            if errors:  # what may not be read is known once the first answer is there, and others may have been asked for by then
                assert re.sub(REQUESTS, "", at_once) == re.sub(REQUESTS, "", one_by_one), (seed, switches)
                assert not expected.sent - actual.sent, (seed, switches)
            else:
                assert at_once == one_by_one, (seed, switches)
                assert actual.sent == expected.sent, (seed, switches)
            most = max(most, actual.most)
    return most


@pytest.mark.parametrize(("seed", "errors"), [(32, 0.0), (32, 0.02)])
def test_a_workspace_read_at_once_is_the_one_read_one_by_one(seed: int, errors: float) -> None:
    assert _compare(seed, errors, jobs=1) > 2


@pytest.mark.slow
@pytest.mark.parametrize("errors", [0.0, 0.02, 0.2])
@pytest.mark.parametrize("seed", range(10, 30))
def test_random_workspaces_read_at_once_are_those_read_one_by_one(seed: int, errors: float) -> None:
    _compare(seed, errors)

"""How close an apply of 1,000 creates comes to the rate limit, over HTTP to a sandbox in a separate process.

Run: python benchmarks/apply.py [CREATES]        (five runs, one after the other; with 1,000 creates about five minutes)

Everything is as in a run of the command: the real client, a journal that is synced before every write, in a folder that is
removed afterwards. Only this machine is spoken to. Requests and refusals are counted by the server. For each run:
- wall: seconds from the first request of the apply to its end, divided by (requests / the rate that is the limit);
- 429: refused requests, of all;
- in flight: the maximum of concurrent requests at the server.
Aims: at 50/s with 0, 50 and 200 ms a request at most 1.04, and 0.3 % of 429; at a server that allows 10/s with a configured rate of 50/s at
most 1.05, and 1 % of 429, with 50 and 200 ms. tests/gateway/test_pacing.py shows the same in virtual time, for other kinds of limits too.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from table import record

from reconciler.applying import ApplyHooks, Runs, apply_recorded, approve
from reconciler.gateway import GatewayConfig, Rate, open_limiter, open_writer, pin_connection
from reconciler.live import choose_workspace, read
from reconciler.manifest import load
from reconciler.planning import Target, make_plan
from reconciler.sandbox import Store, Switches, create_app
from reconciler.sandbox.serve import listen, serve
from reconciler.state import Desired

COUNTS = "/counts"
CONFIGURED_RATE = "50/s"


class RequestCounter:
    """Wraps the sandbox and counts requests: by status since the last query, and the maximum at once."""

    def __init__(self, app: Any) -> None:
        self._app, self._statuses, self._now, self._peak = app, Counter[str](), 0, 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == COUNTS:
            body = json.dumps({"statuses": self._statuses, "peak": self._peak}).encode()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": body})
            self._statuses, self._peak = Counter(), 0
            return

        async def count_status(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                self._statuses[str(message["status"])] += 1
            await send(message)

        self._now += 1
        self._peak = max(self._peak, self._now)
        try:
            await self._app(scope, receive, count_status)
        finally:
            self._now -= 1


def run_server(port: int, switches: str) -> None:
    store = Store(":memory:")
    serve(RequestCounter(create_app(store, Switches.parse(switches))), listen(port=port))


@contextmanager
def start_server(switches: str) -> Iterator[str]:
    """Start a server in a separate process; yields its base URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, __file__, "serve", str(port), switches])
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def counts(url: str) -> tuple[Counter[str], int]:
    """Requests by status since the last query, and the maximum at once."""
    with urllib.request.urlopen(url + COUNTS) as response:  # noqa: S310 - a loopback server of this benchmark
        data = json.load(response)
    return Counter(data["statuses"]), data["peak"]


def manifest(creates: int) -> Desired:
    """Clients, projects with one task each, and tags: 1 to 3 to 3 to 3. A single task takes its own request."""
    part = creates // 10
    lines = ["version: 1", "workspace: Bench", "clients:"]
    for client in range(part):
        lines += [f"  - name: Client {client:04}", "    projects:"]
        lines += [f"      - {{name: Project {client:04}-{n}, tasks: [Work]}}" for n in range(3)]
    lines += ["tags:", *(f"  - Tag {n:05}" for n in range(creates - 7 * part))]
    return load(["-"], stdin="\n".join(lines).encode)


def measure(desired: Desired, switches: str, limit: float, aim: float, refused_aim: float) -> None:
    with start_server(switches) as url, tempfile.TemporaryDirectory() as folder:
        plain = GatewayConfig("sandbox", base_url=url, key="any-k3y-will-do", rate=Rate.parse(CONFIGURED_RATE))
        limiter = open_limiter(plain)
        with open_writer(plain, limiter=limiter) as first:
            config = pin_connection(plain, first)
            first.create_workspace("Bench")
        with open_writer(config, limiter=limiter) as writer:
            workspace = choose_workspace(writer, "Bench")
            reading = read(writer, desired, workspace)
            plan = make_plan(desired, reading.live, target=Target("sandbox", url, workspace.id, workspace.name))
            counts(url)
            hooks = ApplyHooks(time.time, time.monotonic, lambda _: None, lambda: False)
            started = time.perf_counter()
            report = apply_recorded(approve(plan, plan.digest), writer, reading, Runs(folder), hooks)
            wall = time.perf_counter() - started
        statuses, peak = counts(url)
    if not report.is_complete:
        raise SystemExit(f"the run is not complete: {report.summary} {report.stopped}")
    sent, rate_limited = statuses.total(), statuses["429"]
    record(
        f"wall of {len(plan.changes):,} creates ÷ (requests ÷ rate), {switches}", wall / (sent / limit), "×", aim=aim
    )
    record(f"requests refused with 429, {switches}", 100 * rate_limited / sent, "%", aim=refused_aim)
    print(
        f"{len(plan.changes):,} creates, {switches:26} {sent:,} requests, {wall:7.2f} s  "
        f"{wall / (sent / limit):5.3f} x (requests / {limit:g}), aim {aim}   "
        f"429: {rate_limited} ({100 * rate_limited / sent:.2f} %)   in flight: {peak}",
        flush=True,
    )


def main(creates: int) -> None:
    desired = manifest(creates)
    for latency in (0, 50, 200):
        measure(desired, f"rate=50/s,latency_ms={latency}", 50, 1.04, 0.3)
    for latency in (50, 200):
        measure(desired, f"rate=10/s,latency_ms={latency}", 10, 1.05, 1.0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        run_server(int(sys.argv[2]), sys.argv[3])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)

"""How close 400 reads come to the rate limit, over HTTP to a sandbox in a separate process. Run: python benchmarks/reading.py [PROJECTS]

The lists of projects leave their tasks out, so that the tasks of every project are listed. The real client at 50/s reads with as many
requests at once as the rate needs, and, in the same run, with one after the other. Only this machine is spoken to. For each latency:
- wall: seconds from the first request to the last response, divided by (requests / 50). Aim for reads at once: at most 1.10;
  What depends on an answer waits for it, twice or three times in a reading: at 200 ms that is 0.06 of the ratio;
- in flight: the maximum of concurrent requests at the server; 429: the refused ones.
With the default of 400 projects it takes about three minutes.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from typing import Any

from apply import CONFIGURED_RATE, counts, start_server
from table import record

from reconciler.gateway import GatewayConfig, Rate, open_reader, pin_connection
from reconciler.live import choose_workspace, read
from reconciler.manifest import load
from reconciler.state import Live

AIM = 1.10
PER_SECOND = 50


def control(url: str, path: str, body: Any) -> None:
    """Change the data or the switches of the served sandbox."""
    data = json.dumps(body).encode()
    request = urllib.request.Request(f"{url}/_sandbox/{path}", data, {"Content-Type": "application/json"})  # noqa: S310 - a loopback server of this benchmark
    urllib.request.urlopen(request).close()  # noqa: S310 - see above


def fill(url: str, projects: int) -> None:
    """A workspace with projects of three tasks each, and, as in most that are in use, something archived of every kind."""
    names = [f"p{number:04}" for number in range(projects)]
    workspace = {
        "name": "Bench",
        "clients": [{"name": "Gone", "archived": True}],
        "tags": [{"name": "old", "archived": True}],
        "projects": [{"id": name, "name": name, "archived": name == names[-1]} for name in names],
        "tasks": [{"projectId": name, "name": task} for name in names for task in ("Plan", "Build", "Test")],
    }
    person = {"email": "jo@example.com", "name": "Jo"}
    document = {
        "format": "reconciler-sandbox/1",
        "users": [person],
        "connections": [{"status": "ACTIVE"}],
        "workspaces": [workspace],
    }
    control(url, "seed", document)


def measure(url: str, *, is_parallel: bool) -> tuple[Live, float]:
    """Read once. Returns the live state, and seconds divided by (requests / rate)."""
    time.sleep(1)  # what was sent for the measurement before counts no more
    plain = GatewayConfig("sandbox", base_url=url, key="any-k3y-will-do", rate=Rate.parse(CONFIGURED_RATE))
    with open_reader(plain) as first:
        config = pin_connection(plain, first)
    desired = load(
        ["-"], stdin=lambda: b"version: 1\nworkspace: Bench\npolicy: {prune: {tags: keep}}\ntags: [urgent]\n"
    )
    with open_reader(config) as reader:
        workspace = choose_workspace(reader, "Bench")  # as a command does: the latency is known from here on
        counts(url)
        if not is_parallel:
            reader.in_order = lambda reads: (each() for each in reads)  # type: ignore[method-assign, assignment]
        started = time.perf_counter()
        live = read(reader, desired, workspace).live
        wall = time.perf_counter() - started
    statuses, peak = counts(url)
    ratio = wall / (statuses.total() / PER_SECOND)
    how = "at once" if is_parallel else "one after the other"
    refused = f"429: {statuses['429']}"
    print(
        f"  {how:20} {statuses.total():,} requests {wall:7.2f} s  {ratio:6.3f} x   in flight: {peak:2}   {refused}",
        flush=True,
    )
    return live, ratio


def main(projects: int) -> None:
    is_met = True
    for latency in (0, 50, 200):
        with start_server("rate=off") as url:
            fill(url, projects)
            control(url, "switches", {"rate": CONFIGURED_RATE, "latency_ms": latency, "hydrated": "unsupported"})
            print(f"{projects:,} projects, {latency} ms, {CONFIGURED_RATE}:")
            one_by_one, _ = measure(url, is_parallel=False)
            at_once, ratio = measure(url, is_parallel=True)
            if repr((one_by_one.resources, one_by_one.proofs)) != repr((at_once.resources, at_once.proofs)):
                raise SystemExit("the two readings differ")
            record(f"wall of reading {projects:,} task lists ÷ (requests ÷ rate), {latency} ms", ratio, "×", aim=AIM)
            is_met = is_met and ratio <= AIM
    print(f"aim: at most {AIM} x ({'met' if is_met else 'missed'})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)

"""Other people's clients against the served sandbox, each by its own calls for every resource it has, through both gateways.

They are installed from their registries, so these tests run only when asked for: `pytest -m strangers`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.strangers.installing import LIMIT, Installed, Stranger, install, read_table
from tests.waiting import wait_until

STRANGERS = read_table()
KEY = "key-of-a-stranger"
REFUSING = "http://127.0.0.1:9"  # a proxy that does not exist: a client that leaves this machine fails
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Served:
    """A served sandbox with its initial data and one user group."""

    addresses: Mapping[str, str]
    workspace: str

    def arguments(self, gateway: str) -> tuple[str, ...]:
        """Root, key, workspace and header, as drivers take them."""
        header = f"Authorization: Bearer {KEY}" if gateway == "maton" else ""
        root = self.addresses["maton" if gateway == "maton" else "clockify"]
        return (root, KEY, self.workspace, header)

    def requests(self) -> list[dict[str, Any]]:
        """All requests since the start."""
        log = httpx.get(f"{self.addresses['control']}/log", trust_env=False)
        found: list[dict[str, Any]] = log.json()["requests"]
        return found


@pytest.fixture
def installed(
    request: pytest.FixtureRequest, stranger: Stranger, tmp_path_factory: pytest.TempPathFactory
) -> Installed:
    """The client, installed once per session and outside the repository."""
    if "strangers" not in request.config.option.markexpr:
        pytest.skip("installs from a registry; asked for with -m strangers")
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "strangers"
    folder.mkdir(exist_ok=True)
    return install(stranger, folder)


@pytest.fixture
def served(installed: Installed, tmp_path: Path) -> Iterator[Served]:
    """A sandbox of its own, on a free port of this machine."""
    assert installed
    ready = tmp_path / "ready.json"
    options = ["--port", "0", "--store", ":memory:", "--key", KEY, "--switch", "rate=off", "--ready-file", str(ready)]
    command = [sys.executable, "-m", "reconciler", "sandbox", "serve", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            wait_until(ready.exists)
            addresses = json.loads(ready.read_text(encoding="utf-8"))
            with httpx.Client(base_url=addresses["clockify"], headers={"X-Api-Key": KEY}, trust_env=False) as client:
                workspace = client.get("workspaces").raise_for_status().json()[0]["id"]
                client.post(f"workspaces/{workspace}/user-groups", json={"name": "Regulars"}).raise_for_status()
            yield Served(addresses, workspace)
        finally:
            process.terminate()


@pytest.mark.strangers
@pytest.mark.parametrize("gateway", ["maton", "direct"])
@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda stranger: stranger.name)
def test_a_strangers_client_works(
    stranger: Stranger, gateway: str, installed: Installed, served: Served, tmp_path: Path
) -> None:
    proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), REFUSING)
    private = {"HOME": str(tmp_path), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    environment = {"PATH": os.environ["PATH"], **proxies, **private, **installed.environment}
    command = [*installed.command, *served.arguments(gateway)]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False
    )
    assert done.returncode == 0, done.stderr
    errors = {line["call"]: line["error"] for line in map(json.loads, done.stdout.splitlines())}
    assert {call.partition(".")[0] for call in errors} >= set(stranger.resources)
    failed = {call: error for call, error in errors.items() if error}
    assert failed.keys() == {fault.call for fault in stranger.own_faults}, failed
    for fault in stranger.own_faults:
        assert fault.error in failed[fault.call]
    root = httpx.URL(served.arguments(gateway)[0]).path
    requests = [request for request in served.requests() if request["path"].startswith(f"{root}/")]
    assert requests
    assert [request for request in requests if request["status"] >= 500] == []

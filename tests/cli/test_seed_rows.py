"""Each row of the requirement document's API reference: a command sends that request, at both gateways, and it succeeds."""

from __future__ import annotations

import re
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from click.testing import Result

from reconciler.cli import connect
from reconciler.gateway import GatewayConfig
from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.messages import Request
from reconciler.sandbox import Store, Switches, create_app
from reconciler.sandbox.seed import blank
from tests.cli.altered_answers import ACME, manifest
from tests.cli.program import Desk, digest_in

TABLE = Path(__file__).with_name("seed_rows.yaml")
SEED = Path(__file__).parents[3] / "shared" / "SEED.md"
PREFIX = {"maton": "/clockify/api/v1", "clockify": "/api/v1"}
KEY = "key-of-the-seed-rows"
_FENCED = re.compile(r"^(GET|POST|PUT|PATCH|DELETE) /clockify/api/v1(/\S+)$", re.MULTILINE)
_CONNECTION = re.compile(r"'https://api\.maton\.ai(/connections[^'?]*)(?:\?[^']*)?'(?:[^)]*method='(\w+)')?")


class Prepared(NamedTuple):
    """A store that no test writes to, and the ids that the table names."""

    store: Store
    ids: dict[str, str]


def table() -> list[dict[str, Any]]:
    """The entries of the table."""
    loaded: list[dict[str, Any]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return loaded


def rows_of_document(text: str) -> set[str]:
    """`METHOD /path` of every request that the requirement document shows."""
    native = {f"{method} {path.partition('?')[0]}" for method, path in _FENCED.findall(text)}
    return native | {f"{method or 'GET'} {path}" for path, method in _CONNECTION.findall(text)}


@cache
def prepared() -> Prepared:
    """A workspace with one of each kind to change, one to remove, an entry, a running timer, and a colleague."""
    store = Store(":memory:")
    workspace = blank(store, ACME)
    raw = AsgiTransport(create_app(store, Switches(rate="off")), {"Authorization": "Bearer any-k3y-will-do"})

    def post(path: str, **body: Any) -> str:
        answer = raw.send(Request("POST", f"{PREFIX['maton']}/workspaces/{workspace}/{path}", body=body))
        assert answer.is_success, (path, answer.body)
        return str(answer.json()["id"])

    ids = {"client": post("clients", name="Acme Corp"), "tag": post("tags", name="urgent"), "workspace": workspace}
    ids["project"] = post("projects", name="Website", clientId=ids["client"], isPublic=True)
    ids["task"] = post(f"projects/{ids['project']}/tasks", name="Design")
    post(f"projects/{ids['project']}/tasks", name="Old Task")
    for plural, name in (("clients", "Old Client"), ("projects", "Old Project"), ("tags", "old-tag")):
        post(plural, name=name)
    post("users", email="sam@acme.example")
    ids["entry"] = post("time-entries", start="2026-02-12T09:00:00Z", end="2026-02-12T10:00:00Z", description="Meeting")
    post("time-entries", start="2026-02-12T11:00:00Z")
    ids["connection"] = str(store.records("connection")[0]["id"])
    raw.close()
    return Prepared(store, ids)


class Gateway:
    """The prepared workspace behind one gateway, which accepts only the right key."""

    def __init__(self, name: str, desk: Desk, app: Any) -> None:
        self.name, self.desk, self.app = name, desk, app

    def run(self, *words: str) -> Result:
        variable = {"maton": "MATON_API_KEY", "clockify": "CLOCKIFY_API_KEY"}[self.name]
        options = ("--gateway", self.name, "--rate", "100000/s", "--workspace", ACME)
        return self.desk.call(*options, *words, **{variable: KEY})

    def apply(self, sections: dict[str, Any], words: list[str]) -> Result:
        keep = dict.fromkeys(("clients", "projects", "tasks", "tags"), "keep")
        manifest(self.desk, policy={"prune": keep}, **sections)
        planned = self.run("plan", *words)
        assert planned.exit_code == 0, planned.stderr
        return self.run("apply", *words, "--approve", digest_in(planned.stdout))

    def sent(self) -> set[tuple[str, str]]:
        """Method and path, without the prefix, of every request that succeeded."""
        prefix, done = PREFIX[self.name], [item for item in self.app.state.log if item.status < 300]
        assert all(item.path.startswith((prefix, "/connections")) for item in done)
        return {(item.method, item.path.removeprefix(prefix)) for item in done}


def without(app: Any, entry: dict[str, Any]) -> Any:
    """The application, less the path that the entry calls missing."""

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        if "missing" not in entry or not scope["path"].endswith(entry["missing"]):
            await app(scope, receive, send)
        else:
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    return serve


@contextmanager
def opened(name: str, entry: dict[str, Any], desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """The gateway, over a copy of the prepared workspace."""
    with Store(":memory:") as store:
        prepared().store._db.backup(store._db)
        switches = Switches.parse(f"rate=off,key={KEY},{entry.get('switches', '')}")
        app = create_app(store, switches)
        monkeypatch.setattr(
            connect,
            "GatewayConfig",
            lambda name, **values: GatewayConfig(name, **{**values, "app": without(app, entry)}),
        )
        yield Gateway(name, desk, app)


def cases() -> Iterator[Any]:
    for gateway in PREFIX:
        for entry in table():
            if gateway == "maton" or "maton_only" not in entry:
                yield pytest.param(gateway, entry, id=f"{gateway}: {entry['rows'][0]}")


@pytest.mark.parametrize(("gateway", "entry"), list(cases()))
def test_a_command_sends_the_request_of_each_row(
    gateway: str, entry: dict[str, Any], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: True)
    with opened(gateway, entry, desk, monkeypatch) as service:
        words = [str(word).format(**prepared().ids) for word in entry.get("run", ())]
        result = service.run(*words) if words else service.apply(entry["apply"], entry.get("words", []))
        assert result.exit_code == 0, result.stderr
        sent = service.sent()
    for row in entry["rows"]:
        method, _, path = row.partition(" ")
        pattern = re.compile(re.sub(r"\{\w+\}", "[0-9a-f]{24}", path))
        assert any(method == its and pattern.fullmatch(where) for its, where in sent), (row, sorted(sent))


@pytest.mark.parametrize(
    "entry", [entry for entry in table() if "maton_only" in entry], ids=lambda entry: entry["rows"][0]
)
def test_clockify_itself_has_no_connections(entry: dict[str, Any], desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened("clockify", entry, desk, monkeypatch) as service:
        result = service.run(*(word.format(**prepared().ids) for word in entry["run"]))
        assert (result.exit_code, len(service.app.state.log)) == (64, 0)
        assert "use --gateway maton" in result.stderr


def test_no_row_stands_twice_in_the_table() -> None:
    rows = [row for entry in table() for row in entry["rows"]]
    assert len(rows) == len(set(rows)) == 37


@pytest.mark.skipif(not SEED.is_file(), reason="the requirement document ../shared/SEED.md is not present")
def test_the_table_has_the_rows_of_the_requirement_document() -> None:
    assert rows_of_document(SEED.read_text(encoding="utf-8")) == {row for entry in table() for row in entry["rows"]}

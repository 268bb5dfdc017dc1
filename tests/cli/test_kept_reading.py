"""A reading that a rate limit ended goes on where it was, and never serves a removal."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli import kept_reading
from reconciler.cli.kept_reading import KeptReading
from reconciler.cli.terminal.waiting import Waits
from reconciler.gateway import GatewayConfig
from reconciler.gateway.kept_responses import KeptResponse, KeptResponses
from reconciler.gateway.messages import Request, Response
from reconciler.sandbox import Fault
from tests.cli.embedded import Embedded
from tests.clock import Time

KEPT = Path(".reconciler", "reading.json")
LIMITED: list[Fault | None] = [Fault.THROTTLE] * 5


def _gets(sandbox: Embedded) -> list[str]:
    return [path.rpartition("/")[2] for method, path in sandbox.sent if method == "GET"]


def _interrupt(sandbox: Embedded) -> Any:
    """A plan that ends at the list of tags, the last one."""
    sandbox.faults["GET", "/tags"] = list(LIMITED)
    return sandbox.run("plan")


@pytest.fixture
def interrupted(sandbox: Embedded) -> Embedded:
    """A plan of one more tag, which a limit ended."""
    sandbox.declare(tags=["urgent"], clients=["Acme"])
    result = _interrupt(sandbox)
    assert result.exit_code == 1
    assert "kept until" in result.stderr
    return sandbox


def test_the_next_plan_asks_only_for_what_was_not_read(interrupted: Embedded) -> None:
    before = _gets(interrupted)
    assert before.count("clients") >= 1
    result = interrupted.run("plan")
    assert result.exit_code == 0, result.stderr
    assert "tags" in _gets(interrupted)
    assert not {"clients", "projects"} & set(_gets(interrupted))
    assert "read before the limit, up to" in result.stderr
    assert not KEPT.exists()
    interrupted.run("plan")
    assert {"clients", "projects", "tags"} <= set(_gets(interrupted))


def test_the_kept_reading_holds_no_key_and_only_its_owner_may_read_it(interrupted: Embedded) -> None:
    assert KEPT.stat().st_mode & 0o777 == 0o600
    content = json.loads(KEPT.read_text())
    assert content["of"]["workspace"] == interrupted.workspace
    assert all("/workspaces/" in page["target"] for page in content["pages"])


def test_an_apply_reads_everything(interrupted: Embedded) -> None:
    result = interrupted.run("apply", "--approve", "additive")
    assert result.exit_code == 0, result.stderr
    assert {"clients", "projects", "tags"} <= set(_gets(interrupted))


def test_a_plan_with_removals_reads_the_workspace_again(sandbox: Embedded) -> None:
    sandbox.declare(tags=["urgent"], clients=["Acme", "Globex"])
    assert sandbox.apply()[0] == 0
    sandbox.declare(tags=["urgent"], clients=["Acme"], policy={"prune": {"clients": "archive"}})
    _interrupt(sandbox)
    assert KEPT.exists()
    result = sandbox.run("plan", "--allow-removals", "clients=1")
    assert "the plan has removals: the workspace is read again" in result.stderr
    assert "before the limit" not in result.stderr
    assert {"clients", "projects", "tags"} <= set(_gets(sandbox))
    assert "Globex" in result.stdout


def test_an_undo_goes_on_as_well(sandbox: Embedded) -> None:
    sandbox.declare(tags=["urgent"])
    assert sandbox.apply()[0] == 0
    sandbox.faults["GET", "/tags"] = list(LIMITED)
    assert "kept until" in sandbox.run("undo", "latest").stderr
    result = sandbox.run("undo", "latest")
    assert result.exit_code == 0
    assert "the plan has removals" in result.stderr


@pytest.mark.parametrize("damage", ["", "{}", "[]", "[", '{"format": "reconciler-reading/1"}', "pages"])
def test_a_damaged_reading_is_ignored_with_a_line(interrupted: Embedded, damage: str) -> None:
    content = json.loads(KEPT.read_text())
    content["pages"][0]["body"] = "[ ]"
    KEPT.write_text(json.dumps(content) if damage == "pages" else damage)
    result = interrupted.run("plan")
    assert result.exit_code == 0
    assert "is damaged; it is ignored" in result.stderr
    assert "clients" in _gets(interrupted)


@pytest.mark.parametrize("name", ["workspace", "gateway", "base_url", "account"])
def test_the_reading_of_another_workspace_gateway_or_account_is_ignored_with_a_line(
    interrupted: Embedded, name: str
) -> None:
    content = json.loads(KEPT.read_text())
    content["of"][name] = "another"
    KEPT.write_text(json.dumps(content))
    result = interrupted.run("plan")
    assert "of another workspace, gateway or account; it is ignored" in result.stderr
    assert "clients" in _gets(interrupted)


CONFIG = GatewayConfig("sandbox", base_url="http://127.0.0.1:1", key="any-k3y-will-do")


def test_a_reading_is_kept_for_an_hour_and_only_for_its_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    time = Time()
    file = KeptReading(str(tmp_path / "state"), CONFIG, time.clock)
    kept = {"/x": KeptResponse(time.seconds, Response(200, {"last-page": "true", "etag": "1"}, b"[]"))}
    file.save("w", kept)
    time.seconds += 3599
    found = file.load("w")
    assert found["/x"].response == Response(200, {"last-page": "true"}, b"[]")
    assert b"k3y" not in (tmp_path / "state" / "reading.json").read_bytes()
    assert replace(file, config=replace(CONFIG, key="another-k3y")).load("w") == {}
    assert "account" in capsys.readouterr().err
    time.seconds += 1
    assert file.load("w") == {}
    file.delete()
    assert file.load("w") == {}


def test_what_cannot_be_kept_is_a_line(sandbox: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(kept_reading, "write_private", fail)
    sandbox.declare(tags=["urgent"])
    result = _interrupt(sandbox)
    assert result.exit_code == 1
    assert "what was read is not kept: the disk is full" in result.stderr


@pytest.mark.parametrize("is_limited", [True, False])
def test_an_interrupt_keeps_the_reading_only_while_a_limit_is_waited_for(
    sandbox: Embedded, monkeypatch: pytest.MonkeyPatch, *, is_limited: bool
) -> None:
    def interrupt(_method: str, path: str) -> None:
        if path.endswith("/tags"):
            raise KeyboardInterrupt

    monkeypatch.setattr(Waits, "is_rate_limited", property(lambda _: is_limited))
    sandbox.declare(tags=["urgent"])
    sandbox.watch = interrupt
    sandbox.run("plan")
    assert KEPT.exists() is is_limited


def _page(count: int, **headers: str) -> Response:
    return Response(200, headers, json.dumps([{"id": str(number)} for number in range(count)]).encode())


@pytest.mark.parametrize(
    ("pages", "is_kept"),
    [
        ({1: _page(3, **{"last-page": "true"})}, True),
        ({1: _page(60, **{"last-page": "false"})}, False),
        ({1: _page(60, **{"last-page": "false"}), 2: _page(3, **{"last-page": "true"})}, True),
        ({2: _page(3, **{"last-page": "true"})}, False),
        ({1: _page(3)}, True),
        ({1: _page(50)}, False),
        ({1: Response(200, {}, b"no JSON")}, False),
        ({0: Response(200, {}, b'{"id": "p"}')}, True),
    ],
)
def test_a_list_is_kept_once_it_was_read_to_its_end(pages: dict[int, Response], is_kept: bool) -> None:  # noqa: FBT001 - a case
    kept = KeptResponses("/w/", lambda: 5.0)
    for number, response in pages.items():
        params = (("page", str(number)), ("page-size", "60")) if number else ()
        kept.add(Request("GET", "/w/tags", params), response)
    assert len(kept.to_keep()) == (len(pages) if is_kept else 0)


def test_only_what_was_read_of_the_workspace_is_kept_and_nothing_of_time_entries() -> None:
    kept = KeptResponses("/w/", lambda: 5.0)
    one = Response(200, {}, b"{}")
    for request in (
        Request("GET", "/user"),
        Request("POST", "/w/tags"),
        Request("GET", "/w/user/u/time-entries"),
        Request("GET", "/w/projects/p"),
    ):
        kept.add(request, one)
        assert kept.find(request) is None, "what this reading reads is read again"
    assert list(kept.to_keep()) == ["/w/projects/p"]


def test_lists_that_differ_in_an_empty_filter_alone_are_kept_each() -> None:
    kept = KeptResponses("/w/", lambda: 5.0)
    last = _page(3, **{"last-page": "true"})
    for filters in ((), (("name", ""),)):
        kept.add(Request("GET", "/w/tags", (*filters, ("page", "1"))), last)
    assert len(kept.to_keep()) == 2

"""The control API: who may use it, and what it does."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from reconciler.sandbox.control_access import refusal
from tests.sandbox.driving import Driver

JSON = {"Host": "127.0.0.1:8000", "Content-Type": "application/json"}


def control(sandbox: Driver, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
    return sandbox(
        method, f"/_sandbox/{path}", body, headers=JSON | {k.replace("_", "-"): v for k, v in headers.items()}
    )


def done(sandbox: Driver, method: str, path: str, body: Any = None) -> Any:
    response = control(sandbox, method, path, body)
    assert response.status_code == 200, response.text
    return response.json()


LOCAL = {"host": "localhost:8000", "content-type": "application/json"}


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1", "127.8.8.8:1", "[::1]:8000", "[::1]", "LOCALHOST."])  # fmt: skip
@pytest.mark.parametrize("client", ["127.0.0.1", "::1"])
def test_programs_on_this_machine_may_use_it(host: str, client: str) -> None:
    assert refusal("POST", LOCAL | {"host": host}, client) is None
    assert refusal("GET", {"host": host, "sec-fetch-site": "none"}, client) is None


@pytest.mark.parametrize(
    ("method", "headers", "client", "status"),
    [
        ("GET", LOCAL, "192.0.2.1", 403),
        ("GET", LOCAL, "", 403),
        ("GET", LOCAL | {"x-forwarded-for": "127.0.0.1"}, "127.0.0.1", 403),
        ("GET", LOCAL | {"forwarded": "for=127.0.0.1"}, "127.0.0.1", 403),
        ("GET", LOCAL | {"via": "1.1 proxy"}, "127.0.0.1", 403),
        ("GET", {}, "127.0.0.1", 403),
        ("GET", {"host": "sandbox.example"}, "127.0.0.1", 403),
        ("GET", {"host": "127.0.0.1.sandbox.example:8000"}, "127.0.0.1", 403),
        ("GET", {"host": "[::2]:8000"}, "127.0.0.1", 403),
        ("GET", LOCAL | {"origin": "http://localhost:8000"}, "127.0.0.1", 403),
        ("POST", LOCAL | {"origin": "null"}, "127.0.0.1", 403),
        ("GET", LOCAL | {"sec-fetch-site": "cross-site"}, "127.0.0.1", 403),
        ("POST", {"host": "localhost"}, "127.0.0.1", 415),
        ("POST", {"host": "localhost", "content-type": "text/plain"}, "127.0.0.1", 415),
        ("POST", {"host": "localhost", "content-type": "application/x-www-form-urlencoded"}, "127.0.0.1", 415),
    ],
)
def test_no_other_machine_no_page_and_no_form_may(
    method: str, headers: dict[str, str], client: str, status: int
) -> None:
    found = refusal(method, headers, client)
    assert found is not None
    assert found[0] == status


def test_a_refused_request_changes_nothing(studio: Driver) -> None:
    assert control(studio, "POST", "reset", {}, Host="evil.example").status_code == 403
    assert control(studio, "POST", "reset", {}, Origin="http://127.0.0.1:8000").status_code == 403
    assert control(studio, "POST", "switches", {"language": "es"}, Content_Type="text/plain").status_code == 415
    assert done(studio, "GET", "switches")["language"] == "en"
    assert control(studio, "GET", "nowhere").status_code == 404
    response = control(studio, "PATCH", "clock")
    assert (response.status_code, response.headers["Allow"]) == (405, "DELETE, GET, POST")
    assert "access-control-allow-origin" not in control(studio, "OPTIONS", "").headers


def test_the_key_is_required_of_clients_and_never_shown() -> None:
    with Driver("key=s3cret-key") as sandbox:
        assert sandbox("GET", "clients").status_code == 401
        sandbox("GET", "clients", headers={"Authorization": "Bearer s3cret-key"})
        paths = done(sandbox, "GET", "")["paths"]
        assert set(paths) == {f"/_sandbox/{name}" for name in ("", "reset", "seed", "switches", "faults", "log", "clock")}  # fmt: skip
        shown = [
            control(sandbox, "GET", path.removeprefix("/_sandbox/")).text for path in paths if "GET" in paths[path]
        ]
        assert "s3cret" not in "".join(shown)
        assert "session_token" not in "".join(shown)
        switches = done(sandbox, "POST", "switches", {"key": "0ther-key"})
        assert switches["requires_key"] is True
        assert "0ther" not in json.dumps(switches)
        assert sandbox("GET", "clients", headers={"Authorization": "Bearer 0ther-key"}).status_code == 200


def test_switches_change_one_by_one_and_back(sandbox: Driver) -> None:
    changed = {"language": "es", "page-default": 1, "reserved_names": ["tags"], "rate": "1/s", "last_page": "off"}
    shown = done(sandbox, "POST", "switches", changed)
    assert {shown[key.replace("-", "_")] for key in ("language", "page-default", "rate")} == {"es", 1, "1/s"}
    assert (shown["reserved_names"], shown["last_page"]) == (["tags"], False)
    assert sandbox.refused("GET", "projects/x")[2] == "Proyecto no pertenece a Espacio de trabajo"
    assert sandbox("GET", "projects").status_code == 429
    for wrong in (
        {"languages": "es"},
        {"language": "fr"},
        {"page_cap": "x"},
        {"last_page": 1},
        {"omits": [1]},
        {"rate": 5},
    ):
        response = control(sandbox, "POST", "switches", wrong)
        assert response.status_code == 400, wrong
        assert response.json()["error"]
    assert done(sandbox, "DELETE", "switches")["language"] == "en"
    assert sandbox.ok("GET", "projects") == []


def test_faults_hit_the_requests_that_a_rule_names(sandbox: Driver) -> None:
    rule = {"fault": "error-after", "method": "POST", "path": "*/tags", "after": 1, "times": 2}
    assert done(sandbox, "POST", "faults", rule)["faults"] == [rule]
    sandbox.tag("one")
    assert sandbox("POST", "clients", {"name": "other"}).status_code == 201
    assert [sandbox("POST", "tags", {"name": name}).status_code for name in ("two", "three", "four")] == [500, 500, 201]
    assert len(sandbox.ok("GET", "tags")) == 4
    assert done(sandbox, "GET", "faults") == {"faults": []}
    done(sandbox, "POST", "faults", {"fault": "throttle", "times": 0})
    assert [sandbox("GET", "tags").status_code for _ in range(3)] == [429] * 3
    assert done(sandbox, "GET", "switches")["language"] == "en"
    assert done(sandbox, "DELETE", "faults") == {"faults": []}
    assert sandbox("GET", "tags").status_code == 200
    invalid: list[Any] = [
        {}, {"fault": "fire"}, {"fault": "throttle", "times": -1}, {"fault": "throttle", "after": True},
        {"fault": "throttle", "method": "get"}, {"fault": "throttle", "odd": 1}, {"fault": ["throttle"]}, [],
    ]  # fmt: skip
    for wrong in invalid:
        assert control(sandbox, "POST", "faults", wrong).status_code == 400, wrong


def test_the_log_has_every_request_of_a_client_and_no_header(sandbox: Driver) -> None:
    sandbox.tag("one")
    sandbox.ok("GET", "tags", name="o", page_size=5)
    log = done(sandbox, "GET", "log")
    assert [(r["number"], r["method"], r["path"].rpartition("/")[2], r["query"], r["status"]) for r in log["requests"]] == [
        (0, "POST", "tags", "", 201), (1, "GET", "tags", "name=o&page-size=5", 200),
    ]  # fmt: skip
    assert json.loads(log["requests"][0]["body"]) == {"name": "one"}
    assert log["next"] == 2
    sandbox.ok("GET", "clients")
    newer = sandbox("GET", "/_sandbox/log", headers=JSON, after=2).json()
    assert [r["number"] for r in newer["requests"]] == [2]
    assert sandbox("GET", "/_sandbox/log", headers=JSON, after="-1").status_code == 400
    assert done(sandbox, "DELETE", "log") == {"requests": [], "next": 3}
    assert done(sandbox, "GET", "log")["requests"] == []


def test_entries_rate_limits_and_since_follow_the_clock() -> None:
    with Driver("rate=2/h") as sandbox:
        done(sandbox, "POST", "clock", {"now": "2030-01-01T12:00:00Z"})
        entry = sandbox.ok("POST", "time-entries", {})
        assert entry["timeInterval"]["start"] == "2030-01-01T12:00:00Z"
        later = {"name": "New", "hourlyRate": {"amount": 5, "since": "2030-01-01T13:00:00Z"}}
        project = sandbox.ok("POST", "projects", later)
        assert project["hourlyRate"] is None
        assert sandbox("GET", "projects").status_code == 429
        assert done(sandbox, "POST", "clock", {"advance": 3600}) == {
            "now": "2030-01-01T13:00:00Z", "frozen": True, "real": False,
        }  # fmt: skip
        assert sandbox.ok("GET", "projects")[0]["hourlyRate"]["amount"] == 5
        assert done(sandbox, "POST", "clock", {"now": "2020-01-01T00:00:00Z", "frozen": False})["frozen"] is False
        sandbox.clock.now += 90
        assert done(sandbox, "GET", "clock")["now"] == "2020-01-01T00:01:30Z"
        assert sandbox("GET", "projects").status_code == 200
        for wrong in ({"now": "soon"}, {"now": 5}, {"now": "0001-01-01T00:00:00Z"}, {"advance": "1h"}, {"advance": True},
                      {"advance": 5e11}, {"frozen": "yes"}, {"odd": 1}, {"now": "9999-12-31T23:59:59-05:00"}):  # fmt: skip
            assert control(sandbox, "POST", "clock", wrong).status_code == 400, wrong
        assert done(sandbox, "DELETE", "clock")["real"] is True


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 5000, b"5", b'{"advance": NaN}'])
def test_a_body_that_is_no_json_object_is_an_error(sandbox: Driver, content: bytes) -> None:
    for path in ("clock", "switches", "faults", "seed", "reset"):
        response = sandbox("POST", f"/_sandbox/{path}", content=content, headers=JSON)
        assert response.status_code == 400, path


def test_a_reset_is_as_on_start(studio: Driver) -> None:
    before = done(studio, "GET", "seed")
    studio.tag("new")
    done(studio, "POST", "switches", {"language": "es"})
    done(studio, "POST", "faults", {"fault": "throttle"})
    done(studio, "POST", "clock", {"now": "2030-01-01T12:00:00Z"})
    assert done(studio, "GET", "seed") != before
    assert control(studio, "POST", "reset", {"all": True}).status_code == 400
    assert done(studio, "POST", "reset") == {}
    assert done(studio, "GET", "seed") == before
    shown = done(studio, "GET", "")
    assert (shown["switches"]["language"], shown["clock"]["real"]) == ("en", True)
    assert (done(studio, "GET", "faults"), done(studio, "GET", "log")["requests"]) == ({"faults": []}, [])


def test_a_document_replaces_all_data_or_nothing(studio: Driver) -> None:
    before = done(studio, "GET", "seed")
    broken = {"format": "reconciler-sandbox/1", "users": [{"email": "a@x.example", "nick": "A"}]}
    response = control(studio, "POST", "seed", broken)
    assert (response.status_code, "users[0].nick is no key of a user" in response.json()["error"]) == (400, True)
    assert done(studio, "GET", "seed") == before
    small = {"format": "reconciler-sandbox/1", "users": [{"email": "a@x.example", "name": "A"}], "workspaces": [{"name": "W"}]}  # fmt: skip
    assert done(studio, "POST", "seed", small) == {}
    assert [w["name"] for w in studio.ok("GET", "/clockify/api/v1/workspaces")] == ["W"]
    assert studio.ok("GET", "/clockify/api/v1/user")["email"] == "a@x.example"

"""`doctor`: every part that is not in order is named with its cure, and nothing is written."""

from __future__ import annotations

import json
import os
import time
from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.applying import exclusive_lock
from reconciler.cli import key_command
from reconciler.cli.doctor import service
from reconciler.cli.doctor.machine import diagnose_machine
from reconciler.cli.doctor.service import Observed
from reconciler.cli.settings import Settings
from reconciler.gateway import Request, Sent
from reconciler.render.diagnoses import Diagnosis, Health, diagnosis_lines, worst
from reconciler.render.lines import to_plain
from reconciler.sandbox import Fault
from tests.cli.altered_answers import Alter, Service
from tests.cli.embedded import Embedded
from tests.cli.program import ADDITIVE, Desk

ACME = ("--sandbox", "--workspace", "Acme Studio")


def parts(text: str) -> dict[str, dict[str, Any]]:
    document = json.loads(text)
    assert document["format"] == "reconciler.doctor/1"
    return {item["part"]: item for item in document["diagnoses"]}


def test_a_set_up_that_is_in_order_has_no_warning(desk: Desk) -> None:
    result = desk.call(*ACME, "doctor")
    assert result.exit_code == 0
    assert result.stdout.endswith("13 ok, 0 warn, 0 fail\n")
    found = parts(desk.call(*ACME, "doctor", "--json").stdout)
    assert {item["health"] for item in found.values()} == {"ok"}
    assert {item["cure"] for item in found.values()} == {None}
    assert found["workspace"]["message"].startswith("Acme Studio (")


def test_it_sends_reads_only_and_writes_no_file(sandbox: Embedded) -> None:
    assert sandbox.run("doctor").exit_code == 0
    assert {method for method, _ in sandbox.sent} == {"GET"}
    assert list(sandbox.desk.folder.iterdir()) == []


def test_a_missing_key_fails_and_the_machine_is_looked_at_all_the_same(desk: Desk) -> None:
    result = desk.call("doctor", "--json")
    assert result.exit_code == 1
    found = parts(result.stdout)
    assert found["key"]["health"] == "fail"
    assert "MATON_API_KEY" in found["key"]["cure"]
    assert found["state"]["health"] == "ok"
    assert json.loads(result.stdout)["health"] == "fail"


def test_a_refused_key_is_a_fault_of_the_key(sandbox: Embedded) -> None:
    sandbox.switch("key=the-right-key-of-this-test")
    result = sandbox.run("doctor", "--json")
    assert result.exit_code == 1
    assert parts(result.stdout)["key"]["health"] == "fail"


def by_part(result: Any) -> dict[str, tuple[str, str, str]]:
    """Health, message and cure by part."""
    return {name: (item["health"], item["message"], item["cure"]) for name, item in parts(result.stdout).items()}


@pytest.mark.parametrize(
    ("ending", "fault", "message", "last"),
    [
        ("user", Fault.BAD_JSON, "the response to GET /clockify/api/v1/user is not JSON", "rate"),
        ("", Fault.DROP_BEFORE, "", "service"),  # no response at all: nothing is known of clock and rate
    ],
)
def test_a_service_that_does_not_answer_as_it_should_fails_with_its_error(
    sandbox: Embedded, ending: str, fault: Fault, message: str, last: str
) -> None:
    sandbox.faults["GET", ending] = [fault] * 60
    result = sandbox.run("doctor", "--json")
    found = parts(result.stdout)
    assert (result.exit_code, found["service"]["health"]) == (1, "fail")
    assert message in found["service"]["message"]
    names = list(found)
    assert names[names.index("store") - 1] == last


def test_several_connections_are_a_fault_that_names_them(desk: Desk) -> None:
    assert desk.call("--sandbox", "connections", "create", "--open", "--wait", "--approve", "yes").exit_code == 0
    result = desk.call(*ACME, "doctor", "--json")
    connection = parts(result.stdout)["connection"]
    assert (result.exit_code, connection["health"]) == (1, "fail")
    assert "--connection ID" in connection["cure"]
    assert "user" not in parts(result.stdout)


NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (0, ("ok", "within 30 s of the service's", None)),
        (-30, ("ok", "within 30 s of the service's", None)),
        (31, ("warn", "this machine's clock is 31 s ahead of the service's", "set the clock")),
        (-40, ("warn", "this machine's clock is 40 s behind the service's", "set the clock")),
    ],
)
def test_a_clock_that_is_off_is_a_warning(
    sandbox: Embedded, monkeypatch: pytest.MonkeyPatch, ahead: int, expected: tuple[str, str, str | None]
) -> None:
    monkeypatch.setattr(service, "time", SimpleNamespace(time=lambda: NOW))
    alter(sandbox, lambda answer: answer.saying(date=formatdate(NOW - ahead, usegmt=True)))
    health, message, cure = by_part(sandbox.run("doctor", "--json"))["clock"]
    assert (health, message, cure and cure.partition(",")[0]) == expected


def alter(sandbox: Embedded, how: Alter) -> None:
    """Alter every response of the sandbox on its way."""
    real = sandbox.app
    sandbox.app = lambda: Service(real(), sandbox.store, how)  # type: ignore[method-assign]


def test_a_reached_limit_and_the_announced_one_are_named(sandbox: Embedded) -> None:
    alter(sandbox, lambda answer: answer.saying(x_ratelimit_limit="30"))
    sandbox.faults["GET", "user"] = [Fault.THROTTLE, Fault.THROTTLE]
    health, message, cure = by_part(sandbox.run("doctor", "--json"))["rate"]
    assert health == "warn"
    assert message.endswith("at 100000/s; the service announces a limit of 30; 2 answered 429 (limit reached)")
    assert "30/h" in cure


@pytest.mark.parametrize(
    ("plan", "features", "expected"),
    [
        ("FREE", ["A"], ("warn", "FREE with 1 feature: writes may be limited to 30 an hour")),
        ("PRO", None, ("ok", "PRO")),
        ("PRO", [], ("ok", "PRO with 0 features")),
        (None, None, ("ok", "the service reports no subscription plan")),
        (7, ["A"], ("ok", "the service reports no subscription plan")),
    ],
)
def test_a_free_workspace_is_warned_of(
    sandbox: Embedded, plan: object, features: object, expected: tuple[str, str]
) -> None:
    with sandbox.store.transaction():
        found = sandbox.store.load("workspace", sandbox.workspace) or {}
        sandbox.store.save("workspace", {**found, "featureSubscriptionType": plan, "features": features})
    assert by_part(sandbox.run("doctor", "--json"))["subscription"][:2] == expected


SECRET = "Zk3yThatMustStaySecret42x"


@pytest.mark.parametrize(
    ("variable", "source"),
    [
        ("CLOCKIFY_API_KEY", "from the environment (CLOCKIFY_API_KEY)"),
        ("CLOCKIFY_ADDON_TOKEN", "from the environment (CLOCKIFY_ADDON_TOKEN)"),
        ("RECONCILER_KEY_COMMAND", "from the key command"),
    ],
)
def test_the_source_of_the_key_is_named_and_never_the_key(
    desk: Desk, studio: Service, monkeypatch: pytest.MonkeyPatch, variable: str, source: str
) -> None:
    monkeypatch.setattr(key_command, "run_key_command", lambda _: SECRET)
    result = desk.call(
        "--gateway", "clockify", "--base-url", studio.url, "-v", "doctor", "--json", **{variable: SECRET}
    )
    found = by_part(result)
    assert found["key"][:2] == ("ok", source)
    assert "connection" not in found  # Maton alone has them
    assert "GET /api/v1/user  200" in result.stderr
    assert SECRET not in result.output


def test_a_served_sandbox_without_a_key_has_none(desk: Desk, studio: Service) -> None:
    assert by_part(desk.call("--sandbox", "--base-url", studio.url, "doctor", "--json"))["key"][:2] == (
        "ok",
        "none set",
    )


def test_a_workspace_that_is_not_chosen_warns_and_one_that_is_missing_fails(desk: Desk) -> None:
    found = desk.call("--sandbox", "doctor", "--json")
    assert (found.exit_code, parts(found.stdout)["workspace"]["health"]) == (0, "warn")
    assert "--workspace" in parts(found.stdout)["workspace"]["cure"]
    missing = desk.call("--sandbox", "--workspace", "Acme", "doctor", "--json")
    assert (missing.exit_code, parts(missing.stdout)["workspace"]["health"]) == (1, "fail")


def test_runs_are_counted_and_a_changed_one_fails(desk: Desk) -> None:
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 0
    state = parts(desk.call(*ACME, "doctor", "--json").stdout)["state"]
    assert state["health"] == "ok"
    assert state["message"] == ".reconciler: 1 run; the last policy is known"
    journal = next(desk.folder.glob(".reconciler/runs/*/journal.jsonl"))
    journal.write_bytes(journal.read_bytes().replace(b"brand-new", b"brand-old"))
    result = desk.call(*ACME, "doctor", "--json")
    assert result.exit_code == 1
    assert "changed after they were recorded" in parts(result.stdout)["state"]["message"]


def test_a_run_that_is_not_complete_is_a_warning(sandbox: Embedded) -> None:
    sandbox.declare(tags=["a", "b"])
    sandbox.faults["POST", "tags"] = [None, *[Fault.DROP_BEFORE] * 30]
    assert sandbox.run("apply", "--approve", "additive").exit_code == 4
    sandbox.faults.clear()
    state = parts(sandbox.run("doctor", "--json").stdout)["state"]
    assert state["health"] == "warn"
    assert "1 run not complete" in state["message"]
    assert "runs show" in state["cure"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_state_folder_that_others_can_read_is_a_warning(desk: Desk) -> None:
    assert desk.call(*ACME, "plan", "nosuch.yaml").exit_code == 1
    (desk.folder / ".reconciler").mkdir(exist_ok=True)
    (desk.folder / ".reconciler").chmod(0o755)
    found = parts(desk.call(*ACME, "doctor", "--json").stdout)["permissions"]
    assert found["health"] == "warn"
    assert found["cure"] == "chmod -R go-rwx .reconciler"


@pytest.mark.parametrize(
    ("number", "listed"),
    [(1, "state"), (3, "state, state/0, state/1"), (5, "state, state/0, state/1 and 2 more")],
)
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such owners")
def test_a_state_folder_of_another_user_fails(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, number: int, listed: str
) -> None:
    for name in range(number - 1):
        desk.write("", f"state/{name}")
    (desk.folder / "state").mkdir(exist_ok=True)
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    found = {d.part: d for d in diagnose_machine(Settings(state_dir="state"), None)}["permissions"]
    assert (found.health, found.message) == (Health.FAIL, f"{listed} in the state folder: of another user")
    assert "choose another --state-dir" in found.cure


def test_a_state_folder_that_cannot_be_written_fails(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk.folder / "state").mkdir()
    monkeypatch.setattr(os, "access", lambda *_: False)
    found = {d.part: d for d in diagnose_machine(Settings(state_dir="state"), None)}["state"]
    assert (found.health, found.message) == (Health.FAIL, "state is not writable")


def test_a_run_in_progress_is_named(desk: Desk) -> None:
    settings = Settings(gateway="sandbox", state_dir=str(desk.folder / "state"))
    with exclusive_lock(settings.state_dir, "somebody", now=time.time):
        held = {d.part: d for d in diagnose_machine(settings, None)}
    assert held["lock"].health is Health.WARN
    assert "somebody" in held["lock"].message
    assert "lock" not in {d.part for d in diagnose_machine(settings, None)}


@pytest.mark.parametrize(("text", "health"), [(None, "ok"), ("{}", "warn"), (b"\xff", "warn")])
def test_the_schema_of_another_version_is_a_warning(desk: Desk, text: str | bytes | None, health: str) -> None:
    path = desk.folder / "manifest.schema.json"
    path.write_bytes(
        desk.call("schema").stdout.encode() if text is None else text if isinstance(text, bytes) else text.encode()
    )
    found = parts(desk.call(*ACME, "doctor", "--json").stdout)["schema"]
    assert found["health"] == health
    assert ("reconciler schema >" in (found["cure"] or "")) is (health == "warn")


def test_what_is_no_folder_of_runs_fails(desk: Desk) -> None:
    desk.write("", "state/runs")
    found = parts(desk.call(*ACME, "--state-dir", "state", "doctor", "--json").stdout)["state"]
    assert found["health"] == "fail"


def sent(status: int = 200, **headers: str) -> Sent:
    return Sent(Request("GET", "/v1/user"), status, 0.5, 1, {k.replace("_", "-"): v for k, v in headers.items()})


@pytest.mark.parametrize(("ahead", "large"), [(0, False), (29, False), (-29, False), (40, True), (-40, True)])
def test_the_clock_is_compared_with_the_date_of_a_response(ahead: int, large: bool) -> None:  # noqa: FBT001 - a case
    seen = Observed()
    seen.note(sent(date=formatdate(time.time() - ahead, usegmt=True)))
    assert seen.skew is not None
    assert abs(seen.skew - ahead) < 2
    assert (abs(seen.skew) > 30) is large


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 99999 99:99:99 GMT"])
def test_an_odd_date_is_none(date: str) -> None:
    seen = Observed()
    seen.note(sent(date=date))
    assert seen.skew is None


def test_limits_are_counted_and_unanswered_requests_show_nothing() -> None:
    seen = Observed()
    for one in (sent(0), sent(429), sent(200, x_ratelimit_limit="50")):
        seen.note(one)
    assert (seen.requests, seen.limited, seen.limit) == (2, 1, "50")


def test_names_from_outside_are_inert() -> None:
    diagnosis = Diagnosis("workspace", Health.WARN, "a\x1b[31m\n##[error]b", "use \x07")
    assert "\x1b" not in to_plain(diagnosis_lines([diagnosis]))
    assert worst([]) is Health.OK
    assert worst([diagnosis]) is Health.WARN


def test_the_state_folder_may_be_a_file(desk: Desk) -> None:
    desk.write("", "state")
    settings = Settings(gateway="sandbox", state_dir=str(Path("state")))
    assert [d.health for d in diagnose_machine(settings, None) if d.part == "state"] == [Health.FAIL]

"""`--summary` says what happened, whatever that is, and `--log-format json` makes every message one JSON object."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reconciler.cli import summary as cli_summary
from reconciler.cli.actions import plan as plan_action
from reconciler.sandbox import Fault
from tests.cli.embedded import Embedded
from tests.cli.program import ADDITIVE, DELETING, EVERY_TAG, Desk

KEY = "SECRET-key-0123456789"


def summary(desk: Desk, name: str = "s.json") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((desk.folder / name).read_text(encoding="utf-8"))
    assert found["format"] == "reconciler.summary/1"
    return found


def test_of_a_plan_it_has_what_the_plan_file_has(desk: Desk) -> None:
    desk.write(DELETING)
    result = desk.call("--sandbox", "plan", "-o", "plan.json", "--summary", "s.json", "--detailed-exitcode")
    found, plan = summary(desk), json.loads((desk.folder / "plan.json").read_text(encoding="utf-8"))
    assert (found["command"], found["exit_code"]) == ("plan", result.exit_code) == ("plan", 2)
    assert found["error"] is found["run"] is None
    for key in ("digest", "gateway", "base_url", "workspace", "warnings"):
        assert found["plan"][key] == plan[key]
    assert found["plan"]["changes"] == plan["summary"]
    assert [r["address"] for r in found["plan"]["removals"]] == ["tag:import-2023"]
    assert found["plan"]["removals"][0]["tracked_seconds"] == plan["changes"][0]["impact"]["tracked_seconds"]


def test_of_a_refused_apply_it_has_the_error_and_what_is_blocked(desk: Desk) -> None:
    desk.write(EVERY_TAG)
    result = desk.call("--sandbox", "apply", "--approve", "additive", "--summary", "s.json")
    found = summary(desk)
    assert found["exit_code"] == result.exit_code == 3
    assert found["run"] is None
    assert found["error"]["message"]
    assert {b["guard"] for b in found["plan"]["blocked"]} == {"removal_budget"}
    assert len(found["plan"]["blocked"]) == found["plan"]["changes"]["blocked"] == 12


def test_of_an_apply_it_has_the_run_and_says_the_same_as_the_last_event(sandbox: Embedded) -> None:
    sandbox.declare(tags=["a", "b"])
    sandbox.faults["POST", "tags"] = [None, *[Fault.DROP_BEFORE] * 30]
    result = sandbox.run("apply", "--approve", "additive", "--json", "--summary", "s.json")
    event, found = json.loads(result.stdout.splitlines()[-1]), summary(sandbox.desk)
    assert found["exit_code"] == result.exit_code == event["exit_code"] == 4
    assert found["run"]["id"] == event["run"]
    assert found["run"]["summary"] == event["summary"]
    assert found["run"]["complete"] is False
    assert [o["result"] for o in found["run"]["not_done"]] == ["failed"]
    sandbox.faults.clear()
    assert sandbox.run("undo", "latest", "--summary", "s.json").exit_code == 0
    assert summary(sandbox.desk)["command"] == "undo"


@pytest.mark.parametrize(
    ("words", "code"),
    [(("plan", "nosuch.yaml"), 1), (("plan", "--format", "pdf"), 64), (("apply", "plan.json"), 1)],
)
def test_an_error_before_the_plan_is_in_it(desk: Desk, words: tuple[str, ...], code: int) -> None:
    assert desk.call("--sandbox", *words, "--summary", "s.json").exit_code == code
    found = summary(desk)
    assert found["exit_code"] == code
    assert found["error"]["message"]
    assert found["plan"] is None


@pytest.mark.parametrize(("text", "expected"), [(f"boom {KEY}", "boom [key]"), ("", "RuntimeError")])
def test_of_an_internal_error_it_has_the_text_without_the_key(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, text: str, expected: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(text)

    monkeypatch.setattr(plan_action, "load_manifests", fail)
    result = desk.call("--sandbox", "plan", "--summary", "s.json", MATON_API_KEY=KEY)
    found = summary(desk)
    assert found["exit_code"] == result.exit_code == 1
    assert found["error"] == {"message": expected, "hint": None}


def test_a_file_that_cannot_be_looked_at_is_not_replaced(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    desk.write("{}", "s.json")
    monkeypatch.setattr(cli_summary, "open", refuse, raising=False)
    result = desk.call("--sandbox", "plan", "--summary", "s.json")
    assert result.exit_code == 64
    assert "'s.json' exists and is not a summary; use another file" in result.stderr


@pytest.mark.parametrize("path", ["workspace.yaml", "-", "", "."])
def test_it_replaces_nothing_but_a_summary(desk: Desk, path: str) -> None:
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "plan", "--summary", path).exit_code == 64
    assert (desk.folder / "workspace.yaml").read_text(encoding="utf-8") == ADDITIVE
    for _ in range(2):
        assert desk.call("--sandbox", "plan", "--summary", "s.json").exit_code == 0


def test_a_summary_that_cannot_be_written_is_an_error_unless_something_was_applied(desk: Desk) -> None:
    desk.write(ADDITIVE)
    desk.write("", "file")
    assert desk.call("--sandbox", "plan", "--summary", "file/s.json").exit_code == 1
    applied = desk.call("--sandbox", "apply", "--approve", "additive", "--summary", "file/s.json")
    assert applied.exit_code == 0
    assert "cannot write file/s.json" in applied.stderr


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_every_message_is_one_json_object(desk: Desk) -> None:
    desk.write(ADDITIVE)
    result = desk.call("--sandbox", "--log-format", "json", "-v", "apply", "--approve", "additive")
    assert result.exit_code == 0
    found = lines(result.stderr)
    assert {tuple(sorted(line))[:2] for line in found} <= {("level", "message"), ("attempt", "level")}
    requests = [line for line in found if line["level"] == "debug"]
    assert {"method", "path", "status", "seconds", "attempt"} <= set(requests[0])
    assert "POST" in {line["method"] for line in requests}
    assert desk.call("--sandbox", "plan", "nosuch.yaml").stderr.startswith("nosuch.yaml: ")


@pytest.mark.parametrize("words", [("plan", "nosuch.yaml"), ("plan", "--nosuch"), ("apply",), ("plon",)])
def test_errors_have_a_level_and_no_colour(desk: Desk, words: tuple[str, ...]) -> None:
    desk.write(ADDITIVE)
    result = desk.call("--sandbox", *words, RECONCILER_LOG_FORMAT="json", FORCE_COLOR="1")
    assert result.exit_code in (1, 3, 64)
    found = lines(result.stderr)
    assert found
    assert "\\u001b" not in result.stderr
    if words != ("plan", "nosuch.yaml"):
        assert "error" in {line["level"] for line in found}
        assert not any(line["message"].startswith("error:") for line in found)


def test_a_hostile_name_stays_one_line(desk: Desk) -> None:
    desk.write("version: 1\nworkspace: Acme Studio\npolicy: {prune: {tags: keep}}\ntags: ['::error::x', \"{'a\"]\n")
    result = desk.call("--sandbox", "--log-format", "json", "apply")
    assert result.exit_code == 3
    assert any("::error::x" in line["message"] or "error" in line["message"] for line in lines(result.stderr))

"""Failures are told on standard error in words to act on; keys never, tracebacks only with --verbose."""

from __future__ import annotations

import pytest

from reconciler.cli.settings import Settings
from reconciler.cli.terminal.errors import report_error
from reconciler.errors import BlockedError, ManifestError, PlanningError, Problem, ReconcilerError, StalePlanError
from tests.cli.program import Desk

KEY = "SECRET-key-0123456789"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATON_API_KEY", KEY)


def test_message_and_hint_are_told_and_the_class_gives_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert report_error(StalePlanError("moved", moved=["tag:x: gone"], hint="plan again"), Settings()) == 3
    assert capsys.readouterr().err == "error: moved\n  tag:x: gone\nhint: plan again\n"
    assert report_error(BlockedError("blocked", blocked=["tag:y: budget"]), Settings()) == 3
    assert capsys.readouterr().err == "error: blocked\n  tag:y: budget\n"
    assert report_error(ReconcilerError("no"), Settings()) == 1


@pytest.mark.parametrize("kind", [ManifestError, PlanningError])
def test_every_problem_is_shown_with_a_caret(
    kind: type[ManifestError | PlanningError], capsys: pytest.CaptureFixture[str]
) -> None:
    problems = [Problem("a.yaml", 1, 3, "first", excerpt="a: b"), Problem("a.yaml", 2, 1, "second", excerpt="c: d")]
    assert report_error(kind(problems), Settings()) == 1
    output = capsys.readouterr().err
    assert "a.yaml:1:3: first" in output
    assert "a.yaml:2:1: second" in output
    assert output.count("^") == 2


@pytest.mark.parametrize("verbose", [False, True])
def test_a_defect_says_so_without_the_key(verbose: bool, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: FBT001 - a parameter of the table
    with pytest.raises(RuntimeError) as caught:
        raise RuntimeError(f"boom {KEY}")
    assert report_error(caught.value, Settings(verbose=verbose)) == 1
    output = capsys.readouterr().err
    assert "internal error in reconciler" in output
    assert "RuntimeError: boom [key]" in output
    assert "issue tracker" in output
    assert ("Traceback" in output) is verbose
    assert KEY not in output


def test_an_unforeseen_failure_of_the_system_is_no_defect(capsys: pytest.CaptureFixture[str]) -> None:
    assert report_error(OSError(28, "No space left on device", "x.json"), Settings()) == 1
    assert capsys.readouterr().err == "error: No space left on device: x.json\n"


def test_what_is_told_is_inert(capsys: pytest.CaptureFixture[str]) -> None:
    report_error(ReconcilerError("bad \x1b[31m name\u202e", hint="\x07"), Settings())
    output = capsys.readouterr().err
    assert not set(output) & {"\x1b", "\u202e", "\x07"}


def test_a_missing_key_names_its_variable(desk: Desk) -> None:
    for gateway, variable in (("maton", "MATON_API_KEY"), ("clockify", "CLOCKIFY_API_KEY")):
        done = desk.call("--gateway", gateway, "whoami")
        assert (done.exit_code, done.stdout) == (1, "")
        assert variable in done.stderr


def test_no_network_names_the_host_and_the_cause(desk: Desk) -> None:
    done = desk.call("--base-url", "http://127.0.0.1:9", "whoami", MATON_API_KEY=KEY)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "127.0.0.1:9" in done.stderr
    assert "refused" in done.stderr
    assert KEY not in done.stderr


def test_a_key_is_not_sent_in_the_clear(desk: Desk) -> None:
    done = desk.call("--base-url", "http://api.example", "whoami", MATON_API_KEY=KEY)
    assert done.exit_code == 1
    assert "https" in done.stderr
    assert KEY not in done.stderr

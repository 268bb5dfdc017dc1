"""Ctrl-C while a run writes: what is in flight finishes, the rest is left, and the same approval finishes it."""

from __future__ import annotations

import os
import re
import shlex
import signal
from typing import Any

import pytest

from reconciler.cli.terminal.interrupt import Interrupt
from reconciler.errors import StoppedError
from reconciler.gateway import Writer
from tests.cli.program import Desk, digest_in, events_of, finished, summary_of

MANY = (
    "version: 1\nworkspace: Acme Studio\npolicy: {prune: {tags: keep}}\ntags: ["
    + ", ".join(f"new {n}" for n in range(12))
    + "]\n"
)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("what", ["workspace.yaml", "plan.json"])
def test_an_interrupted_run_is_finished_by_the_command_that_it_prints(desk: Desk, what: str) -> None:
    desk.write(MANY)
    digest = digest_in(desk.run("--sandbox", "plan", "-o", "plan.json").stdout)
    with desk.terminal("--sandbox", "--rate", "8/s", "apply", what, "--approve", digest, "--no-color") as child:
        child.expect(r" 2/12 ")
        child.sendintr()
        code, shown = finished(child)
    assert code == 130
    assert "stopping" in shown
    assert "Traceback" not in shown
    made = {name for name in desk.tags() if name.startswith("new ")}
    assert 2 <= len(made) < 12
    done = len(re.findall(r"create .*  done", shown)) + 2
    assert len(made) <= done
    command = re.search(r"reconciler --sandbox --rate 8/s apply .*", re.sub(r"\\\s+", "", shown))
    assert command, shown
    words = shlex.split(command.group())[1:]
    assert words[-1] in digest
    assert words[4] == what
    elsewhere = desk.run(*words, "--workspace", "Side Hustle")
    assert elsewhere.returncode == 3
    rest = desk.run(*words)
    assert rest.returncode == 0, rest.stderr
    assert "already" in rest.stdout
    assert len({name for name in desk.tags() if name.startswith("new ")}) == 12


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_remembered_and_the_second_stops_at_once(number: signal.Signals) -> None:
    interrupt = Interrupt()
    with interrupt.held():
        assert not interrupt.is_asked()
        os.kill(os.getpid(), number)
        assert interrupt.is_asked()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    assert not interrupt.is_asked()


def test_a_pause_ends_early_where_somebody_asked_to_stop() -> None:
    interrupt = Interrupt()
    with interrupt.held():
        interrupt.pause(0.01)
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(2):  # whoever pauses: every thread of a run
            with pytest.raises(StoppedError):
                interrupt.pause(3600)


def test_afterwards_signals_do_what_they_did_before() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with Interrupt().held():
        assert signal.getsignal(signal.SIGINT) not in before
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_an_interrupt_between_two_steps_of_one_change_still_ends_with_a_report(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write("version: 1\nworkspace: Acme Studio\npolicy: {prune: {clients: keep}}\n"
               "clients: [{name: New One, cc_emails: [a@x.example]}, New Two]\n")  # fmt: skip
    create = Writer.create

    def interrupted(self: Writer, *arguments: Any, **observer: Any) -> Any:
        made = create(self, *arguments, **observer)
        os.kill(os.getpid(), signal.SIGINT)
        return made

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "create", interrupted)
        result = desk.call("--sandbox", "apply", "--approve", "additive", "--verify", "read", "--format", "json")
    assert result.exit_code == 130
    assert summary_of(result.stdout)["interrupted"] is True
    ended = {event["address"]: event for event in events_of(result.stdout) if event["event"] == "change_skipped"}
    assert ended["client:New One"]["written"] == 1
    assert desk.call("--sandbox", "apply", "--approve", "non-destructive").exit_code == 0

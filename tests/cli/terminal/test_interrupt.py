"""Ctrl-C while a run writes: what is in flight finishes, the rest is left, and the same approval finishes it."""

from __future__ import annotations

import itertools
import os
import re
import shlex
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from reconciler.cli.terminal.interrupt import Interrupt
from reconciler.errors import StoppedError
from reconciler.gateway import Writer
from tests.cli.program import Desk, digest_in, events_of, finished, served, summary_of
from tests.waiting import HANGING

MANY_TAGS = 40
"""More than the two that are written before the interrupt and the 32 that may be on their way at most."""
MANY = (
    "version: 1\nworkspace: Acme Studio\npolicy: {prune: {tags: keep}}\ntags: ["
    + ", ".join(f"new {n}" for n in range(MANY_TAGS))
    + "]\n"
)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("what", ["workspace.yaml", pytest.param("plan.json", marks=pytest.mark.slow)])
def test_an_interrupted_run_is_finished_by_the_command_that_it_prints(desk: Desk, what: str) -> None:
    desk.write(MANY)
    creates = itertools.count(1)
    stopping = threading.Event()

    def hold(_number: int, name: str) -> bool:
        return not name.startswith("POST") or next(creates) <= 2 or stopping.wait(HANGING)

    with served(desk.folder, before=hold) as url:
        aim = ["--sandbox", "--base-url", url, "--rate", "99/s"]
        digest = digest_in(desk.call(*aim, "plan", "-o", "plan.json").stdout)
        with desk.terminal(*aim, "apply", what, "--approve", digest, "--no-color") as child:
            child.expect(rf" 2/{MANY_TAGS} ")
            child.sendintr()
            child.expect("stopping")
            stopping.set()
            code, shown = finished(child)
        assert code == 130
        assert "Traceback" not in shown
        made = {name for name in desk.tags() if name.startswith("new ")}
        assert 2 <= len(made) < MANY_TAGS
        assert re.findall(r"\b(\d+) done", shown) == [str(len(made))]
        command = re.search(r"reconciler --sandbox --base-url \S+ --rate 99/s apply .*", re.sub(r"\\\s+", "", shown))
        assert command, shown
        words = shlex.split(command.group())[1:]
        assert words[-1] in digest
        assert words[words.index("apply") + 1] == what
        assert desk.call(*words, "--workspace", "Side Hustle").exit_code == 3
        rest = desk.call(*words)
        assert rest.exit_code == 0, rest.stderr
        assert "already" in rest.stdout
        assert len({name for name in desk.tags() if name.startswith("new ")}) == MANY_TAGS


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


def test_the_first_signal_is_told_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    with Interrupt().held():
        os.kill(os.getpid(), signal.SIGTERM)
    assert capsys.readouterr().err == "stopping after the requests in flight; interrupt again to stop at once\n"


def test_a_run_in_another_thread_leaves_the_signals_alone() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    interrupt = Interrupt()

    def held() -> object:
        with interrupt.held():
            return signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), interrupt.is_asked()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(held).result() == (*before, False)


def test_an_interrupt_between_two_steps_of_one_change_still_ends_with_a_report(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write("version: 1\nworkspace: Acme Studio\npolicy: {prune: {clients: keep}}\n"
               "clients: [{name: New One, cc_emails: [a@x.example]}, New Two]\n")  # fmt: skip
    create, handle, handled = Writer.create, Interrupt._handle, threading.Event()

    def noted(self: Interrupt, *arguments: Any) -> None:
        handle(self, *arguments)
        handled.set()

    def interrupted(self: Writer, *arguments: Any, **observer: Any) -> Any:
        made = create(self, *arguments, **observer)
        if "New One" in str(arguments):
            os.kill(os.getpid(), signal.SIGINT)
            assert handled.wait(HANGING)  # it reaches the main thread, and this one must not be quicker
        return made

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "create", interrupted)
        patch.setattr(Interrupt, "_handle", noted)
        result = desk.call("--sandbox", "apply", "--approve", "additive", "--verify", "read", "--format", "json")
    assert result.exit_code == 130
    assert summary_of(result.stdout)["interrupted"] is True
    ended = {event["address"]: event for event in events_of(result.stdout) if event["event"] == "change_skipped"}
    assert ended["client:New One"]["written"] == 1
    assert desk.call("--sandbox", "apply", "--approve", "non-destructive").exit_code == 0

"""How far a run is, as somebody sees it: a bar on a terminal, a line every few seconds in a log, nothing where quiet was asked for."""

from __future__ import annotations

import io
import json
import re
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from reconciler.applying import ChangeFinished, ChangeStarted, Event, Outcome, Progress, Result
from reconciler.cli.settings import Settings
from reconciler.cli.terminal import progress
from reconciler.cli.terminal.output import has_cursor
from reconciler.cli.terminal.progress import EVERY_SECONDS, Pace, _Log, show_progress, show_waiting
from reconciler.cli.terminal.streams import show_passing
from reconciler.model import Address
from reconciler.planning.plan import Change
from reconciler.render.width import width
from tests.cli.program import ADDITIVE, Desk, finished
from tests.clock import Time
from tests.render.plans import HOSTILE, create

CHANGE = create("client:Acme")
HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def _tick(
    done: int = 0, total: int = 10, requests: int = 0, retries: int = 0, current: Change | None = None
) -> Progress:
    return Progress(done, total, requests, retries, current)


def _named(name: str) -> Change:
    return Change(Address("tag", (name,)), CHANGE.action, CHANGE.steps)


def _pace() -> tuple[Pace, Time]:
    time = Time()
    return Pace(time.clock), time


def test_in_the_first_second_nothing_is_said_of_the_pace() -> None:
    pace, time = _pace()
    time.seconds += 0.9
    assert pace.words(_tick(done=1, requests=5)) == ""


def test_the_pace_is_requests_a_second_and_the_time_that_is_left_for_the_rest() -> None:
    pace, time = _pace()
    pace.words(_tick())
    time.seconds += 10
    assert pace.words(_tick(done=2, total=10, requests=98)) == "9.8/s, about 40 s left"


def test_what_was_as_meant_already_says_nothing_of_the_time_that_is_left() -> None:
    pace, time = _pace()
    pace.words(_tick(done=90, total=100))
    time.seconds += 10
    assert pace.words(_tick(done=95, total=100, requests=5)) == "0.5/s, about 10 s left"


def test_before_the_first_change_has_ended_nobody_knows_how_long_it_takes() -> None:
    pace, time = _pace()
    time.seconds += 10
    assert pace.words(_tick(requests=1)) == "0.1/s"


def test_nothing_is_left_of_a_run_that_has_ended() -> None:
    pace, time = _pace()
    pace.words(_tick())
    time.seconds += 2
    assert pace.words(_tick(done=10, total=10, requests=20)) == "10.0/s"


def test_what_was_sent_again_is_told() -> None:
    pace, time = _pace()
    assert pace.words(_tick(retries=1)) == "1 retry"
    time.seconds += 2
    assert pace.words(_tick(requests=2468, retries=1234)) == "1234.0/s, 1,234 retries"


def _lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    message = capsys.readouterr()
    assert message.out == ""
    return message.err.splitlines()


def test_a_log_hears_of_a_run_every_five_seconds_and_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    time = Time()
    log = _Log(Settings(), time.clock)
    for number in range(int(4 * EVERY_SECONDS) + 1):
        log(_tick(done=number, total=1500, requests=2 * number, current=CHANGE))
        time.seconds += 1
    lines = _lines(capsys)
    assert lines == [
        "5 of 1,500 changes, 2.0/s, about 25 min left; now create client:Acme",
        "10 of 1,500 changes, 2.0/s, about 25 min left; now create client:Acme",
        "15 of 1,500 changes, 2.0/s, about 25 min left; now create client:Acme",
        "20 of 1,500 changes, 2.0/s, about 25 min left; now create client:Acme",
    ]


def test_a_log_hears_at_once_of_what_goes_wrong_and_of_nothing_that_goes_well(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = _Log(Settings(), Time().clock)
    log(ChangeStarted(CHANGE, 0, 3))
    log(ChangeFinished(Outcome(CHANGE, Result.DONE), 1, 3))
    log(ChangeFinished(Outcome(CHANGE, Result.ALREADY), 2, 3))
    assert _lines(capsys) == []
    log(ChangeFinished(Outcome(CHANGE, Result.FAILED, message="No"), 3, 3))
    assert [line.split() for line in _lines(capsys)] == [["3/3", "+", "create", "client:Acme", "failed"]]


def test_a_log_that_is_to_be_verbose_hears_of_every_change(capsys: pytest.CaptureFixture[str]) -> None:
    log = _Log(Settings(verbose=True), Time().clock)
    log(ChangeFinished(Outcome(CHANGE, Result.DONE), 1, 3))
    assert "client:Acme  done" in _lines(capsys)[0]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stays_on_its_line_and_does_nothing_to_the_terminal(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    time = Time()
    log = _Log(Settings(), time.clock)
    time.seconds += EVERY_SECONDS
    log(_tick(done=1, requests=9, current=_named(name)))
    log(ChangeFinished(Outcome(_named(name), Result.FAILED), 1, 3))
    lines = _lines(capsys)
    assert len(lines) == 2
    assert width(lines[0]) <= 80  # what is under way now; the address of a failure is shown in full
    for line in lines:
        assert not HARMFUL.search(line)
        assert not line.startswith("::")


def test_a_quiet_run_says_nothing_of_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    events: list[Event] = [
        ChangeStarted(CHANGE, 0, 1),
        _tick(current=CHANGE),
        ChangeFinished(Outcome(CHANGE, Result.FAILED), 1, 1),
    ]
    with show_progress(Settings(), form="text", quiet=True) as tell:
        for event in events:
            tell(event)
    assert _lines(capsys) == []


def test_a_quiet_apply_prints_its_report_alone(desk: Desk) -> None:
    desk.write(ADDITIVE)
    result = desk.call("--sandbox", "apply", "--quiet", "--approve", "additive")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "Applied: 2 done." in result.stdout


def test_a_run_in_a_pipe_has_no_bar_and_moves_no_cursor(desk: Desk) -> None:
    desk.write(ADDITIVE)
    result = desk.call("--sandbox", "apply", "--approve", "additive")
    assert "\x1b" not in result.stdout + result.stderr
    assert "\r" not in result.stderr


LONG = (
    "version: 1\nworkspace: Acme Studio\npolicy: {prune: {tags: keep}}\n"
    f"tags: [{', '.join(f'a rather long name that fills the line and more of it number {n:02}' for n in range(12))}]\n"
)


def test_the_pace_says_what_a_run_waits_for() -> None:
    time, waits = Time(), SimpleNamespace(text="")
    pace = Pace(time.clock, waits)  # type: ignore[arg-type]  # only its text
    assert pace.words(_tick()) == ""
    assert pace.words(replace(_tick(), looked_up=2)) == "looking up 2 lost answers"
    waits.text = "waiting for the rate limit (about 28 s)"
    assert pace.words(replace(_tick(), looked_up=1)) == f"looking up 1 lost answer, {waits.text}"


def test_a_bar_shows_what_is_read_again_after_the_last_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stderr := Terminal())
        with show_progress(Settings(), form="text", quiet=False):
            show_passing("verifying 3/9")
    assert any("verifying 3/9" in frame for frame in stderr.frames())


def _rendered(desk: Desk, *words: str) -> str:
    """All that a terminal of 80 columns without colours is sent, while twelve tags are made."""
    desk.write(LONG)
    command = ("--sandbox", "--rate", "12/s", "apply", "--approve", "additive", *words)
    with desk.terminal(*command, environment={"NO_COLOR": "1"}) as child:
        child.logfile_read = shown = io.StringIO()
        assert finished(child)[0] == 0
    return shown.getvalue()


def test_a_terminal_without_colours_has_a_bar_of_80_columns_that_leaves_no_trace(desk: Desk) -> None:
    shown = _rendered(desk)
    assert not re.search(r"\x1b\[[0-9;]*m", shown)
    frames = re.split(r"[\r\n]+", CONTROL.sub("", shown))
    bars = [frame for frame in frames if re.search(r" \d+/12 .*create tag:a rather", frame)]
    assert bars
    assert max(map(width, bars)) <= 80
    assert "Applied: 12 done." in shown
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1  # the cursor is there again


@pytest.mark.slow
def test_a_quiet_terminal_has_no_bar(desk: Desk) -> None:
    shown = _rendered(desk, "--quiet")
    assert "/12 " not in shown
    assert "\x1b" not in shown


def test_a_terminal_that_knows_no_more_than_lines_gets_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert not has_cursor(sys.stderr)
    with show_progress(Settings(), form="text", quiet=False) as tell:
        tell(ChangeFinished(Outcome(CHANGE, Result.FAILED), 1, 1))
    assert "failed" in _lines(capsys)[0]


def test_a_program_gets_an_event_a_line_on_stdout_and_nothing_of_how_far_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with show_progress(Settings(), form="json", quiet=True) as watcher:
        watcher(ChangeStarted(CHANGE, 0, 1))
        watcher(_tick(done=1, total=1, requests=4, current=CHANGE))
        watcher(ChangeFinished(Outcome(CHANGE, Result.DONE), 1, 1))
    shown = capsys.readouterr()
    assert shown.err == ""
    events = [json.loads(line) for line in shown.out.splitlines()]
    assert [(event["event"], event["address"], event["done"]) for event in events] == [
        ("change_started", "client:Acme", 0),
        ("change_done", "client:Acme", 1),
    ]


class Terminal(io.StringIO):
    """A terminal that remembers what was sent to it."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True

    def frames(self) -> list[str]:
        """What stood on its lines, without colours and movements."""
        return [line.rstrip() for line in re.split(r"[\r\n]+", CONTROL.sub("", self.getvalue())) if line.strip()]


class AsciiTerminal(Terminal):
    """One without the characters of a bar."""

    encoding = "ascii"


def _watched(
    monkeypatch: pytest.MonkeyPatch, stderr: Terminal, events: list[Event | float], settings: Settings
) -> list[str]:
    """The lines of a terminal of 80 columns at these events. Numbers are seconds that pass."""
    time = Time()
    for name, value in {"TERM": "xterm", "COLUMNS": "80", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stderr)
        patch.setattr(progress, "time", SimpleNamespace(monotonic=time.clock))
        with show_progress(settings, form="text", quiet=False) as watcher:
            for event in events:
                if isinstance(event, float):
                    time.seconds += event
                else:
                    watcher(event)
    return stderr.frames()


RUNNING: list[Event | float] = [
    _tick(total=12),
    ChangeStarted(CHANGE, 0, 12),
    10.0,
    _tick(done=4, total=12, requests=40, retries=1, current=CHANGE),
]


def test_a_terminal_shows_the_latest_state_and_what_went_wrong_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    finished_badly = ChangeFinished(Outcome(CHANGE, Result.FAILED, message="No"), 5, 12)
    finished_well = ChangeFinished(Outcome(CHANGE, Result.DONE), 4, 12)
    frames = _watched(monkeypatch, Terminal(), [*RUNNING, finished_well, finished_badly], Settings())
    bars = [frame.strip(" ━╸╺") for frame in frames if re.search(r"\d/12\b", frame) and "failed" not in frame]
    assert bars[0] == "0/12"
    assert bars[-1] == "4/12  4.0/s, about 20 s left, 1 retry  create client:Acme"
    assert [frame.split() for frame in frames if "failed" in frame] == [
        ["5/12", "+", "create", "client:Acme", "failed"]
    ]
    assert not any("done" in frame for frame in frames)
    assert max(map(width, frames)) <= 80


def test_a_bar_without_a_current_change_has_no_empty_place_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = _watched(monkeypatch, Terminal(), [_tick(), 2.0, _tick(done=10, requests=20)], Settings())
    assert frames[-1].endswith(" 10/10  10.0/s")


def test_a_name_from_outside_is_inert_in_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    event = _tick(done=1, total=1500, current=_named("[red]x\x1b[31m\nA"))
    frames = _watched(monkeypatch, Terminal(), [event], Settings())
    assert r"1/1,500  create tag:[red]x\u{1b}[31m\nA" in frames[-1]


def test_a_terminal_without_the_characters_of_a_bar_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = AsciiTerminal()
    frames = _watched(monkeypatch, stderr, RUNNING, Settings())
    assert frames == ["4 of 12 changes, 4.0/s, about 20 s left, 1 retry; now create client:Acme"]
    assert "\x1b" not in stderr.getvalue()


@pytest.mark.parametrize(
    ("stream", "shown"),
    [
        (AsciiTerminal, ["waiting for a\\u{1b}b"]),  # one line, where a spinner has no characters
        (io.StringIO, ["waiting for a\\u{1b}b"]),
    ],
)
def test_a_wait_is_one_line_where_there_is_no_spinner(
    monkeypatch: pytest.MonkeyPatch, stream: type[io.StringIO], shown: list[str]
) -> None:
    assert _waited(monkeypatch, stream()).splitlines() == shown


def test_a_wait_has_a_spinner_on_a_terminal_that_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _waited(monkeypatch, stderr := Terminal())
    assert re.search(r"^. waiting for a\\u\{1b\}b$", stderr.frames()[0])
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h") == 1
    assert shown.endswith("\x1b[2K")


def _waited(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO) -> str:
    """What is sent to stderr by a wait that is over at once."""
    for name, value in {"TERM": "xterm", "COLUMNS": "80", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stderr)
        with show_waiting(Settings(), "waiting for a\x1bb"):
            pass
    return stderr.getvalue()


def test_the_cursor_is_there_again_after_a_run_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")

    def fail() -> None:
        with show_progress(Settings(), form="text", quiet=False):
            raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stderr := Terminal())
        with pytest.raises(ZeroDivisionError):
            fail()
    assert stderr.getvalue().count("\x1b[?25l") == stderr.getvalue().count("\x1b[?25h") == 1

"""What a command says while it waits. The clock is an argument: nothing here waits."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from reconciler.cli.settings import Settings
from reconciler.cli.terminal import streams, waiting
from reconciler.cli.terminal.output import print_message, print_question, styled
from reconciler.cli.terminal.streams import passing_line_shown_by, show_passing
from reconciler.cli.terminal.waiting import WaitDisplay, Waits, show_waits
from reconciler.gateway import Limiter, Paused, Rate, Sent
from reconciler.gateway.messages import Request
from reconciler.render.screen import PIPE
from tests.clock import Time
from tests.waiting import wait_until

GET = Request("GET", "/things")


def _client() -> Any:
    return SimpleNamespace(requests=0, outstanding=0)


def _limiter() -> Any:
    return SimpleNamespace(seconds_left=0.0)


class Scene:
    """A client whose counts the test sets, a clock that it moves, and what was shown."""

    def __init__(self, *, is_terminal: bool) -> None:
        self.time = Time()
        self.client, self.limiter = _client(), _limiter()
        self.waits = Waits([self.client], self.limiter, self.time.clock)
        self.shown: list[str] = []
        show = self.shown.append if is_terminal else None
        self.display = WaitDisplay(self.waits, self.time.clock, show=show, print_line=self.shown.append)

    def after(self, seconds: float, *, sent: int = 0, answered: int = 0, outstanding: int | None = None) -> list[str]:
        """What is shown at a tick some seconds later, in which requests were sent and answered."""
        self.time.seconds += seconds
        self.client.requests += sent
        for _ in range(answered):
            self.waits.on_request(Sent(GET, 200, 0.1, 1))
        if outstanding is not None:
            self.client.outstanding = outstanding
        self.display.tick()
        shown, self.shown[:] = list(self.shown), []
        return shown


def test_a_terminal_shows_the_count_of_requests_after_500_ms_and_at_each_tick() -> None:
    scene = Scene(is_terminal=True)
    assert scene.after(0, sent=1) == []
    assert scene.after(0.4, sent=0) == []
    assert scene.after(0.1) == ["reading"]
    assert scene.after(0.1, sent=3, answered=3) == ["reading, 3 requests answered"]
    assert scene.after(0.1, sent=10, answered=7, outstanding=398) == ["reading 10/408"]
    assert scene.after(0.1, sent=1000, answered=1000, outstanding=200) == ["reading 1,010/1,210"]


def test_once_nothing_is_waited_for_the_line_goes_and_the_count_starts_again() -> None:
    scene = Scene(is_terminal=True)
    scene.after(0, sent=2)
    assert scene.after(1) == ["reading"]
    assert scene.after(0.1, answered=2) == []
    assert scene.after(0.3, sent=1) == ["reading, 2 requests answered"]  # a short break is none
    assert scene.after(0.1, answered=1) == []
    assert scene.after(0.6) == [""]
    assert scene.after(60) == []
    assert scene.after(1, sent=1) == []
    assert scene.after(0.6) == ["reading"]


def test_a_log_has_a_line_every_five_seconds() -> None:
    scene = Scene(is_terminal=False)
    scene.client.outstanding = 100
    lines = [line for _ in range(100) for line in scene.after(0.125, sent=2, answered=1)]
    assert lines == ["reading 41/141", "reading 81/181"]
    scene.client.outstanding = 0
    scene.after(0.1, answered=100)
    assert scene.after(1) == []


@pytest.mark.parametrize(
    ("limited", "pause", "is_rate_limit", "text"),
    [
        (0.4, 0.0, False, "reading"),
        (28.0, 0.0, False, "reading, waiting for the rate limit (about 28 s)"),
        (0.0, 9.0, True, "reading, waiting for the rate limit (about 9.0 s)"),
        (0.0, 9.0, False, "reading, waiting to retry (about 9.0 s)"),
        (120.0, 9.0, False, "reading, waiting for the rate limit (about 2 min)"),
    ],
)
def test_what_holds_every_request_up_is_named(limited: float, pause: float, text: str, *, is_rate_limit: bool) -> None:
    scene = Scene(is_terminal=True)
    scene.limiter.seconds_left = limited
    if pause:
        scene.waits.on_pause(Paused(GET, pause, 1, is_rate_limit))
    assert scene.waits.text == text
    scene.waits.purpose = ""
    assert scene.waits.text == text.removeprefix("reading").removeprefix(", ")


def test_what_the_requests_are_for_is_named_and_writes_have_a_display_of_their_own() -> None:
    scene = Scene(is_terminal=True)
    scene.after(0, sent=5, answered=4)
    with scene.waits.of(""):
        assert scene.after(9) == []
        with scene.waits.of("verifying"):
            scene.after(0, outstanding=9)
            assert scene.after(1, sent=1, answered=1) == ["verifying 0/9"]
        assert scene.after(1) == []
    assert scene.waits.purpose == "reading"


def test_the_limiter_knows_how_long_the_next_request_waits() -> None:
    time, left = Time(), list[float]()

    def sleep(seconds: float) -> None:
        left.append(round(limiter.seconds_left, 3))
        time.sleep(seconds)

    limiter = Limiter(Rate.parse("30/h"), time.clock, sleep, margin=0)
    assert limiter.seconds_left == 0
    limiter.wait()
    limiter.wait()
    limiter.hold(500)
    limiter.wait()
    assert left == [120.0, 500.0]
    assert limiter.seconds_left == 0


class _Terminal:
    """A terminal that keeps what was written to it."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        pass


def _terminal(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    """Put a terminal in the place of stderr. Not a fixture: the capture of pytest replaces stderr after those."""
    shown = _Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setattr(sys, "stderr", shown)
    return shown


def test_whatever_is_written_next_takes_the_line_away(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _terminal(monkeypatch)
    show_passing("")
    show_passing("reading 1/2")
    show_passing("reading 2/2")
    print_message("warning: x")
    print_message("more")
    show_passing("reading 1/9")
    print_question(styled([], PIPE))
    assert terminal.text == (
        "\rreading 1/2\x1b[K\rreading 2/2\x1b[K\r\x1b[Kwarning: x\nmore\n\rreading 1/9\x1b[K\r\x1b[K"
    )


def test_a_bar_takes_the_text_while_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _terminal(monkeypatch)
    show_passing("reading 1/2")
    taken: list[str] = []
    with passing_line_shown_by(taken.append):
        show_passing("verifying 1/2")
    assert taken == ["verifying 1/2"]
    show_passing("")
    assert terminal.text == "\rreading 1/2\x1b[K\r\x1b[K"
    assert streams._passing.instead is None


def test_a_command_watches_its_waits_unless_it_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = _terminal(monkeypatch)
    scene = Scene(is_terminal=True)
    scene.client.requests, scene.client.outstanding = 1, 1_000_000_000_000
    ticks = iter(range(1_000_000))
    monkeypatch.setattr(waiting, "TICK", 0.001)
    monkeypatch.setattr(waiting, "time", SimpleNamespace(monotonic=lambda: float(next(ticks))))
    with show_waits(scene.waits, Settings(), quiet=True):
        assert terminal.text == ""
    with show_waits(scene.waits, Settings(), quiet=False):
        wait_until(lambda: "reading" in terminal.text)
    assert terminal.text.endswith("\r\x1b[K")
    assert "\rreading 0/1,000,000,000,000\x1b[K" in terminal.text  # it fits in the width


def test_a_rate_limit_is_waited_for_as_long_as_the_pause_lasts() -> None:
    scene = Scene(is_terminal=True)
    seen = [scene.waits.is_rate_limited]
    for is_rate_limit in (False, True):
        scene.waits.on_pause(Paused(GET, 30.0, 1, is_rate_limit))
        seen.append(scene.waits.is_rate_limited)
    scene.time.seconds += 31
    seen.append(scene.waits.is_rate_limited)
    assert seen == [False, False, True, False]

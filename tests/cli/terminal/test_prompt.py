"""The question before a write: on a real terminal, and what comes of which answer."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest
from click.testing import Result

from reconciler.cli.settings import Settings
from reconciler.cli.terminal import prompt
from reconciler.errors import NotApprovedError
from tests.cli.program import ADDITIVE, DELETING, EVERY_TAG, Desk, digest_in, finished

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


def test_yes_applies_what_was_shown(desk: Desk) -> None:
    desk.write(ADDITIVE)
    with desk.terminal("--sandbox", "apply", "--no-color") as child:
        child.expect_exact("Type yes to apply: ")
        assert "brand-new" in str(child.before)
        child.sendline("yes")
        code, shown = finished(child)
    assert code == 0
    assert "2 done" in shown
    assert {"brand-new", "another one"} <= desk.tags()


@pytest.fixture
def ask(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """A command in this process that believes to be at a terminal, where somebody answers: what comes of which answer."""
    monkeypatch.setattr(prompt, "is_terminal", lambda: True)
    return lambda answer, *words: desk.call("--sandbox", *words, "--no-color", stdin=f"{answer}\n")


@pytest.mark.parametrize("answer", ["", "y", "no", "Yes please", "Acme Studio"])
def test_anything_but_yes_writes_nothing(desk: Desk, ask: Callable[..., Result], answer: str) -> None:
    desk.write(ADDITIVE)
    result = ask(answer, "apply")
    assert result.exit_code == 3
    assert "Type yes to apply: " in result.stderr
    assert "--approve" in result.stderr
    assert "brand-new" not in desk.tags()


@pytest.mark.parametrize(("answer", "code"), [("yes", 3), ("acme studio", 3), ("Acme Studio", 0)])
def test_deletions_want_the_name_of_the_workspace(
    desk: Desk, ask: Callable[..., Result], answer: str, code: int
) -> None:
    desk.write(DELETING)
    result = ask(answer, "apply")
    assert result.exit_code == code
    assert "Type the workspace's name, Acme Studio, to apply: " in " ".join(result.stderr.split("\n"))
    assert ("import-2023" in desk.tags()) is (code == 3)


def test_the_end_of_input_is_a_no(desk: Desk) -> None:
    desk.write(ADDITIVE)
    with desk.terminal("--sandbox", "apply", "--no-color") as child:
        child.expect_exact("Type yes to apply: ")
        child.sendeof()
        assert finished(child)[0] == 3


def test_ctrl_c_at_the_question_ends_with_130_and_writes_nothing(desk: Desk) -> None:
    desk.write(ADDITIVE)
    with desk.terminal("--sandbox", "apply", "--no-color") as child:
        child.expect_exact("Type yes to apply: ")
        child.sendintr()
        code, shown = finished(child)
    assert code == 130
    assert "Traceback" not in shown
    assert "brand-new" not in desk.tags()


def test_a_saved_plan_is_asked_about_too(desk: Desk, ask: Callable[..., Result]) -> None:
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "plan", "-o", "plan.json").exit_code == 0
    result = ask("yes", "apply", "plan.json")
    assert result.exit_code == 0
    assert "Type yes to apply: " in result.stderr
    assert "brand-new" in desk.tags()


def test_with_a_token_nothing_is_asked(desk: Desk, ask: Callable[..., Result]) -> None:
    desk.write(ADDITIVE)
    digest = digest_in(desk.call("--sandbox", "plan").stdout)
    result = ask("no", "apply", "--approve", digest)
    assert result.exit_code == 0
    assert "Type" not in result.stdout + result.stderr
    assert ask("no", "apply", "--approve", "").exit_code == 0  # nothing is left to do


def test_a_wrong_token_is_not_asked_about_again(desk: Desk, ask: Callable[..., Result]) -> None:
    desk.write(ADDITIVE)
    result = ask("yes", "apply", "--approve", "0" * 64)
    assert result.exit_code == 3
    assert "Type" not in result.stdout + result.stderr


def test_a_blocked_plan_is_not_asked_about(desk: Desk, ask: Callable[..., Result]) -> None:
    desk.write(EVERY_TAG)
    result = ask("yes", "apply")
    assert result.exit_code == 3
    assert "Type" not in result.stdout + result.stderr
    assert "--allow-removals" in result.stderr


@pytest.mark.parametrize(("answer", "code"), [("yes", 0), ("no", 3)])
def test_a_new_workspace_is_asked_about(desk: Desk, ask: Callable[..., Result], answer: str, code: int) -> None:
    result = ask(answer, "workspaces", "create", "Third One")
    assert result.exit_code == code
    assert "Type yes to do it: " in result.stderr
    assert ("Third One" in desk.call("--sandbox", "workspaces", "list").stdout) is (code == 0)


class Answering(io.StringIO):
    """A terminal at which somebody types, or that fails at being read."""

    def __init__(self, typed: str = "", *, error: Exception | None = None, terminal: bool = True) -> None:
        super().__init__(typed)
        self.error, self.terminal = error, terminal

    def isatty(self) -> bool:
        if self.error is not None and self.closed:
            raise self.error
        return self.terminal

    def readline(self, _size: int | None = -1, /) -> str:  # type: ignore[override] # as of StringIO
        if self.error is not None:
            raise self.error
        return super().readline()


def _closed() -> Answering:
    stream = Answering(error=ValueError("I/O operation on closed file"))
    stream.close()
    return stream


@pytest.mark.parametrize(
    ("stdin", "stderr", "expected"),
    [
        (Answering(), Answering(), True),
        (Answering(terminal=False), Answering(), False),
        (Answering(), Answering(terminal=False), False),
        (_closed(), Answering(), False),
        (Answering(), _closed(), False),
    ],
)
def test_a_prompt_wants_a_terminal_to_ask_and_one_to_answer(
    monkeypatch: pytest.MonkeyPatch,
    stdin: Answering,
    stderr: Answering,
    expected: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", stdin)
        patch.setattr(sys, "stderr", stderr)
        is_terminal = prompt.is_terminal()
    assert is_terminal is expected


@pytest.mark.parametrize(
    ("stdin", "is_approved", "shown"),
    [
        (Answering("yes\n"), True, "Make it? Type yes to do it: "),
        (Answering(" YES \n"), True, "Make it? Type yes to do it: "),
        (Answering("no\n"), False, "Make it? Type yes to do it: "),
        (Answering("yes"), True, "Make it? Type yes to do it: \n"),
        (Answering(""), False, "Make it? Type yes to do it: \n"),
        (Answering(error=OSError("the terminal is gone")), False, "Make it? Type yes to do it: "),
        (Answering(error=UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no")), False, "Make it? Type yes to do it: "),
        (Answering("yes\n", terminal=False), False, ""),
    ],
)
def test_an_answer_that_cannot_be_read_is_a_no(
    monkeypatch: pytest.MonkeyPatch,
    stdin: Answering,
    is_approved: bool,  # noqa: FBT001 - a parameter of the test
    shown: str,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    refusal: NotApprovedError | None = None
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", stdin)
        patch.setattr(sys, "stderr", stderr := Answering())
        try:
            prompt.confirm("Make it?", None, Settings(), "reconciler make")
        except NotApprovedError as error:
            refusal = error
    assert (refusal is None) is is_approved
    assert refusal is None or refusal.hint == "to approve it: reconciler make"
    assert stderr.getvalue() == shown


@pytest.mark.parametrize(("token", "is_approved"), [("yes", True), (" Yes", True), ("no", False), ("", False)])
def test_a_token_answers_without_a_question(token: str, is_approved: bool) -> None:  # noqa: FBT001 - a parameter of the test
    if is_approved:
        prompt.confirm("Make it?", token, Settings(), "reconciler make")
    else:
        with pytest.raises(NotApprovedError, match="nothing was written"):
            prompt.confirm("Make it?", token, Settings(), "reconciler make")

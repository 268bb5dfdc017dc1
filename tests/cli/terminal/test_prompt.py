"""The question before a write, on a real terminal."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize("answer", ["", "y", "no", "Yes please", "Acme Studio"])
def test_anything_but_yes_writes_nothing(desk: Desk, answer: str) -> None:
    desk.write(ADDITIVE)
    with desk.terminal("--sandbox", "apply", "--no-color") as child:
        child.expect_exact("Type yes to apply: ")
        child.sendline(answer)
        code, shown = finished(child)
    assert code == 3
    assert "--approve" in shown
    assert "brand-new" not in desk.tags()


@pytest.mark.parametrize(("answer", "code"), [("yes", 3), ("acme studio", 3), ("Acme Studio", 0)])
def test_deletions_want_the_name_of_the_workspace(desk: Desk, answer: str, code: int) -> None:
    desk.write(DELETING)
    with desk.terminal("--sandbox", "apply", "--no-color") as child:
        child.expect_exact("Type the workspace's name, Acme Studio, ")
        child.expect_exact("to apply: ")
        child.sendline(answer)
        assert finished(child)[0] == code
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


def test_a_saved_plan_is_asked_about_too(desk: Desk) -> None:
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "plan", "-o", "plan.json").exit_code == 0
    with desk.terminal("--sandbox", "apply", "plan.json", "--no-color") as child:
        child.expect_exact("Type yes to apply: ")
        child.sendline("yes")
        assert finished(child)[0] == 0
    assert "brand-new" in desk.tags()


def test_with_a_token_nothing_is_asked(desk: Desk) -> None:
    desk.write(ADDITIVE)
    digest = digest_in(desk.call("--sandbox", "plan").stdout)
    with desk.terminal("--sandbox", "apply", "--approve", digest) as child:
        code, shown = finished(child)
    assert code == 0
    assert "Type" not in shown
    with desk.terminal("--sandbox", "apply", "--approve", "") as child:
        assert finished(child)[0] == 0  # nothing is left to do


def test_a_wrong_token_is_not_asked_about_again(desk: Desk) -> None:
    desk.write(ADDITIVE)
    with desk.terminal("--sandbox", "apply", "--approve", "0" * 64) as child:
        code, shown = finished(child)
    assert code == 3
    assert "Type" not in shown


def test_a_blocked_plan_is_not_asked_about(desk: Desk) -> None:
    desk.write(EVERY_TAG)
    with desk.terminal("--sandbox", "apply") as child:
        code, shown = finished(child)
    assert code == 3
    assert "Type" not in shown
    assert "--allow-removals" in shown


@pytest.mark.parametrize(("answer", "code"), [("yes", 0), ("no", 3)])
def test_a_new_workspace_is_asked_about(desk: Desk, answer: str, code: int) -> None:
    with desk.terminal("--sandbox", "workspaces", "create", "Third One", "--no-color") as child:
        child.expect_exact("Type yes to do it: ")
        child.sendline(answer)
        assert finished(child)[0] == code
    assert ("Third One" in desk.call("--sandbox", "workspaces", "list").stdout) is (code == 0)

"""The scripts in the shells themselves: what they insert is the value, whatever characters it has."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from reconciler.cli.completion.scripts import SCRIPTS
from tests.cli.completion.names import HOSTILE, record
from tests.cli.program import Desk, clean_environment
from tests.waiting import HANGING

TYPED = {
    "": [name for name in HOSTILE if name[0] not in "$*~#"],
    '"': [name for name in HOSTILE if name[0] != "$"],
    "'": list(HOSTILE),
}
"""By the quote before a name, the names whose first character a person would type like this."""


@pytest.fixture
def program(desk: Desk) -> dict[str, str]:
    """An environment in which `reconciler` answers a completion, and prints its arguments otherwise."""
    path = desk.folder / "bin" / "reconciler"
    path.parent.mkdir()
    root = Path(__file__).parents[3]
    lines = (
        "#!/bin/sh",
        f'if [ -n "$_RECONCILER_COMPLETE" ]; then PYTHONPATH={root} exec {sys.executable} -m reconciler "$@"; fi',
        "printf '<%s>' \"$@\"; echo .",
    )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o755)
    record(desk.folder / "s", *HOSTILE)
    for shell, script in SCRIPTS.items():
        desk.write(script, f"script.{shell}")
    return clean_environment(
        PATH=f"{path.parent}:{os.environ['PATH']}", TERM="dumb", LC_ALL="C.UTF-8", HOME=str(desk.folder)
    )


def needs(shell: str) -> str:
    """The program of a shell; the test is skipped where it is not installed."""
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} is not installed")
    return found


def test_bash_completes_by_the_script(program: dict[str, str], desk: Desk) -> None:
    code = (
        'source script.bash; COMP_LINE="reconciler --state-dir s --workspace=J"; COMP_POINT=${#COMP_LINE}\n'
        "COMP_WORDS=(reconciler --state-dir s --workspace = J); COMP_CWORD=5; COMPREPLY=(old)\n"
        '_reconciler_completion reconciler J =; printf "%s\\n" "${COMPREPLY[@]}"; complete -p reconciler'
    )
    done = subprocess.run(
        [needs("bash"), "--norc", "-c", code], cwd=desk.folder, env=program, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "Jürgen\\ \\&\\ Söhne",
        "complete -o nosort -F _reconciler_completion reconciler",
    ]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_is_valid(shell: str, program: dict[str, str], desk: Desk) -> None:
    check = {"bash": "-n", "zsh": "-n", "fish": "--no-execute"}[shell]
    subprocess.run([needs(shell), check, f"script.{shell}"], cwd=desk.folder, env=program, check=True)


def typed_into(child: pexpect.spawn[str], line: str) -> list[str]:
    """The arguments of the line that is completed and entered."""
    child.send(f"{line}\t")
    child.expect_exact(line[-1])
    child.send("\r")
    child.expect(r"<(.*)>\.\r\n")
    assert isinstance(child.match, re.Match)
    return str(child.match[1]).split("><")


@pytest.mark.slow
@pytest.mark.parametrize("quote", TYPED, ids=["bare", "double", "single"])
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_what_a_terminal_inserts_is_the_name(shell: str, quote: str, program: dict[str, str], desk: Desk) -> None:
    options = {"bash": ["--norc", "--noprofile"], "zsh": ["-f"]}[shell]
    starts = {
        "bash": "bind 'set enable-bracketed-paste off'; source script.bash; PS1=; echo REA''DY",
        "zsh": "autoload -U compinit; compinit -D -u; source script.zsh; PS1=; unsetopt zle_bracketed_paste; echo REA''DY",
    }
    child: pexpect.spawn[str] = pexpect.spawn(
        needs(shell),
        options,
        cwd=str(desk.folder),
        env=program,
        dimensions=(40, 250),
        encoding="utf-8",
        timeout=HANGING,
    )
    try:
        child.sendline(starts[shell])
        child.expect("READY\r\n")
        for name in TYPED[quote]:
            words = typed_into(child, f"reconciler --state-dir s --workspace {quote}{name[0]}")
            assert words == ["--state-dir", "s", "--workspace", name]
        joined = typed_into(child, f"reconciler --state-dir s --workspace={quote}J")
        assert joined == ["--state-dir", "s", "--workspace=Jürgen & Söhne"]
        assert typed_into(child, "reconciler pl") == ["plan"]
        assert typed_into(child, "reconciler validate scr") != ["validate", "scr"]
    finally:
        child.close(force=True)
    assert not (desk.folder / "pwned").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("reconciler pl", ["plan"]),
        ("reconciler --state-dir s --workspace J", ["Jürgen & Söhne"]),
        ("reconciler --state-dir s --workspace=J", ["--workspace=Jürgen & Söhne"]),
        ("reconciler --state-dir s --workspace 'd", ['d it\'s "q" \\ !1 $HOME']),
        ("reconciler --state-dir s --workspace \\$", ["$(touch pwned)"]),
        ("reconciler --state-dir s runs show la", ["latest"]),
        ("reconciler validate script.b", ["script.bash"]),
        ("reconciler --state-dir b", ["bin/"]),
    ],
)
def test_fish_completes_by_the_script(line: str, expected: list[str], program: dict[str, str], desk: Desk) -> None:
    desk.write(line, "line")
    code = "source script.fish; complete -C (cat line)"
    done = subprocess.run(
        [needs("fish"), "--no-config", "-c", code],
        cwd=desk.folder,
        env=program,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [row.split("\t")[0] for row in done.stdout.splitlines()] == expected
    assert not (desk.folder / "pwned").exists()

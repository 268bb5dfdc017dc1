"""Runs the steps of the action and the jobs of the template with bash, as the forges do; the CLI they call is that of this process.

A process of Python takes half a second, and a job starts ten: so `reconciler` is a script on the PATH that hands its words and its
variables to this process, which runs the command and hands back its output and exit code.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.cli.program import Desk, clean_environment
from tests.prose import ROOT

ACTION = ROOT / "action.yml"
_SHIM = """\
#!/bin/bash
call=$(mktemp -d "$CALLS/call.XXXXXX")
printf '%s\\0' "$PWD" "$@" > "$call/words"
env -0 > "$call/variables"
mkfifo "$call/code"
echo "$call" > "$CALLS/calls"
read -r code < "$call/code"
cat "$call/stdout"
cat "$call/stderr" >&2
exit "$code"
"""
_PASSED = ("GITHUB_", "CI_", "GITLAB_", "RECONCILER_", "MATON_")
_TOKEN = re.compile(r"'[^']*'|&&|\|\||==|!=|!|\(|\)|[A-Za-z_][\w.-]*")


@dataclass
class Shell:
    """Runs scripts at a desk. `log`: everything that they printed; `called`: the words of each command."""

    desk: Desk
    log: str = ""
    called: list[list[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._folder = self.desk.folder / "calls"
        (self._folder / "bin").mkdir(parents=True)
        shim = self._folder / "bin" / "reconciler"
        shim.write_text(_SHIM, encoding="utf-8")
        shim.chmod(0o700)
        os.mkfifo(self._folder / "calls")

    def run(self, script: str, variables: Mapping[str, str], folder: Path, options: str = "-e") -> int:
        """The exit code of a script."""
        calls = os.open(self._folder / "calls", os.O_RDWR | os.O_NONBLOCK)
        environment = {**clean_environment(), **variables, "CALLS": str(self._folder)}
        environment["PATH"] = f"{self._folder / 'bin'}:{environment['PATH']}"
        command = ["bash", "--noprofile", "--norc", options, "-o", "pipefail", "-c", script]
        try:
            with (self._folder / "log").open("w+b") as output:
                bash = subprocess.Popen(
                    command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
                )
                ended = os.pidfd_open(bash.pid)
                try:
                    self._serve(calls, ended)
                finally:
                    os.close(ended)
                    bash.wait()
                output.seek(0)
                self.log += output.read().decode()
            return bash.returncode
        finally:
            os.close(calls)

    def _serve(self, calls: int, ended: int) -> None:
        """Run commands until the script has ended."""
        while True:
            ready, _, _ = select.select([calls, ended], [], [])
            if calls not in ready:
                return
            for line in os.read(calls, 65_536).decode().splitlines():
                self._call(Path(line))

    def _call(self, call: Path) -> None:
        folder, *words = (call / "words").read_text(encoding="utf-8").split("\0")[:-1]
        pairs = (text.partition("=") for text in (call / "variables").read_text(encoding="utf-8").split("\0"))
        variables = {name: value for name, _, value in pairs if name.startswith(_PASSED)}
        (call / "variables").unlink()  # the token is in it
        before = Path.cwd()
        os.chdir(folder)
        try:
            result = self.desk.call(*words, **variables)
        finally:
            os.chdir(before)
        self.called.append(words)
        (call / "stdout").write_text(result.stdout, encoding="utf-8")
        (call / "stderr").write_text(result.stderr, encoding="utf-8")
        (call / "code").write_text(f"{result.exit_code}\n", encoding="utf-8")


def value_of(expression: str, contexts: Mapping[str, Any]) -> Any:
    """The value of an expression of GitHub: texts, names with dots, `==`, `!=`, `&&`, `||`, `!` and parentheses."""
    operators = {"&&": "and", "||": "or", "!": "not"}

    def python(token: str) -> str:
        if token in operators or token in ("==", "!=", "(", ")"):
            return f" {operators.get(token, token)} "
        return repr(token[1:-1] if token.startswith("'") else looked_up(token))

    def looked_up(name: str) -> Any:
        found: Any = contexts
        for part in name.split("."):
            found = found.get(part, "") if isinstance(found, Mapping) else ""
        return found

    return eval("".join(map(python, _TOKEN.findall(expression))))  # noqa: S307 - of literals that were just made


def filled(text: str, contexts: Mapping[str, Any]) -> str:
    """A text with the values of its expressions."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(value_of(found[1], contexts) or ""), text)


@cache
def read_action() -> dict[str, Any]:
    """The action."""
    content: dict[str, Any] = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    return content


@dataclass
class Result:
    """How the action ended: exit code, outputs, the job's summary, and everything that was printed."""

    code: int
    outputs: dict[str, str]
    summary: str
    log: str


def run_action(
    shell: Shell, inputs: Mapping[str, str], event: Path, github: Mapping[str, Any], **variables: str
) -> Result:
    """Run the steps of the action, but the installation, as the runner does: an expression is filled into variables and `if` only."""
    action = read_action()
    temporary = Path(tempfile.mkdtemp(dir=shell.desk.folder))
    files = {name: temporary / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
    for file in files.values():
        file.touch()
    given = {
        name: filled(str(spec.get("default", "")), {"github": {"token": ""}}) for name, spec in action["inputs"].items()
    }
    contexts: dict[str, Any] = {"inputs": {**given, **inputs}, "github": github, "env": variables, "steps": {}}
    base = {**variables, "GITHUB_EVENT_PATH": str(event), "RUNNER_TEMP": str(temporary)}
    base |= {name: str(file) for name, file in files.items()}
    code, start = 0, len(shell.log)
    for step in action["runs"]["steps"][1:]:
        if code or not value_of(step.get("if", "'yes'"), contexts):
            continue
        environment = {name: filled(text, contexts) for name, text in step["env"].items()}
        folder = shell.desk.folder / filled(step.get("working-directory", "."), contexts)
        files["GITHUB_OUTPUT"].write_text("", encoding="utf-8")
        code = shell.run(step["run"], {**base, **environment}, folder)
        written = files["GITHUB_OUTPUT"].read_text(encoding="utf-8")
        outputs = dict(line.split("=", 1) for line in written.splitlines())
        contexts["steps"][step.get("id", "")] = {"outputs": outputs}
    outputs = {name: filled(spec["value"], contexts) for name, spec in action["outputs"].items()}
    return Result(code, outputs, files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8"), shell.log[start:])


def script_of(jobs: Mapping[str, Any], name: str) -> str:
    """The script of a job of the template, with what it extends."""
    job = {**jobs[jobs[name]["extends"]], **jobs[name]}
    return "\n".join([*job["before_script"], *job["script"]])

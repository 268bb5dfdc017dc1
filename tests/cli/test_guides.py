"""The guides run: every command of a page, in its order, in an empty folder on the sandbox, with what the page says it prints.

A block of `console` has commands (`$ …`, with `# exit code N` where it is not 0) and parts of their output. `<!-- file: PATH -->` before
a block makes it that file, `<!-- append: PATH -->` adds it to the end.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.program import Desk
from tests.prose import ROOT

GUIDES = ("existing-workspace", "new-workspace", "teams")
BLOCK = re.compile(r"(?:^<!-- (file|append): (\S+) -->\n+)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"\s+# exit code (\d+)$")
INNER = re.compile(r'"?\$\((reconciler [^)]*)\)"?')


@dataclass
class Shell:
    """The little of a shell that the guides use: `export`, `&&`, `$(…)`, and `git`, which is left out."""

    desk: Desk
    variables: dict[str, str] = field(default_factory=dict)

    def run(self, line: str) -> str:
        """The output of a line, whose last command ends with the exit code that the line names."""
        code = CODE.search(line)
        output = ""
        for part in CODE.sub("", line).split(" && "):
            output += self._run_one(part, int(code[1]) if code else 0)
        return output

    def _run_one(self, command: str, code: int) -> str:
        program, _, rest = command.partition(" ")
        if program == "git":
            return ""
        if program == "export":
            name, _, value = rest.partition("=")
            self.variables[name] = value.strip("'\"")
            return ""
        assert program == "reconciler", command
        rest = INNER.sub(lambda found: self.run(found[1]).strip(), rest)
        result = self.desk.call(*shlex.split(rest), **self.variables)
        assert result.exit_code == code, f"{command}\n{result.stdout}\n{result.stderr}"
        return result.stdout + result.stderr


def play(page: Path, desk: Desk) -> int:
    """Do what a page says; the number of its commands."""
    shell = Shell(desk)
    commands = 0
    for action, path, language, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if action:
            old = (desk.folder / path).read_text(encoding="utf-8") if action == "append" else ""
            desk.write(old + text, path)
        elif language == "console":
            output = ""
            for line in text.splitlines():
                if line.startswith("$ "):
                    output = shell.run(line.removeprefix("$ "))
                    commands += 1
                elif line.strip() not in ("", "…"):
                    assert " ".join(line.split()) in " ".join(output.split()), f"{page.name}: {line}\n{output}"
    return commands


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_runs_as_it_is_written(desk: Desk, guide: str) -> None:
    assert play(ROOT / "docs" / f"{guide}.md", desk) >= 3


def test_the_readme_links_to_every_guide_on_its_first_screen() -> None:
    first = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:40])
    assert [guide for guide in GUIDES if f"(docs/{guide}.md)" not in first] == []


def test_a_page_that_shows_other_output_is_found(desk: Desk, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ reconciler validate  # exit code 1\nall is well\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match="all is well"):
        play(page, desk)

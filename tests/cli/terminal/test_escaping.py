"""No text from outside begins a line as a command of a CI runner, or reaches a terminal with control characters."""

from __future__ import annotations

import ast
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.cli.main import root
from reconciler.cli.settings import Settings
from reconciler.cli.terminal import output
from reconciler.cli.terminal.errors import report_error, report_usage_error
from reconciler.errors import BlockedError, ManifestError, PlanningError, Problem, ReconcilerError, StalePlanError
from reconciler.render.lines import Span
from reconciler.render.problems import problem_lines, problems_to_github
from reconciler.render.screen import PIPE
from reconciler.render.tables import pieces, record_text
from tests.architecture.package import modules
from tests.cli.altered_answers import Service, Told, call
from tests.cli.program import Desk

PIECES = (
    "::set-output name=x::1",
    "::error::boo",
    "::",
    "##[error]boo",
    "###[group]",
    "##vso[task.setvariable]",
    "##teamcity[x]",
    "section_start:1:x\r\x1b[0K",
    "\n",
    "\r\n",
    "\x85",
    "\u2028",
    "\u3000",
    "\t",
    " ",
    "\x1b[31m",
    "\x9b31m",
    "\u202e",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\x00",
    "\x7f",
    "\ud800",
    "\U000e0041",
    "é",
    "name",
)
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.characters()), max_size=6).map("".join)
COMMAND = re.compile(r"##[\w-]*\[")
ZERO_WIDTH = "\u200b\u200c\u2060\ufeff"


def require_safe(text: str) -> None:
    """Fail for a line that a runner executes, or a character that is not shown."""
    for line in text.split("\n"):
        assert not line.lstrip().startswith("::"), line
        assert not COMMAND.search(line), line
        for char in line:
            assert unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp"), repr(line)
            assert char not in ZERO_WIDTH, repr(line)
            assert unicodedata.bidirectional(char) not in (
                "RLO",
                "LRO",
                "RLE",
                "LRE",
                "PDF",
                "RLI",
                "LRI",
                "FSI",
                "PDI",
            )


def _problem(text: str) -> Problem:
    return Problem(text, 1, 2, text, hint=text, excerpt=text)


PLACES: dict[str, Callable[[str], object]] = {
    "message": output.print_message,
    "result": output.print_result,
    "block": lambda text: output.print_message(output.block(text)),
    "error": lambda text: report_error(ReconcilerError(text, hint=text), Settings()),
    "stale": lambda text: report_error(StalePlanError(text, moved=[text, text], hint=text), Settings()),
    "blocked": lambda text: report_error(BlockedError(text, blocked=[text]), Settings()),
    "problems": lambda text: report_error(ManifestError([_problem(text)]), Settings()),
    "conflicts": lambda text: report_error(PlanningError([_problem(text)]), Settings()),
    "system": lambda text: report_error(OSError(5, text, text), Settings()),
    "defect": lambda text: report_error(RuntimeError(text), Settings(verbose=True)),
    "usage": lambda text: report_usage_error(text, "reconciler"),
    **{
        f"records as {form}": lambda text, form=form: output.print_pieces(  # type: ignore[misc] # its default is its type
            pieces([[{"address": text, "x": [text]}, {"address": "x"}]], form, ("address", "x"))
        )
        for form in ("table", "json", "yaml", "csv", "address")
    },
    "record": lambda text: output.print_pieces([record_text({"name": text, "list": [text, 1]}, "table")]),
    "line": lambda text: output.print_result(output.styled([(Span(text), Span(text, "bold"))], PIPE)),
    "question": lambda text: output.print_question(output.styled([(Span(text, "bold"),)], PIPE)),
    "json": lambda text: output.print_json({text: [text]}),
    "event": lambda text: output.print_result(output.json_line({"address": text})),
}


@pytest.mark.parametrize("place", PLACES)
def test_no_piece_in_any_place_is_executed_or_hidden(place: str) -> None:
    @click.command()
    def command() -> None:
        for piece in PIECES:
            PLACES[place](f"{piece}{piece}name\n{piece}x {piece}")

    result = CliRunner().invoke(command)
    assert result.exception is None
    require_safe(result.output.replace("\\ud800", ""))


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=settings().max_examples // 4)  # in each of many places, all behind the same few functions
@given(text=TEXTS)
def test_no_text_in_any_place_is_executed_or_hidden(place: str, text: str) -> None:
    @click.command()
    def command() -> None:
        PLACES[place](text)

    result = CliRunner().invoke(command)
    assert result.exception is None
    require_safe(result.output.replace("\\ud800", ""))


@given(text=TEXTS)
def test_json_for_people_has_the_same_value(text: str) -> None:
    for made in (output.to_json({"name": text, text: None}), output.json_line({"name": text, text: None})):
        assert json.loads(made) == {"name": text, text: None}
        require_safe(made)


@given(text=TEXTS)
def test_an_annotation_is_one_workflow_command(text: str) -> None:
    shown = problems_to_github([_problem(text)])
    assert shown.startswith("::error ")
    require_safe(shown.removeprefix("::"))
    require_safe("".join(span.text for line in problem_lines([_problem(text)], PIPE) for span in line))


@pytest.mark.parametrize(
    "words",
    [
        ["NAME"],
        ["whoami", "NAME"],
        ["help", "NAME"],
        ["plan", "--NAME"],
        ["plan", "--format", "NAME"],
        ["plan", "--report", "NAME"],
        ["plan", "--allow-removals", "NAME"],
        ["plan", "--allow-removal", "NAME"],
        ["plan", "NAME"],
        ["validate", "NAME"],
        ["show", "NAME"],
        ["apply", "NAME.json"],
        ["apply", "--approve", "NAME"],
        ["undo", "NAME"],
        ["runs", "show", "NAME"],
        ["schema", "NAME"],
        ["workspaces", "get", "NAME"],
        ["workspaces", "create", "NAME"],
        ["users", "list", "--workspace", "NAME"],
        ["--gateway", "NAME", "plan"],
        ["--base-url", "NAME", "plan"],
        ["--rate", "NAME", "plan"],
        ["--timeout", "NAME", "plan"],
        ["--connection", "NAME", "plan"],
        ["--state-dir", "NAME", "sandbox", "reset"],
        ["sandbox", "serve", "--switch", "NAME"],
        ["sandbox", "serve", "--host", "NAME"],
    ],
    ids=" ".join,
)
def test_an_argument_is_quoted_safely(words: list[str], desk: Desk) -> None:
    desk.write("version: 1\nworkspace: Acme Studio\ntags: [x]\npolicy: {prune: {tags: keep}}\n")
    evil = "x\n::set-output name=a::b\r\x1b[0K##[error]\u202e ##vso[y]"
    found = CliRunner().invoke(root, ["--sandbox", *(word.replace("NAME", evil) for word in words)])
    assert found.exit_code in (0, 1, 3, 64)
    require_safe(found.stdout + found.stderr)


EVIL = "x\n::set-output name=a::b\r\x1b[0K##[error]\u202e"


@pytest.mark.parametrize(
    "words",
    [
        ["whoami"],
        ["whoami", "--json"],
        ["workspaces", "list"],
        ["workspaces", "list", "--json"],
        ["users", "list", "--workspace", "Acme Studio", "-o", "csv"],
        ["users", "list", "--workspace", "Acme Studio", "--json"],
        ["plan"],
        ["plan", "--json"],
        ["plan", "--format", "markdown"],
        ["plan", "--format", "html"],
        ["-v", "apply"],
        ["apply", "--approve", "additive"],
        ["plan", "--workspace", "nowhere"],
    ],
    ids=" ".join,
)
def test_live_names_are_shown_safely(words: list[str], desk: Desk, studio: Service) -> None:
    def rename(answer: Told) -> Told:
        return replace(answer, body=_with_evil_names(answer.body))

    studio.alter = rename
    desk.write("version: 1\nworkspace: Acme Studio\ntags: [x]\nclients: [y]\n")
    found = call(desk, studio, *words)
    require_safe(found.stdout + found.stderr)
    assert "output name" in found.stdout + found.stderr


def _with_evil_names(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_evil_names(item) for item in value]
    if isinstance(value, dict):
        evil = {"name": f"{value['name']} {EVIL}"} if value.get("name") not in (None, "Acme Studio") else {}
        return {**{key: _with_evil_names(item) for key, item in value.items()}, **evil}
    return value


def test_only_the_terminal_room_writes_to_the_standard_streams() -> None:
    """Everything is escaped there, so nothing may pass by it."""
    assert [
        f"{m.name}: {use}" for m in modules() if not m.name.startswith("cli.terminal") for use in _writes(m.tree)
    ] == []


def test_the_rule_on_writing_can_fail() -> None:
    source = "click.echo(x)\nsys.stdout.write(x)\nprint(x)\nsys.stderr.buffer.write(x)\nfile.write(x)\n"
    assert len(_writes(ast.parse(source))) == 4


def _writes(tree: ast.AST) -> list[str]:
    functions = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    calls = [ast.unparse(each) for each in functions if isinstance(each, ast.Name | ast.Attribute)]
    return [name for name in calls if re.fullmatch(r"click\.(s?echo|secho)|print|sys\.std(out|err)\..*", name)]


def test_files_of_this_repository_do_not_hold_what_would_be_escaped() -> None:
    """`document` escapes control characters again: schemas and the starter manifest have none."""
    for path in (Path(__file__).parents[3] / "schemas").glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert output.document(text) == text

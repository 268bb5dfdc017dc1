"""Every `reconciler …` in a message, in help and on a page is a real command with real options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from reconciler.cli.main import COMMANDS, root
from tests.prose import Text, contents, page_files, python_files

NAME = r"(?:\.venv/bin/)?reconciler"
QUOTED = re.compile(rf"`{NAME} ([^`]+)`")
NESTED = re.compile(rf"\$\({NAME} ([^)]*)\)")
IN_LINE = re.compile(rf"(?:^|[\s$:])(?:{NAME}) ([^\n]*)")
PROSE = {
    "import",
    "reads",
    "that",
    "again",
    "writes",
    "is",
    "and",
    "or",
    "needs",
    "has",
    "itself",
    "can",
    "does",
    "on",
    "as",
    "to",
}
"""Words that follow the program's name in a sentence. Anything else behind it counts as a command."""
END = re.compile(r"\s(?:&&|\|\||[|>;#])(?:\s|$)|\s\\$")


def commands_of_line(line: str) -> Iterator[str]:
    """What follows `reconciler` in a line of shell, command by command."""
    nested = NESTED.findall(line)
    yield from nested
    for rest in IN_LINE.findall(NESTED.sub("FILE", line)):
        yield from re.split(rf"\s&&\s+{NAME} ", rest)


def commands_on_page(text: str) -> Iterator[tuple[int, str]]:
    """Line and command: of lines in code fences, and of inline code."""
    in_fence = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("```"):
            in_fence = not in_fence
        elif in_fence:
            yield from ((number, command) for command in commands_of_line(line) if _is_command(command))
        else:
            yield from ((number, command) for command in QUOTED.findall(line))


def commands_in_message(text: str) -> Iterator[str]:
    """Commands of a message: in backticks, or behind the program's name in a sentence or a hint."""
    yield from QUOTED.findall(text)
    for line in QUOTED.sub("", text).split("\n"):
        yield from (command for command in commands_of_line(line) if _is_command(command))


def _is_command(rest: str) -> bool:
    first = rest.split(maxsplit=1)[0] if rest.split() else ""
    return bool(re.fullmatch(r"[a-z-]+\S*|-\S+", first)) and first.strip(".,:;") not in PROSE


def problem_of(command: str) -> str:
    """Why this is no command of ours, or nothing."""
    words = _words(command)
    try:
        return _problem(root, click.Context(root, info_name="reconciler"), words)
    except click.UsageError as error:
        return error.format_message()


def _words(command: str) -> list[str]:
    """The words of a command. Brackets of optional parts are taken off."""
    ended = END.split(command.replace("\\|", "|"), maxsplit=1)[0]
    plain = re.sub(r"\[(.*?)\]", r"\1", ended)
    try:
        words = shlex.split(plain, comments=True)
    except ValueError:
        words = plain.split()
    return [word.rstrip(".,:;)") for word in words if word.rstrip(".,:;)")]


def _problem(command: click.Command, context: click.Context, words: list[str]) -> str:
    values, rest, _ = command.make_parser(context).parse_args(list(words))
    for option in command.params:
        given = values.get(option.name or "")
        if isinstance(option.type, click.Choice) and isinstance(given, str) and not _is_placeholder(given):
            option.type.convert(given, option, context)
    if not isinstance(command, click.Group):
        return ""
    if not rest:
        return ""
    for name in rest[0].split("|"):
        if _is_placeholder(name):
            continue
        inner = command.get_command(context, name)
        if inner is None:
            return f"no such command {name!r}"
        if problem := _problem(inner, click.Context(inner, info_name=name, parent=context), rest[1:]):
            return problem
    return ""


def _is_placeholder(word: str) -> bool:
    return "…" in word or "{}" in word or "|" in word or word.isupper()


def _in_messages() -> Iterator[tuple[Text, str]]:
    for path in python_files("reconciler"):
        for text in contents(path).constants:
            yield from ((text, command) for command in commands_in_message(text.text))


def test_commands_in_messages_and_help_parse() -> None:
    problems = [f"{t.name}:{t.line}: reconciler {c}: {why}" for t, c in _in_messages() if (why := problem_of(c))]
    assert not problems, "\n".join(problems)


def test_commands_on_pages_parse() -> None:
    problems = [
        f"{path.name}:{line}: reconciler {command}: {why}"
        for path in page_files()
        for line, command in commands_on_page(path.read_text(encoding="utf-8"))
        if (why := problem_of(command))
    ]
    assert not problems, "\n".join(problems)


def test_every_command_is_on_a_page() -> None:
    shown = {
        _words(command)[0] for path in page_files() for _, command in commands_on_page(path.read_text(encoding="utf-8"))
    }
    assert set(COMMANDS) - shown == set()


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("plan workspace.yaml -o plan.json", ""),
        ("--sandbox plan --detailed-exitcode && reconciler apply", ""),
        ("runs [list|show RUN]", ""),
        ("validate PATH… --format text|json", ""),
        ('apply plan.json --approve "$(reconciler show plan.json --digest)"', ""),
        ("schema > manifest.schema.json", ""),
        ("plan --no-such", "No such option"),
        ("plan --format pdf", "is not one of"),
        ("teleport list", "no such command"),
        ("runs erase", "no such command"),
    ],
)
def test_a_wrong_command_is_found(command: str, problem: str) -> None:
    assert (problem in problem_of(command)) if problem else problem_of(command) == ""


def test_commands_are_found_in_sentences_fences_and_backticks() -> None:
    assert list(commands_in_message("run `reconciler plan` first")) == ["plan"]
    assert list(commands_in_message("reconciler reads version 1")) == []
    assert list(commands_in_message("choose one: reconciler workspaces list")) == ["workspaces list"]
    page = "`reconciler init`\n```bash\n$ reconciler plan && reconciler apply\n- run: reconciler show x\n```\n"
    assert list(commands_on_page(page)) == [(1, "init"), (3, "plan"), (3, "apply"), (4, "show x")]

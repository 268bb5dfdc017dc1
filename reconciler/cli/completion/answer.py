"""The answers to the scripts: what may stand at the cursor, in the form that the shell reads. Never an error, never a request."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import click
from click.shell_completion import CompletionItem, ShellComplete, split_arg_string

from reconciler.cli.completion.inert import is_inert
from reconciler.cli.completion.scripts import LINE, SCRIPTS, SEPARATOR, VARIABLE, WORD
from reconciler.cli.terminal.streams import echo

_AS_THEY_ARE = frozenset("%+,-./:=@_")
"""Characters that a shell reads as themselves within a word, beside letters and digits."""
_LONGEST = 40
"""Columns of a value beside which its description starts."""


def answer(root: click.Command, shell: str) -> bool:
    """Print the script of a shell, or its completions; whether the shell is one of ours. Nothing that goes wrong is shown."""
    name = shell.removesuffix("_source")
    if name not in SCRIPTS:
        return False
    if name != shell:
        echo(SCRIPTS[name].removesuffix("\n"))
        return True
    with suppress(Exception):  # a shell shows an error in the middle of the line that is being typed
        lines = list(_answer_lines(root, name, os.environ))
        if lines:
            echo("\n".join(lines))
    return True


def _answer_lines(root: click.Command, shell: str, environment: Mapping[str, str]) -> Iterator[str]:
    line = environment.get(LINE, "")
    question = _bash_question(line, environment.get(WORD, "")) if shell == "bash" else _question(line)
    completion = ShellComplete(root, {}, "reconciler", VARIABLE)
    items = completion.get_completions(list(question.words), _unquoted(question.last))
    for kind in sorted({item.type for item in items} & {"file", "dir"}):
        yield f"{kind}\t{kind}\t"
    plain = [item for item in items if item.type == "plain" and is_inert(str(item.value))]
    yield from _FORMS[shell](plain, question)


@dataclass(frozen=True, slots=True)
class _Question:
    """The words behind the program's name, without quotes, and the last one as it was typed; `piece`: the part that bash replaces."""

    words: tuple[str, ...]
    last: str
    piece: str = ""


def _question(line: str) -> _Question:
    *words, last = line.split(SEPARATOR)
    return _Question(tuple(map(_unquoted, words)), last)


def _bash_question(line: str, piece: str) -> _Question:
    """The same from a command line: the last word begins where the words before it end, also within quotes."""
    words = split_arg_string(line)[1:]
    start = _start_of_last(line)
    last = line[start:]
    complete = words[:-1] if last else words
    cut = next((n for n in range(len(piece), 0, -1) if last.endswith(piece[:n])), 0)
    piece = "" if piece[:cut].strip("=:@<>|&;()") == "" else piece[:cut]
    return _Question(tuple(complete), last, piece)


def _start_of_last(line: str) -> int:
    """Where the last word of a command line begins; its length after a blank."""
    start, quote, skips = 0, "", False
    for at, char in enumerate(line):
        if skips:
            skips = False
        elif char == "\\" and quote != "'":
            skips = True
        elif quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in " \t\n":
            start = at + 1
    return start


def _unquoted(word: str) -> str:
    """A word without its quotes, which may lack their end."""
    return "".join(split_arg_string(word)[:1])


def _bash_lines(items: list[CompletionItem[Any]], question: _Question) -> Iterator[str]:
    """Quoted as the typed word is, without the part before the piece that bash replaces."""
    option, equals, _ = question.last.partition("=")
    typed = question.last.removeprefix(option + equals) if option.startswith("--") and equals else question.last
    quote = _open_quote(typed)
    if quote != "'" and _expands(typed):
        return
    lead = typed.removesuffix(question.piece) if question.piece else typed
    lead = "" if question.piece == typed else lead
    for item in items:
        value = _quoted(str(item.value), quote)
        full = f"{quote}{value}"
        if full.startswith(lead):
            yield f"plain\t{full.removeprefix(lead).removeprefix(quote if not lead else '')}\t"


def _open_quote(typed: str) -> str:
    """The quote that a typed word begins with and does not end."""
    quote = typed[:1]
    return quote if quote in ("'", '"') and typed.count(quote) == 1 else ""


def _expands(typed: str) -> bool:
    """Whether the shell replaces a part of a typed word (`$HOME`, `$(...)`), so that its value is not known here."""
    is_escaped = False
    for char in typed:
        if char in "$`" and not is_escaped:
            return True
        is_escaped = char == "\\" and not is_escaped
    return False


def _quoted(value: str, quote: str) -> str:
    r"""A value that a shell reads as itself: behind an open quote, else with `\` before what it would read otherwise."""
    if quote == "'":
        return value.replace("'", "'\\''")
    if quote == '"':
        escaped = "".join(f"\\{char}" if char in '\\"$`' else char for char in value)
        return escaped.replace("!", '"\\!"')  # a history expansion, also within double quotes
    return "".join(
        char if not char.isascii() or char.isalnum() or char in _AS_THEY_ARE else f"\\{char}" for char in value
    )


def _zsh_lines(items: list[CompletionItem[Any]], _question: _Question) -> Iterator[str]:
    """With the text of the list; zsh quotes what it inserts."""
    width = min(max((len(str(item.value)) for item in items), default=0), _LONGEST)
    for item in items:
        value = str(item.value)
        yield f"plain\t{value}\t{value:<{width}}  {item.help}" if item.help else f"plain\t{value}\t{value}"


def _fish_lines(items: list[CompletionItem[Any]], question: _Question) -> Iterator[str]:
    """With `--option=`, which fish takes for a part of the value; fish quotes what it inserts."""
    option, equals, _ = question.last.partition("=")
    lead = option + equals if option.startswith("--") and equals else ""
    for item in items:
        yield f"plain\t{lead}{item.value}\t{item.help or ''}"


_FORMS = {"bash": _bash_lines, "zsh": _zsh_lines, "fish": _fish_lines}

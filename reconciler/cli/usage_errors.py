"""Messages of usage errors: what is wrong, and the option or command that was probably meant. Imported on demand."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click

from reconciler.cli.global_options import SINGLE_DASH_WORD


@dataclass(frozen=True, slots=True)
class _Advice:
    """What to use instead of an option of another tool; `option`: only for commands that have this one."""

    text: str
    option: str = ""


_APPROVE = _Advice("use --approve TOKEN", "--approve")
_NO_FORCE = _Advice("there is no force option; --allow-removals and --allow-removal lift guards")
_VARIABLES = _Advice("set the variables of manifests with --var NAME=VALUE")
_NO_REFRESH = _Advice("not supported: every plan reads the live workspace")
_KEY = _Advice("not supported: set MATON_API_KEY or CLOCKIFY_API_KEY, or use --key-command")
FOREIGN_OPTIONS: Mapping[str, _Advice] = {
    "out": _Advice("use -o FILE", "--output"),
    "target": _Advice("use plan --target PATTERN, or apply --target PATTERN"),
    "exclude": _Advice("not supported; --except-blocked excludes blocked changes"),
    "auto-approve": _APPROVE,
    "yes": _APPROVE,
    "y": _APPROVE,
    "force": _NO_FORCE,
    "f": _Advice("there is no force option, and files are plain arguments"),
    "dry-run": _Advice("use the command: reconciler plan"),
    "n": _Advice("use the command: reconciler plan"),
    "var": _VARIABLES,
    "var-file": _VARIABLES,
    "refresh": _NO_REFRESH,
    "refresh-only": _NO_REFRESH,
    "destroy": _Advice("not supported: list resources under `removed:` in the manifests"),
    "replace": _Advice("not supported: resources are never replaced"),
    "lock": _Advice("not supported: apply always locks its state folder"),
    "parallelism": _Advice("use --rate N/s"),
    "state": _Advice("use --state-dir DIR"),
    "api-key": _KEY,
    "key": _KEY,
    "token": _KEY,
}
"""Options of other tools, without their dashes."""

_FOREIGN_COMMANDS = {
    "diff": "plan",
    "preview": "plan",
    "check": "validate",
    "lint": "validate",
    "sync": "apply",
    "deploy": "apply",
    "rollback": "undo",
    "revert": "undo",
    "history": "runs",
    "log": "runs",
    "get": "show",
    "connect": "connections",
    "auth": "connections",
    "login": "connections",
}


def find_foreign_option(ctx: click.Context, arguments: Sequence[str]) -> str | None:
    """The first argument such as `-out=x` or `-json`, which click would split into one-letter options."""
    options, is_value = _options(ctx), False
    for argument in arguments:
        name = argument.partition("=")[0]
        if is_value:
            is_value = False
        elif argument == "--" or (isinstance(ctx.command, click.Group) and not argument.startswith("-")):
            return None
        elif name in options:
            is_value = name == argument and not options[name].is_flag
        elif SINGLE_DASH_WORD.fullmatch(argument) and (name[1:] in FOREIGN_OPTIONS or f"-{name}" in options):
            return name
    return None


def no_such_command(name: str, group: click.Group, ctx: click.Context) -> click.UsageError:
    """The error for an unknown command."""
    names = group.list_commands(ctx)
    near = [n for n in [_FOREIGN_COMMANDS.get(name)] if n in names] or difflib.get_close_matches(name, names, n=1)
    suggestion = f"; did you mean {near[0]}?" if near else ""
    return click.UsageError(f"no such command: {name}{suggestion}", ctx)


def usage_message(error: click.UsageError) -> str:
    """The message of a usage error on one line, in the form of our own messages."""
    if isinstance(error, click.NoSuchOption):
        return f"no such option: {error.option_name}{_suggestion(error.option_name, error.ctx)}"
    text = error.format_message().removesuffix(".")
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _suggestion(name: str, ctx: click.Context | None) -> str:
    options = _options(ctx) if ctx else {}
    advice = FOREIGN_OPTIONS.get(name.lstrip("-"))
    if advice and (not advice.option or advice.option in options):
        return f"; {advice.text}"
    if advice is _APPROVE:
        return "; approve with: reconciler apply --approve TOKEN"
    word = f"--{name.lstrip('-')}"
    near = difflib.get_close_matches(word, [option for option in options if option.startswith("--")], n=1)
    return f"; did you mean {near[0]}?" if near and len(word) > 3 else ""


def _options(ctx: click.Context) -> dict[str, click.Option]:
    """The options of a command by their names, with dashes."""
    parameters = ctx.command.get_params(ctx)
    return {flag: p for p in parameters if isinstance(p, click.Option) for flag in (*p.opts, *p.secondary_opts)}

"""The global options, and the command and group classes that take them before or after the command's name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click
from click.core import ParameterSource

from reconciler.cli.settings import GATEWAYS, remember
from reconciler.version import __version__

GLOBAL_TITLE = "Global options (before or after the command; or as RECONCILER_GATEWAY, …)"

Callback = Callable[[click.Context, click.Parameter, Any], None]


class GlobalOption(click.Option):
    """An option that every command takes and that ends in the one Settings value."""


def _note(context: click.Context, option: click.Parameter, value: Any) -> None:
    name = option.name or ""
    source = context.get_parameter_source(name)
    if source not in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT) or value is False:
        return
    if name == "sandbox":
        name, value = "gateway", "sandbox"
    elif name == "no_color":
        name, value = "color", False
    remember(context, name, value, from_command_line=source is ParameterSource.COMMANDLINE)


def _version(context: click.Context, _option: click.Parameter, value: Any) -> None:
    if value and not context.resilient_parsing:
        click.echo(f"reconciler {__version__}")
        context.exit()


@dataclass(frozen=True, slots=True)
class _Spec:
    flags: tuple[str, ...]
    help: str
    type: Any = str
    metavar: str | None = None
    callback: Callback = _note

    def option(self, *, environment: bool) -> GlobalOption:
        """The option; only the outermost group reads the environment, once."""
        flag = self.type is bool
        is_version = self.callback is _version
        name = self.flags[-1].removeprefix("--")
        return GlobalOption(
            list(self.flags),
            help=self.help,
            is_flag=flag,
            type=None if flag else self.type,
            metavar=self.metavar,
            callback=self.callback,
            expose_value=False,
            is_eager=is_version,
            envvar=f"RECONCILER_{name.upper().replace('-', '_')}" if environment and not is_version else None,
        )


_SPECS = (
    _Spec(("--gateway",), "The way to Clockify (default: maton).", click.Choice(GATEWAYS)),
    _Spec(("--sandbox",), "Short for --gateway sandbox: an embedded server, no account, no network.", bool),
    _Spec(("--base-url",), "Another address of the gateway; https, or http to this machine.", metavar="URL"),
    _Spec(("--workspace",), "The workspace; wins over the manifest's.", metavar="NAME|ID"),
    _Spec(("--connection",), "The Maton connection to use where there are several.", metavar="ID"),
    _Spec(("--rate",), "Most requests a second or an hour: 50/s (default), 10/s, 30/h.", metavar="N/s|N/h"),
    _Spec(("--timeout",), "Seconds to wait for one answer (default: 30).", click.FloatRange(0.1, 3600), "SECONDS"),
    _Spec(("--state-dir",), "The folder for run data and the sandbox (default: .reconciler).", metavar="DIR"),
    _Spec(("-v", "--verbose"), "Say more on standard error; a defect shows its traceback.", bool),
    _Spec(("--no-color",), "No colours, as with the variable NO_COLOR.", bool),
    _Spec(("--version",), "Print the version.", bool, callback=_version),
)


class Command(click.Command):
    """A command that takes the global options too, and shows examples in its help."""

    outermost = False

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.params.extend(spec.option(environment=self.outermost) for spec in _SPECS)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, then two lists: what belongs to this command, and what belongs to all."""
        if self.examples:
            with formatter.section("Example" if len(self.examples) == 1 else "Examples"):
                formatter.write("".join(f"{'':{formatter.current_indent}}{line}\n" for line in self.examples))
        own: list[tuple[str, str]] = []
        common: list[tuple[str, str]] = []
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                (common if isinstance(parameter, GlobalOption) else own).append(record)
        for title, records in (("Options", own), (GLOBAL_TITLE, common)):
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


class Group(Command, click.Group):
    """A group whose commands take the global options too."""

    command_class = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands come first: they are what one looks for."""
        self.format_commands(ctx, formatter)
        Command.format_options(self, ctx, formatter)

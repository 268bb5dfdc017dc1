"""The values of the global options and their environment variables, as one value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import click

GATEWAYS = ("maton", "clockify", "sandbox")
KEYS = {"maton": "MATON_API_KEY", "clockify": "CLOCKIFY_API_KEY", "sandbox": "RECONCILER_SANDBOX_KEY"}
"""The environment variable of each gateway's key. That of the sandbox is for a served one."""
TOKENS = {"maton": "MATON_ACCESS_TOKEN", "clockify": "CLOCKIFY_ADDON_TOKEN"}
"""The variable of the other kind of key that a gateway accepts."""
REGIONS = ("eu", "us", "uk", "au")
_META = "reconciler.cli.settings"
_WROTE = "reconciler.cli.wrote"
_DECLARED = "reconciler.cli.declared"
_FOR_REPORTS = ("verbose", "color", "log_format")
_NOT_REPEATED = (*_FOR_REPORTS, "key_command", "quiet")
"""Options that a command for copying leaves out; the key command may hold a secret, and such commands stand in reports."""
_BELOW_CONNECTIONS = ("connection", "workspace")
"""What commands about connections have no use for: one that does not work is often the reason for the hint."""


def value_of(variable: str) -> str:
    """The value of an environment variable, or ""."""
    return os.environ.get(variable, "").strip()


def has_credentials(store: str) -> bool:
    """Whether the URL of a run store may hold a password or a token: then no command for copying repeats it."""
    scheme, _, rest = store.partition("://")
    user, at, _ = rest.partition("/")[0].rpartition("@")
    is_secret = ":" in user or scheme.rpartition(":")[2].startswith("http")
    return "?" in rest or (bool(at) and is_secret)


@dataclass(frozen=True, slots=True)
class Settings:
    """The global options. `given` holds those of the command line alone, for the commands that are printed for copying.

    `rate` is as written (`50/s`), `timeout` in seconds, `color` None if it was not chosen. `declared_workspace`: the workspace that
    the manifests of the command name, for commands in hints, which may read no manifest. `quiet`: no progress is shown; it is an option of
    the commands that wait.
    """

    gateway: str = "maton"
    base_url: str = ""
    workspace: str | None = None
    connection: str = ""
    rate: str = "50/s"
    timeout: float = 30.0
    verbose: bool = False
    quiet: bool = False
    color: bool | None = None
    log_format: str = "text"
    state_dir: str = ".reconciler"
    store: str = field(default="folder", repr=False)
    key_command: str = field(default="", repr=False)
    given: Mapping[str, Any] = field(default_factory=dict)
    declared_workspace: str = ""

    @property
    def is_in_process(self) -> bool:
        """Whether the gateway is the sandbox within this process."""
        return self.gateway == "sandbox" and not self.base_url

    def command(self, *arguments: str) -> str:
        """A command line for copying: `reconciler`, the given global options, and the arguments, quoted for a shell."""
        line = ["reconciler"]
        skipped = (*_NOT_REPEATED, *(_BELOW_CONNECTIONS if arguments[:1] == ("connections",) else ()))
        for name, value in self.given.items():
            if name == "gateway" and value == "sandbox":
                line.append("--sandbox")
            elif name not in skipped and not (name == "store" and has_credentials(str(value))):
                line += [f"--{name.replace('_', '-')}", f"{value:g}" if isinstance(value, float) else str(value)]
        return _command_line(*line, *arguments)

    def local_command(self, *arguments: str) -> str:
        """The same for a command that only reads runs: `--state-dir` and `--store` are its only global options."""
        words = []
        for name in ("state_dir", "store"):
            value = str(self.given.get(name, ""))
            if value and not (name == "store" and has_credentials(value)):
                words += [f"--{name.replace('_', '-')}", value]
        return _command_line("reconciler", *words, *arguments)


@dataclass(frozen=True, slots=True)
class Source:
    """Where values come from: the command line (`is_line`) or the environment."""

    values: Mapping[str, Any]
    is_line: bool

    def has(self, *names: str) -> bool:
        """Whether one of these options is set here."""
        return any(name in self.values for name in names)

    def without(self, name: str) -> Source:
        """The same without one option."""
        return Source({key: value for key, value in self.values.items() if key != name}, is_line=self.is_line)

    def name(self, option: str, value: str = "") -> str:
        """The option as the user wrote it, for a message: `--gateway maton` or `RECONCILER_GATEWAY=maton`."""
        if self.is_line:
            return f"--{option.replace('_', '-')}" + (f" {value}" if value else "")
        return f"RECONCILER_{option.upper()}" + (f"={value}" if value else "")


def _command_line(*words: str) -> str:
    from reconciler.text import command_line  # noqa: PLC0415 - start-up: few commands print another one

    return command_line(*words)


def remember(context: click.Context, name: str, value: Any, *, from_command_line: bool) -> None:
    """Record a global option's value. The command line overrides the environment, a later option an earlier one."""
    given, environment = context.meta.setdefault(_META, ({}, {}))
    (given if from_command_line else environment)[name] = value


def note_write() -> None:
    """Note that the running command wrote to the service: its exit code says so, whatever becomes of its output."""
    click.get_current_context().meta[_WROTE] = True


def note_workspace(name: str | None) -> None:
    """Note the workspace that the manifests of the running command name, for hints."""
    context = click.get_current_context(silent=True)
    if context is not None and name:
        context.meta[_DECLARED] = name


def has_written(context: click.Context) -> bool:
    """Whether `note_write` was called within this command."""
    return bool(context.meta.get(_WROTE))


def option_value(context: click.Context, name: str) -> Any:
    """The value of one global option, before the options are resolved: None where it is not given."""
    given, environment = context.meta.get(_META, ({}, {}))
    return given.get(name, environment.get(name))


def current_settings() -> Settings:
    """The settings of the running command. Raises click.UsageError and ConfigurationError."""
    given, environment = click.get_current_context().meta.get(_META, ({}, {}))
    if not given and not environment:
        return Settings()
    from reconciler.cli.resolve_settings import resolve_settings  # noqa: PLC0415 - start-up: only options need it

    return resolve_settings(given, environment)


def report_settings(context: click.Context | None = None) -> Settings:
    """The settings that an error report needs; they are valid whatever the others are. The context is the current one by default."""
    meta = (context or click.get_current_context()).meta
    given, environment = meta.get(_META, ({}, {}))
    shown = {k: v for k, v in {**environment, **given}.items() if k in _FOR_REPORTS}
    named = {"gateway" if k == "sandbox" else k: "sandbox" if k == "sandbox" else v for k, v in given.items()}
    workspace = given.get("workspace", environment.get("workspace"))
    return Settings(**shown, workspace=workspace, given=named, declared_workspace=meta.get(_DECLARED, ""))

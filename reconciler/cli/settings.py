"""The values of the global options and their environment variables, as one value."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import click

GATEWAYS = ("maton", "clockify", "sandbox")
KEYS = {"maton": "MATON_API_KEY", "clockify": "CLOCKIFY_API_KEY"}
"""The environment variable of each gateway's key: the only source of keys."""
_META = "reconciler.cli.settings"
_NOT_REPEATED = ("verbose", "color")


@dataclass(frozen=True, slots=True)
class Settings:
    """The global options. `given` holds those of the command line alone, for the commands that are printed for copying.

    `rate` is as written (`50/s`), `timeout` in seconds, `color` None if it was not chosen.
    """

    gateway: str = "maton"
    base_url: str = ""
    workspace: str | None = None
    connection: str = ""
    rate: str = "50/s"
    timeout: float = 30.0
    verbose: bool = False
    color: bool | None = None
    state_dir: str = ".reconciler"
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_in_process(self) -> bool:
        """Whether the gateway is the sandbox within this process."""
        return self.gateway == "sandbox" and not self.base_url

    def command(self, *arguments: str) -> str:
        """A command line for copying: `reconciler`, the given global options, and the arguments, quoted for a shell."""
        line = ["reconciler"]
        for name, value in self.given.items():
            if name == "gateway" and value == "sandbox":
                line.append("--sandbox")
            elif name not in _NOT_REPEATED:
                line += [f"--{name.replace('_', '-')}", f"{value:g}" if isinstance(value, float) else str(value)]
        return shlex.join([*line, *arguments])

    def local_command(self, *arguments: str) -> str:
        """The same for a command that only reads the state folder: `--state-dir` is its only global option."""
        state_dir = ["--state-dir", str(self.given["state_dir"])] if "state_dir" in self.given else []
        return shlex.join(["reconciler", *state_dir, *arguments])


def remember(context: click.Context, name: str, value: Any, *, from_command_line: bool) -> None:
    """Record a global option's value. The command line overrides the environment, a later option an earlier one."""
    given, environment = context.meta.setdefault(_META, ({}, {}))
    (given if from_command_line else environment)[name] = value


def current_settings() -> Settings:
    """The settings of the running command."""
    given, environment = click.get_current_context().meta.get(_META, ({}, {}))
    return Settings(**{**environment, **given}, given=dict(given))

"""What the global options and their environment variables say, as one value."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import click

GATEWAYS = ("maton", "clockify", "sandbox")
KEYS = {"maton": "MATON_API_KEY", "clockify": "CLOCKIFY_API_KEY"}
"""The environment variable that holds a gateway's key: the only place where keys come from."""
_META = "reconciler.cli.settings"
_LOOKS_ONLY = ("verbose", "color")


@dataclass(frozen=True, slots=True)
class Settings:
    """The global options. `given` are those of the command line alone, for the commands that we print for copying.

    `rate` is as written (`50/s`), `timeout` in seconds, `color` None where nobody chose.
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
        """Whether the gateway is the sandbox within this very process."""
        return self.gateway == "sandbox" and not self.base_url

    def command(self, *words: str) -> str:
        """A command line to copy: `reconciler`, these global options, and `words`, quoted for a shell."""
        line = ["reconciler"]
        for name, value in self.given.items():
            if name == "gateway" and value == "sandbox":
                line.append("--sandbox")
            elif name not in _LOOKS_ONLY:
                line += [f"--{name.replace('_', '-')}", f"{value:g}" if isinstance(value, float) else str(value)]
        return shlex.join([*line, *words])


def remember(context: click.Context, name: str, value: Any, *, from_command_line: bool) -> None:
    """Note a global option's value; one from the command line wins over the environment, and a later one over an earlier."""
    given, environment = context.meta.setdefault(_META, ({}, {}))
    (given if from_command_line else environment)[name] = value


def settings() -> Settings:
    """The settings of the command that is running."""
    given, environment = click.get_current_context().meta.get(_META, ({}, {}))
    return Settings(**{**environment, **given}, given=dict(given))

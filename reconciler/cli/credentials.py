"""The key of a command: from an environment variable, or from the key command."""

from __future__ import annotations

from dataclasses import dataclass, field

from reconciler.cli.settings import KEYS, TOKENS, Settings, value_of
from reconciler.errors import ConfigurationError
from reconciler.gateway.keys import KEY_HEADERS, KeyKind
from reconciler.text import API_KEYS

ACCOUNT_GATEWAYS = tuple(TOKENS)
"""The gateways that need a key of an account. A sandbox never gets one."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A key and its kind. `source`: where it is from, for messages; empty for the environment variable of its kind."""

    key: str = field(default="", repr=False)
    kind: KeyKind = KeyKind.API_KEY
    source: str = ""


def find_credential(settings: Settings) -> Credential:
    """The key for the gateway of the settings: that of `--key-command`, else of RECONCILER_KEY_COMMAND or of one variable.

    The command line overrides the environment, as it does for every option. Of the environment exactly one source may be set.
    Raises ConfigurationError, also if the key command fails.
    """
    if settings.is_in_process:
        return Credential()
    if settings.gateway not in ACCOUNT_GATEWAYS:
        return Credential(value_of(KEYS[settings.gateway]))
    variables = _set_variables(settings.gateway)
    sources = list(variables)
    if settings.key_command:
        sources = ["--key-command"] if "key_command" in settings.given else ["RECONCILER_KEY_COMMAND", *sources]
    if len(sources) > 1:
        raise ConfigurationError(
            f"{' and '.join(sources)} are both set" if len(sources) == 2 else f"{', '.join(sources)} are all set",
            hint="unset all but one: only one key is sent",
        )
    if not sources:
        raise _missing(settings.gateway)
    if settings.key_command:
        from reconciler.cli.key_command import run_key_command  # noqa: PLC0415 - start-up: it starts processes

        key = run_key_command(settings.key_command)
        API_KEYS.add(key)
        return Credential(key, source="key command")
    return Credential(value_of(sources[0]), variables[sources[0]])


def _set_variables(gateway: str) -> dict[str, KeyKind]:
    """The variables of a gateway's keys that are set, with the kind of each."""
    return {sent.variable: kind for kind, sent in KEY_HEADERS[gateway].items() if value_of(sent.variable)}


def _missing(gateway: str) -> ConfigurationError:
    """The error if no key is set; it names the gateway that another key is for."""
    variable = KEYS[gateway]
    for other in ACCOUNT_GATEWAYS:
        for found in _set_variables(other):
            return ConfigurationError(
                f"{variable} is not set, and {found} is for another gateway",
                hint=f"add --gateway {other}, or set the environment variable {variable}",
            )
    return ConfigurationError(
        "API key not set", hint=f"set the environment variable {variable} or {TOKENS[gateway]}, or use --key-command"
    )

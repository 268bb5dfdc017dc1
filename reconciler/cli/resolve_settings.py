"""From the global options and their variables to settings: the command line overrides, a contradiction is an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from reconciler.cli.settings import Settings, Source
from reconciler.errors import ConfigurationError
from reconciler.gateway.config import GATEWAYS, REGIONS, find_mismatch, normalize_base_url, validate_url


def resolve_settings(given: Mapping[str, Any], environment: Mapping[str, Any]) -> Settings:
    """The settings of a command. `given` is its command line, `environment` its variables.

    `--sandbox` on the command line is the embedded sandbox, or the one that `--base-url` of the same command line names:
    variables that describe another service (RECONCILER_BASE_URL, RECONCILER_CONNECTION) do not apply to it.
    Raises click.UsageError for a contradiction, and ConfigurationError for an invalid base URL.
    """
    line, variables = Source(given, is_line=True), Source(environment, is_line=False)
    chosen = line if line.has("gateway", "sandbox") else variables
    gateway = _gateway_of(chosen)
    is_sandbox_given = chosen is line and gateway == "sandbox"
    base_url = _base_url(line, variables.without("base_url") if is_sandbox_given else variables, chosen, gateway)
    connection = _connection(line, variables.without("connection") if is_sandbox_given else variables, chosen, gateway)
    values = {**environment, **given, "gateway": gateway, "base_url": base_url, "connection": connection}
    values["key_command"] = _key_command(line, variables, chosen, gateway)
    _require_store(line if line.has("store") else variables)
    values.pop("sandbox", None)
    values.pop("region", None)
    return Settings(**values, given=_given(given, gateway, base_url))


def _require_store(source: Source) -> None:
    """Raise click.UsageError for what names no run store. Its value may hold a password, so it is not repeated."""
    kind, colon, rest = str(source.values.get("store", "folder")).partition(":")
    is_known = kind in ("folder", "git") if not colon else kind in ("git", "sql") and rest and not rest.startswith("-")
    if not is_known:
        raise click.UsageError(f"invalid {source.name('store')}: not folder, git, git:REMOTE or sql:URL", _context())


def _given(given: Mapping[str, Any], gateway: str, base_url: str) -> dict[str, Any]:
    """The command line in the form in which it is printed for copying."""
    named = {"gateway" if name == "sandbox" else name: value for name, value in given.items()}
    resolved = {"gateway": gateway, "base_url": base_url}
    return {name: resolved.get(name, value) for name, value in named.items()}


def _gateway_of(chosen: Source) -> str:
    gateway = str(chosen.values.get("gateway", "sandbox" if chosen.has("sandbox") else "maton"))
    if chosen.has("sandbox") and gateway != "sandbox":
        raise _conflict(chosen.name("sandbox"), chosen.name("gateway", gateway))
    return gateway


def _base_url(line: Source, variables: Source, chosen: Source, gateway: str) -> str:
    source = line if line.has("base_url", "region") else variables
    if source.has("region") and (region := _region(source, chosen, gateway)):
        return REGIONS[region]
    url = str(source.values.get("base_url", ""))
    if not url:
        return ""
    try:
        url = validate_url(url)
    except ConfigurationError as error:
        raise ConfigurationError(f"{error.message} ({source.name('base_url')})", hint=error.hint) from error
    if mismatch := find_mismatch(gateway, url):
        names = f"{source.name('base_url')}, {_name_of_gateway(chosen, gateway)}"
        raise click.UsageError(f"{mismatch[0]} ({names}); {mismatch[1]}", _context())
    return normalize_base_url(gateway, url)


def _region(source: Source, chosen: Source, gateway: str) -> str:
    """The region of Clockify; one from the environment applies only to gateway clockify."""
    if gateway == "clockify":
        if source.has("base_url"):
            raise _conflict(source.name("region"), source.name("base_url"))
        return str(source.values["region"])
    if not source.is_line and chosen.is_line:
        return ""
    raise _conflict(source.name("region"), _name_of_gateway(chosen, gateway))


def _key_command(line: Source, variables: Source, chosen: Source, gateway: str) -> str:
    """The command that prints the key. It is of an account, so a sandbox never gets its key."""
    if gateway != "sandbox":
        return str((line if line.has("key_command") else variables).values.get("key_command", ""))
    if line.has("key_command"):
        raise _conflict(line.name("key_command"), _name_of_gateway(chosen, gateway))
    return ""


def _connection(line: Source, variables: Source, chosen: Source, gateway: str) -> str:
    """The connection; one from the environment applies only to a gateway that has connections."""
    source = line if line.has("connection") else variables
    connection = str(source.values.get("connection", ""))
    if not connection or GATEWAYS[gateway].has_connections:
        return connection
    if source is not line and chosen is line:
        return ""
    raise _conflict(source.name("connection"), _name_of_gateway(chosen, gateway))


def _name_of_gateway(chosen: Source, gateway: str) -> str:
    """The option or the variable that chose the gateway."""
    if chosen.has("sandbox"):
        return chosen.name("sandbox")
    return chosen.name("gateway", gateway) if chosen.has("gateway") else f"default gateway {gateway}"


def _conflict(first: str, second: str) -> click.UsageError:
    return click.UsageError(f"{first} and {second} exclude each other", _context())


def _context() -> click.Context | None:
    return click.get_current_context(silent=True)

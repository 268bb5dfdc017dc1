"""The global options of a command as variables of a CI file, so that its jobs talk to the same place."""

from __future__ import annotations

from reconciler.cli.adopt.ci_files import OWN_STORE
from reconciler.cli.settings import GATEWAYS, Settings, has_credentials
from reconciler.gateway.config import REGIONS

_DEFAULTS = Settings()


def ci_gateway(settings: Settings) -> str:
    """The gateway of the jobs: that of the command; for the sandbox, which CI has no use for, the default one."""
    return GATEWAYS[0] if settings.gateway == "sandbox" else settings.gateway


def ci_variables(settings: Settings) -> dict[str, str]:
    """Names and values, none of them secret, of the options that are not the defaults.

    The state folder stays that of the jobs, and a store with a password is named by `store_notes`.
    """
    is_sandbox = settings.gateway == "sandbox"
    gateway, base_url = ci_gateway(settings), "" if is_sandbox else settings.base_url
    region = next((name for name, url in REGIONS.items() if gateway == "clockify" and url == base_url), "")
    chosen = {
        "gateway": gateway if gateway != _DEFAULTS.gateway else "",
        "region": region,
        "base_url": "" if region else base_url,
        "workspace": settings.workspace or "",
        "connection": "" if is_sandbox else settings.connection,
        "store": "" if settings.store == _DEFAULTS.store or has_credentials(settings.store) else settings.store,
        "rate": settings.rate if settings.rate != _DEFAULTS.rate else "",
        "timeout": f"{settings.timeout:g}" if settings.timeout != _DEFAULTS.timeout else "",
    }
    return {f"RECONCILER_{name.upper()}": value for name, value in chosen.items() if value}


def store_notes(service: str, settings: Settings, path: str) -> list[str]:
    """What a run store asks of the jobs in the CI file of a service at `path`; messages for people."""
    if settings.store == _DEFAULTS.store:
        return []
    if service == "github" and settings.store == OWN_STORE:
        return [
            f"the jobs in {path} may push to the repository: its runs are stored there, for everyone who can read it"
        ]
    notes = [f"edit {path} for the run store: docs/ci.md, Run stores, says what the jobs need"]
    if has_credentials(settings.store):
        secret = f"--store may hold a password, so {path} does not have it: give it to the jobs as the secret RECONCILER_STORE"
        notes.insert(0, secret)
    return notes

"""Opens the forge of a configuration."""

from __future__ import annotations

from reconciler.forge.client import REAL_TIME, ForgeClient, Waiting
from reconciler.forge.config import ForgeConfig, Forges
from reconciler.forge.forge import Forge
from reconciler.forge.github import GitHub
from reconciler.forge.gitlab import GitLab
from reconciler.gateway.messages import Transport


def open_forge(
    config: ForgeConfig, web_url: str = "", *, transport: Transport | None = None, waiting: Waiting = REAL_TIME
) -> Forge:
    """The forge. `web_url`: the address of the project, for links. `transport`: None for HTTP."""
    client = ForgeClient(config, transport, waiting)
    if config.forge is Forges.GITHUB:
        return GitHub(client, config.project)
    return GitLab(client, config.project, web_url)

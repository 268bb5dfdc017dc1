"""Where requests go and with what key: the settings of a gateway, checked before anything is sent."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from reconciler.errors import ConfigurationError
from reconciler.gateway.rate_limit import Rate
from reconciler.text import sanitize

AsgiApp = Callable[..., Any]

_HEADER_SAFE = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Gateway:
    """One way to the API: its root, the prefix of API paths, and the environment variable that holds its key.

    `header` and `scheme` make the header that carries the key. `has_connections`: Maton stands between.
    """

    root: str
    prefix: str
    header: str
    scheme: str
    variable: str
    has_connections: bool = True


# DESIGN.md section 6. The sandbox in this process has no address; one on a port is given as base URL.
GATEWAYS: Final[dict[str, Gateway]] = {
    "maton": Gateway("https://api.maton.ai", "/clockify/api/v1", "Authorization", "Bearer ", "MATON_API_KEY"),
    "clockify": Gateway(
        "https://api.clockify.me", "/api/v1", "X-Api-Key", "", "CLOCKIFY_API_KEY", has_connections=False
    ),
    "sandbox": Gateway("http://sandbox.localhost", "/clockify/api/v1", "Authorization", "Bearer ", ""),
}

DEFAULT_BASE_URL: Final[dict[str, str]] = {name: gateway.root for name, gateway in GATEWAYS.items()}


@dataclass(frozen=True)
class GatewayConfig:
    """The settings of a run's gateway; raises ConfigurationError where they cannot be used. The key shows nowhere.

    `base_url` empty means the gateway's own root. `timeout` is in seconds, for each phase of a request.
    `app` is an ASGI application to speak to in this process instead of a host.
    """

    name: str
    base_url: str = ""
    key: str = field(default="", repr=False)
    connection: str = ""
    rate: Rate = field(default_factory=lambda: Rate.parse("50/s"))
    timeout: float = 30.0
    app: AsgiApp | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.name not in GATEWAYS:
            raise ConfigurationError(
                f"there is no gateway {sanitize(self.name, 40)!r}", hint=f"choose one of {', '.join(GATEWAYS)}"
            )
        object.__setattr__(self, "base_url", _normalize_url(self.base_url or self.gateway.root))
        if self.app is None and self.base_url == GATEWAYS["sandbox"].root:
            raise ConfigurationError("the sandbox is neither in this process nor at a base URL")
        _check_key(self.key, self.gateway.variable)
        if self.connection and not _HEADER_SAFE.fullmatch(self.connection):
            raise ConfigurationError("the connection id has blanks or other characters that no id has")
        if not (math.isfinite(self.timeout) and self.timeout > 0):
            raise ConfigurationError("the timeout must be a number of seconds above 0")

    @property
    def gateway(self) -> Gateway:
        """What is fixed about the gateway of this name."""
        return GATEWAYS[self.name]

    @property
    def host(self) -> str:
        """The host (and port) that requests go to, for messages."""
        return urlsplit(self.base_url).netloc

    @property
    def is_loopback(self) -> bool:
        """Whether that host is this machine."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    def headers(self) -> dict[str, str]:
        """The headers that say who asks; secret."""
        headers = {self.gateway.header: f"{self.gateway.scheme}{self.key or self.name}"}
        if self.connection and self.gateway.has_connections:
            headers["Maton-Connection"] = self.connection
        return headers


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _normalize_url(url: str) -> str:
    """The base URL without a slash at its end. Messages do not repeat it: it may hold a password."""
    hint = "give it as https://HOST or https://HOST/PATH"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ConfigurationError("the base URL cannot be read", hint=hint) from None
    if parts.scheme not in ("http", "https") or not host or not _HEADER_SAFE.fullmatch(url):
        raise ConfigurationError("the base URL is no http address", hint=hint)
    if "@" in parts.netloc:
        raise ConfigurationError(
            "the base URL holds a user name or password", hint="keys come from the environment only; take it out"
        )
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise ConfigurationError("the base URL has a query or a fragment", hint=hint)
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigurationError(f"the base URL of {host} is not https", hint="http is for this machine only")
    return url.rstrip("/")


def _check_key(key: str, variable: str) -> None:
    if not key:
        if variable:
            raise ConfigurationError("there is no API key", hint=f"set the environment variable {variable}")
    elif not _HEADER_SAFE.fullmatch(key):
        raise ConfigurationError(
            "the API key has blanks, line breaks or characters that no key has",
            hint=f"check the environment variable {variable}" if variable else "",
        )

"""The configuration of a gateway: base URL, API key, connection, rate and timeout. It is validated before any request."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from reconciler.errors import ConfigurationError
from reconciler.gateway.keys import KEY_HEADERS, KeyHeader, KeyKind
from reconciler.gateway.rate_limit import Rate
from reconciler.text import sanitize

AsgiApp = Callable[..., Any]


class InProcessApp(Protocol):
    """An application in this process that answers at once, such as the sandbox of a command."""

    def handle(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers by lower-case name, and body. `path` is decoded, `query` is not; `headers` have lower-case names."""


_HEADER_SAFE = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Gateway:
    """The fixed properties of a gateway: root URL and prefix of API paths. `has_connections`: requests go through a Maton connection.

    `domain` is the domain of its hosts, regional ones included; empty for the sandbox, which needs no key.
    """

    root: str
    prefix: str
    domain: str = ""
    has_connections: bool = True


# The in-process sandbox has no address; a sandbox on a port is given as base URL.
GATEWAYS: Final[dict[str, Gateway]] = {
    "maton": Gateway("https://api.maton.ai", "/clockify/api/v1", "maton.ai"),
    "clockify": Gateway("https://api.clockify.me", "/api/v1", "clockify.me", has_connections=False),
    "sandbox": Gateway("http://sandbox.localhost", "/clockify/api/v1"),
}

REGIONS: Final[dict[str, str]] = {
    "eu": "https://euc1.clockify.me",
    "us": "https://use2.clockify.me",
    "uk": "https://euw2.clockify.me",
    "au": "https://apse2.clockify.me",
}
"""The base URLs of Clockify's regions (docs/clockify.md 1.1). A workspace of a region answers there only."""

DEFAULT_BASE_URL: Final[dict[str, str]] = {name: gateway.root for name, gateway in GATEWAYS.items()}


@dataclass(frozen=True)
class GatewayConfig:
    """The gateway of a run. Raises ConfigurationError for an invalid value. `repr` and messages never show the key.

    An empty `base_url` means the root URL of the gateway; REGIONS has those of Clockify's regions. `timeout` is in seconds, for a
    request with its whole response. `app` is called in this process instead of a host: an ASGI application, or one with the method of `InProcessApp`.
    `key_source` names in messages where the key is from, if not from the environment variable of its kind.
    """

    name: str
    base_url: str = ""
    key: str = field(default="", repr=False)
    connection: str = ""
    rate: Rate = field(default_factory=lambda: Rate.parse("50/s"))
    timeout: float = 30.0
    app: AsgiApp | InProcessApp | None = field(default=None, repr=False, compare=False)
    key_kind: KeyKind = KeyKind.API_KEY
    key_source: str = ""

    def __post_init__(self) -> None:
        if self.name not in GATEWAYS:
            raise ConfigurationError(
                f"invalid gateway {sanitize(self.name, 40)!r}", hint=f"use one of: {', '.join(GATEWAYS)}"
            )
        object.__setattr__(self, "base_url", normalize_base_url(self.name, self.base_url or self.gateway.root))
        if self.app is None and self.base_url == GATEWAYS["sandbox"].root:
            raise ConfigurationError("the sandbox has no base URL and no in-process application")
        if self.key_kind not in KEY_HEADERS[self.name]:
            raise ConfigurationError(f"gateway {self.name} does not accept an {self.key_kind.value}")
        self._validate_key()
        if self.connection and not _HEADER_SAFE.fullmatch(self.connection):
            raise ConfigurationError("invalid connection id: it contains spaces, control or non-ASCII characters")
        if not (math.isfinite(self.timeout) and self.timeout > 0):
            raise ConfigurationError(f"invalid timeout {self.timeout:g}; use a number of seconds above 0")

    @property
    def gateway(self) -> Gateway:
        """The fixed properties of this gateway."""
        return GATEWAYS[self.name]

    @property
    def key_header(self) -> KeyHeader:
        """How the key is sent."""
        return KEY_HEADERS[self.name][self.key_kind]

    @property
    def key_advice(self) -> str:
        """What to do about a key that was rejected."""
        if self.key_source:
            return f"check the {self.key_source}: it has to give a valid key"
        return f"set {self.key_header.variable} to a valid key"

    @property
    def host(self) -> str:
        """Host and port of the base URL, for messages."""
        return urlsplit(self.base_url).netloc

    @property
    def is_loopback(self) -> bool:
        """Whether the base URL is a loopback address."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    def headers(self) -> dict[str, str]:
        """The authentication headers. They contain the key."""
        sent = self.key_header
        headers = {sent.header: f"{sent.scheme}{self.key or self.name}"}
        if self.connection and self.gateway.has_connections:
            headers["Maton-Connection"] = self.connection
        return headers

    def _validate_key(self) -> None:
        kind, source = self.key_kind.value, self.key_source or f"environment variable {self.key_header.variable}"
        if not self.key:
            if self.name != "sandbox":
                raise ConfigurationError(f"{kind} not set", hint=f"set the {source}")
        elif not _HEADER_SAFE.fullmatch(self.key):
            message = f"invalid {kind}: it contains spaces, line breaks or non-ASCII characters"
            raise ConfigurationError(message, hint=f"check the {source}")


def is_loopback(host: str) -> bool:
    """Whether a host name or IP address is a loopback address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def normalize_base_url(gateway: str, url: str) -> str:
    """The base URL without a trailing slash and without the gateway's own API prefix, which every request adds.

    Raises ConfigurationError for an invalid URL and for one of another gateway.
    """
    url = validate_url(url)
    if mismatch := find_mismatch(gateway, url):
        raise ConfigurationError(mismatch[0], hint=mismatch[1])
    prefix = GATEWAYS[gateway].prefix
    for ending in (prefix, prefix.removesuffix("/v1"), prefix.removesuffix("/api/v1")):
        if ending and url.endswith(ending):
            return url.removesuffix(ending).rstrip("/")
    return url


def find_mismatch(gateway: str, url: str) -> tuple[str, str] | None:
    """Message and hint if a base URL belongs to another gateway, by its host or the end of its path; else None."""
    parts = urlsplit(url)
    host, path = (parts.hostname or "").removesuffix("."), parts.path.rstrip("/")
    if gateway == "sandbox" and not is_loopback(host):
        return "the base URL of the sandbox must be a loopback address", "without --base-url the sandbox is embedded"
    for name, other in GATEWAYS.items():
        if name != gateway and other.domain and (host == other.domain or host.endswith(f".{other.domain}")):
            return f"the base URL is one of gateway {name}, not of {gateway}", f"use --gateway {name}"
    ending = next((ending for ending in _ENDINGS if path.endswith(ending)), "")
    owner = "maton" if ending.startswith("/clockify") else "clockify"
    if not ending or (owner == "clockify") is (gateway == "clockify"):
        return None
    or_gateway = "" if gateway == "sandbox" else f", or --gateway {owner}"
    return (
        f"the base URL ends in {ending}, a path of gateway {owner}",
        f"use the URL without {ending}{or_gateway}",
    )


_ENDINGS = ("/clockify/api/v1", "/clockify/api", "/clockify", "/api/v1", "/api")
"""Ends of a path that are parts of an API prefix: Maton's, then Clockify's."""


def validate_url(url: str) -> str:
    """The base URL without a trailing slash. Messages do not quote the URL: it may contain a password."""
    hint = "use https://HOST or https://HOST/PATH"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ConfigurationError("invalid base URL", hint=hint) from None
    if parts.scheme not in ("http", "https") or not host or not _HEADER_SAFE.fullmatch(url):
        raise ConfigurationError("the base URL is not an HTTP URL", hint=hint)
    if "@" in parts.netloc:
        raise ConfigurationError(
            "the base URL contains a user name or password",
            hint="remove it; the API key is read from the environment",
        )
    if parts.query or parts.fragment or "?" in url or "#" in url:
        raise ConfigurationError("the base URL contains a query or a fragment", hint=hint)
    if parts.scheme == "http" and not is_loopback(host):
        raise ConfigurationError(
            f"the base URL of {host} does not use https", hint="http is allowed for loopback addresses only"
        )
    return url.rstrip("/")

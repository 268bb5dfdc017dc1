"""Who may use the control API: programs on this machine. A page in a browser may not, nor anything behind a proxy."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

PREFIX = "/_sandbox"
"""The path of the control API."""
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""Headers of a proxy: the request comes from elsewhere, whatever its address is."""


def refusal(method: str, headers: Mapping[str, str], client: str) -> tuple[int, str] | None:
    """Status and reason if a request is refused; `client` is the address that it comes from, `headers` have lower-case names.

    The host name protects from a page whose own name resolves to this machine, the origin from any page in a browser.
    """
    if not is_loopback(client) or any(name in headers for name in _FORWARDED):
        return 403, "the control API serves this machine only"
    if not is_loopback(_host_of(headers.get("host", ""))):
        return 403, "the control API needs a loopback address as its host name"
    if "origin" in headers or headers.get("sec-fetch-site", "none") != "none":
        return 403, "the control API serves no pages in a browser"
    content = headers.get("content-type", "").partition(";")[0].strip().lower()
    if method == "POST" and content != "application/json":
        return 415, "send Content-Type: application/json"
    return None


def is_loopback(host: str) -> bool:
    """Whether a host is a loopback address, or `localhost`."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host_of(header: str) -> str:
    """The host of a Host header, without its port."""
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]

"""Serves the sandbox on a port; the only module that imports uvicorn."""

from __future__ import annotations

import ipaddress

import uvicorn

from reconciler.sandbox.app import SandboxApp


def serve(app: SandboxApp, host: str = "127.0.0.1", port: int = 8000, *, log_level: str = "warning") -> None:
    """Serve until interrupted. Raises ValueError for a host that is not a loopback address: the sandbox has no real keys."""
    if host != "localhost" and not _is_loopback(host):
        raise ValueError(f"the sandbox serves this machine only; {host} is not a loopback address")
    uvicorn.run(app, host=host, port=port, log_level=log_level, access_log=False, lifespan="off")


def _is_loopback(host: str) -> bool:
    """Whether a host is a loopback address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

"""Opens the transport of a configuration: to an application in this process, or over HTTP."""

from __future__ import annotations

from reconciler.gateway.config import GatewayConfig
from reconciler.gateway.messages import Transport
from reconciler.version import __version__


def open_transport(config: GatewayConfig) -> Transport:
    """The transport for this configuration. Raises ConfigurationError for invalid proxy or certificate settings."""
    headers = {"User-Agent": f"reconciler/{__version__}", "Accept": "application/json", **config.headers()}
    if config.app is not None and hasattr(config.app, "handle"):
        from reconciler.gateway.in_process import InProcessTransport  # noqa: PLC0415 - start-up: for the sandbox alone

        return InProcessTransport(config.app, headers)
    if config.app is not None:
        from reconciler.gateway.asgi import AsgiTransport  # noqa: PLC0415 - start-up: an event loop, for other applications

        return AsgiTransport(config.app, headers)
    from reconciler.gateway.decoding import ACCEPTED_ENCODINGS  # noqa: PLC0415 - start-up: as the next
    from reconciler.gateway.transport import HttpTransport  # noqa: PLC0415 - start-up: an HTTP library, not for the sandbox

    return HttpTransport(config, {**headers, "Accept-Encoding": ACCEPTED_ENCODINGS})

"""The gateway room: Maton and Clockify as one typed client. Its only door to the network is `transport`."""

from reconciler.gateway.config import DEFAULT_BASE_URL, GATEWAYS, GatewayConfig
from reconciler.gateway.exchange import Clockwork, Paused, Sent, Witness
from reconciler.gateway.opening import open_limiter, open_reader, open_writer, pin_connection
from reconciler.gateway.pacing import Limiter, Rate
from reconciler.gateway.paging import Listing
from reconciler.gateway.reader import Reader
from reconciler.gateway.retry import Patience
from reconciler.gateway.writer import Writer

__all__ = [
    "DEFAULT_BASE_URL",
    "GATEWAYS",
    "Clockwork",
    "GatewayConfig",
    "Limiter",
    "Listing",
    "Patience",
    "Paused",
    "Rate",
    "Reader",
    "Sent",
    "Witness",
    "Writer",
    "open_limiter",
    "open_reader",
    "open_writer",
    "pin_connection",
]

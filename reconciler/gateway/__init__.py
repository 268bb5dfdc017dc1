"""A typed HTTP client for Clockify, direct or through Maton. Only `transport` imports the HTTP library."""

from reconciler.gateway.async_reader import AsyncReader
from reconciler.gateway.async_writer import AsyncWriter
from reconciler.gateway.config import DEFAULT_BASE_URL, GATEWAYS, REGIONS, GatewayConfig
from reconciler.gateway.connections import NewConnection
from reconciler.gateway.factory import (
    open_async_reader,
    open_async_writer,
    open_limiter,
    open_reader,
    open_writer,
    pin_connection,
)
from reconciler.gateway.keys import KeyKind
from reconciler.gateway.messages import Request
from reconciler.gateway.paging import Listing
from reconciler.gateway.rate_limit import Limiter, Rate
from reconciler.gateway.reader import Reader
from reconciler.gateway.requests import Clock, Paused, RequestObserver, Sent
from reconciler.gateway.retry import RetryPolicy
from reconciler.gateway.writer import Writer

__all__ = [
    "DEFAULT_BASE_URL",
    "GATEWAYS",
    "REGIONS",
    "AsyncReader",
    "AsyncWriter",
    "Clock",
    "GatewayConfig",
    "KeyKind",
    "Limiter",
    "Listing",
    "NewConnection",
    "Paused",
    "Rate",
    "Reader",
    "Request",
    "RequestObserver",
    "RetryPolicy",
    "Sent",
    "Writer",
    "open_async_reader",
    "open_async_writer",
    "open_limiter",
    "open_reader",
    "open_writer",
    "pin_connection",
]

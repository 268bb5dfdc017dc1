"""A typed HTTP client for Clockify, direct or through Maton. Only `transport` imports the HTTP library."""

from typing import TYPE_CHECKING

from reconciler.lazy_exports import export_on_use

if TYPE_CHECKING:
    from reconciler.gateway.async_factory import (
        open_async_reader as open_async_reader,
        open_async_writer as open_async_writer,
    )
    from reconciler.gateway.async_reader import (
        AsyncReader as AsyncReader,
    )
    from reconciler.gateway.async_writer import (
        AsyncWriter as AsyncWriter,
    )
    from reconciler.gateway.config import (
        DEFAULT_BASE_URL as DEFAULT_BASE_URL,
        GATEWAYS as GATEWAYS,
        REGIONS as REGIONS,
        GatewayConfig as GatewayConfig,
    )
    from reconciler.gateway.connections import (
        NewConnection as NewConnection,
    )
    from reconciler.gateway.factory import (
        open_limiter as open_limiter,
        open_reader as open_reader,
        open_writer as open_writer,
        pin_connection as pin_connection,
    )
    from reconciler.gateway.keys import (
        KeyKind as KeyKind,
    )
    from reconciler.gateway.messages import (
        Request as Request,
    )
    from reconciler.gateway.paging import (
        Listing as Listing,
    )
    from reconciler.gateway.rate_limit import (
        Limiter as Limiter,
        Rate as Rate,
    )
    from reconciler.gateway.reader import (
        Reader as Reader,
        share_list_facts as share_list_facts,
    )
    from reconciler.gateway.requests import (
        Clock as Clock,
        Paused as Paused,
        RequestObserver as RequestObserver,
        Sent as Sent,
    )
    from reconciler.gateway.retry import (
        RetryPolicy as RetryPolicy,
    )
    from reconciler.gateway.writer import (
        Writer as Writer,
    )

export_on_use(
    __name__,
    {
        "async_factory": "open_async_reader open_async_writer",
        "async_reader": "AsyncReader",
        "async_writer": "AsyncWriter",
        "config": "DEFAULT_BASE_URL GATEWAYS GatewayConfig REGIONS",
        "connections": "NewConnection",
        "factory": "open_limiter open_reader open_writer pin_connection",
        "keys": "KeyKind",
        "messages": "Request",
        "paging": "Listing",
        "rate_limit": "Limiter Rate",
        "reader": "Reader share_list_facts",
        "requests": "Clock Paused RequestObserver Sent",
        "retry": "RetryPolicy",
        "writer": "Writer",
    },
)

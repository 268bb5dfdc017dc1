"""Opens an AsyncReader or an AsyncWriter."""

from __future__ import annotations

from typing import Any

from reconciler.gateway.async_reader import AsyncReader
from reconciler.gateway.async_writer import AsyncWriter
from reconciler.gateway.config import GatewayConfig
from reconciler.gateway.factory import open_reader, open_writer


def open_async_reader(config: GatewayConfig, *, threads: int = 16, **options: Any) -> AsyncReader:
    """An awaitable client that can only read; `options` are those of `open_reader`, `threads` the most requests at once."""
    return AsyncReader(open_reader(config, **options), threads=threads)


def open_async_writer(config: GatewayConfig, *, threads: int = 16, **options: Any) -> AsyncWriter:
    """An awaitable client that can write, for approved writes; `options` are those of `open_reader`."""
    return AsyncWriter(open_writer(config, **options), threads=threads)

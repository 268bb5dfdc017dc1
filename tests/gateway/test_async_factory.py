"""Awaitable clients as they are opened by a configuration."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from reconciler.gateway.async_factory import open_async_reader, open_async_writer
from tests.gateway.fake_service import Service, config_for


@pytest.mark.parametrize("open_client", [open_async_reader, open_async_writer])
@pytest.mark.parametrize(("options", "threads"), [({}, 16), ({"threads": 2}, 2)])
def test_sixteen_requests_are_under_way_at_once_unless_told_otherwise(
    open_client: Any, options: dict[str, int], threads: int
) -> None:
    async def most_at_once() -> int:
        async with open_client(config_for(Service([])), **options) as client:
            return int(client._executor._max_workers)

    assert asyncio.run(most_at_once()) == threads

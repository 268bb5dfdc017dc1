"""A response of the largest size is read, and one that announces more is not."""

from __future__ import annotations

import httpx
import pytest

from reconciler.errors import ProtocolError
from reconciler.gateway import GatewayConfig
from reconciler.gateway import transport as transport_module
from reconciler.gateway.messages import Request
from reconciler.gateway.open_transport import open_transport
from tests.gateway.fake_service import KEY


@pytest.mark.parametrize(("size", "is_read"), [(1024, True), (1025, False)])
def test_a_response_that_announces_the_largest_size_is_read(
    monkeypatch: pytest.MonkeyPatch, size: int, *, is_read: bool
) -> None:
    monkeypatch.setattr(transport_module, "MAX_RESPONSE_BYTES", 1024)
    transport = open_transport(GatewayConfig("maton", "http://localhost:9", KEY))
    transport.close()
    headers, body = {"Content-Length": str(size)}, httpx.ByteStream(b" " * size)
    answer = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, stream=body))
    transport._client = httpx.Client(transport=answer)  # type: ignore[attr-defined]
    if is_read:
        assert transport.send(Request("GET", "/x")).body == b" " * size
    else:
        with pytest.raises(ProtocolError, match="larger than"):
            transport.send(Request("GET", "/x"))
    transport.close()


@pytest.mark.parametrize(("status", "body"), [(299, b"{}"), (300, b""), (399, b""), (400, b"{}")])
def test_the_body_of_a_redirect_is_not_read(status: int, body: bytes) -> None:
    transport = open_transport(GatewayConfig("maton", "http://localhost:9", KEY))
    transport.close()
    answer = httpx.MockTransport(lambda _: httpx.Response(status, stream=httpx.ByteStream(b"{}")))
    transport._client = httpx.Client(transport=answer)  # type: ignore[attr-defined]
    assert transport.send(Request("GET", "/x")).body == body
    transport.close()

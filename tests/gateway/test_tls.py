"""The certificates and the HTTP library: loaded once, only where they are used, and without a command line."""

from __future__ import annotations

import importlib
import ssl
import sys
from collections.abc import Iterator
from types import ModuleType

import httpx
import pytest

from reconciler.errors import ConfigurationError
from reconciler.gateway import GatewayConfig, http_library
from reconciler.gateway.open_transport import open_transport
from reconciler.gateway.transport import tls_context

KEY = "0123456789abcdef"
_COMMAND_LINE = "httpx._main"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ssl.SSLContext]]:
    """The TLS settings with certificates that are made from now on, by a process that has made none."""
    contexts: list[ssl.SSLContext] = []

    def make() -> ssl.SSLContext:
        contexts.append(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        return contexts[-1]

    monkeypatch.setattr(httpx, "create_ssl_context", make)
    tls_context.cache_clear()
    yield contexts
    tls_context.cache_clear()


def test_certificates_are_loaded_once_for_all_clients(made: list[ssl.SSLContext]) -> None:
    for config in (GatewayConfig("maton", key=KEY), GatewayConfig("clockify", key=KEY)):
        open_transport(config).close()
    assert len(made) == 1


def test_no_certificates_are_loaded_for_plain_http_to_this_machine(made: list[ssl.SSLContext]) -> None:
    open_transport(GatewayConfig("maton", "http://127.0.0.1:9", KEY)).close()
    assert made == []
    open_transport(GatewayConfig("maton", "https://127.0.0.1:9", KEY)).close()
    assert len(made) == 1


@pytest.mark.usefixtures("made")
def test_certificates_that_cannot_be_loaded_are_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> ssl.SSLContext:
        raise FileNotFoundError

    monkeypatch.setattr(httpx, "create_ssl_context", fail)
    with pytest.raises(ConfigurationError, match="certificate settings") as raised:
        open_transport(GatewayConfig("maton", key=KEY))
    assert "SSL_CERT_FILE" in raised.value.hint


def test_httpx_is_imported_without_its_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, _COMMAND_LINE, raising=False)
    importlib.reload(http_library)
    assert _COMMAND_LINE not in sys.modules, "it can be imported by a program that wants it"
    theirs = ModuleType(_COMMAND_LINE)
    monkeypatch.setitem(sys.modules, _COMMAND_LINE, theirs)
    importlib.reload(http_library)
    assert sys.modules[_COMMAND_LINE] is theirs

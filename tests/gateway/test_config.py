"""Gateway configuration: invalid values, and that the key is never shown."""

import dataclasses

import pytest

from reconciler.errors import ConfigurationError
from reconciler.gateway import DEFAULT_BASE_URL, GatewayConfig
from reconciler.gateway.config import normalize_base_url

KEY = "k3y-that-must-stay-secret"


def test_each_gateway_has_the_root_and_the_header_of_the_contract() -> None:
    maton, clockify = GatewayConfig("maton", key=KEY), GatewayConfig("clockify", key=KEY)
    assert maton.base_url == DEFAULT_BASE_URL["maton"] == "https://api.maton.ai"
    assert maton.gateway.prefix == "/clockify/api/v1"
    assert maton.headers() == {"Authorization": f"Bearer {KEY}"}
    assert clockify.base_url == "https://api.clockify.me"
    assert clockify.gateway.prefix == "/api/v1"
    assert clockify.headers() == {"X-Api-Key": KEY}


def test_the_connection_header_is_sent_to_maton_only() -> None:
    assert GatewayConfig("maton", key=KEY, connection="c-1").headers()["Maton-Connection"] == "c-1"
    assert "Maton-Connection" not in GatewayConfig("clockify", key=KEY, connection="c-1").headers()


def test_the_key_is_in_no_representation() -> None:
    config = GatewayConfig("maton", key=KEY)
    assert KEY not in repr(config)
    assert KEY not in str(config)
    assert KEY not in repr(dataclasses.replace(config, connection="c-1"))


def test_an_application_in_this_process_is_in_no_representation() -> None:
    async def app(*_: object) -> None:
        raise AssertionError("is not called")

    assert "app" not in repr(GatewayConfig("sandbox", key=KEY, app=app))


@pytest.mark.parametrize(("name", "variable"), [("maton", "MATON_API_KEY"), ("clockify", "CLOCKIFY_API_KEY")])
def test_a_missing_key_names_the_variable(name: str, variable: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        GatewayConfig(name)
    assert variable in caught.value.hint


@pytest.mark.parametrize(
    "key",
    [
        "secret words",
        "secret\nbreak",
        "secret-tab\t",
        " secret-edge",
        "ключ-secret",
        "é-secret",
        "secret-nul\0",
        "\u200bsecret-x",
    ],
)
def test_an_invalid_key_is_an_error_that_does_not_show_it(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        GatewayConfig("maton", key=key)
    for part in (key, "secret"):
        assert part not in f"{caught.value} {caught.value.hint}"
    assert "MATON_API_KEY" in caught.value.hint


@pytest.mark.parametrize(
    "url",
    [
        "http://api.maton.ai",
        "http://127.0.0.1.example.com",
        "http://10.0.0.1",
        "ftp://localhost",
        "api.maton.ai",
        "https://",
        "https://user:pa55word@api.maton.ai",
        "https://api.maton.ai?x=pa55word",
        "https://api.maton.ai#x",
        "https://api.maton.ai?",
        "https://api.maton.ai#",
        "https://api.maton.ai/a b",
        "https://[::1",
        "https://host:notaport",
        "https://hóst.example",
    ],
)
def test_an_unsafe_or_invalid_base_url_is_an_error(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        GatewayConfig("maton", url, KEY)
    assert "pa55word" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8080",
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://[::1]:8080",
        "http://sandbox.localhost:1",
        "https://euc1.clockify.me",
    ],
)
def test_https_and_loopback_urls_are_accepted(url: str) -> None:
    assert GatewayConfig("clockify", url + "/", KEY).base_url == url


def test_a_sandbox_needs_a_base_url_or_an_application() -> None:
    with pytest.raises(ConfigurationError, match="sandbox"):
        GatewayConfig("sandbox")
    assert GatewayConfig("sandbox", "http://127.0.0.1:9").headers() == {"Authorization": "Bearer sandbox"}


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf")])
def test_a_timeout_must_be_a_finite_number_above_zero(timeout: float) -> None:
    with pytest.raises(ConfigurationError, match="timeout"):
        GatewayConfig("maton", key=KEY, timeout=timeout)


def test_an_unknown_gateway_and_an_invalid_connection_are_errors() -> None:
    with pytest.raises(ConfigurationError, match="gateway"):
        GatewayConfig("matron", key=KEY)
    with pytest.raises(ConfigurationError, match="connection"):
        GatewayConfig("maton", key=KEY, connection="a\r\nX-Evil: 1")


@pytest.mark.parametrize(
    ("gateway", "url", "base"),
    [
        ("maton", "https://proxy.example/clockify/api/v1", "https://proxy.example"),
        ("maton", "https://proxy.example/clockify/api", "https://proxy.example"),
        ("maton", "https://proxy.example/clockify/", "https://proxy.example"),
        ("maton", "https://proxy.example/team", "https://proxy.example/team"),
        ("clockify", "https://proxy.example/api/v1/", "https://proxy.example"),
        ("clockify", "https://proxy.example/api", "https://proxy.example"),
        ("sandbox", "http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_the_end_of_a_base_url_that_the_gateway_adds_is_left_out(gateway: str, url: str, base: str) -> None:
    assert normalize_base_url(gateway, url) == base


@pytest.mark.parametrize(
    ("gateway", "url", "message", "hint"),
    [
        ("maton", "https://api.clockify.me", "the base URL is one of gateway clockify, not of maton", "use --gateway clockify"),
        ("maton", "https://eu.api.clockify.me.", "the base URL is one of gateway clockify, not of maton", "use --gateway clockify"),
        ("clockify", "https://api.maton.ai", "the base URL is one of gateway maton, not of clockify", "use --gateway maton"),
        ("clockify", "https://proxy.example/clockify/api", "the base URL ends in /clockify/api, a path of gateway maton", "use the URL without /clockify/api, or --gateway maton"),
        ("maton", "https://proxy.example/api/v1", "the base URL ends in /api/v1, a path of gateway clockify", "use the URL without /api/v1, or --gateway clockify"),
        ("sandbox", "https://example.com", "the base URL of the sandbox must be a loopback address", "without --base-url the sandbox is embedded"),
    ],
)  # fmt: skip
def test_the_base_url_of_another_gateway_is_an_error(gateway: str, url: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        normalize_base_url(gateway, url)
    assert (caught.value.message, caught.value.hint) == (message, hint)

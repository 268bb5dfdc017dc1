"""The HTTP transport over httpx: keep-alive connections, no redirects, and network errors with host, cause and hint."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from reconciler.errors import ConfigurationError, GatewayError, NetworkError, ProtocolError
from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.config import GatewayConfig
from reconciler.gateway.messages import MAX_RESPONSE_BYTES, Request, Response, Transport
from reconciler.text import sanitize
from reconciler.version import __version__


def open_transport(config: GatewayConfig) -> Transport:
    """The transport for this configuration. Raises ConfigurationError for invalid proxy or certificate settings."""
    headers = {"User-Agent": f"reconciler/{__version__}", "Accept": "application/json", **config.headers()}
    if config.app is not None:
        return AsgiTransport(config.app, headers)
    return HttpTransport(config, headers)


class HttpTransport:
    """Sends over HTTP; safe to share between threads."""

    def __init__(self, config: GatewayConfig, headers: dict[str, str]) -> None:
        self._base_url, self._host, self._timeout = config.base_url, config.host, config.timeout
        try:
            self._client = httpx.Client(
                headers=headers,
                timeout=config.timeout,
                follow_redirects=False,
                # An explicit auth that does nothing, so that httpx never reads .netrc.
                auth=_no_auth,
                # Loopback addresses bypass any proxy of the environment.
                mounts={f"all://{config.host}": None} if config.is_loopback else None,
            )
        except (
            OSError,
            ValueError,
            ImportError,
            httpx.InvalidURL,
        ) as error:  # certificates or proxy of the environment
            raise ConfigurationError(
                f"invalid proxy or certificate settings in the environment: {type(error).__name__}",
                hint="check HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR",
            ) from None

    def send(self, request: Request) -> Response:
        """The response. Raises NetworkError with host and cause, ProtocolError for a redirect or a body over the size limit."""
        content = request.content()
        headers = {"Content-Type": "application/json"} if content else None
        try:
            with self._client.stream(
                request.method, self._base_url + request.target, content=content or None, headers=headers
            ) as response:
                if 300 <= response.status_code < 400:
                    raise self._redirect_error(request, response)
                body = self._read_body(request, response)
                received = {name.lower(): value for name, value in response.headers.items()}
                return Response(response.status_code, received, body)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise self._network_error(error, request) from None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _read_body(self, request: Request, response: httpx.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MAX_RESPONSE_BYTES:
                raise ProtocolError(
                    f"the response of {self._host} is larger than {MAX_RESPONSE_BYTES >> 20} MiB",
                    request=request.name,
                    unknown=True,
                )
        return bytes(body)

    def _redirect_error(self, request: Request, response: httpx.Response) -> ProtocolError:
        try:
            target = httpx.URL(response.headers.get("location", "")).host or "another path"
        except httpx.InvalidURL:
            target = "another address"
        return ProtocolError(
            f"{self._host} redirects to {sanitize(target, 80)} (HTTP {response.status_code}); "
            "redirects are not followed, to protect the API key",
            hint="check --base-url",
            request=request.name,
        )

    def _network_error(self, error: Exception, request: Request) -> GatewayError:
        host = self._host
        if isinstance(error, httpx.DecodingError):
            return ProtocolError(f"the response of {host} cannot be decompressed", request=request.name, unknown=True)
        hint, sent = "", False
        match error:
            case httpx.ConnectTimeout() | httpx.PoolTimeout():
                message = f"{host} did not accept a connection within {self._timeout:g} s"
                hint = "check the network, or increase --timeout"
            case httpx.TimeoutException():
                message, hint, sent = f"{host} did not respond within {self._timeout:g} s", "increase --timeout", True
            case httpx.ProxyError():
                message = f"the proxy rejected the connection to {host}"
                hint = "check HTTPS_PROXY and NO_PROXY"
            case httpx.ConnectError():
                message, hint = _connect_error(error, host)
            case httpx.UnsupportedProtocol() | httpx.InvalidURL():
                message, hint = f"invalid URL for {host}", "check --base-url"
            case _:
                message, sent = f"the connection to {host} was lost before the response was complete", True
        return NetworkError(message, hint=hint, request=request.name, sent=sent)


def _no_auth(request: httpx.Request) -> httpx.Request:
    return request


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _connect_error(error: Exception, host: str) -> tuple[str, str]:
    """Message and hint, from the chain of causes; from the text of the error only if no cause is known."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                reason = sanitize(cause.verify_message or "verification failed", 120)
                return (
                    f"the certificate of {host} is not trusted: {reason}",
                    "set SSL_CERT_FILE if a proxy replaces certificates",
                )
            case ssl.SSLError():
                return f"TLS handshake with {host} failed", "check --base-url: the port may not serve https"
            case socket.gaierror():
                return f"cannot resolve {host}", "check --base-url and the network"
            case ConnectionRefusedError():
                return f"connection to {host} refused", "check --base-url: no server may be listening there"
    text = str(error)
    if "refused" in text:
        return f"connection to {host} refused", "check --base-url: no server may be listening there"
    return f"cannot connect to {host}: {sanitize(text, 120) or type(error).__name__}", "check the network"

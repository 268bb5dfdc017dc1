"""The door to httpx: carries requests over the network, keeps connections alive, follows no redirect, and puts failures in plain words."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from reconciler.errors import ConfigurationError, GatewayError, NetworkError, ProtocolError
from reconciler.gateway.asgi import AsgiTransport
from reconciler.gateway.config import GatewayConfig
from reconciler.gateway.messages import MAX_ANSWER_BYTES, Request, Response, Transport
from reconciler.text import sanitize
from reconciler.version import __version__


def open_transport(config: GatewayConfig) -> Transport:
    """The transport that the settings ask for. Raises ConfigurationError where proxy or certificate settings are unusable."""
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
                # An explicit auth that does nothing: no .netrc ever adds another one.
                auth=_no_auth,
                # What is on this machine is never reached through a proxy, whatever the environment says.
                mounts={f"all://{config.host}": None} if config.is_loopback else None,
            )
        except (
            OSError,
            ValueError,
            ImportError,
            httpx.InvalidURL,
        ) as error:  # certificates or proxy of the environment
            raise ConfigurationError(
                f"the proxy or certificate settings of the environment cannot be used: {type(error).__name__}",
                hint="look at HTTPS_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE and SSL_CERT_DIR",
            ) from None

    def send(self, request: Request) -> Response:
        """The answer. Raises NetworkError with host and cause, ProtocolError for a redirect or an answer without end."""
        content = request.content()
        headers = {"Content-Type": "application/json"} if content else None
        try:
            with self._client.stream(
                request.method, self._base_url + request.target, content=content or None, headers=headers
            ) as response:
                if 300 <= response.status_code < 400:
                    raise self._redirected(request, response)
                body = self._body(request, response)
                answer_headers = {name.lower(): value for name, value in response.headers.items()}
                return Response(response.status_code, answer_headers, body)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise self._network_error(error, request) from None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _body(self, request: Request, response: httpx.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MAX_ANSWER_BYTES:
                raise ProtocolError(
                    f"{self._host} sends more than {MAX_ANSWER_BYTES >> 20} MiB as one answer",
                    request=request.name,
                    unknown=True,
                )
        return bytes(body)

    def _redirected(self, request: Request, response: httpx.Response) -> ProtocolError:
        try:
            target = httpx.URL(response.headers.get("location", "")).host or "another path"
        except httpx.InvalidURL:
            target = "another address"
        return ProtocolError(
            f"{self._host} answered with a redirect (HTTP {response.status_code}) to {sanitize(target, 80)}; "
            "it was not followed, since the key would go along",
            hint="check --base-url",
            request=request.name,
        )

    def _network_error(self, error: Exception, request: Request) -> GatewayError:
        host = self._host
        if isinstance(error, httpx.DecodingError):
            return ProtocolError(f"{host} sent an answer that cannot be unpacked", request=request.name, unknown=True)
        hint, sent = "", False
        match error:
            case httpx.ConnectTimeout() | httpx.PoolTimeout():
                message = f"{host} did not accept a connection within {self._timeout:g} s"
                hint = "is it reachable from here? see --timeout"
            case httpx.TimeoutException():
                message, hint, sent = f"{host} did not answer within {self._timeout:g} s", "see --timeout", True
            case httpx.ProxyError():
                message = f"the proxy of the environment did not let the connection to {host} through"
                hint = "look at HTTPS_PROXY and NO_PROXY"
            case httpx.ConnectError():
                message, hint = _connect_failure(error, host)
            case httpx.UnsupportedProtocol() | httpx.InvalidURL():
                message, hint = f"{host} cannot be addressed", "check --base-url"
            case _:
                message, sent = f"the connection to {host} was lost before the answer was complete", True
        return NetworkError(message, hint=hint, request=request.name, sent=sent)


def _no_auth(request: httpx.Request) -> httpx.Request:
    return request


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _connect_failure(error: Exception, host: str) -> tuple[str, str]:
    """What went wrong and what to do, from the chain of causes; the text only where the chain tells nothing."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                reason = sanitize(cause.verify_message or "not trusted", 120)
                return (
                    f"the certificate of {host} cannot be trusted: {reason}",
                    "behind a proxy of a company, set SSL_CERT_FILE",
                )
            case ssl.SSLError():
                return f"no TLS connection to {host} came about", "check --base-url: does this port speak https?"
            case socket.gaierror():
                return f"the name of {host} cannot be resolved", "check --base-url and the network"
            case ConnectionRefusedError():
                return f"{host} refused the connection", "check --base-url: is something listening there?"
    text = str(error)
    if "refused" in text:
        return f"{host} refused the connection", "check --base-url: is something listening there?"
    return f"no connection to {host} came about: {sanitize(text, 120) or type(error).__name__}", "check the network"

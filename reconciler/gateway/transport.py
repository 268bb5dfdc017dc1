"""The HTTP transport over httpx: keep-alive connections, no redirects, and network errors with host, cause and hint."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from functools import cache
from typing import Any, Protocol

from reconciler.errors import ConfigurationError, NetworkError, ProtocolError
from reconciler.gateway.deadline import Deadline, DeadlineBackend
from reconciler.gateway.decoding import BodyTooLargeError, InvalidEncodingError, decode
from reconciler.gateway.http_library import httpx
from reconciler.gateway.messages import MAX_RESPONSE_BYTES, Request, Response, decimal_header, too_large
from reconciler.text import redact


class Endpoint(Protocol):
    """Where a transport sends: a gateway, or the API of a forge. `host` is for messages, `timeout` in seconds for a whole response."""

    @property
    def base_url(self) -> str:
        """The URL before the path of every request, without a slash at its end."""

    @property
    def host(self) -> str:
        """Host and port."""

    @property
    def timeout(self) -> float:
        """Seconds."""

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine."""


class HttpTransport:
    """Sends over HTTP; safe to share between threads."""

    def __init__(self, config: Endpoint, headers: dict[str, str]) -> None:
        self._base_url, self._host, self._timeout = config.base_url, config.host, config.timeout
        self._deadline = Deadline()
        try:
            self._client = httpx.Client(
                headers=headers,
                timeout=config.timeout,
                follow_redirects=False,
                verify=_may_be_encrypted(config) and tls_context(),
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
        _set_deadline(self._client, self._deadline)

    def send(self, request: Request) -> Response:
        """The response, complete within the timeout; of a redirect only the headers.

        Raises NetworkError with host and cause, ProtocolError for a body that is too large or cannot be decoded.
        """
        content = request.content()
        headers = {"Content-Type": "application/json"} if content else None
        try:
            with (
                self._deadline.within(self._timeout),
                self._client.stream(
                    request.method, self._base_url + request.target, content=content or None, headers=headers
                ) as response,
            ):
                body = b"" if 300 <= response.status_code < 400 else self._read_body(response)
                received = {name.lower(): value for name, value in response.headers.items()}
                return Response(response.status_code, received, body)
        except BodyTooLargeError:
            raise too_large(self._host, request, MAX_RESPONSE_BYTES) from None
        except InvalidEncodingError:
            raise ProtocolError(
                f"the response of {self._host} cannot be decompressed", request=request.name, unknown=True
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise self._network_error(error, request) from None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _read_body(self, response: httpx.Response) -> bytes:
        if (decimal_header(response.headers, "content-length") or 0) > MAX_RESPONSE_BYTES:
            raise BodyTooLargeError
        encoding = response.headers.get("content-encoding", "")
        return decode(self._chunks(response), encoding, MAX_RESPONSE_BYTES)

    def _chunks(self, response: httpx.Response) -> Iterator[bytes]:
        """The body as received. A server that never pauses exceeds no timeout of a socket, so the deadline is checked too."""
        for chunk in response.iter_raw():
            if self._deadline.has_passed:
                raise httpx.ReadTimeout("")
            yield chunk

    def _network_error(self, error: Exception, request: Request) -> NetworkError:
        host = self._host
        hint, sent = "", False
        match error:
            case httpx.ConnectTimeout() | httpx.PoolTimeout():
                message = f"{host} did not accept a connection within {self._timeout:g} s"
                hint = "check the network, or increase --timeout"
            case httpx.TimeoutException():
                message = f"{host} did not send a complete response within {self._timeout:g} s"
                hint, sent = "increase --timeout", True
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


def _set_deadline(client: httpx.Client, deadline: Deadline) -> None:
    """Open the connections of the client, direct or through a proxy, with the deadline of the request.

    httpx has no public setting for this. The pool reads the attribute whenever it opens a connection.
    """
    transports: list[Any] = [client._transport, *client._mounts.values()]  # noqa: SLF001 - see above
    for transport in transports:
        if transport is not None:
            pool = transport._pool  # noqa: SLF001 - see above
            pool._network_backend = DeadlineBackend(pool._network_backend, deadline)  # noqa: SLF001 - see above


def _may_be_encrypted(config: Endpoint) -> bool:
    """Whether a connection may be encrypted: to a server of this machine without TLS, never by a proxy, none is."""
    return not (config.is_loopback and config.base_url.startswith("http://"))


@cache
def tls_context() -> ssl.SSLContext:
    """The TLS settings of every client of this process, made once: loading the certificates takes as long as a small plan.

    SSL_CERT_FILE and SSL_CERT_DIR count as they are at the first use. Raises OSError or ValueError for ones that cannot be loaded.
    """
    return httpx.create_ssl_context()


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
                reason = redact(cause.verify_message or "verification failed", 120)
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
    return f"cannot connect to {host}: {redact(text, 120) or type(error).__name__}", "check the network"

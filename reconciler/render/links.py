"""Places in manifests as links: a repository's address, the path in it, and the line."""

from __future__ import annotations

import posixpath
from urllib.parse import quote, urlsplit

SCHEMES = ("http", "https")
_DIGITS = 19
"""More than any place has; Python refuses to convert more than 4,300 with an error of its own."""


def require_source_url(url: str) -> str:
    """The address without a slash at its end.

    Raises ValueError unless it is http or https with a host, without a user name, query or fragment.
    """
    if not url.isascii() or not url.isprintable() or set(url) & set(" \"'<>\\"):
        raise ValueError("it has characters that no URL has")
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ValueError("it does not begin with https:// or http:// and a host")
    if "@" in parts.netloc or parts.query or parts.fragment or url.endswith(("?", "#")):
        raise ValueError("it has a user name, a query or a fragment")
    return url.rstrip("/")


def source_link(url: str, source: str) -> str:
    """The link to `path:line:column` under `url`; empty without a URL, a line, or for a path outside of the current folder."""
    path, line = _place(source)
    if not url or not line or posixpath.isabs(path):
        return ""
    inside = posixpath.normpath(path)
    if inside.split("/")[0] in ("..", "."):
        return ""
    return f"{url}/{quote(inside, errors='replace')}#L{line}"


def place_of(source: str) -> tuple[str, int, int]:
    """Path, line and column of `path:line:column`, also of one with the row of a `for_each` behind it.

    Without a line it is the whole file, line 0; an origin that is not a file has no path.
    """
    path, line = _place(_without_row(source))
    column = _without_row(source).rpartition(":")[2]
    return (path, int(line), int(column)) if line and len(line) + len(column) < _DIGITS else ("", 0, 0)


def _without_row(source: str) -> str:
    """`workspace.yaml:3:5` of `workspace.yaml:3:5 (projects.csv:7)`."""
    before, opening, _ = source.rpartition(" (")
    return before if opening and source.endswith(")") and _place(before)[1] else source


def _place(source: str) -> tuple[str, str]:
    """The path and the line of `path:line:column`; without a line for another origin."""
    rest, _, column = source.rpartition(":")
    path, _, line = rest.rpartition(":")
    return (path, line) if path and _is_number(column) and _is_number(line) else (source, "")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()

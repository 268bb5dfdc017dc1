"""Decodes a response body with a limit on its size, for any nesting of Content-Encoding, in small pieces."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

ACCEPTED_ENCODINGS = "gzip, deflate"
"""The encodings that this module decodes with a bounded amount of memory."""
MAX_ENCODINGS = 5
"""Encodings of one body; each holds a window of 32 KiB."""
_PIECE = 64 * 1024
_GZIP, _ZLIB, _RAW = 31, 15, -15
"""`wbits` of zlib: with a gzip header, with a zlib header, without a header."""


class BodyTooLargeError(Exception):
    """Raised when a body, or what one of its encodings expands to, exceeds the limit."""


class InvalidEncodingError(Exception):
    """Raised for an unknown encoding, and for a body that is not in the encoding that its header names."""


def decode(chunks: Iterable[bytes], content_encoding: str, limit: int) -> bytes:
    """The decoded body. At most `limit` bytes and a piece are held, however far the body would expand."""
    pieces = _limited(chunks, limit)
    for name in _encodings(content_encoding):
        pieces = _limited(_inflate(pieces, is_gzip=name != "deflate"), limit)
    return b"".join(pieces)


def _encodings(header: str) -> list[str]:
    """The encodings in the order in which they are removed."""
    names = [name for part in header.split(",") if (name := part.strip().lower()) not in ("", "identity")]
    if len(names) > MAX_ENCODINGS or not set(names) <= {"gzip", "x-gzip", "deflate"}:
        raise InvalidEncodingError
    return names[::-1]


def _limited(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise BodyTooLargeError
        yield piece


def _inflate(chunks: Iterable[bytes], *, is_gzip: bool) -> Iterator[bytes]:
    head, inflater = b"", None
    for chunk in chunks:
        data = chunk
        if inflater is None:
            head += chunk
            if len(head) < 2:
                continue
            data, inflater = head, zlib.decompressobj(_GZIP if is_gzip else _deflate_wbits(head))
        yield from _pieces(inflater, data)
    if head and not (inflater and inflater.eof):
        raise InvalidEncodingError


def _pieces(inflater: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    try:
        while not inflater.eof:
            piece = inflater.decompress(data, _PIECE)
            data = inflater.unconsumed_tail
            if piece:
                yield piece
            elif not data:
                return
    except zlib.error:
        raise InvalidEncodingError from None


def _deflate_wbits(head: bytes) -> int:
    """Servers send `deflate` with the zlib header, as RFC 9110 demands, and without it."""
    has_header = head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return _ZLIB if has_header else _RAW

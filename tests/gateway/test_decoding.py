"""Decoding of bodies: any nesting, any split into chunks, and a limit on memory."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.gateway import decoding
from reconciler.gateway.decoding import BodyTooLargeError, InvalidEncodingError, decode

LIMIT = 1 << 20


def encode(body: bytes, encodings: list[str]) -> bytes:
    for name in encodings:
        if name == "raw":
            compressor = zlib.compressobj(wbits=-15)
            body = compressor.compress(body) + compressor.flush()
        elif name != "identity":
            body = zlib.compress(body) if name == "deflate" else gzip.compress(body)
    return body


def header_of(encodings: list[str]) -> str:
    return ", ".join("deflate" if name == "raw" else name for name in encodings)


ENCODINGS = st.lists(st.sampled_from(["gzip", "x-gzip", "deflate", "raw", "identity"]), max_size=4)


@given(st.binary(max_size=5000), ENCODINGS, st.integers(1, 700))
def test_any_nesting_in_any_chunks_gives_the_body(body: bytes, encodings: list[str], size: int) -> None:
    encoded = encode(body, encodings)
    chunks = [encoded[at : at + size] for at in range(0, len(encoded), size)]
    assert decode(chunks, header_of(encodings).upper(), LIMIT) == body


@given(st.binary(max_size=300), ENCODINGS)
def test_a_body_in_another_encoding_is_an_error_or_bytes(body: bytes, encodings: list[str]) -> None:
    try:
        decode([body], header_of(encodings), LIMIT)
    except InvalidEncodingError:
        return


@pytest.mark.parametrize("header", ["br", "zstd", "gzip, br", "gzip;q=1", ",".join(["gzip"] * 6)])
def test_other_encodings_are_refused(header: str) -> None:
    with pytest.raises(InvalidEncodingError):
        decode([b"{}"], header, LIMIT)


def test_five_encodings_are_the_most() -> None:
    assert decode([encode(b"{}", ["gzip"] * 5)], ",".join(["gzip"] * 5), LIMIT) == b"{}"
    with pytest.raises(InvalidEncodingError):
        decode([encode(b"{}", ["gzip"] * 6)], ",".join(["gzip"] * 6), LIMIT)


def test_a_body_of_exactly_the_limit_is_decoded() -> None:
    assert decode([b"12", b"34"], "", 4) == b"1234"
    with pytest.raises(BodyTooLargeError):
        decode([b"12", b"345"], "", 4)


@pytest.mark.parametrize(
    ("head", "is_zlib"),
    [(b"\x78\x9c", True), (b"\x78\x01", True), (b"\x78\x9d", False), (b"\x79\x9c", False), (b"\x08\x1d", True)],
)
def test_a_zlib_header_is_told_by_its_method_and_its_check_number(head: bytes, *, is_zlib: bool) -> None:
    assert decoding._deflate_wbits(head) == (15 if is_zlib else -15)


def test_an_empty_body_is_valid_in_every_encoding() -> None:
    assert decode([], "gzip", LIMIT) == decode([b""], "deflate, gzip", LIMIT) == b""


def test_a_truncated_body_is_refused() -> None:
    with pytest.raises(InvalidEncodingError):
        decode([gzip.compress(b"{}" * 100)[:-9]], "gzip", LIMIT)


@cache
def bomb_of_zeros() -> bytes:
    """256 times the limit, compressed."""
    compressor = zlib.compressobj(level=1, wbits=31)
    zeros = b"\0" * LIMIT
    return b"".join([*(compressor.compress(zeros) for _ in range(256)), compressor.flush()])


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_bomb_takes_no_more_memory_than_the_limit(depth: int) -> None:
    bomb = encode(bomb_of_zeros(), ["gzip"] * (depth - 1))
    tracemalloc.start()
    with pytest.raises(BodyTooLargeError):
        decode([bomb], ", ".join(["gzip"] * depth), LIMIT)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * LIMIT


def test_an_inner_encoding_that_expands_to_nothing_is_limited_too() -> None:
    empty_blocks = b"\x00\x00\x00\xff\xff" * LIMIT
    with pytest.raises(BodyTooLargeError):
        decode([gzip.compress(empty_blocks)], "deflate, gzip", LIMIT)


def test_the_source_is_not_read_beyond_the_limit() -> None:
    read = 0

    def chunks() -> Iterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b" " * 65536

    with pytest.raises(BodyTooLargeError):
        decode(chunks(), "", LIMIT)
    assert read == LIMIT // 65536 + 1


def test_a_raw_body_that_resembles_a_zlib_header_is_read_as_raw() -> None:
    body = b'{"name": "21 bytes.."}'[:21]
    stored = bytes([0x09]) + len(body).to_bytes(2, "little") + (len(body) ^ 0xFFFF).to_bytes(2, "little") + body
    assert int.from_bytes(stored[:2], "big") % 31 == 0
    assert decode([stored], "deflate", LIMIT) == body


@pytest.mark.parametrize(
    ("name", "sent"),
    [("gzip", zlib.compress(b"{}")), ("x-gzip", zlib.compress(b"{}")), ("deflate", gzip.compress(b"{}", mtime=0))],
)
def test_the_header_of_another_encoding_is_refused(name: str, sent: bytes) -> None:
    with pytest.raises(InvalidEncodingError):
        decode([sent], name, LIMIT)

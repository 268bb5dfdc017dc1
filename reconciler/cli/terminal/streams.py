"""The standard streams of a command: a missing, closed or full one never ends it. Light to import: every start loads it.

A missing stream (`>&-`, a service, `pythonw`) is a pipe without a reader: what is written is discarded, stdin is empty.
A stream that fails is discarded from then on. The exit code is that of the command's work; see `failure_of_stdout`.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

_CLOSED = (errno.EPIPE, errno.EBADF, errno.EINVAL, errno.ESHUTDOWN)
"""The reader is gone: no data was wanted. Windows reports a closed pipe as EINVAL."""


class Output(io.TextIOBase):
    """stdout or stderr, None if missing. Writing never raises; `failure` is the first error that lost output.

    `is_discarded`: whether what is written goes nowhere, as the stream is missing, closed or full.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self.is_discarded = stream is None
        self.failure: OSError | None = None

    @property
    def encoding(self) -> str:  # type: ignore[override] # a property, where TextIOBase has a plain attribute
        """The encoding of the stream; UTF-8 if it is missing."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write; what the encoding lacks is escaped."""
        if self._stream is not None and not self.is_discarded:
            try:
                self._stream.write(text.encode(self.encoding, "backslashreplace").decode(self.encoding))
            except (OSError, ValueError) as error:
                self._discard(error)
            except RuntimeError:  # a signal handler wrote in the middle of another write
                return 0
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:  # type: ignore[override] # text only
        """Write lines."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Flush."""
        if self._stream is not None and not self.is_discarded:
            try:
                self._stream.flush()
            except (OSError, ValueError) as error:
                self._discard(error)
            except RuntimeError:  # as for write
                return

    def isatty(self) -> bool:
        """Whether it is a terminal; a missing stream is none."""
        try:
            return self._stream is not None and self._stream.isatty()
        except ValueError:  # closed
            return False

    def writable(self) -> bool:
        """Always."""
        return True

    @property
    def buffer(self) -> _Bytes:
        """For click, which writes completions as bytes."""
        return _Bytes(self)

    def fileno(self) -> int:
        """The descriptor. Raises OSError for a missing stream."""
        if self._stream is None:
            raise io.UnsupportedOperation("fileno")
        return self._stream.fileno()

    def _discard(self, error: OSError | ValueError) -> None:
        """Discard this output from now on, its buffer included: the interpreter would fail to flush it at exit."""
        self.is_discarded = True
        if isinstance(error, OSError) and error.errno not in _CLOSED:
            self.failure = error
        with suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            try:
                os.dup2(null, self.fileno())
            finally:
                os.close(null)


class _Bytes(io.RawIOBase):
    """The binary side of an Output: UTF-8, written as text."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._output.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def flush(self) -> None:
        self._output.flush()


@contextmanager
def guard_streams() -> Iterator[None]:
    """Replace the standard streams by ones that cannot fail."""
    before = sys.stdin, sys.stdout, sys.stderr
    _occupy_descriptors()
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    sys.stdout, sys.stderr = Output(sys.stdout), Output(sys.stderr)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdin, sys.stdout, sys.stderr = before


def _occupy_descriptors() -> None:
    """Open the null device as each missing standard descriptor: else the next file that is opened becomes stdout."""
    for descriptor, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)):
        if stream is not None:
            continue
        try:
            os.fstat(descriptor)
        except OSError:
            with suppress(OSError):
                null = os.open(os.devnull, os.O_RDWR)
                if null != descriptor:
                    os.dup2(null, descriptor)
                    os.close(null)


LOG_FORMATS = ("text", "json")
_log = {"format": LOG_FORMATS[0]}


def set_log_format(name: str) -> None:
    """The form of messages on stderr from now on, for this process: one of LOG_FORMATS."""
    _log["format"] = name


def is_json_log() -> bool:
    """Whether messages on stderr are JSON."""
    return _log["format"] == "json"


def write(stream: TextIO, text: str) -> None:
    """Write text that is ready to print, with a newline at its end, and flush. On stderr it is a message of the log."""
    if stream is sys.stderr and is_json_log():
        from reconciler.cli.terminal.log import log_record  # noqa: PLC0415 - start-up: rarely needed

        text = log_record(text)
    write_line(stream, text)


class _PassingLine:
    """The line of progress on a terminal, and what shows it instead while something else moves the cursor."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.is_shown = False
        self.instead: Callable[[str], None] | None = None


_passing = _PassingLine()


def show_passing(text: str) -> None:
    """Put a line of progress on stderr, a terminal, in the place of the one before; an empty text takes it away.

    `text` is ready to print and shorter than a line. Whatever is written next takes it away first.
    """
    with _passing.lock:
        if _passing.instead is not None:
            _passing.instead(text)
        elif text or _passing.is_shown:
            _passing.is_shown = bool(text)
            sys.stderr.write(f"\r{text}\x1b[K")
            sys.stderr.flush()


@contextmanager
def passing_line_shown_by(show: Callable[[str], None]) -> Iterator[None]:
    """Within it, `show` takes the line of progress: a bar or a spinner on the terminal, which moves the cursor itself."""
    _take_away()
    before, _passing.instead = _passing.instead, show
    try:
        yield
    finally:
        with _passing.lock:
            _passing.instead = before


def _take_away() -> None:
    with _passing.lock:
        if _passing.is_shown:
            _passing.is_shown = False
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def write_line(stream: TextIO, text: str) -> None:
    """Write text with a newline at its end as it is, and flush."""
    _take_away()
    stream.write(text.removesuffix("\n") + "\n")
    stream.flush()


def write_piece(stream: TextIO, text: str) -> None:
    """Write a piece of a longer text that is ready to print, and flush."""
    _take_away()
    stream.write(text)
    stream.flush()


def has_reader(stream: TextIO) -> bool:
    """Whether what is written may still arrive somewhere: false after `| head` has ended."""
    return not getattr(stream, "is_discarded", False)


def echo(text: str) -> None:
    """Print text of our own, such as help, on stdout."""
    write(sys.stdout, text)


def echo_error(text: str) -> None:
    """Print text of our own on stderr."""
    write(sys.stderr, text)


def failure_of_stdout() -> OSError | None:
    """The error that lost a part of the result, such as a full disk; None if all was written or stdout has no reader."""
    sys.stdout.flush()
    return getattr(sys.stdout, "failure", None)

"""What a stream that fails, is full, closed or missing does to the code that writes to it: within this process, on fake streams."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.cli.main import main, root
from reconciler.cli.terminal import streams
from reconciler.cli.terminal.streams import Output
from tests.cli.program import ADDITIVE, Desk

FULL = OSError(errno.ENOSPC, "No space left on device")


class Failing(io.StringIO):
    """A stream with a descriptor of its own, whose writes or flushes fail while `error` is set."""

    def __init__(self, descriptor: int, error: Exception | None, *, only_flush: bool = False) -> None:
        super().__init__()
        self.descriptor, self.error, self.only_flush, self.tries = descriptor, error, only_flush, 0

    def write(self, text: str) -> int:
        self.tries += 1
        if self.error is not None and not self.only_flush:
            raise self.error
        return super().write(text)

    def flush(self) -> None:
        if self.error is not None:
            raise self.error
        super().flush()

    def fileno(self) -> int:
        return self.descriptor


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "behind the stream"


@pytest.fixture
def descriptor(path: Path) -> Iterator[int]:
    """Of a file that is behind a stream."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT)
    yield number
    os.close(number)


@pytest.mark.parametrize("only_flush", [False, True], ids=["write", "flush"])
@pytest.mark.parametrize(
    ("error", "is_lost"),
    [
        (FULL, True),
        (OSError(errno.EIO, "Input/output error"), True),
        (OSError(errno.EPIPE, "Broken pipe"), False),
        (OSError(errno.EBADF, "Bad file descriptor"), False),
        (OSError(errno.EINVAL, "Invalid argument"), False),
        (OSError(errno.ESHUTDOWN, "Cannot send"), False),
        (ValueError("I/O operation on closed file"), False),
    ],
    ids=str,
)
def test_a_stream_that_fails_is_discarded_and_only_lost_output_is_a_failure(
    path: Path,
    descriptor: int,
    error: Exception,
    is_lost: bool,  # noqa: FBT001 - a parameter of the test
    only_flush: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    stream = Failing(descriptor, error, only_flush=only_flush)
    output = Output(stream)
    assert output.write("text") == 4
    output.flush()
    assert output.failure is (error if is_lost else None)
    stream.error = None
    assert output.write("more") == 4  # and nothing is tried again, although the stream would take it
    output.flush()
    assert stream.tries == 1
    assert stream.getvalue() == ("text" if only_flush else "")
    os.write(stream.fileno(), b"what the interpreter flushes at exit")
    assert path.read_bytes() == b""


def test_a_stream_that_fails_and_has_no_descriptor_is_discarded_too() -> None:
    stream = io.StringIO()
    stream.close()
    output = Output(stream)
    assert output.write("text") == 4
    assert output.failure is None


def test_a_write_in_the_middle_of_another_is_dropped_alone(descriptor: int) -> None:
    stream = Failing(descriptor, RuntimeError("reentrant call"))
    output = Output(stream)
    assert output.write("from a signal handler") == 0
    output.flush()
    stream.error = None
    output.write("after it")
    output.flush()
    assert stream.getvalue() == "after it"
    assert output.failure is None


def test_an_output_passes_on_what_its_stream_is(descriptor: int) -> None:
    stream = Failing(descriptor, None)
    output = Output(stream)
    assert output.writable()
    assert output.fileno() == stream.fileno()
    assert output.encoding == "utf-8"
    output.writelines(["a\n", "b\n"])
    assert stream.getvalue() == "a\nb\n"
    stream.isatty = lambda: True  # type: ignore[method-assign]
    assert output.isatty()


def test_a_missing_stream_takes_everything_and_has_no_descriptor() -> None:
    output = Output(None)
    assert output.write("text") == 4
    output.flush()
    assert not output.isatty()
    assert output.encoding == "utf-8"
    with pytest.raises(io.UnsupportedOperation):
        output.fileno()


def test_the_bytes_that_click_writes_are_text_in_utf_8(descriptor: int) -> None:
    stream = Failing(descriptor, None)
    binary = Output(stream).buffer
    assert binary.writable()
    assert binary.write("größe\n".encode()) == 8
    binary.write(memoryview(b"\xff"))
    assert stream.getvalue() == "größe\n\N{REPLACEMENT CHARACTER}"
    stream.error = FULL
    binary.flush()
    assert binary._output.failure is FULL


class Descriptors:
    """Stands in for the module `os`: which of the descriptors are open, and on what."""

    devnull, O_RDWR = os.devnull, os.O_RDWR

    def __init__(self, *in_use: int, may_open: bool = True) -> None:
        self.table, self.may_open = dict.fromkeys(in_use, "file"), may_open

    def fstat(self, descriptor: int) -> None:
        if descriptor not in self.table:
            raise OSError(errno.EBADF, "Bad file descriptor")

    def open(self, path: str, _flags: int) -> int:
        if not self.may_open:
            raise OSError(errno.EMFILE, "Too many open files")
        lowest = next(number for number in range(9) if number not in self.table)
        self.table[lowest] = path
        return lowest

    def dup2(self, source: int, target: int) -> None:
        self.table[target] = self.table[source]

    def close(self, descriptor: int) -> None:
        del self.table[descriptor]


NULL = os.devnull


@pytest.mark.parametrize(
    ("missing", "before", "after"),
    [
        (("stdin", "stdout", "stderr"), Descriptors(), {0: NULL, 1: NULL, 2: NULL}),
        (("stdout",), Descriptors(0, 2), {0: "file", 1: NULL, 2: "file"}),
        (("stdout",), Descriptors(2), {1: NULL, 2: "file"}),  # the null device came as 0, and moves
        (("stderr",), Descriptors(0, 1, 2), {0: "file", 1: "file", 2: "file"}),
        (("stderr",), Descriptors(0, 1, may_open=False), {0: "file", 1: "file"}),
        ((), Descriptors(), {}),
    ],
)
def test_a_missing_stream_leaves_its_descriptor_to_no_other_file(
    monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...], before: Descriptors, after: dict[int, str]
) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None if name in missing else io.StringIO())
    monkeypatch.setattr(streams, "os", before)
    with streams.guard_streams():
        assert before.table == after


def test_the_streams_are_flushed_and_back_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    stdout = io.TextIOWrapper(raw, encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", stdout)

    def fail() -> None:
        with streams.guard_streams():
            sys.stdout.write("said")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert raw.getvalue() == b"said"
    assert sys.stdout is stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("--version", 1),
        ("--sandbox plan", 1),
        ("--sandbox plan --detailed-exitcode", 1),
        ("validate bad.yaml", 1),
        ("--sandbox apply --approve additive", 0),  # its code says what was written to the workspace
        ("--sandbox workspaces create New --approve yes", 0),
    ],
)
def test_a_lost_result_is_an_error_unless_the_code_says_what_was_written(
    desk: Desk, descriptor: int, monkeypatch: pytest.MonkeyPatch, words: str, code: int
) -> None:
    desk.write(ADDITIVE)
    desk.write("version: 1\ntagz: [x]\n", "bad.yaml")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Failing(descriptor, FULL))
        patch.setattr(sys, "stderr", stderr := io.StringIO())
        with pytest.raises(SystemExit) as end:
            root.main(words.split())
    assert end.value.code == code
    message = "error: cannot write to stdout: No space left on device; the output is incomplete\n"
    assert stderr.getvalue().endswith(message)


def test_a_failure_without_words_is_an_unknown_one(
    descriptor: int, monkeypatch: pytest.MonkeyPatch, desk: Desk
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Failing(descriptor, OSError(errno.EIO)))
        patch.setattr(sys, "stderr", stderr := io.StringIO())
        patch.setattr(sys, "argv", ["reconciler", "version"])
        patch.chdir(desk.folder)
        with pytest.raises(SystemExit) as end:
            main()
    assert end.value.code == 1
    assert stderr.getvalue() == "error: cannot write to stdout: unknown error; the output is incomplete\n"

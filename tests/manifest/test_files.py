from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.manifest import files
from reconciler.manifest.files import read_files


def read(*paths: str | Path, stdin: Callable[[], bytes] | None = None) -> tuple[list[str], list[str]]:
    found, problems = read_files([str(path) for path in paths], stdin)
    return [path for path, _ in found], [f"{problem.path}: {problem.message}" for problem in problems]


def test_a_directory_is_read_recursively_and_in_order(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "sub/deep/c.yaml", "notes.txt", ".hidden.yaml", ".git/config.yaml"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    found, problems = read(tmp_path)
    assert found == [f"{tmp_path}/{name}" for name in ("a.yml", "b.yaml", "sub/deep/c.yaml")]
    assert problems == []


def test_a_file_given_several_times_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("x")
    (tmp_path / "link.yaml").symlink_to(file)
    assert read(file, tmp_path, file)[0] == [str(file)]


def test_a_file_given_by_path_can_have_any_suffix(tmp_path: Path) -> None:
    (tmp_path / "manifest.txt").write_text("x")
    assert read(tmp_path / "manifest.txt") == ([str(tmp_path / "manifest.txt")], [])


def test_a_symbolic_link_loop_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.yaml").write_text("x")
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    found, problems = read(tmp_path)
    assert found == [f"{tmp_path}/sub/a.yaml"]
    assert problems == [f"{tmp_path}/sub/up: symbolic link to a parent directory"]


def test_a_symbolic_link_to_another_directory_is_followed(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "a.yaml").write_text("x")
    (tmp_path / "one" / "other").symlink_to(tmp_path / "two")
    assert read(tmp_path / "one") == ([f"{tmp_path}/one/other/a.yaml"], [])


def test_dangling_and_circular_links_are_problems(tmp_path: Path) -> None:
    (tmp_path / "lost.yaml").symlink_to(tmp_path / "gone.yaml")
    (tmp_path / "ring.yaml").symlink_to(tmp_path / "ring.yaml")
    found, problems = read(tmp_path)
    assert found == []
    assert len(problems) == 2
    assert problems[0].endswith("lost.yaml: no such file or directory")


def test_a_named_pipe_is_a_problem_and_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert read(tmp_path) == ([], [f"{tmp_path}/pipe.yaml: not a regular file"])


def test_a_missing_file_and_an_empty_directory_are_problems(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert read(tmp_path / "gone.yaml", tmp_path / "empty") == (
        [],
        [f"{tmp_path}/gone.yaml: no such file or directory", f"{tmp_path}/empty: no manifest files in the directory"],
    )


def test_an_unreadable_file_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x")
    file = tmp_path / "a.yaml" / "b.yaml"
    assert read(file) == ([], [f"{file}: cannot read: Not a directory"])


def test_an_invalid_path_is_a_problem() -> None:
    found, problems = read("a\0b")
    assert found == []
    assert len(problems) == 1


def test_no_path_is_a_problem() -> None:
    assert read() == ([], [".: no manifest given"])


def test_standard_input_is_read_once_if_available() -> None:
    assert read("-", "-", stdin=lambda: b"x") == (["-"], [])
    assert read("-") == ([], ["-: standard input is not available"])


def test_a_closed_standard_input_is_a_problem() -> None:
    def closed() -> bytes:
        raise ValueError("I/O operation on closed file")

    assert read("-", stdin=closed) == ([], ["-: cannot read: I/O operation on closed file"])


def test_reading_stops_after_the_size_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    (tmp_path / "a.yaml").write_bytes(b"x" * 1000)
    found, _ = read_files([str(tmp_path)], None)
    assert len(found[0][1]) == 11

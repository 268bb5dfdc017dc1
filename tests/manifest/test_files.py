from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import Problem
from reconciler.manifest import files
from reconciler.manifest.files import read_files
from reconciler.manifest.misnamed import looks_like_manifest


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
    assert problems == [
        f"{tmp_path}/lost.yaml: broken symbolic link",
        f"{tmp_path}/ring.yaml: symbolic link to itself",
    ]


def test_a_broken_link_may_be_a_directory_of_manifests(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x")
    (tmp_path / "teams").symlink_to("../teams")
    (tmp_path / "through").symlink_to("a.yaml/b")
    (tmp_path / ".#a.yaml").symlink_to("user@host.1234")  # an editor's lock
    (tmp_path / "a.yaml~").symlink_to("gone")
    assert read(tmp_path)[1] == [
        f"{tmp_path}/teams: broken symbolic link",
        f"{tmp_path}/through: cannot read: Not a directory",
    ]


def test_a_name_is_read_in_any_letter_case(tmp_path: Path) -> None:
    names = ["A.YAML", "b.Yml", "sub.yaml/c.yML"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert read(tmp_path) == ([f"{tmp_path}/{name}" for name in names], [])


MANIFEST = "# ours\n---\nversion: 1 # of the format\nclients: []\n"
MISNAMED = {
    "tags.json": '{\n "version": 1,\n "tags": ["a"]\n}',
    "TAGS.JSON": '{"tags":["a"],"version":1}',
    "tags.yaml.txt": MANIFEST,
    "tags.ymal": MANIFEST,
    "tags": "clients:\n- name: A\n  version: 2\nversion: '1'\n",
    "tags.yaml ": MANIFEST,
    ".workspace.yaml": MANIFEST,
    "sub/.tags.yml": MANIFEST,
}
PASSED_OVER = {
    "tags.yaml~": MANIFEST,
    "tags.yaml.bak": MANIFEST,
    "tags.yaml.ORIG": MANIFEST,
    ".tags.yaml.swp": MANIFEST,
    "#tags.yaml#": MANIFEST,
    ".git/tags.yaml": MANIFEST,
    ".pre-commit-config.yaml": "repos: []\nversion: 1\ntags: []\n",
    "README.md": f"# Tags\n\nA manifest:\n\n```yaml\n{MANIFEST}```\n",
    "plan.json": '{"format": "reconciler.plan/1", "tool_version": "1", "changes": []}',
    "package.json": '{"version": "1.0.0", "projects": ["a"]}',
    "angular.json": '{"version": 1, "projects": {"a": {}}}',
    "manifest.schema.json": '{"properties": {"version": {"const": 1}, "tags": {"items": []}}}',
    "compose.conf": "version: 2\ntags: []\n",
    "notes.txt": "tags: see version: 1\n",
    "picture.png": "\x89PNG\0\1",
    "empty.txt": "",
}


@pytest.mark.parametrize("name", MISNAMED)
def test_what_looks_like_a_manifest_and_is_not_read_is_a_problem(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.yaml").write_text("x")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(MISNAMED[name])
    found, problems = read(tmp_path)
    assert found == [f"{tmp_path}/a.yaml"]
    assert len(problems) == 1
    assert problems[0].startswith(f"{tmp_path}/{name}: looks like a manifest and is not read: ")
    assert sorted(read(tmp_path, tmp_path / name)[0]) == sorted([*found, f"{tmp_path}/{name}"])
    assert read(tmp_path, tmp_path / name)[1] == []


def test_other_files_backups_and_hidden_directories_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x")
    for name, text in PASSED_OVER.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    os.mkfifo(tmp_path / "pipe")
    assert read(tmp_path) == ([f"{tmp_path}/a.yaml"], [])


def test_a_manifest_in_utf_16_is_recognized(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(MANIFEST, encoding="utf-16")
    (tmp_path / "b.txt").write_text(MANIFEST, encoding="utf-8-sig")
    assert len(read(tmp_path)[1]) == 2


def test_links_that_meet_in_one_directory_are_followed_once(tmp_path: Path) -> None:
    for level in range(12):  # 4,096 paths lead to the last
        (tmp_path / f"d{level}").mkdir()
        for link in "ab":
            (tmp_path / f"d{level}" / link).symlink_to(tmp_path / f"d{level + 1}")
    (tmp_path / "d12").mkdir()
    (tmp_path / "d12" / "x.yaml").write_text("x")
    found, problems = read(tmp_path / "d0")
    assert found == [f"{tmp_path}/d0/" + "a/" * 12 + "x.yaml"]
    assert problems == []


def test_a_file_that_changes_while_it_is_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("x")
    real_fstat = os.fstat

    def fstat_and_write(descriptor: int) -> os.stat_result:
        result = real_fstat(descriptor)
        file.write_text("longer")
        return result

    monkeypatch.setattr(os, "fstat", fstat_and_write)
    assert read(file)[1] == [f"{file}: the file changed while it was read"]


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


def test_no_path_is_a_problem_of_no_line() -> None:
    hint = "name a file, a directory, or - for standard input"
    assert read_files([], None) == ([], [Problem(".", 0, 0, "no manifest given", hint)])


def test_a_directory_that_cannot_be_listed_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "tags.yaml").write_text("x")
    scandir = os.scandir

    def refuse(path: str) -> Any:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert read_files([str(tmp_path)], None) == (
        [(f"{tmp_path}/tags.yaml", b"x")],
        [Problem(f"{tmp_path}/closed", 0, 0, "cannot read: Permission denied")],
    )


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


@pytest.mark.parametrize(
    ("name", "rule", "what"),
    [
        (".h.yaml", "hidden files", "rename it without the leading dot, name"),
        (".h.json", "hidden files", "rename it without the leading dot, to *.yaml, name"),
        ("h.json", "other names than *.yaml and *.yml", "rename it to *.yaml, name"),
    ],
)
def test_a_passed_over_manifest_is_told_a_name_that_is_read(tmp_path: Path, name: str, rule: str, what: str) -> None:
    (tmp_path / name).write_text('{"version": 1, "tags": []}')
    (tmp_path / "tags.yaml").write_text("version: 1\ntags: []\n")
    _, problems = read_files([str(tmp_path)], None)
    found = [(problem.message.partition(": ")[2], problem.hint.startswith(what)) for problem in problems]
    assert found == [(f"{rule} are passed over", True)]


def test_a_file_that_is_gone_does_not_look_like_a_manifest(tmp_path: Path) -> None:
    assert not looks_like_manifest(str(tmp_path / "gone.txt"))

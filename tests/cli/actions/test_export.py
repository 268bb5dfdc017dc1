"""`export`: to stdout, a file and a folder; what it refuses to replace; and what it says of what it leaves out."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from reconciler.cli import new_files
from reconciler.cli.actions import export_files
from reconciler.manifest import manifest_schema
from tests.cli.embedded import Embedded

EMPTY = "version: 1\n"


def run(sandbox: Embedded, *words: str) -> Result:
    result = sandbox.run("export", *words)
    assert {method for method, _ in sandbox.sent} <= {"GET"}
    return result


@pytest.fixture(autouse=True)
def lived_in(sandbox: Embedded) -> None:
    client = sandbox.call("POST", "clients", {"name": "Acme #1"})
    project = sandbox.call("POST", "projects", {"name": "Website", "clientId": client["id"]})
    sandbox.call("POST", f"projects/{project['id']}/tasks", {"name": "Kick-off"})
    sandbox.call("POST", "tags", {"name": "2024"})
    old = sandbox.call("POST", "tags", {"name": "old"})
    sandbox.call("PUT", f"tags/{old['id']}", {"name": "old", "archived": True})


def no_changes(sandbox: Embedded, path: str) -> None:
    result = sandbox.run("plan", path, "--detailed-exitcode")
    assert result.exit_code == 0, result.stdout + result.stderr
    assert "No changes." in result.stdout


def test_stdout_has_the_manifest_and_nothing_else(sandbox: Embedded) -> None:
    result = run(sandbox)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == run(sandbox, "-o", "-").stdout
    assert result.stdout.startswith("# yaml-language-server: $schema=manifest.schema.json\n#\n# Exported from")
    assert '  - name: "Acme #1"\n' in result.stdout
    sandbox.desk.write(result.stdout, "piped.yaml")
    no_changes(sandbox, "piped.yaml")


def test_a_file_is_written_with_the_next_command(sandbox: Embedded) -> None:
    result = run(sandbox, "-o", "new/my file.yaml")
    assert result.stdout == ""
    assert "exported 1 client, 1 project, 1 task, 1 tag to new/my file.yaml" in result.stderr
    words = shlex.split(result.stderr.rpartition("next: reconciler ")[2])
    assert "No changes." in sandbox.desk.call(*words).stdout
    assert [file.name for file in Path("new").iterdir()] == ["my file.yaml"]


@pytest.mark.parametrize("path", ["all", "all/", "deep/er/all", "."])
def test_a_folder_plans_to_nothing_and_has_the_schema_that_its_files_name(sandbox: Embedded, path: str) -> None:
    assert run(sandbox, "-o", path).exit_code == 0
    files = {file.relative_to(path).as_posix() for file in Path(path).rglob("*.*") if ".reconciler" not in file.parts}
    assert files == {"workspace.yaml", "tags.yaml", "clients/acme-1.yaml", "manifest.schema.json"}
    assert json.loads(Path(path, "manifest.schema.json").read_text()) == manifest_schema()
    no_changes(sandbox, path)


@pytest.mark.parametrize("output", ["workspace.yaml", "folder"])
def test_nothing_is_replaced_without_force(sandbox: Embedded, output: str) -> None:
    kept = Path(output) if output.endswith(".yaml") else Path(output, "tags.yaml")
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(EMPTY)
    sandbox.sent.clear()
    result = run(sandbox, "-o", output)
    assert result.exit_code == 1
    assert "already" in result.stderr
    assert "--force" in result.stderr
    assert sandbox.sent == []
    assert kept.read_text() == EMPTY
    assert run(sandbox, "-o", output, "--force").exit_code == 0
    assert kept.read_text() != EMPTY
    no_changes(sandbox, output)


def test_a_folder_with_other_manifests_is_pointed_out(sandbox: Embedded) -> None:
    Path("folder", "clients").mkdir(parents=True)
    Path("folder", "clients", "gone.yml").write_text(EMPTY)
    Path("folder", ".hidden").mkdir()
    Path("folder", ".hidden", "x.yaml").write_text(EMPTY)
    Path("folder", "manifest.schema.json").write_text("{}")
    result = run(sandbox, "-o", "folder", "--force")
    assert "warning: folder has other manifests, which belong to its plan too: clients/gone.yml\n" in result.stderr
    assert Path("folder", "manifest.schema.json").read_text() != "{}"


def test_a_folder_keeps_a_schema_of_its_own(sandbox: Embedded) -> None:
    Path("folder").mkdir()
    Path("folder", "manifest.schema.json").write_text("{}")
    assert run(sandbox, "-o", "folder").exit_code == 0
    assert Path("folder", "manifest.schema.json").read_text() == "{}"


@pytest.mark.parametrize(
    ("path", "code"), [("plan.json", 64), ("", 64), ("https://x.example/w.yaml", 64), ("file", 1), ("link.yaml", 1)]
)
def test_a_path_that_is_no_manifest_and_no_folder_is_refused(sandbox: Embedded, path: str, code: int) -> None:
    Path("file").write_text("mine")
    Path("link.yaml").symlink_to("nowhere")
    sandbox.sent.clear()
    assert run(sandbox, "-o", path).exit_code == code
    assert sandbox.sent == []
    assert Path("file").read_text() == "mine"


@pytest.mark.parametrize("output", ["workspace.yaml", "folder"])
def test_a_failed_write_leaves_nothing_behind(sandbox: Embedded, output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = set(Path().iterdir())
    result = run(sandbox, "-o", output)
    assert (result.exit_code, set(Path().iterdir())) == (1, before)
    assert f"cannot write {output}: No space left on device" in result.stderr


@pytest.mark.parametrize("output", ["-", "workspace.yaml"])
def test_what_would_be_larger_than_a_manifest_may_be_is_not_written(
    sandbox: Embedded, output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_files, "MOST_BYTES", 100)
    result = run(sandbox, "-o", output)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "workspace.yaml would be larger than the largest manifest, 64 MiB" in result.stderr
    assert "use --select, or a folder: -o manifests/" in result.stderr
    assert not any(sandbox.desk.folder.iterdir())


def test_a_folder_below_a_file_is_an_error(sandbox: Embedded) -> None:
    sandbox.desk.write("mine", "file")
    result = run(sandbox, "-o", "file/below/all")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "cannot write file/below/all: Not a directory" in result.stderr
    assert [path.name for path in sandbox.desk.folder.iterdir()] == ["file"]


def test_a_file_that_appears_meanwhile_stays(sandbox: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    def appear(_method: str, _path: str) -> None:
        Path("workspace.yaml").write_text("theirs")

    sandbox.watch = appear
    assert run(sandbox, "-o", "workspace.yaml").exit_code == 1
    assert Path("workspace.yaml").read_text() == "theirs"
    monkeypatch.setattr(Path, "hardlink_to", _no_links)
    Path("workspace.yaml").unlink()
    sandbox.watch = lambda *_: None
    assert run(sandbox, "-o", "workspace.yaml").exit_code == 0
    with pytest.raises(Exception, match="already exists"):
        new_files.create_file("workspace.yaml", "x")


def _no_links(*_: Any) -> None:
    raise PermissionError(1, "Operation not permitted")


def test_archived_resources_come_with_archived(sandbox: Embedded) -> None:
    assert "old" not in run(sandbox).stdout
    assert "- {name: old, archived: true}" in run(sandbox, "--archived").stdout


@pytest.mark.parametrize(
    ("patterns", "wanted", "unwanted"),
    [
        (("client:acme*",), "Kick-off", "2024"),
        (("tag:*",), "2024", "Kick-off"),
        (("task:Acme #1/*", "tag:2024"), "Kick-off", "address"),
    ],
)
def test_a_selection_plans_to_nothing(sandbox: Embedded, patterns: tuple[str, ...], wanted: str, unwanted: str) -> None:
    words = [word for pattern in patterns for word in ("--select", pattern)]
    result = run(sandbox, *words, "-o", "part.yaml")
    assert result.exit_code == 0, result.stderr
    text = Path("part.yaml").read_text()
    assert wanted in text
    assert unwanted not in text
    assert "prune: {clients: keep, projects: keep, tasks: keep, tags: keep}" in text
    no_changes(sandbox, "part.yaml")


@pytest.mark.parametrize(
    ("pattern", "code", "message"),
    [
        ("Acme", 64, "invalid address pattern 'Acme'"),
        ("client:Acme #2", 1, "no such resource: client:Acme #2\nhint: "),
        ("client:Amce #1", 1, "no such resource: client:Amce #1 (did you mean client:Acme #1?)"),
        ("client:Z*", 1, "nothing matches client:Z*"),
        ("tag:old", 1, "all that matches is archived or done"),
        ("tag:<*", 64, "invalid name '<*'"),
    ],
)
def test_a_selection_of_nothing_is_an_error(sandbox: Embedded, pattern: str, code: int, message: str) -> None:
    result = run(sandbox, "--select", pattern, "-o", "part.yaml")
    assert result.exit_code == code
    assert message in result.stderr
    assert not Path("part.yaml").exists()


def test_what_cannot_be_declared_is_named_on_stderr(sandbox: Embedded) -> None:
    for number in range(25):
        sandbox.store.save("tag", {**sandbox.stored("tags", "2024"), "id": f"odd{number}", "name": f"{number} \u200b"})
    result = run(sandbox, "-o", "workspace.yaml")
    assert result.stderr.count("warning: not declared: ") == 20
    assert "warning: 5 more are not declared\n" in result.stderr
    no_changes(sandbox, "workspace.yaml")
    alone = run(sandbox, "--select", "tag:1 \u200b")
    assert alone.exit_code == 1
    assert "a manifest cannot declare what matches: " in alone.stderr


def test_the_workspace_is_named_by_its_id_if_it_was_chosen_so(sandbox: Embedded) -> None:
    assert "workspace: Acme Studio\n" in run(sandbox).stdout
    assert f"workspace: {sandbox.workspace}\n" in run(sandbox, "--workspace", sandbox.workspace).stdout


def test_a_key_that_may_not_list_users_exports_no_people(sandbox: Embedded) -> None:
    sandbox.switch("role=member")
    result = run(sandbox, "-o", "workspace.yaml")
    assert result.exit_code == 0
    assert "neither owner nor admin" in result.stderr
    no_changes(sandbox, "workspace.yaml")

"""The state folder is evidence, not an authority: forged and damaged records, links, modes, and what an output replaces."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying.journal.writer import utc
from reconciler.sandbox import Store
from tests.cli.program import ADDITIVE, DELETING, Desk, digest_in
from tests.forged_runs import read_lines, write_sealed, write_unsealed

KEEP = "version: 1\nworkspace: Acme Studio\npolicy: {prune: {tags: keep, clients: keep, projects: keep}"
PROTECTING = f'{KEEP}, protect: ["tag:import-2023"]}}\ntags: [one]\n'
NOT_PROTECTING = f"{KEEP}}}\ntags: [one, two]\n"


def apply_manifest(desk: Desk, text: str) -> Path:
    """Apply a manifest; the folder of the run, which is the only new one."""
    desk.write(text)
    before = set(runs_of(desk))
    digest = digest_in(desk.call("--sandbox", "plan").stdout)
    result = desk.call("--sandbox", "apply", "--approve", digest)
    assert result.exit_code == 0, result.stderr
    return next(iter(set(runs_of(desk)) - before))


def runs_of(desk: Desk) -> list[Path]:
    folder = desk.folder / ".reconciler" / "runs"
    return list(folder.iterdir()) if folder.exists() else []


def raw_lines(run: Path) -> list[bytes]:
    return (run / "journal.jsonl").read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize(
    "words",
    [("plan",), ("apply", "--approve", "additive"), ("whoami",), ("--store", "sql:sqlite:///r.sqlite3", "plan")],
)
@pytest.mark.parametrize("below", ["taken", "taken/below", "taken/far/below"])
def test_a_state_folder_below_a_file_is_refused_by_the_fact(desk: Desk, words: tuple[str, ...], below: str) -> None:
    desk.write(f"{KEEP}}}\ntags: [one]\n")
    desk.write("", "taken")
    result = desk.call("--sandbox", "--state-dir", below, *words)
    assert (result.exit_code, "taken is not a folder" in result.stderr) == (1, True), result.stderr


def test_runs_that_are_a_file_are_refused_by_the_fact(desk: Desk) -> None:
    desk.write(f"{KEEP}}}\ntags: [one]\n")
    assert desk.call("--sandbox", "plan").exit_code == 0
    desk.write("", ".reconciler/runs")
    result = desk.call("--sandbox", "apply", "--approve", "additive")
    assert (result.exit_code, "File exists" in result.stderr) == (1, False), result.stderr


def id_of(desk: Desk, name: str, *, rename: str = "") -> str:
    """The id of a stored tag, which somebody renames if asked."""
    with Store(str(desk.folder / ".reconciler" / "sandbox.sqlite3")) as store:
        workspace = next(item["id"] for item in store.records("workspace") if item["name"] == "Acme Studio")
        record = next(item for item in store.records("tag", workspace) if item["name"] == name)
        if rename:
            store.save("tag", {**record, "name": rename})
        return str(record["id"])


def undo(desk: Desk, *words: str) -> Any:
    """The changes of an undo of the latest run, as JSON."""
    result = desk.call("--sandbox", "undo", "latest", "--format", "json", *words)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def _edited(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b'"address":"tag:brand-new"', b'"address":"tag:brand-old"') for line in lines]


def _copied(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[1], *lines[3:]]


TAMPERED: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a value is edited": _edited,
    "two lines change places": lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
    "a line is removed from the middle": lambda lines: [*lines[:2], *lines[3:]],
    "a line is there twice": _copied,
    "a line without a seal is added": lambda lines: [*lines, lines[1].partition(b',"line"')[0] + b"}\n"],
    "the first line is removed": lambda lines: lines[1:],
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_run_whose_lines_do_not_fit_is_named_and_not_used(desk: Desk, how: str) -> None:
    run = apply_manifest(desk, ADDITIVE)
    tags = desk.tags()
    (run / "journal.jsonl").write_bytes(b"".join(TAMPERED[how](raw_lines(run))))
    assert "changed after it was recorded" in desk.call("runs").stdout
    shown = desk.call("runs", "show", run.name)
    assert shown.exit_code == 0
    assert "does not fit" in shown.stdout
    refused = desk.call("--sandbox", "undo", run.name, "-o", "undo.json")
    assert refused.exit_code == 1
    assert run.name in refused.stderr
    assert "move that folder away" in refused.stderr
    assert not Path("undo.json").exists()
    planned = desk.call("--sandbox", "plan")
    assert f"run {run.name} was changed after it was recorded, and is not used" in planned.stderr
    assert desk.tags() == tags


def test_a_line_of_another_run_does_not_fit(desk: Desk) -> None:
    first, second = apply_manifest(desk, ADDITIVE), apply_manifest(desk, NOT_PROTECTING)
    lines = raw_lines(second)
    (second / "journal.jsonl").write_bytes(b"".join([lines[0], *raw_lines(first)[1:]]))
    assert "line 2 of its journal does not fit" in desk.call("runs", "show", second.name).stdout


def test_a_whole_run_under_another_name_or_with_another_plan_does_not_fit(desk: Desk) -> None:
    first, second = apply_manifest(desk, ADDITIVE), apply_manifest(desk, NOT_PROTECTING)
    shutil.copytree(first, first.with_name("29991231T000000000Z-00000000"))
    shutil.copy(first / "plan.json", second / "plan.json")
    status = {
        run["run"]: run["status"] for run in json.loads(desk.call("runs", "list", "--format", "json").stdout)["runs"]
    }
    assert status == {first.name: "complete", "29991231T000000000Z-00000000": "changed", second.name: "changed"}


@pytest.mark.parametrize("cut", [1, 2, 40])
def test_a_truncated_last_line_is_no_reason_for_distrust(desk: Desk, cut: int) -> None:
    run = apply_manifest(desk, ADDITIVE)
    data = (run / "journal.jsonl").read_bytes()
    (run / "journal.jsonl").write_bytes(data[:-cut])
    assert "does not fit" not in desk.call("runs", "show", run.name).stdout
    assert [change["address"] for change in undo(desk)["changes"]] == ["tag:another one", "tag:brand-new"]


@pytest.mark.parametrize("seal", [write_sealed, write_unsealed], ids=["recomputed", "as of 0.1.0"])
def test_an_undo_never_removes_what_the_run_did_not_create(desk: Desk, seal: Callable[..., None]) -> None:
    run = apply_manifest(desk, ADDITIVE)
    stranger = id_of(desk, "urgent")
    lines = read_lines(run)
    for line in lines:
        if line["event"] == "outcome" and line["address"] == "tag:brand-new":
            line["id"] = stranger
    seal(run, lines)
    plan = undo(desk)
    assert [change["address"] for change in plan["changes"]] == ["tag:another one"]
    assert any(f"tag:urgent ({stranger}) stays" in warning for warning in plan["warnings"])


def test_an_undo_leaves_what_somebody_renamed_since(desk: Desk) -> None:
    apply_manifest(desk, ADDITIVE)
    id_of(desk, "brand-new", rename="theirs")
    plan = undo(desk)
    assert [change["address"] for change in plan["changes"]] == ["tag:another one"]
    assert any("renamed after the run created it as 'brand-new'" in warning for warning in plan["warnings"])


def test_an_id_that_an_earlier_run_refers_to_was_not_created_by_a_later_one(desk: Desk) -> None:
    first = apply_manifest(desk, ADDITIVE)
    second = apply_manifest(desk, ADDITIVE.replace("another one]", "another one, third]"))
    old = id_of(desk, "brand-new")
    lines = read_lines(second)
    for line in lines:
        if line["event"] == "outcome":
            line["id"] = old
    (second / "ids.txt").write_text("", encoding="ascii")
    for line in lines:
        if line["event"] == "session_started":
            line["ids"] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    write_sealed(second, lines)
    assert first.exists()
    plan = undo(desk)
    assert plan["changes"] == []
    assert any("it existed before the run" in warning for warning in plan["warnings"])


def test_a_planted_done_line_leaves_out_no_change(desk: Desk) -> None:
    run = apply_manifest(desk, ADDITIVE)
    lines = read_lines(run)
    shutil.rmtree(desk.folder / ".reconciler")
    desk.call("--sandbox", "whoami")
    digest = digest_in(desk.call("--sandbox", "plan").stdout)
    run.mkdir(parents=True)
    desk.call("--sandbox", "plan", "-o", str(run / "plan.json"))
    (run / "ids.txt").write_text("", encoding="ascii")
    for line in lines:
        if line["event"] == "session_started":
            line["ids"] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    write_sealed(run, lines)
    assert desk.call("runs").stdout.count("complete") == 1
    assert desk.call("--sandbox", "apply", "--approve", digest).exit_code == 0
    assert {"brand-new", "another one"} <= desk.tags()


def planted(desk: Desk, name: str, **changes: Any) -> Path:
    """A copy of the latest run with another policy, under another name and with seals that fit, as far as asked."""
    latest = max(runs_of(desk))
    folder = latest.with_name(name)
    shutil.copytree(latest, folder)
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    plan["policy"]["protect"] = []
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    lines = read_lines(folder)
    lines[0] |= {"run": name, **changes}
    write_sealed(folder, lines)
    return folder


PLANTED: dict[str, Callable[[Desk], object]] = {
    "without protections": lambda desk: planted(desk, "29991231T000000000Z-00000000"),
    "without protections, with a later number": lambda desk: planted(desk, "29991231T000000000Z-0", sequence=99),
    "as of 0.1.0": lambda desk: write_unsealed(
        folder := planted(desk, "29991231T000000000Z-00000000"), read_lines(folder)
    ),
    "with a journal that does not fit": lambda desk: (
        planted(desk, "29991231T000000000Z-00000000") / "journal.jsonl"
    ).write_bytes(raw_lines(max(runs_of(desk)))[1]),
}


@pytest.mark.parametrize("how", PLANTED)
def test_a_planted_run_lifts_no_protection(desk: Desk, how: str) -> None:
    apply_manifest(desk, PROTECTING)
    PLANTED[how](desk)
    desk.write(DELETING)
    plan = json.loads(desk.call("--sandbox", "plan", "--format", "json").stdout)
    assert [change["blocked"]["guard"] for change in plan["changes"]] == ["protect"]
    assert plan["withdrawn"] == ["tag:import-2023"]


@pytest.mark.parametrize("seconds", [0.0, 4e9])
def test_a_clock_that_is_set_decides_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    old = apply_manifest(desk, PROTECTING)
    monkeypatch.setattr("reconciler.cli.session.time.time", lambda: seconds)
    new = apply_manifest(desk, PROTECTING.replace("[one]", "[one, two]").replace("import-2023", "urgent"))
    assert new.name.startswith(utc(seconds)[:4])
    listed = json.loads(desk.call("runs", "list", "--format", "json").stdout)["runs"]
    assert [run["run"] for run in listed] == [new.name, old.name]
    latest = json.loads(desk.call("runs", "show", "latest", "--format", "json").stdout)
    assert latest["run"] == new.name
    desk.write(DELETING)
    assert json.loads(desk.call("--sandbox", "plan", "--format", "json").stdout)["withdrawn"] == ["tag:urgent"]


@pytest.mark.parametrize("name", ["lock", "runs", "sandbox.sqlite3"])
def test_no_link_in_the_state_folder_is_followed(desk: Desk, name: str) -> None:
    apply_manifest(desk, ADDITIVE)
    target = desk.folder / "target"
    path = desk.folder / ".reconciler" / name
    if name == "runs":
        path.rename(target)
    else:
        target.write_text("precious", encoding="utf-8")
        path.unlink()
    path.symlink_to(target)
    desk.write(NOT_PROTECTING)
    result = desk.call("--sandbox", "apply", "--approve", "additive")
    assert result.exit_code == 1
    assert name in result.stderr
    assert "symbolic link" in result.stderr
    if name != "runs":
        assert target.read_text(encoding="utf-8") == "precious"


def test_a_lock_that_is_a_second_name_of_a_file_does_not_empty_it(desk: Desk) -> None:
    desk.call("--sandbox", "whoami")
    (desk.folder / "target").write_text("precious", encoding="utf-8")
    os.link(desk.folder / "target", desk.folder / ".reconciler" / "lock")
    desk.write(ADDITIVE)
    assert desk.call("--sandbox", "apply", "--approve", "additive").exit_code == 1
    assert (desk.folder / "target").read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o277])
def test_the_state_folder_is_private_whatever_the_umask(desk: Desk, mask: int) -> None:
    before = os.umask(mask)
    try:
        run = apply_manifest(desk, ADDITIVE) if mask != 0o277 else None
        desk.call("--sandbox", "whoami")
    finally:
        os.umask(before)
    state = desk.folder / ".reconciler"
    modes = {path.name: path.stat().st_mode & 0o777 for path in (state, *state.rglob("*"))}
    folders = {".reconciler", "runs", "planned", run.name if run else ""}
    assert {name: mode for name, mode in modes.items() if mode != (0o700 if name in folders else 0o600)} == {}


OCCUPIED = {
    "workspace.yaml": 64,
    "folder": 1,
    "other.json": 1,
    "text.json": 1,
    "/dev/null": 1,
    "link-elsewhere.json": 1,
    "link-to-manifest.json": 1,
}
"""Names that a plan must not replace, with the exit code."""


@pytest.mark.parametrize("name", OCCUPIED)
@pytest.mark.parametrize("command", ["plan", "undo"])
def test_a_plan_replaces_nothing_but_a_plan(desk: Desk, command: str, name: str, tmp_path_factory: Any) -> None:
    apply_manifest(desk, ADDITIVE)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "plan.json"
    elsewhere.write_text('{"format": "reconciler.plan/1"}', encoding="utf-8")
    desk.write('{"format": "another"}', "other.json")
    desk.write("text", "text.json")
    (desk.folder / "folder").mkdir()
    (desk.folder / "link-elsewhere.json").symlink_to(elsewhere)
    (desk.folder / "link-to-manifest.json").symlink_to("workspace.yaml")
    before = {path: path.read_bytes() for path in desk.folder.iterdir() if path.is_file()}
    words = ["undo", "latest"] if command == "undo" else ["plan"]
    result = desk.call("--sandbox", *words, "-o", name)
    assert (result.exit_code, result.stdout) == (OCCUPIED[name], "")
    assert name in result.stderr
    assert {path: path.read_bytes() for path in desk.folder.iterdir() if path.is_file()} == before


def test_a_plan_replaces_a_plan_and_an_empty_file(desk: Desk) -> None:
    desk.write(ADDITIVE)
    desk.write("", "plan.json")
    for _ in range(2):
        assert desk.call("--sandbox", "plan", "-o", "plan.json").exit_code == 0
    assert json.loads(Path("plan.json").read_text(encoding="utf-8"))["format"].startswith("reconciler.plan/")


def test_a_report_replaces_no_manifest_and_follows_no_link_elsewhere(desk: Desk, tmp_path_factory: Any) -> None:
    desk.write(ADDITIVE)
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "precious"
    elsewhere.write_text("precious", encoding="utf-8")
    (desk.folder / "link.md").symlink_to(elsewhere)
    for path in ("workspace.yaml", "link.md"):
        result = desk.call("--sandbox", "plan", "--report", f"markdown={path}")
        assert (result.exit_code, path in result.stderr) == (1, True)
    assert (desk.folder / "workspace.yaml").read_text(encoding="utf-8") == ADDITIVE
    assert elsewhere.read_text(encoding="utf-8") == "precious"

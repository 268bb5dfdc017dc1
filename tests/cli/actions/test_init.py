"""`init`: what it writes, what it never touches, and that the commands it prints work."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from reconciler.cli.adopt import ci_files
from reconciler.cli.adopt.ci_files import ci_file, requirement
from tests.cli.program import Desk

ACME = ("--sandbox", "--workspace", "Acme Studio")


def test_the_starter_changes_nothing_in_a_living_workspace(desk: Desk) -> None:
    assert desk.call("--sandbox", "init").exit_code == 0
    plan = desk.call("--sandbox", "--workspace", "Acme Studio", "plan", "--detailed-exitcode")
    assert plan.exit_code == 0, plan.stdout
    assert "No changes." in plan.stdout


def test_it_writes_the_schema_that_the_manifest_names_and_ignores_the_state_folder(desk: Desk) -> None:
    result = desk.call("init", "manifests/teams/one.yaml")
    assert result.exit_code == 0
    schema = desk.folder / "manifests" / "teams" / "manifest.schema.json"
    assert json.loads(schema.read_text(encoding="utf-8"))["title"] == "Manifest"
    assert "$schema=manifest.schema.json" in (desk.folder / "manifests/teams/one.yaml").read_text(encoding="utf-8")
    assert (desk.folder / ".gitignore").read_text(encoding="utf-8") == ".reconciler/\n"
    assert "wrote manifests/teams/one.yaml" in result.stderr
    assert "COMMIT" not in result.stderr


KNOWN = f"clockify-reconciler @ git+https://github.com/me/it.git@{'a' * 40}"


@pytest.mark.parametrize("service", ["github", "gitlab"])
@pytest.mark.parametrize(
    ("origin", "github", "gitlab"),
    [
        (ci_files.UNKNOWN, "OWNER/clockify-reconciler@COMMIT", True),
        (KNOWN.replace("github.com", "git.example"), "OWNER/clockify-reconciler@COMMIT", False),
        (KNOWN, f"me/it@{'a' * 40}", False),
    ],
)
def test_a_ci_file_says_what_to_fill_in_where_the_origin_is_not_known(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, service: str, origin: str, github: str, *, gitlab: bool
) -> None:
    monkeypatch.setattr(ci_files, "requirement", lambda: origin)
    result = desk.call("init", "--ci", service)
    path = ci_files.CI_PATHS[service]
    has_gaps = github.startswith("OWNER") if service == "github" else gitlab
    assert (f"edit OWNER and COMMIT in {path}" in result.stderr) is has_gaps
    text = (desk.folder / path).read_text(encoding="utf-8")
    assert ("OWNER" in text) is has_gaps
    if service == "github":
        assert {line.split()[-1] for line in text.splitlines() if "uses:" in line and "actions/" not in line} == {
            github
        }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("*.pyc", "*.pyc\n.reconciler/\n"),
        ("a\r\n", "a\r\n.reconciler/\n"),
        (".reconciler\n", ".reconciler\n"),
        ("/.reconciler/\n", "/.reconciler/\n"),
    ],
)
def test_a_gitignore_keeps_its_lines(desk: Desk, before: str, after: str) -> None:
    path = desk.folder / ".gitignore"
    path.write_bytes(before.encode())
    assert desk.call("init").exit_code == 0
    assert path.read_bytes().decode() == after


def test_a_gitignore_of_another_encoding_is_an_error_that_names_it(desk: Desk) -> None:
    (desk.folder / ".gitignore").write_bytes(b"\xff\xfe")
    result = desk.call("init")
    assert result.exit_code == 1
    assert "cannot read .gitignore" in result.stderr


def test_the_gitignore_of_the_repository_is_used_within_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk.folder / ".git").mkdir()
    (desk.folder / "sub [1]").mkdir()
    monkeypatch.chdir(desk.folder / "sub [1]")
    result = desk.call("init", "--ci", "gitlab")
    assert result.exit_code == 0, result.stderr
    assert (desk.folder / ".gitignore").read_text(encoding="utf-8") == "sub \\[1]/.reconciler/\n"
    text = (desk.folder / ".gitlab-ci.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(text)["variables"] == {"MANIFESTS": "sub [1]/workspace.yaml", "PACKAGE": requirement()}


def test_a_state_folder_elsewhere_is_not_listed(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("state")
    assert desk.call("--state-dir", str(elsewhere), "init").exit_code == 0
    assert not (desk.folder / ".gitignore").exists()


@pytest.mark.parametrize("existing", ["workspace.yaml", ".github/workflows/reconciler.yml"])
def test_an_existing_file_is_kept_and_nothing_is_written(desk: Desk, existing: str) -> None:
    path = desk.folder / existing
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    result = desk.call("init", "--ci", "github")
    assert result.exit_code == 1
    assert f"{existing} already exists" in result.stderr
    assert ("leave out --ci" in result.stderr) is existing.startswith(".github")
    assert [p.read_text(encoding="utf-8") for p in desk.folder.rglob("*") if p.is_file()] == ["mine"]


def test_a_link_to_nowhere_counts_as_existing(desk: Desk) -> None:
    (desk.folder / "workspace.yaml").symlink_to(desk.folder / "elsewhere.yaml")
    assert desk.call("init").exit_code == 1
    assert not (desk.folder / "elsewhere.yaml").exists()


def test_an_existing_schema_is_kept(desk: Desk) -> None:
    (desk.folder / "manifest.schema.json").write_text("{}", encoding="utf-8")
    assert desk.call("init").exit_code == 0
    assert (desk.folder / "manifest.schema.json").read_text(encoding="utf-8") == "{}"


def test_a_folder_that_cannot_be_made_is_an_error(desk: Desk) -> None:
    desk.write("mine", "file")
    result = desk.call("init", "file/workspace.yaml")
    assert result.exit_code == 1
    assert "cannot create the folder of file/workspace.yaml" in result.stderr


def test_standard_output_writes_no_file(desk: Desk) -> None:
    result = desk.call("init", "-")
    assert result.exit_code == 0
    assert "version: 1" in result.stdout
    assert not any(desk.folder.iterdir())
    assert desk.call("init", "-", "--ci", "github").exit_code == 64


def test_the_next_command_works_when_copied(desk: Desk) -> None:
    result = desk.call("--sandbox", "--workspace", "Acme Studio", "init", "--", "-my team.yaml")
    line = next(line for line in result.stderr.splitlines() if line.startswith("next: "))
    words = shlex.split(line.removeprefix("next: reconciler "))
    assert words == ["--sandbox", "--workspace", "Acme Studio", "plan", "./-my team.yaml"]
    assert desk.call(*words).exit_code == 0


@pytest.mark.parametrize(("answer", "code"), [("3", 0), ("empty", 0), ("EMPTY", 0), ("", 3), ("4", 3), ("yes", 3)])
def test_on_a_terminal_it_asks_where_to_start_from(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    monkeypatch.setattr("reconciler.cli.actions.init.is_terminal", lambda: True)
    result = desk.call("init", "--no-color", stdin=f"{answer}\n")
    assert result.exit_code == code
    assert "1  workspace: " in result.stderr
    assert (desk.folder / "workspace.yaml").exists() is (code == 0)


@pytest.mark.parametrize("words", [("--from-csv", "a.csv"), ()], ids=["option", "asked"])
def test_a_table_is_a_start_named_by_an_option_or_at_the_terminal(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr("reconciler.cli.actions.init.is_terminal", lambda: True)
    desk.write("Client,Project,Task,Tags\nAcme,Website,,\n", "a.csv")
    result = desk.call("--workspace", "Studio", "init", *words, "--no-color", stdin="2\n a.csv \n")
    assert result.exit_code == 0, result.stderr
    assert ("Name of the CSV or Excel file: " in result.stderr) is (not words)
    read = yaml.safe_load((desk.folder / "workspace.yaml").read_text(encoding="utf-8"))
    assert (read["workspace"], read["clients"][0]["name"]) == ("Studio", "Acme")
    assert "wrote workspace.yaml" in result.stderr


def test_without_the_name_of_a_table_nothing_is_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconciler.cli.actions.init.is_terminal", lambda: True)
    result = desk.call("init", "--no-color", stdin="csv\n\n")
    assert result.exit_code == 3
    assert "no answer; nothing was written" in result.stderr
    assert not any(desk.folder.iterdir())


@pytest.mark.parametrize(("path", "written"), [("new.yaml", "new.yaml"), ("all", "all/workspace.yaml")])
def test_the_workspace_is_a_start_that_plans_to_nothing(desk: Desk, path: str, written: str) -> None:
    result = desk.call(*ACME, "init", path, "--from-workspace")
    assert result.exit_code == 0, result.stderr
    assert f"wrote {written}" in result.stderr
    assert (desk.folder / written).with_name("manifest.schema.json").exists()
    plan = desk.call("--sandbox", "plan", path, "--detailed-exitcode")
    assert (plan.exit_code, "No changes." in plan.stdout) == (0, True)


def test_the_sources_exclude_each_other(desk: Desk) -> None:
    assert desk.call("init", "--empty", "--from-csv", "a.csv").exit_code == 64


@pytest.mark.parametrize("service", ["github", "gitlab"])
@pytest.mark.parametrize("name", ["w.yaml", "a: b #c.yaml", "'q\" ${{ secrets.X }} $HOME @KEY@ 😀.yaml", "folder"])
def test_a_ci_file_is_yaml_whatever_the_names_are(service: str, name: str) -> None:
    text = ci_file(service, name, "MATON_API_KEY", {"RECONCILER_WORKSPACE": name})
    read = yaml.safe_load(text)
    values = read["env"] if service == "github" else read["variables"]
    assert values["RECONCILER_WORKSPACE"] == values["MANIFESTS"]
    if service == "gitlab":
        assert values["MANIFESTS"] == name.replace("$", "$$")
    else:
        assert values["MANIFESTS"].replace("${{ '${{' }}", "${{") == name
        assert read["permissions"] == {}
        assert "${{ secrets.X" not in text


@pytest.mark.parametrize(
    ("path", "pattern"),
    [("$HOME/a$.yaml", "$HOME/a$.yaml"), ("a${{ b.yaml", "a*{{ b.yaml"), ("a*?[b]", "a\\*\\?\\[b\\]/**")],
)
def test_the_filter_of_a_workflow_matches_its_path(path: str, pattern: str) -> None:
    read = yaml.safe_load(ci_file("github", path, "MATON_API_KEY", {}))
    assert read[True]["push"]["paths"][0] == read[True]["pull_request"]["paths"][0] == pattern


def test_a_ci_file_uses_the_gateway_and_the_workspace_of_the_command(desk: Desk) -> None:
    result = desk.call("--gateway", "clockify", "--workspace", "Acme Studio", "init", "--ci", "github")
    assert result.exit_code == 0
    read = yaml.safe_load((desk.folder / ".github/workflows/reconciler.yml").read_text(encoding="utf-8"))
    assert read["env"] == {
        "MANIFESTS": "workspace.yaml",
        "RECONCILER_GATEWAY": "clockify",
        "RECONCILER_WORKSPACE": "Acme Studio",
    }
    (key,) = {str(step["env"]) for job in read["jobs"].values() for step in job["steps"] if "env" in step}
    assert key == str({"CLOCKIFY_API_KEY": "${{ secrets.CLOCKIFY_API_KEY }}"})


@pytest.mark.parametrize(
    ("options", "expected", "message"),
    [
        (("--gateway", "clockify", "--region", "us"), {"GATEWAY": "clockify", "REGION": "us"}, ""),
        (("--base-url", "https://eu.maton.ai"), {"BASE_URL": "https://eu.maton.ai"}, ""),
        (
            ("--gateway", "clockify", "--base-url", "https://global.clockify.me/api/v1"),
            {"GATEWAY": "clockify", "BASE_URL": "https://global.clockify.me"},
            "",
        ),
        (
            ("--store", "git:records", "--rate", "10/s", "--timeout", "60"),
            {"STORE": "git:records", "RATE": "10/s", "TIMEOUT": "60"},
            "what the jobs need",
        ),
        (("--store", "sql:postgresql://me:pl4nted@db.example/runs"), {}, "as the secret RECONCILER_STORE"),
        (("--sandbox", "--base-url", "http://127.0.0.1:8080", "--connection", "c1"), {}, ""),
    ],
)
@pytest.mark.parametrize("service", ["github", "gitlab"])
def test_the_jobs_of_a_ci_file_talk_to_the_place_of_the_command(
    desk: Desk, service: str, options: tuple[str, ...], expected: dict[str, str], message: str
) -> None:
    result = desk.call(*options, "init", "--empty", "--ci", service)
    assert result.exit_code == 0, result.stderr
    text = (desk.folder / ci_files.CI_PATHS[service]).read_text(encoding="utf-8")
    found = yaml.safe_load(text)["env" if service == "github" else "variables"]
    assert {name: value for name, value in found.items() if name.startswith("RECONCILER_")} == {
        f"RECONCILER_{name}": value for name, value in expected.items()
    }
    assert message in result.stderr
    assert ("run store" in result.stderr) is bool(message)
    assert "pl4nted" not in text + result.stderr


def _github(desk: Desk, *options: str) -> tuple[dict[str, Any], str]:
    result = desk.call(*options, "init", "--empty", "--ci", "github")
    assert result.exit_code == 0, result.stderr
    return yaml.safe_load((desk.folder / ci_files.CI_PATHS["github"]).read_text(encoding="utf-8")), result.stderr


def test_jobs_with_the_store_of_their_repository_may_push_to_it_and_need_no_cache(desk: Desk) -> None:
    jobs, messages = _github(desk, "--store", "git")
    assert "the jobs in .github/workflows/reconciler.yml may push to the repository" in messages
    assert jobs["permissions"] == {}
    assert {name: job["permissions"]["contents"] for name, job in jobs["jobs"].items()} == {
        "plan": "write",
        "apply": "write",
        "drift": "read",
    }
    for job in jobs["jobs"].values():
        checkout, action = job["steps"]
        assert checkout["with"]["persist-credentials"] is True
        assert "reconciler@" in action["uses"]


def test_jobs_with_another_store_need_no_cache_and_get_no_right_to_push(desk: Desk) -> None:
    jobs, messages = _github(desk, "--store", "git:records")
    assert "docs/ci.md, Run stores, says what the jobs need" in messages
    assert {job["permissions"]["contents"] for job in jobs["jobs"].values()} == {"read"}
    assert [len(job["steps"]) for job in jobs["jobs"].values()] == [2, 2, 2]
    assert {job["steps"][0]["with"]["persist-credentials"] for job in jobs["jobs"].values()} == {False}


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (None, ci_files.UNKNOWN),
        ('{"url": "file:///home/me/x", "dir_info": {}}', ci_files.UNKNOWN),
        (
            json.dumps({"url": "https://git.example/me/it", "vcs_info": {"vcs": "git", "commit_id": "a" * 40}}),
            f"clockify-reconciler @ git+https://git.example/me/it@{'a' * 40}",
        ),
        (
            json.dumps({"url": "https://me:secret@git.example/it", "vcs_info": {"commit_id": "a" * 40}}),
            ci_files.UNKNOWN,
        ),
        (
            json.dumps({"url": "https://git.example/it", "vcs_info": {"commit_id": "main"}}),
            ci_files.UNKNOWN,
        ),
        ("no json", ci_files.UNKNOWN),
    ],
)
def test_ci_installs_what_is_installed_here(monkeypatch: pytest.MonkeyPatch, origin: str | None, expected: str) -> None:
    class Installed:
        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return origin

    monkeypatch.setattr(ci_files, "distribution", lambda _: Installed())
    assert requirement() == expected


def test_paths_are_printed_from_the_current_folder(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (desk.folder / ".git").mkdir()
    (desk.folder / "sub").mkdir()
    monkeypatch.chdir(desk.folder / "sub")
    result = desk.call("init", "--ci", "github")
    assert f"wrote {Path('..') / '.github' / 'workflows' / 'reconciler.yml'}" in result.stderr
    assert os.sep + "tmp" not in result.stderr

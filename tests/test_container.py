"""The Dockerfile, its ignore file and the pre-commit hooks: read as the tools read them, and their commands run in process."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from reconciler.cli.main import COMMANDS
from tests.cli.program import Desk
from tests.prose import ROOT

IMAGE = re.compile(r"python:3\.\d+\.\d+-slim-[a-z]+@sha256:[0-9a-f]{64}")
INSTRUCTIONS = ("ARG", "FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER", "ENTRYPOINT", "CMD")
MANIFEST = "version: 1\nworkspace: Acme Studio\ntags: [urgent]\n"
UNFORMATTED = 'version: 1\nworkspace: "Acme Studio"\ntags: [urgent]\n'


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A folder of its own, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path)


@dataclass(frozen=True)
class Instruction:
    """An instruction of a Dockerfile; its lines are joined."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        return [word for word in shlex.split(self.text) if not word.startswith("--")]


def instructions() -> list[Instruction]:
    lines = [line for line in read("Dockerfile").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [Instruction(*line.split(maxsplit=1)) for line in joined.splitlines() if line]


def stages() -> list[list[Instruction]]:
    """What stands before the first FROM, then each stage with its FROM."""
    found: list[list[Instruction]] = [[]]
    for instruction in instructions():
        if instruction.name == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def named(stage: list[Instruction], name: str) -> list[str]:
    return [instruction.text for instruction in stage if instruction.name == name]


def is_sent(path: str) -> bool:
    """Whether the ignore file lets a path of the checkout through: the last rule that matches it or a folder above it decides."""
    sent = True
    for rule in read(".dockerignore").splitlines():
        pattern = rule.removeprefix("!")
        above = [PurePosixPath(path), *PurePosixPath(path).parents]
        if rule and not rule.startswith("#") and any(_matches(one, pattern) for one in above):
            sent = rule.startswith("!")
    return sent


def _matches(path: PurePosixPath, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return path.name == pattern.removeprefix("**/")
    return str(path) == pattern or (pattern == "*" and len(path.parts) == 1 and str(path) != ".")


def test_the_image_is_one_pinned_base_in_two_stages() -> None:
    assert {instruction.name for instruction in instructions()} <= set(INSTRUCTIONS)
    before, build, final = stages()
    [base] = named(before, "ARG")
    assert IMAGE.fullmatch(base.removeprefix("PYTHON="))
    assert named(build, "FROM") == ["${PYTHON} AS build"]
    assert named(final, "FROM") == ["${PYTHON}"]
    assert base.removeprefix("PYTHON=").partition("@")[0] in read("Dockerfile").partition("ARG")[0]


def test_the_image_runs_the_command_as_a_user_without_rights() -> None:
    final = stages()[-1]
    assert json.loads(named(final, "ENTRYPOINT")[0]) == ["reconciler"]
    assert json.loads(named(final, "CMD")[0]) == ["--help"]
    [user] = named(final, "USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    assert [item.name for item in final].index("USER") > [item.name for item in final].index("RUN")
    assert named(final, "WORKDIR") == ["/work"]
    assert f"--chown={user} /work /work" in " ".join(named(final, "COPY"))
    assert "PATH=/opt/reconciler/bin:$PATH" in named(final, "ENV")[0]


def test_everything_that_is_copied_is_in_the_checkout_and_is_sent() -> None:
    build = stages()[1]
    sources = [source for item in build if item.name == "COPY" for source in item.words[:-1]]
    assert set(sources) >= {"pyproject.toml", "reconciler", "schemas", ".ci/constraints.txt"}
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert [source for source in sources if not is_sent(source)] == []
    assert is_sent("reconciler/cli/main.py")
    others = (".git/config", "tests/prose.py", ".reconciler/runs", "plan.json", "reconciler/cli/__pycache__/main.pyc")
    assert [path for path in others if is_sent(path)] == []


def test_the_wheel_can_be_built_from_what_is_copied() -> None:
    import tomllib  # noqa: PLC0415 - one test of the module

    table = tomllib.loads(read("pyproject.toml"))
    wheel = table["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {
        table["project"]["readme"],
        *table["project"]["license-files"],
        *wheel["packages"],
        *wheel["force-include"],
    }
    sources = {source for item in stages()[1] if item.name == "COPY" for source in item.words[:-1]}
    assert needed <= sources


def test_the_build_takes_exact_versions_and_one_time() -> None:
    build = stages()[1]
    environment = " ".join(named(build, "ENV"))
    for setting in ("PIP_CONSTRAINT=/src/.ci/constraints.txt", "PIP_BUILD_CONSTRAINT=", "PIP_NO_CACHE_DIR=1"):
        assert setting in environment
    assert any(re.fullmatch(r"SOURCE_DATE_EPOCH=\d+", text) for text in named(build, "ARG"))
    [run] = named(build, "RUN")
    for part in ("--no-compile", "--invalidation-mode unchecked-hash", '--date "@${SOURCE_DATE_EPOCH}"'):
        assert part in run
    assert "/wheel/*.whl" in run


def hooks() -> dict[str, dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(read(".pre-commit-hooks.yaml"))
    return {hook["id"]: hook for hook in found}


def test_the_hooks_are_commands_that_get_no_file_names() -> None:
    assert list(hooks()) == ["reconciler-validate", "reconciler-fmt"]
    for hook in hooks().values():
        assert {"id", "name", "entry", "language", "files"} <= set(hook)
        program, command = hook["entry"].split()
        assert (program, command in COMMANDS) == ("reconciler", True)
        assert (hook["language"], hook["pass_filenames"]) == ("python", False)
        assert "args" not in hook


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("workspace.yaml", ["reconciler-validate", "reconciler-fmt"]),
        ("manifests/acme corp/a.yml", ["reconciler-validate", "reconciler-fmt"]),
        ("rows/projects.csv", ["reconciler-validate"]),
        ("rows/projects.xlsx", ["reconciler-validate"]),
        ("README.md", []),
        ("yaml", []),
        ("a.yaml.txt", []),
    ],
)
def test_a_staged_file_starts_the_hooks_that_read_such_files(path: str, ids: list[str]) -> None:
    assert [name for name, hook in hooks().items() if re.search(hook["files"], path)] == ids


def run_hook(desk: Desk, name: str, *arguments: str) -> tuple[int, str]:
    """As pre-commit runs it: the entry, then `args`."""
    result = desk.call(*shlex.split(hooks()[name]["entry"])[1:], *arguments)
    return result.exit_code, result.stdout + result.stderr


def test_the_hook_validates_the_manifests_of_a_folder_together(desk: Desk) -> None:
    """A project file that names a client of another file is valid with it, and only with it; other staged files are not read."""
    desk.write("version: 1\nworkspace: Acme Studio\nclients: [{name: Acme Corp}]\n", "manifests/clients.yaml")
    desk.write(
        "version: 1\nprojects:\n  - {for_each: {csv: rows.csv}, name: '{name}', client: Acme Corp}\n",
        "manifests/p.yaml",
    )
    desk.write("name\nWebsite\n", "manifests/rows.csv")
    desk.write("on: push\n", ".github/workflows/ci.yaml")
    assert run_hook(desk, "reconciler-validate", "manifests/")[0] == 0
    desk.write("name\nWebsite\nWebsite\n", "manifests/rows.csv")
    code, shown = run_hook(desk, "reconciler-validate", "manifests/")
    assert code == 1
    assert "manifests/p.yaml:3" in shown
    assert "rows.csv:3" in shown


def test_the_hooks_take_the_manifest_of_the_folder_by_default(desk: Desk) -> None:
    desk.write(MANIFEST)
    assert run_hook(desk, "reconciler-validate")[0] == run_hook(desk, "reconciler-fmt")[0] == 0
    assert (desk.folder / "workspace.yaml").read_text(encoding="utf-8") == MANIFEST


def test_the_hook_formats_manifests_and_nothing_else(desk: Desk) -> None:
    """pre-commit fails where a hook changes a file; a manifest that is no YAML fails by the exit code."""
    workflow = desk.write("on:   push\njobs:  {}\n", ".github/workflows/ci.yaml")
    manifest = desk.write(UNFORMATTED, "manifests/a.yaml")
    assert run_hook(desk, "reconciler-fmt", "manifests/")[0] == 0
    assert manifest.read_text(encoding="utf-8") == MANIFEST
    assert workflow.read_text(encoding="utf-8") == "on:   push\njobs:  {}\n"
    desk.write("tags: [", "manifests/b.yaml")
    assert run_hook(desk, "reconciler-fmt", "manifests/")[0] == 1


def test_the_page_of_ci_shows_the_hooks_as_they_are() -> None:
    block = next(text for text in re.findall(r"```yaml\n(.*?)```", read("docs/ci.md"), re.DOTALL) if "rev:" in text)
    [repository] = yaml.safe_load(block)["repos"]
    assert {hook["id"] for hook in repository["hooks"]} == set(hooks())
    assert all(hook["args"] == ["manifests/"] for hook in repository["hooks"])

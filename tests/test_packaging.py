"""The distribution: its name on every page, the ranges of its dependencies, and the exact versions for commands and CI."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.prose import ROOT, page_files, python_files

NAME = "clockify-reconciler"
CONSTRAINTS = ".ci/constraints.txt"
INSTALL = re.compile(
    r"""(?:\bpipx?3?["']?\s+install|\buv\s+(?:pip\s+install|tool\s+install|add)|\buvx|\bpipx\s+run|\bpoetry\s+add)\b(?P<rest>(?:[^`\n|]|`(?=\n))*)"""
)
PINNED = re.compile(rf"{NAME} @ git\+https://github\.com/OWNER/{NAME}@(?:COMMIT|[0-9a-f]{{40}})")
WITH_VALUE = ("-c", "--constraint", "-r", "--requirement")


def project() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def pages() -> list[Path]:
    """Everything that can tell a person or a job what to install."""
    others = [
        ROOT / ".ci/run",
        ROOT / "noxfile.py",
        *(ROOT / ".github").rglob("*.yml"),
        *(ROOT / "examples").rglob("*.*"),
    ]
    return [*page_files(), *others, *python_files("reconciler")]


def installed_by(text: str) -> Iterator[str]:
    """What the install commands of a text name: arguments that are no options."""
    for match in INSTALL.finditer(text):
        command = re.split(r"&&|;|\|", match["rest"])[0]
        words = iter(shlex.split(command.replace("`", " ").strip(), comments=True))
        for word in words:
            if word in WITH_VALUE:
                next(words, "")
            elif not word.startswith("-"):
                yield word


def is_ours(word: str) -> bool:
    """A checkout, a wheel that was built from it, or a pinned git reference."""
    return word.startswith((".", "$")) or PINNED.fullmatch(word) is not None


def test_the_distribution_has_a_name_of_its_own_and_the_command_keeps_its() -> None:
    assert project()["name"] == NAME
    assert project()["scripts"] == {"reconciler": "reconciler.cli.main:main"}
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


def test_every_page_installs_a_checkout_or_a_pinned_reference() -> None:
    named = [
        (page.relative_to(ROOT), word) for page in pages() for word in installed_by(page.read_text(encoding="utf-8"))
    ]
    assert {str(page) for page, _ in named} >= {"README.md", "docs/ci.md", "CONTRIBUTING.md"}
    assert [f"{page}: {word}" for page, word in named if not is_ours(word)] == []


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("- run: pip install reconciler", False),
        ("`pip install reconciler==0.1.0`", False),
        ("pip install -c .ci/constraints.txt reconciler", False),
        ("python -m pip install --quiet 'reconciler[test]'", False),
        ("uv tool install reconciler", False),
        ("pipx install reconciler", False),
        ("pip install clockify-reconciler", False),
        (f'pip install "{NAME} @ git+https://github.com/OWNER/{NAME}@main"', False),
        (f'pip install "{NAME} @ git+https://github.com/OWNER/{NAME}@COMMIT"', True),
        ("pip install --quiet -c .ci/constraints.txt -e '.[test]' && x", True),
        ('"$work/wheel/bin/pip" install --quiet "$work"/dist/*.whl', True),
    ],
)
def test_the_rule_on_names_can_fail(text: str, ours: object) -> None:
    words = list(installed_by(text))
    assert words
    assert all(map(is_ours, words)) is ours


def test_commands_and_ci_install_exact_versions() -> None:
    for page in ("README.md", "CONTRIBUTING.md", ".ci/run"):
        text = (ROOT / page).read_text(encoding="utf-8")
        commands = [match.group() for match in INSTALL.finditer(text) if "git+" not in match.group()]
        assert commands
        assert [command for command in commands if f"-c {CONSTRAINTS}" not in command] == [], page
    assert f'"-c", "{CONSTRAINTS}"' in (ROOT / "noxfile.py").read_text(encoding="utf-8")


def pins() -> dict[str, str]:
    lines = (ROOT / CONSTRAINTS).read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


def requirements() -> list[Requirement]:
    table = project()
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    extras = [text for extra in table["optional-dependencies"].values() for text in extra]
    return [Requirement(text) for text in [*table["dependencies"], *extras, *build]]


def test_the_exact_versions_are_in_the_ranges_and_name_every_dependency() -> None:
    exact = pins()
    outside = [
        f"{needed.name} {exact.get(canonicalize_name(needed.name))}"
        for needed in requirements()
        if exact.get(canonicalize_name(needed.name), "") not in needed.specifier
    ]
    assert outside == []


def test_every_dependency_of_a_user_has_an_upper_bound() -> None:
    needed = [Requirement(text) for text in project()["dependencies"]]
    assert [str(item) for item in needed if not any(spec.operator == "<" for spec in item.specifier)] == []


def test_the_source_distribution_has_what_a_contributor_needs() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert {"LICENSE", "CONTRIBUTING.md", "CHANGELOG.md", "README.md"} <= set(table["sdist"]["include"])

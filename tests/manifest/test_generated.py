from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from reconciler.manifest import load, manifest_schema

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_build", ROOT / "docs" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_committed_files_are_up_to_date(build: ModuleType) -> None:
    manifest_schema.cache_clear()  # generated here, whatever ran before
    stale = [path for path, text in build.outputs().items() if (ROOT / path).read_text(encoding="utf-8") != text]
    assert stale == [], "run python docs/build.py"


def test_check_lists_stale_files_and_writes_nothing(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "ROOT", tmp_path)
    assert build.main(["--check"]) == 1
    assert "not up to date: docs/manifest.md" in capsys.readouterr().out
    assert build.main([]) == 0
    assert build.main(["--check"]) == 0


def test_the_example_of_the_reference_is_valid(build: ModuleType) -> None:
    found = load(["-"], stdin=build.EXAMPLE.encode)
    assert len(found.resources) == 10
    assert len(found.removed) == 2

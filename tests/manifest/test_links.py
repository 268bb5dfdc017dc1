"""Symbolic links in a folder of manifests: what several of them lead to is looked at once."""

from __future__ import annotations

from pathlib import Path

from reconciler.manifest.files import read_files


def test_a_problem_in_a_directory_that_a_link_leads_to_as_well_is_reported_once(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "lost.yaml").symlink_to(tmp_path / "gone.yaml")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    found, problems = read_files([str(tmp_path)], None)
    assert found == []
    assert [(problem.path, problem.message) for problem in problems] == [
        (f"{tmp_path}/one/lost.yaml", "broken symbolic link")
    ]

"""The guides run as they stand, each in an empty folder on the sandbox; the README leads to all of them."""

from __future__ import annotations

import pytest

from tests.cli.program import Desk
from tests.guides import run_guide
from tests.prose import ROOT

GUIDES = ("existing-workspace", "new-workspace", "teams")
EVERY_GUIDE = (*GUIDES, "spreadsheet")


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_runs_as_it_is_written(desk: Desk, guide: str) -> None:
    assert run_guide(ROOT / "docs" / f"{guide}.md", desk) >= 3


def test_a_guide_runs_in_the_shell_of_another_guide(desk: Desk) -> None:
    """The variables that a guide exports are still set for the next one that a newcomer reads."""
    left = {"RECONCILER_GATEWAY": "sandbox", "RECONCILER_WORKSPACE": "Acme Studio"}
    assert run_guide(ROOT / "docs" / "new-workspace.md", desk, **left) >= 3


def test_the_readme_links_to_every_guide_on_its_first_screen() -> None:
    first = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:40])
    assert [guide for guide in EVERY_GUIDE if f"(docs/{guide}.md)" not in first] == []

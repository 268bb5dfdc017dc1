"""The table of other people's clients: complete, and the same in the documentation."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.strangers import installing
from tests.strangers.installing import DRIVERS, Stranger, install, read_table

PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"
STRANGERS = read_table()


def test_every_driver_belongs_to_a_client() -> None:
    drivers = {path.name for path in DRIVERS.iterdir() if path.is_file()} - {"report.py"}
    assert drivers == {stranger.driver for stranger in STRANGERS}


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda stranger: stranger.name)
def test_a_client_has_what_its_test_needs(stranger: Stranger) -> None:
    assert stranger.installer in {"pip", "npm"}
    assert bool(stranger.python) == (stranger.installer == "pip")
    assert stranger.packages
    assert stranger.resources
    calls = [fault.call for fault in stranger.own_faults]
    assert len(calls) == len(set(calls))
    assert all(fault.error and fault.reason for fault in stranger.own_faults)
    text = (DRIVERS / stranger.driver).read_text(encoding="utf-8")
    assert [call for call in calls if f'"{call}"' not in text] == []


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda stranger: stranger.name)
def test_the_documentation_lists_what_fails_for_the_clients_own_fault(stranger: Stranger) -> None:
    row = next(
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{stranger.name}` ")
    )
    assert stranger.note in row
    for fault in stranger.own_faults:
        assert f"`{fault.call}`: {fault.reason}" in row


def test_a_client_that_cannot_be_installed_is_skipped_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = next(stranger for stranger in STRANGERS if stranger.installer == "pip")
    monkeypatch.setattr(installing, "_interpreters", list)
    for _ in range(2):  # the second gateway's test is skipped as well
        with pytest.raises(pytest.skip.Exception, match="of which none is installed"):
            install(stranger, tmp_path)


def test_the_last_line_of_an_installer_is_the_reason() -> None:
    script = "print('first'); print('no such package'); raise SystemExit(1)"
    assert installing._run([sys.executable, "-c", script]) == "no such package"
    assert installing._run([sys.executable, "-c", "print('done')"]) == ""

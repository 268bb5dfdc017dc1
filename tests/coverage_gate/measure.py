"""A pytest plugin that measures which branches the fast set takes: `python -m pytest -p tests.coverage_gate.measure`.

The slow tests and the property tests of the same run are not measured and not slowed down, so that one run of all tests is enough for the gate.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator

import pytest
from coverage import Coverage

from tests.coverage_gate.rooms import DATA, ROOT

# A plugin is imported before the package is, whose definitions count too.
_measured = Coverage(data_file=str(DATA / "data"), data_suffix=True, config_file=str(ROOT / "pyproject.toml"))
_measured.start()

RULES = (
    "tests/architecture/",
    "tests/test_words.py",
    "tests/test_commands_in_text.py::test_commands_in_messages_and_help_parse",
    "tests/cli/terminal/test_escaping.py::test_only_the_terminal_room_writes_to_the_standard_streams",
)


def pytest_configure(config: pytest.Config) -> None:
    """Forget the last measurement. The process that only hands out the tests has nothing to measure."""
    if _is_worker(config):
        return
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir()
    if _has_workers(config):
        _measured.stop()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Leave out what is slow, and random walks: a line that only they run has no plain example, and measuring them takes long.

    Rules on the sources run nothing of the program but parse all of it.
    """
    is_rule = item.nodeid.startswith(RULES)
    if not is_rule and item.get_closest_marker("slow") is None and item.get_closest_marker("hypothesis") is None:
        return (yield)
    _measured.stop()
    try:
        return (yield)
    finally:
        _measured.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Keep what was measured, for `python -m tests.coverage_gate`."""
    if _is_worker(config) or not _has_workers(config):
        _measured.stop()
        _measured.save()


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _has_workers(config: pytest.Config) -> bool:
    return bool(getattr(config.option, "numprocesses", None))

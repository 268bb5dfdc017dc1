"""For all tests: property tests draw the same examples every time, so that a run says the same of the same code.

`HYPOTHESIS_PROFILE=explore` draws new ones, and ten times as many where a test does not say how many; use it to search.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from reconciler.text import API_KEYS, CONNECTION_IDS
from tests import secret_recorders
from tests.secrets_in_use import IN_USE, LINK_IS_SHOWN

# How long an example takes says how loaded the machine is, and nothing of the code.
_UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("repeatable", _UNTIMED, derandomize=True)
settings.register_profile("explore", _UNTIMED, derandomize=False, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


_ALL_SLOW = re.compile(r"^pytestmark = .*\bslow\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import a module of slow tests where they are left out: some play whole runs to know their cases."""
    if config.option.markexpr != "not slow" or not re.fullmatch(r"test_\w+\.py", collection_path.name):
        return None
    return True if _ALL_SLOW.search(collection_path.read_text(encoding="utf-8")) else None


_MANY_OBJECTS = 200_000
"""Objects that tests have left, after which the collector of garbage looks at them; to look more often takes a tenth of the time of the tests."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of tests and all modules stay until the end: the collector of garbage need not look at them again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        # Not in the middle of a test, if it is no huge one: at the limit of recursion, what a collection closes cannot close, and its
        # error is that test's.
        gc.set_threshold(25 * _MANY_OBJECTS)


secret_recorders.install()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Nothing that a test left behind has a key, a token or a session link in it: no output, log, error, traceback or file.

    It is around every fixture's end, so that what those print and write counts as well. The link that a terminal shows once, for
    its person to open, is no leak: tests of that use the fixture `link_on_terminal`, and look for it themselves.
    """
    try:
        result = yield
        for _, name, text in item._report_sections:
            IN_USE.saw(f"captured {name}", text)
        folder = getattr(item, "funcargs", {}).get("tmp_path")
        IN_USE.shared[:] = [other for other in IN_USE.shared if other != folder]
        if "short_key" in getattr(item, "fixturenames", ()):
            IN_USE.forget_short()
        allowed = LINK_IS_SHOWN if "link_on_terminal" in getattr(item, "fixturenames", ()) else ()
        found = sorted({*IN_USE.leaks(folder)}.difference(allowed))
        assert not found, f"a key, a token or a session link is in: {', '.join(found)}"
        return result
    finally:
        gc.enable()  # a command that ran in this process has switched it off until its end
        if gc.get_count()[0] > _MANY_OBJECTS:
            gc.collect(1)
        IN_USE.clear()
        if nextitem is None or nextitem.path != item.path:
            IN_USE.shared.clear()
        for secrets in (API_KEYS, CONNECTION_IDS):  # of one run; ordinary words of other tests may be in them
            secrets.clear()


@pytest.fixture
def link_on_terminal() -> None:
    """The test is about the link that a terminal shows, and looks for it itself."""


@pytest.fixture
def short_key() -> None:
    """The test is about a key that is too short for the program to mask, and for the search to look for."""

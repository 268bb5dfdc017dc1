"""The search for secrets after each test finds those that are planted, wherever and in whatever form."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests import planted_secrets
from tests.secrets_in_use import SecretsInUse, forms_of
from tests.waiting import HANGING

KEY = "pl@nted/k3y+of=a\"test'&<ü"
ROOT = Path(__file__).parents[1]

FORMS: dict[str, Callable[[str], str]] = {
    "itself": lambda key: key,
    "percent-encoded": lambda key: quote(key, safe=""),
    "percent-encoded, in small letters": lambda key: quote(key, safe="").lower(),
    "JSON": json.dumps,
    "JSON in JSON": lambda key: json.dumps(json.dumps({"key": key})),
    "HTML": html.escape,
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
    "base64 of a user and a key": lambda key: base64.b64encode(f"me:{key}".encode()).decode(),
    "base64 of a header": lambda key: base64.b64encode(f"key {key}\n".encode()).decode(),
    "base64 for URLs": lambda key: base64.urlsafe_b64encode(f"-{key}".encode()).decode(),
}

PLACES = {
    "test_stdout": "captured stdout",
    "test_stderr": "captured stderr",
    "test_log": "captured log",
    "test_fixture": "captured stdout",
    "test_captured": "captured stdout",
    "test_error": "error ConfigurationError",
    "test_cause": "error ConfigurationError",
    "test_file": "runs/journal.jsonl",
    "test_file_name": f"{planted_secrets.KEY}.json",
    "test_sandbox_data": "sandbox.sqlite3",
    "test_deleted_folder": "plan.json",
    "test_process_stdout": "stdout",
    "test_process_stderr": "stderr",
    "test_terminal": "terminal",
    "test_command": "stdout",
    "test_traceback": "traceback",
    "test_other_folder": "shared.json",
    "test_folder_of_a_test_before": "shared.json",
}
"""Where each test of `planted_secrets` leaves one."""


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_found_in_every_form(form: str, tmp_path: Path) -> None:
    search = SecretsInUse()
    search.use({"MATON_API_KEY": f" {KEY}\n", "HOME": "/a/long/path/of/somebody"})
    shown = FORMS[form](KEY)
    search.saw("stdout", f"before {shown} after")
    (tmp_path / "plan.json").write_text(f"before {shown} after", encoding="utf-8")
    assert [*search.leaks(tmp_path)] == ["stdout", "plan.json"]
    search.texts = {("stdout", "/a/long/path/of/somebody"): None}
    (tmp_path / "plan.json").write_text(shown[: len(shown) // 2], encoding="utf-8")
    assert [*search.leaks(tmp_path)] == []


@pytest.mark.parametrize("shown", ["pl@nted/k3y\n    +of=a\"test'&<ü", "pl@nted\x1b[0m/k3y+of\x1b[1;31m=a\"test'&<ü"])
def test_a_secret_is_found_where_a_screen_breaks_or_colors_it(shown: str) -> None:
    search = SecretsInUse()
    search.use_value(KEY)
    search.saw("stdout", shown)
    assert [*search.leaks()] == ["stdout"]


@pytest.mark.parametrize("key", ["plain-key-of-letters", KEY])
def test_no_form_is_so_short_that_it_is_found_anywhere(key: str) -> None:
    assert min(map(len, forms_of(key))) >= len(key)
    assert min(map(len, forms_of("8-letter"))) >= 8


@pytest.mark.slow
def test_the_search_after_each_test_finds_what_is_planted() -> None:
    planted = Path(planted_secrets.__file__)
    words = ["-q", "-n", "0", "-rpE", "--tb=no", "--color=no", "-p", "tests.conftest", "--rootdir", str(planted.parent)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, "-p", "no:cacheprovider", "--noconftest", "-c", os.devnull, planted],
        cwd=ROOT,
        # Without the options of this run: a plugin that measures it would begin its measurement anew, and drop that of others.
        env={**{name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}, "COLUMNS": "400"},
        capture_output=True,
        text=True,
        timeout=HANGING,
        check=False,
    )
    lines = re.findall(r"^(PASSED|ERROR) \S*?::(Test\w+)::(\S+)(?: - (?:.* is in: )?(.*))?$", done.stdout, re.MULTILINE)
    found = {(case, name): place for outcome, case, name, place in lines if outcome == "ERROR"}
    ran = {(case, name) for outcome, case, name, _ in lines if outcome == "PASSED"}
    assert {case for case, _ in ran} == {"TestPlaces", "TestSources", "TestClean", "TestSharedFolder"}, done.stdout
    assert ran - found.keys() == {key for key in ran if key[0] == "TestClean"}
    assert {
        name: place for (case, name), place in found.items() if case in ("TestPlaces", "TestSharedFolder")
    } == PLACES
    assert {place for (case, name), place in found.items() if case == "TestSources" and name != "test_short"} == {
        "captured stdout"
    }
    assert "keys of fewer than 8 characters" in found["TestSources", "test_short"]

"""The search for secrets after each test of the command line finds those that are planted."""

from __future__ import annotations

import pytest

from reconciler.text import API_KEYS
from tests.cli.program import Desk
from tests.secrets_in_use import SecretsInUse

KEY = "planted-key-of-a-test"


@pytest.fixture
def search() -> SecretsInUse:
    """A search of its own: what is planted must not fail the test that plants it."""
    found = SecretsInUse()
    found.use({"MATON_API_KEY": KEY, "HOME": "/a/long/path/of/somebody"})
    return found


@pytest.mark.parametrize("name", ["stdout", "stderr", "log", "traceback"])
def test_a_key_in_a_text_is_found(search: SecretsInUse, desk: Desk, name: str) -> None:
    search.saw(name, f"error: Bearer {KEY} was refused")
    assert [*search.leaks(desk.folder)] == [name]


@pytest.mark.parametrize("name", ["plan.json", ".reconciler/runs/0001/journal.jsonl", "dump.html"])
def test_a_key_in_a_file_is_found(search: SecretsInUse, desk: Desk, name: str) -> None:
    path = desk.write(f'{{"key": "{KEY}"}}', name)
    assert [*search.leaks(desk.folder)] == [name]
    path.unlink()


def test_a_session_link_that_the_process_knows_is_found(search: SecretsInUse, desk: Desk) -> None:
    API_KEYS.add("t0ken-of-a-session-link")
    search.saw("stdout", "https://connect.example/?session_token=t0ken-of-a-session-link")
    assert [*search.leaks(desk.folder)] == ["stdout"]


def test_data_of_a_sandbox_and_ordinary_words_are_no_leaks(search: SecretsInUse, desk: Desk) -> None:
    desk.write(KEY, ".reconciler/sandbox.sqlite3")
    search.use({"CLOCKIFY_API_KEY": "right"})
    search.saw("stdout", "all is right in /a/long/path/of/somebody")
    assert [*search.leaks(desk.folder)] == []

"""A comment that publishes no data: what it says of a plan that could not be made."""

from __future__ import annotations

import pytest

from reconciler.render.digest_comment import digest_comment


@pytest.mark.parametrize(
    ("code", "word"),
    [(1, "failed"), (3, "refused"), (4, "applied in part"), (64, "usage error"), (130, "interrupted"), (99, "ended")],
)
def test_a_failed_plan_is_told_by_its_exit_code_in_words(code: int, word: str) -> None:
    text = digest_comment({"plan": None, "exit_code": code}, "clockify", "")
    assert text == f"## Plan for `clockify`\n\n**Planning failed: {word} (exit code {code}).**\n"

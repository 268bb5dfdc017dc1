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


@pytest.mark.parametrize(
    ("link", "end"), [("", ""), ("https://ci.example/7", "[The job that planned it](https://ci.example/7)\n")]
)
def test_a_comment_ends_with_the_link_to_its_job_where_there_is_one(link: str, end: str) -> None:
    text = digest_comment({"plan": None, "exit_code": 1}, "clockify", link)
    assert text.partition("(exit code 1).**\n")[2] == end

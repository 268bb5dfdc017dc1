"""A comment that publishes no data: what it says of a plan that could not be made."""

from __future__ import annotations

import pytest

from reconciler.errors import Problem
from reconciler.render.digest_comment import digest_comment, problems_comment


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


def test_the_lines_of_problems_and_their_ends_are_within_the_limit() -> None:
    found = [("error", Problem("", 0, 0, "no name")), ("warning", Problem("", 0, 0, "no rate"))]
    lines = ["- **error** no name", "- **warning** no rate"]
    limit = sum(len(line) + 1 for line in lines)
    text = problems_comment(found, "clockify", "", "", limit)
    assert text.splitlines()[2:-1] == lines
    short = problems_comment(found, "clockify", "", "", limit - 1)
    assert short.splitlines()[2:-1] == [lines[0], "", "**1 more omitted (size limit).**"]

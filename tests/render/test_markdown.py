"""A plan in a comment on a pull request."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from reconciler.render.blocks import SHOWN_REASONS
from reconciler.render.markdown import SIZE_LIMIT, plan_markdown
from reconciler.render.markdown_notes import fitting
from tests.render import corpus, plans
from tests.render.golden import assert_golden

COMMAND = "reconciler apply plan.json --approve 0123456789ab"
OURS = {
    "h2",
    "h3",
    "p",
    "strong",
    "em",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "ul",
    "li",
    "code",
    "pre",
    "details",
    "summary",
    "span",
}


def _html(source: str) -> str:
    page: str = MarkdownIt("commonmark", {"html": True}).enable("table").render(source)
    return page


@pytest.mark.parametrize("name", corpus.PLANS)
def test_plans_read_as_the_golden_files_say(name: str) -> None:
    plan = corpus.PLANS[name]()
    assert_golden(f"{name}.md", plan_markdown(plan, approve_command="" if plan.summary["blocked"] else COMMAND))


@pytest.mark.parametrize("name", corpus.PLANS)
def test_no_plan_brings_an_element_of_its_own(name: str) -> None:
    page = _html(plan_markdown(corpus.PLANS[name](), approve_command=COMMAND))
    assert set(re.findall(r"<([a-z]\w*)", page)) <= OURS
    assert page.count("<details>") == page.count("</details>")
    assert "<script>" not in page


def test_a_hostile_plan_has_a_fold_for_each_client_and_one_for_the_tags() -> None:
    page = _html(plan_markdown(plans.hostile(), approve_command=COMMAND))
    assert page.count("<details>") == len(plans.HOSTILE) + 1


def test_five_thousand_changes_stay_within_the_limit_and_what_is_omitted_is_counted() -> None:
    plan = corpus.thousands()
    text = plan_markdown(plan, approve_command=COMMAND)
    assert len(text) <= SIZE_LIMIT
    assert text.index("### Removals") < text.index("<details>")
    assert "300 tasks, 100 tags to delete; 100 projects to archive" in text
    folds = text.count("<details>")
    sections = re.search(r"_([\d,]+) more sections with ([\d,]+) changes omitted", text)
    assert sections
    assert folds + int(sections.group(1)) == 101  # the clients, and the tags
    # Each section counts its changes in its heading, and what is cut off within it in its last line.
    headed = sum(int(number.replace(",", "")) for number in re.findall(r"([\d,]+) to [a-z]+", "".join(_headings(text))))
    assert headed + int(sections.group(2).replace(",", "")) == 5000
    assert plan.digest in text
    assert COMMAND in text


def _headings(text: str) -> list[str]:
    return re.findall(r"<summary>[^:]*: (.*?)</summary>", text)


def test_one_reason_is_one_line_with_the_number_of_changes() -> None:
    text = plan_markdown(corpus.one_reason())
    assert text.count("the limit is 10 or 25 %") == 1
    assert "(162 changes: `task:Acme/Website/Task 000`" in text
    assert "and 159 more): allow with `--allow-removals tasks=162`" in text


def test_of_many_reasons_of_one_guard_the_first_are_shown_and_every_guard_is() -> None:
    text = plan_markdown(corpus.many_reasons(30))
    assert text.count("- `look_alike`: looks like") == SHOWN_REASONS
    assert "- `look_alike`: 25 more changes for other reasons" in text
    assert "- `protect`: " in text
    assert "- `completeness`: " in text


def test_removals_are_sorted_by_tracked_time_with_their_total() -> None:
    text = plan_markdown(corpus.mass_removal(20))
    hours = [float(found.replace(",", "")) for found in re.findall(r"\| ([\d,.]+) h of tracked time", text)]
    assert hours == sorted(hours, reverse=True)
    assert len(hours) == 19
    assert (
        f"{sum(n * n for n in range(20)):,}.0 h of tracked time, 190 time entries; 40 resources deleted with them"
        in text
    )


def test_the_removals_table_keeps_its_columns_whatever_the_names() -> None:
    page = _html(plan_markdown(plans.hostile()))
    table = page[page.index("Removals") :].split("</table>")[0]
    rows = table.split("<tr>")[2:]
    assert len(rows) == len(plans.HOSTILE)
    assert {row.count("<td>") for row in rows} == {4}


def test_deletes_come_before_everything_else() -> None:
    text = plan_markdown(plans.ordinary())
    assert text.index("`-` delete") < text.index("`⌂` archive") < text.index("`+` create")
    assert text.index("### Removals") < text.index("<details>")


@pytest.mark.parametrize("tasks", [100, 400, pytest.param(1200, marks=pytest.mark.slow)])
def test_a_long_plan_stays_within_the_budget_and_keeps_what_matters(tasks: int) -> None:
    plan = plans.large(tasks, projects=20)
    text = plan_markdown(plan, approve_command=COMMAND)
    assert len(text) <= SIZE_LIMIT
    assert text.count("`tag:old ") >= tasks
    assert plan.digest in text
    assert COMMAND in text
    assert text.count("<details>") == text.count("</details>")


@pytest.mark.parametrize("size", range(3000, 24000, 1500))
def test_removals_warnings_and_details_share_the_room(size: int) -> None:
    plan = replace(plans.large(60, projects=4), warnings=tuple(f"warning {number} {'w' * 60}" for number in range(80)))
    text = plan_markdown(plan, approve_command=COMMAND, size_limit=size)
    assert size / 2 < len(text) <= size
    assert plan.digest in text


def test_what_is_left_out_is_counted() -> None:
    text = plan_markdown(plans.large(30, projects=20), approve_command=COMMAND, size_limit=6000)
    assert len(text) <= 6000
    assert "omitted (size limit); see the plan file" in text


def test_even_removals_that_are_too_many_keep_the_digest_and_the_command() -> None:
    plan = plans.large(2000, projects=1)
    text = plan_markdown(plan, approve_command=COMMAND, size_limit=8000)
    assert len(text) <= 8000
    assert "more removals omitted" in text
    assert plan.digest in text
    assert COMMAND in text


def test_a_command_with_backticks_stays_within_its_fence() -> None:
    text = plan_markdown(plans.ordinary(), approve_command="apply '```' --approve 1")
    assert "\n````sh\napply '```' --approve 1\n````" in text


def test_the_table_has_a_column_for_each_kind_that_changes() -> None:
    changes = (plans.create("client:A"), plans.create("tag:t"), plans.create("tag:u"))
    lines = plan_markdown(replace(plans.empty(), changes=changes)).splitlines()
    assert lines[4:7] == ["| | clients | tags |", "|---|--:|--:|", "| `+` create | 1 | 2 |"]


@pytest.mark.parametrize(
    ("room", "text"),
    [
        (103, ""),
        (110, "one\n\ntwo\n\n\n**1 more lines omitted (size limit); see the plan file.**\n\n"),
        (200, "one\n\ntwo\n\n" + "x" * 189 + "\n"),
    ],
)
def test_whole_lines_are_kept_and_the_others_that_are_not_blank_are_counted(room: int, text: str) -> None:
    assert fitting("one\n\ntwo\n\n" + "x" * 189 + "\n", room, "lines") == text


def test_a_plan_has_room_for_sixty_thousand_characters() -> None:
    plan = plans.empty()
    length = len(plan_markdown(replace(plan, warnings=("w",))))
    room = 60_000 - 200 - length + 1  # 200 are kept free
    fits, is_too_long = (plan_markdown(replace(plan, warnings=("w" * n,))) for n in (room, room + 1))
    assert len(fits) == 59_800
    assert "w" * room in fits
    assert "www" not in is_too_long

"""A plan as a page of its own."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest

from reconciler.planning.plan import Action, Impact, Plan
from reconciler.render.html import plan_html
from reconciler.render.html_plan import FIRST_REMOVALS
from tests.render import corpus, plans
from tests.render.golden import assert_golden, without_own_files


class _Page(HTMLParser):
    """Elements, attributes and text; fails where an element is closed that is not open."""

    VOID = frozenset(("meta", "br", "input", "rect", "col"))

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs if not name.startswith("data-")}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.text += data


def _page(plan: Plan, **more: Any) -> _Page:
    return _Page(plan_html(plan, approve_command="reconciler apply plan.json --approve 0123456789ab", **more))


ATTRIBUTES = {
    "aria-hidden", "aria-label", "aria-labelledby", "autocomplete", "charset", "class", "colspan", "content", "dir", "height",
    "hidden", "href", "http-equiv", "id", "lang", "name", "open", "placeholder", "preserveaspectratio", "rel", "role", "scope",
    "spellcheck", "tabindex", "type", "value", "viewbox", "width",
}  # fmt: skip
SMALL = ("empty", "one", "every_action", "ordinary", "many_reasons", "right_to_left", "long_values")


@pytest.mark.parametrize("name", SMALL)
def test_plans_read_as_the_golden_files_say(name: str) -> None:
    plan = corpus.PLANS[name]()
    command = "" if plan.summary["blocked"] else "reconciler apply plan.json --approve 0123456789ab"
    source = plan_html(plan, approve_command=command, source_url="https://git.example/acme/ws/blob/main")
    assert_golden(f"{name}.html", without_own_files(source))


@pytest.mark.parametrize("name", [name for name in corpus.PLANS if name != "thousands"])
def test_every_element_is_closed_and_none_is_brought_by_a_plan(name: str) -> None:
    page = _page(corpus.PLANS[name](), source_url="https://git.example/x")
    assert page.open == []
    assert not set(page.tags) & {"img", "link", "iframe", "object", "embed", "base", "video", "audio"}
    assert page.tags["script"] == page.tags["style"] == 1
    assert page.attributes <= ATTRIBUTES
    assert all(link.startswith(("#", "https://git.example/x/")) for link in page.links)


def test_the_policy_names_the_one_style_and_the_one_script_by_their_hashes() -> None:
    source = plan_html(plans.ordinary())
    hashes = {}
    for element in ("style", "script"):
        (text,) = re.findall(f"<{element}>(.*?)</{element}>", source, re.DOTALL)
        hashes[element] = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert text.isascii()  # so that no output escapes a character of it
    policy = f"default-src 'none'; style-src 'sha256-{hashes['style']}'; script-src 'sha256-{hashes['script']}'; "
    assert policy + "base-uri 'none'; form-action 'none'" in source
    assert "url(" not in source
    assert "@import" not in source
    assert " style=" not in source
    assert not re.search(r"\son\w+=", source)


def test_the_script_makes_no_request_and_no_markup() -> None:
    (script,) = re.findall("<script>(.*?)</script>", plan_html(plans.empty()), re.DOTALL)
    banned = (
        "fetch",
        "XMLHttp",
        "WebSocket",
        "import",
        "eval",
        "innerHTML",
        "insertAdjacent",
        "document.write",
        "Function(",
    )
    assert not [word for word in banned if word in script]


def test_every_change_can_be_found_by_action_kind_client_and_guard() -> None:
    plan = plans.ordinary()
    source = plan_html(plan)
    found = re.findall(
        r'<div class="change \w+" data-address="(.*?)" data-action="(\w+)" data-kind="(\w+)" data-group="(\d)" data-state="(\w*)">',
        source,
    )
    assert min(found) == ("client:Acme Corp", "update", "client", "1", "")
    assert ("project:ACME/Legacy", "archive", "project", "1", "budget") in found
    assert len(found) == len(plan.changes)
    assert '<option value="=1">Acme Corp</option>' in source
    assert '<option value="=budget">budget</option>' in source
    assert '<form id="filters" role="search" aria-label="Filter the changes" class="scripted" hidden>' in source


@pytest.mark.slow
def test_five_thousand_changes_are_all_on_the_page() -> None:
    source = plan_html(corpus.thousands())
    assert source.count('<div class="change ') == 5000
    assert source.count('<tr class="removal"') == 500
    assert '<details class="group" id="group-1">' in source  # folded: the headings are the overview


def test_removals_are_sorted_with_bars_and_totals() -> None:
    source = plan_html(corpus.mass_removal(60))
    first, more = source.split('<details class="more">')
    bars = [float(width) for width in re.findall(r'<rect width="([\d.]+)" height="8" class="archive"/>', source)]
    assert bars == sorted(bars, reverse=True)
    assert (bars[0], bars[-1], len(bars)) == (100.0, 1.0, 59)
    assert first.count('<tr class="removal"') == FIRST_REMOVALS
    assert "12 more removals, each with less tracked time" in more
    total = sum(n * n for n in range(60))
    assert f'60 to archive</th><td colspan="2">{total:,}.0 h of tracked time' in first


def test_a_bar_is_as_long_as_its_share_to_a_tenth() -> None:
    hours = {"A": 3, "B": 2, "C": 1}
    removals = (plans.removal(f"project:{name}", Action.DELETE, Impact(3600 * n, n)) for name, n in hours.items())
    source = plan_html(plans.plan(*removals))
    assert re.findall(r'<rect width="([\d.]+)" height="8" class="delete"/>', source) == ["100.0", "66.7", "33.3"]


def test_long_texts_are_shown_whole_in_a_fold() -> None:
    page = _page(corpus.long_values())
    assert page.text.count("Line of a note that goes on.") > 300
    assert "Whole text of note" in page.text


def test_names_of_both_directions_are_isolated() -> None:
    source = plan_html(corpus.right_to_left())
    assert "<bdi>סטודיו אקמי</bdi>" in source


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://", "ftp://x", "https://me:pw@x.example/", 'https://x"y', "https://x/?q"]
)
def test_only_an_address_of_the_web_makes_links(url: str) -> None:
    with pytest.raises(ValueError, match="it "):
        plan_html(plans.ordinary(), source_url=url)


def test_hostile_names_are_shown_and_do_nothing() -> None:
    page = _page(plans.hostile())
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7 * 7 }}" in page.text
    assert r"\u{202e}gnp.exe" in page.text
    assert "\u202e" not in page.text
    assert "\x1b" not in page.text


def test_the_page_has_what_an_approval_needs() -> None:
    plan = plans.ordinary()
    text = " ".join(_page(plan).text.split())
    assert plan.digest in text
    assert "reconciler apply plan.json --approve 0123456789ab" in text
    assert "would remove 2 of 5 projects" in text
    row = '<tr><th scope="row">name</th><td><del>ACME</del></td><td><ins>&#34;Acme Corp&#34;</ins></td></tr>'
    assert row in plan_html(plan)
    assert "task One is deleted with it" in text


def test_the_statements_of_the_template_leave_no_blanks() -> None:
    lines = plan_html(plans.ordinary()).splitlines()
    assert not [line for line in lines if line != line.rstrip()]

"""A plan as a page of its own."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from reconciler.planning.plan import Plan
from reconciler.render.html import plan_html
from tests.render import plans


class _Page(HTMLParser):
    """Elements, attributes and text; fails where an element is closed that is not open."""

    VOID = frozenset(("meta", "br"))

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _page(plan: Plan) -> _Page:
    return _Page(plan_html(plan, approve_command="reconciler apply plan.json --approve 0123456789ab"))


@pytest.mark.parametrize("name", ["ordinary", "hostile", "large", "empty"])
def test_every_element_is_closed_and_none_can_act(name: str) -> None:
    page = _page(getattr(plans, name)())
    assert page.open == []
    assert not page.tags & {"script", "img", "link", "iframe", "form", "a", "object", "svg"}
    assert page.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class", "open"}


def test_the_policy_names_the_one_style_by_its_hash() -> None:
    source = plan_html(plans.ordinary())
    style = re.findall(r"<style>(.*?)</style>", source, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    assert len(style) == 1
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in source
    assert "url(" not in source
    assert "@import" not in source


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
    assert 'name: ACME → "Acme Corp"' in text
    assert "task One is deleted with it" in text


def test_the_statements_of_the_template_leave_no_blanks() -> None:
    lines = plan_html(plans.ordinary()).splitlines()
    assert not [line for line in lines if line != line.rstrip()]

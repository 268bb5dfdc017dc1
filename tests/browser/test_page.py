"""The page of a plan, driven as a person does: search, filters, folds, keys, print; and checked by axe-core."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.render import html, html_large
from tests.browser.conftest import Open
from tests.render import corpus, plans

pytestmark = pytest.mark.browser
WIDTHS = (380, 1600)


def _visible(page: Any) -> list[str]:
    """The addresses of the changes that are visible and match."""
    found: list[str] = page.eval_on_selector_all(
        ".change:not(.context)", "all => all.filter(e => e.checkVisibility()).map(e => e.dataset.address)"
    )
    return found


def _status(page: Any) -> str:
    text: str = page.inner_text("#shown")
    return text


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["ordinary", "hostile", "long_values", "right_to_left", "mass_removal"])
def test_nothing_is_wider_than_the_window(visit: Open, name: str, width: int) -> None:
    page = visit(corpus.PLANS[name](), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_search_shows_what_has_all_its_words(visit: Open) -> None:
    page = visit(plans.ordinary())
    assert _status(page) == "13 changes."
    page.keyboard.press("/")
    page.keyboard.type("PT8H acme")
    page.wait_for_function("document.getElementById('shown').textContent.includes('1 of 13')")
    assert _visible(page) == ["task:Acme Corp/Website/Design"]
    assert page.locator(".removals").is_hidden()
    assert page.locator(".context").first.is_visible()  # the project that it is in
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("document.getElementById('shown').textContent === '13 changes.'")
    assert len(_visible(page)) == 13


@pytest.mark.parametrize(
    ("name", "choice", "number"),
    [
        ("action", "- delete", 4),
        ("kind", "tags", 2),
        ("group", "Globex", 3),
        ("state", "budget", 2),
        ("state", "not blocked", 11),
        ("state", "blocked by any", 2),
    ],
)
def test_each_filter_shows_its_changes_and_counts_them(visit: Open, name: str, choice: str, number: int) -> None:
    page = visit(plans.ordinary())
    page.locator(f"select[name={name}]").select_option(label=choice)
    page.wait_for_function("document.getElementById('shown').textContent.includes(' of ')")
    assert _status(page) == f"{number} of 13 changes shown."
    assert len(_visible(page)) == number


def test_a_page_without_room_for_all_counts_what_it_has(visit: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "LARGE", 0)
    monkeypatch.setattr(html_large, "GROUPS_LIMIT", 6000)
    page = visit(plans.ordinary())
    shown = page.locator(".change").count()
    assert 0 < shown < 13
    assert _status(page) == f"13 changes. The page has {shown} of them."


def test_filters_and_search_hold_together(visit: Open) -> None:
    page = visit(corpus.thousands(20))
    page.locator("select[name=action]").select_option(label="+ create")
    page.locator("select[name=kind]").select_option(label="projects")
    page.get_by_label("Search").fill("client 007")
    page.wait_for_function("document.getElementById('shown').textContent.startsWith('4 of')")
    assert _visible(page) == [f"project:Client 007/Project {n}" for n in range(4)]


def test_folds_open_by_buttons_links_and_keys(visit: Open) -> None:
    page = visit(corpus.thousands(10))
    assert _visible(page) == []
    page.get_by_role("button", name="Unfold all").click()
    assert len(_visible(page)) == 500
    page.get_by_role("button", name="Fold all", exact=True).click()
    assert _visible(page) == []
    page.get_by_role("link", name="Client 003").click()
    assert len(_visible(page)) == 49
    page.locator("#group-5 > summary").focus()
    page.keyboard.press("Enter")
    assert len(_visible(page)) == 98


def test_the_first_tab_leads_to_the_changes(visit: Open) -> None:
    page = visit(plans.ordinary())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_without_its_script_the_page_shows_the_same(visit: Open) -> None:
    page = visit(plans.ordinary(), script=False)
    assert page.locator("#filters").is_hidden()
    assert page.locator(".change").count() == 13
    assert page.locator("#group-1").get_attribute("open") is not None


def test_a_hostile_plan_runs_nothing(visit: Open) -> None:
    page = visit(plans.hostile(), approve_command="reconciler apply '</pre><script>x</script>'")
    assert page.locator("script").count() == 1
    assert page.locator("img").count() == 0
    page.get_by_label("Search").fill("onerror")
    page.wait_for_function("document.getElementById('shown').textContent.includes(' of ')")
    assert _visible(page)


def test_on_paper_everything_is_unfolded(visit: Open) -> None:
    page = visit(corpus.thousands(10))
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(_visible(page)) == 500
    assert page.locator(".side").is_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert _visible(page) == []


def test_five_thousand_changes_are_drawn_in_a_second_of_work(visit: Open) -> None:
    page = visit(corpus.thousands())
    session = page.context.new_cdp_session(page)
    session.send("Performance.setTimeDomain", {"timeDomain": "threadTicks"})
    session.send("Performance.enable")
    page.reload()
    page.screenshot()
    metrics = {item["name"]: item["value"] for item in session.send("Performance.getMetrics")["metrics"]}
    assert metrics["ThreadTime"] < 1.0  # seconds of the processor, so that a busy machine does not count


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["ordinary", "many_reasons", "mass_removal", "long_values", "empty"])
def test_axe_finds_no_barrier(visit: Open, name: str, theme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs the package axe-playwright-python")
    page = visit(corpus.PLANS[name](), theme=theme, width=width, source_url="https://git.example/x")
    results = axe.Axe().run(page)
    assert results.violations_count == 0, results.generate_report()

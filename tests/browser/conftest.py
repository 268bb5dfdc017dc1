"""A headless Chromium: of the system if there is one, else Playwright's own. Without them the tests of this folder are skipped."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.planning.plan import Plan
from reconciler.render.html import plan_html

Open = Callable[..., Any]
_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The browser of a module's tests."""
    if "browser" not in request.config.option.markexpr:
        pytest.skip("drives a browser; asked for with -m browser")
    api = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    with api.sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, _NAMES)), None)
        # A container's root has no user namespaces for the sandbox; the pages are our own.
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens a plan's page. At the end of the test: the page sent no request and had no error on its console."""
    requests: list[str] = []
    errors: list[str] = []
    contexts: list[Any] = []

    def visit(plan: Plan, *, width: int = 1600, theme: str = "light", script: bool = True, **more: Any) -> Any:
        path = tmp_path / f"page{len(contexts)}.html"
        path.write_text(plan_html(plan, **more), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri())
        return page

    yield visit
    for context in contexts:
        context.close()
    assert errors == []
    assert all(url.startswith("file:") for url in requests)
    assert len({*requests}) == len(contexts)

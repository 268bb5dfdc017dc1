"""Self-contained HTML pages: no font, no request; the one script and the one style are named by their hashes. The door to jinja2."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from reconciler.planning.drift import Drift
from reconciler.planning.plan import Plan
from reconciler.render import drift as drift_texts
from reconciler.render import targets, values, words
from reconciler.render.escape import visible
from reconciler.render.html_large import LARGE, LargePage
from reconciler.render.html_plan import PlanPage
from reconciler.render.links import require_source_url
from reconciler.render.outcomes import RunOutcomes

_NOT_PLAIN = re.compile(r"[^ -~]|[&<>\"'#:]")


def plan_html(
    plan: Plan, *, approve_command: str = "", source_url: str = "", outcomes: RunOutcomes | None = None
) -> str:
    """The page; every text from outside is HTML-escaped, and invisible characters in it are spelled out.

    The page's Content-Security-Policy allows only its own style and script, each identified by its hash, and no request. The
    script searches and filters; without it the page shows the same. `source_url`: where the manifests are published, for links;
    ValueError unless it is http or https. `outcomes`: of the run that applied the plan.
    """
    return "".join(plan_html_pieces(plan, approve_command=approve_command, source_url=source_url, outcomes=outcomes))


def plan_html_pieces(
    plan: Plan, *, approve_command: str = "", source_url: str = "", outcomes: RunOutcomes | None = None
) -> Iterator[str]:
    """The page of `plan_html` in pieces, each made when it is asked for."""
    url = require_source_url(source_url) if source_url else ""
    is_large = len(plan.changes) > LARGE
    page = LargePage(plan, outcomes, url, escape=_finalize) if is_large else PlanPage(plan, outcomes, url)
    names: dict[str, Any] = {"page": page, "words": words, "targets": targets}
    return _page("plan.html", "plan.js", plan=plan, approve_command=approve_command, **names)


def drift_html(drift: Drift, commands: Sequence[str]) -> str:
    """The page of a drift, as `plan_html` without a script. `commands`: those that lead out of it, pull and plan."""
    return "".join(_page("drift.html", "", drift=drift, texts=drift_texts, commands=commands))


def _page(template: str, script: str, **names: Any) -> Iterator[str]:
    style, code = _packaged("plan.css"), _packaged(script) if script else ""
    page = _template(template)
    # Our own files, and their texts hold no markup.
    own = {"style": Markup(style), "script": Markup(code)}  # noqa: S704
    pieces: Iterator[str] = page.generate(
        **names, **own, values=values, style_hash=_hash(style), script_hash=_hash(code)
    )
    return pieces


def _hash(text: str) -> str:
    """The hash of an element's text, as a Content-Security-Policy names it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _template(name: str) -> Any:
    return _environment().from_string(_packaged(name))


@cache
def _environment() -> Environment:
    # Undefined names are errors: a page that silently omits a removal would be worse than no page.
    return Environment(autoescape=True, undefined=StrictUndefined, finalize=_finalize, trim_blocks=True)


def _finalize(value: Any) -> Any:
    """The value as HTML. `##[` and a leading `::` become character references: a CI runner could execute them."""
    if isinstance(value, Markup):
        return value
    text = str(value)
    if not _NOT_PLAIN.search(text):
        return Markup(text)  # noqa: S704 - it has nothing to escape
    text = str(escape(visible(text))).replace("##", "#&#35;")
    return Markup(re.sub(r"^(\s*):", r"\1&#58;", text))  # noqa: S704 - escaped above


@cache
def _packaged(name: str) -> str:
    return (files("reconciler.render") / "templates" / name).read_text(encoding="utf-8")

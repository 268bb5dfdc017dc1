"""A plan as one self-contained HTML page: no script, no font, no request. The door to jinja2."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
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
from reconciler.render.grouping import groups


def plan_html(plan: Plan, *, approve_command: str = "") -> str:
    """The page; every text from outside is HTML-escaped, and invisible characters in it are spelled out.

    The page's Content-Security-Policy allows only its own style, identified by its hash: no script and no request.
    """
    names: dict[str, Any] = {"groups": groups(plan), "words": words, "targets": targets}
    return _page("plan.html", plan=plan, approve_command=approve_command, **names)


def drift_html(drift: Drift, commands: Sequence[str]) -> str:
    """The page of a drift, as `plan_html`. `commands`: those that lead out of it, pull and plan."""
    return _page("drift.html", drift=drift, texts=drift_texts, commands=commands)


def _page(template: str, **names: Any) -> str:
    style = _packaged("plan.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = _environment().from_string(_packaged(template))
    # Our own file, and its text holds no markup.
    return page.render(**names, values=values, style=Markup(style), style_hash=digest)  # noqa: S704


@cache
def _environment() -> Environment:
    # Undefined names are errors: a page that silently omits a removal would be worse than no page.
    return Environment(autoescape=True, undefined=StrictUndefined, finalize=_finalize, trim_blocks=True)


def _finalize(value: Any) -> Any:
    """The value as HTML. `##[` and a leading `::` become character references: a CI runner could execute them."""
    if isinstance(value, Markup):
        return value
    text = str(escape(visible(str(value)))).replace("##", "#&#35;")
    return Markup(re.sub(r"^(\s*):", r"\1&#58;", text))  # noqa: S704 - escaped above


@cache
def _packaged(name: str) -> str:
    return (files("reconciler.render") / "templates" / name).read_text(encoding="utf-8")

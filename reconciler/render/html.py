"""A plan as one self-contained HTML page: no script, no font, no request. The door to jinja2."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from reconciler.planning.plan import Plan
from reconciler.render import values, words
from reconciler.render.escape import visible
from reconciler.render.grouping import groups


def plan_html(plan: Plan, *, approve_command: str = "") -> str:
    """The page; every text from outside is HTML-escaped, and invisible characters in it are spelled out.

    The page's Content-Security-Policy allows only its own style, identified by its hash: no script and no request.
    """
    style = _packaged("plan.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = _environment().from_string(_packaged("plan.html"))
    return page.render(
        plan=plan,
        groups=groups(plan),
        values=values,
        words=words,
        approve_command=approve_command,
        style=Markup(style),  # noqa: S704 - our own file, and its text holds no markup
        style_hash=digest,
    )


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

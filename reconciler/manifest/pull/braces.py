"""Braces: where manifests have variables, a brace in a text begins a placeholder, and `{{` is a literal one."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.manifest.edit.values import Value, walk
from reconciler.manifest.expand.template import TemplateError, parse_template


def has_variables(roots: Iterable[Value]) -> bool:
    """Whether any of the manifests declares variables: then placeholders hold in all of them."""
    return any(root.get("vars") is not None for root in roots)


def literal_of(text: str) -> str:
    """The text that a template without placeholders means; empty for one with some, whose text is another one."""
    if "{" not in text:
        return text
    try:
        template = parse_template(text)
    except TemplateError:
        return ""
    return "" if any(template.placeholders) else "".join(map(str, template.parts))


def escape_new_texts(roots: Iterable[Value]) -> None:
    """Double the braces of the texts that are new, so that they mean themselves."""
    for root in roots:
        for value in walk(root):
            is_new = value.is_text and (value.node is None or value.text != value.node.content.value)
            if is_new and "{" in value.text:
                value.text = value.text.replace("{", "{{")

"""Templates: text with placeholders, such as `{client|slug}-site`. `{{` is a literal brace; there is no code and no nesting."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reconciler.manifest.validation.suggestions import did_you_mean, enumerate_words
from reconciler.manifest.yaml.text import quote

LITERAL_BRACE = "write {{ for a literal brace"


class TemplateError(ValueError):
    """A placeholder that is not one; `hint` is what to write."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name in braces, and the filters that its value passes, in order."""

    name: str
    filters: tuple[str, ...] = ()

    def apply(self, text: str) -> str:
        """The text as its filters leave it."""
        for name in self.filters:
            text = FILTERS[name](text)
        return text


@dataclass(frozen=True, slots=True)
class Template:
    """Literal texts and placeholders, in order."""

    parts: tuple[str | Placeholder, ...]

    @property
    def placeholders(self) -> Iterator[Placeholder]:
        """Its placeholders, in order."""
        return (part for part in self.parts if isinstance(part, Placeholder))

    @property
    def alone(self) -> Placeholder | None:
        """The placeholder that is the whole template, if it is."""
        part = self.parts[0] if len(self.parts) == 1 else None
        return part if isinstance(part, Placeholder) else None


def parse_template(text: str) -> Template:
    """The template that a text is. Raises TemplateError at its first mistake."""
    parts: list[str | Placeholder] = []
    literal: list[str] = []
    start = 0
    while (at := text.find("{", start)) >= 0:
        literal.append(text[start:at])
        if text.startswith("{{", at):
            literal.append("{")
            start = at + 2
            continue
        end = text.find("}", at)
        inner = text[at + 1 : end]
        if end < 0 or "{" in inner or "\n" in inner:
            raise TemplateError("'{' without its '}'", LITERAL_BRACE)
        parts += [*_joined(literal), _placeholder(inner)]
        literal, start = [], end + 1
    literal.append(text[start:])
    return Template((*parts, *_joined(literal)))


def _joined(literal: list[str]) -> list[str]:
    text = "".join(literal)
    return [text] if text else []


def _placeholder(inner: str) -> Placeholder:
    name, *filters = (part.strip() for part in inner.split("|"))
    if not name:
        raise TemplateError(
            f"no name in {quote('{' + inner + '}')}", f"name a variable or a column, or {LITERAL_BRACE}"
        )
    for each in filters:
        if each not in FILTERS:
            otherwise = f"filters: {enumerate_words(FILTERS)}"
            raise TemplateError(f"unknown filter {quote(each)}", did_you_mean(each, FILTERS, otherwise=otherwise))
    return Placeholder(name, tuple(filters))


def slug(text: str) -> str:
    """Small letters and digits of any script, without accents, joined by hyphens: `Söhne & Co.` is `sohne-co`."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in unicodedata.normalize("NFC", plain)).split()
    return "-".join(words)


FILTERS: dict[str, Callable[[str], str]] = {"slug": slug, "upper": str.upper, "lower": str.lower, "trim": str.strip}

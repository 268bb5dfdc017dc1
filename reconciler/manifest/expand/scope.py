"""What names in placeholders stand for: variables, and the columns of the rows around an entry."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from reconciler.manifest.expand.template import LITERAL_BRACE, TemplateError
from reconciler.manifest.validation.suggestions import did_you_mean, enumerate_words
from reconciler.manifest.yaml.scalars import NULL
from reconciler.manifest.yaml.text import quote

_MOST_LISTED = 12


class NoValueError(Exception):
    """Raised for a variable that is declared and has no value."""


class Value(NamedTuple):
    """The value of a name: its text, its YAML tag, and where it stands (its text is the place)."""

    text: str
    tag: str
    origin: object


def value_of(node: Any, origin: object) -> Value:
    """The value of a scalar node; the text of null is empty."""
    return Value("" if node.tag == NULL else node.value, node.tag, origin)


@dataclass(frozen=True, slots=True)
class Layer:
    """Names that are defined together: all variables, or the columns of one row.

    `title`: what defines them, for messages. `row`: the place of the row; empty for variables.
    """

    title: str
    names: Iterable[str]
    find: Callable[[str], Value | None]
    row: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """The layers that a place in a document sees, the outermost first. Without layers, braces are plain characters."""

    layers: tuple[Layer, ...] = ()
    rows: str = ""
    """The places of all rows; empty outside of rows."""

    def __bool__(self) -> bool:
        return bool(self.layers)

    def inside(self, layers: Iterable[Layer]) -> Scope:
        """This scope with further layers."""
        all_layers = (*self.layers, *layers)
        return Scope(all_layers, ", ".join(dict.fromkeys(layer.row for layer in all_layers if layer.row)))

    def resolve(self, name: str) -> tuple[Value, bool]:
        """The value of a name, and whether it comes from a row.

        Raises TemplateError for none, or for several that differ, and NoValueError.
        """
        found = [(layer, value) for layer in self.layers if (value := layer.find(name)) is not None]
        if not found:
            raise self._undefined(name)
        layer, value = found[-1]
        for other, other_value in found:
            if other_value.text != value.text:
                titles = f"{other.title} and {layer.title}"
                raise TemplateError(f"{quote(name)} has two values here: of {titles}", "rename one of them")
        return value, any(layer.row for layer, _ in found)

    def _undefined(self, name: str) -> TemplateError:
        names = list(dict.fromkeys(name for layer in self.layers for name in layer.names))
        if not names:
            return TemplateError(f"undefined variable {quote(name)}", f"declare it under `vars:`, or {LITERAL_BRACE}")
        more = "" if len(names) <= _MOST_LISTED else ", …"
        defined = f"defined here: {enumerate_words(names[:_MOST_LISTED])}{more}; {LITERAL_BRACE}"
        return TemplateError(f"undefined variable {quote(name)}", did_you_mean(name, names, otherwise=defined))

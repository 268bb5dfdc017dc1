"""Variables: declared under `vars:` in any of the manifests, with values from there, from options or from the environment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.errors import Problem
from reconciler.manifest.expand.scope import Layer, NoValueError, Scope, Value, value_of
from reconciler.manifest.validation.suggestions import did_you_mean
from reconciler.manifest.yaml.document import Document
from reconciler.manifest.yaml.marks import place_of
from reconciler.manifest.yaml.scalars import NULL, STR
from reconciler.manifest.yaml.text import quote
from reconciler.state import SourceFile

VARIABLE = "RECONCILER_VAR_"
"""The beginning of the environment variables that set a variable."""
_OPTION = "--var "


def is_value(source: SourceFile) -> bool:
    """Whether a source of a plan is the value of a variable from outside, and no file."""
    return source.path.startswith((_OPTION, VARIABLE))


@dataclass(frozen=True, slots=True)
class Given:
    """Values of variables from outside, by name. `options` must be declared; of `environment` only what is declared counts.

    In `environment` a name stands as it is, or in capitals.
    """

    options: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> tuple[str, str] | None:
        """The value of a variable and what sets it: the option, else the environment; None without one."""
        if name in self.options:
            return self.options[name], f"{_OPTION}{name}"
        for spelling in (name, name.upper()):
            if spelling in self.environment:
                return self.environment[spelling], f"{VARIABLE}{spelling}"
        return None


@dataclass
class Variables:
    """The variables of all manifests that are read together."""

    values: dict[str, Value] = field(default_factory=dict)
    declared: dict[str, Problem] = field(default_factory=dict)
    """Name → where it is declared, as a problem without a message."""
    used: set[str] = field(default_factory=set)
    sources: list[SourceFile] = field(default_factory=list)
    """Values from outside, which are sources of a plan as files are."""

    @property
    def scope(self) -> Scope:
        """The scope of a document outside of rows; empty without variables."""
        return Scope((Layer("the variables", self.values, self._find),)) if self.declared else Scope()

    def _find(self, name: str) -> Value | None:
        """The value of a variable. Raises NoValueError for one that has none, which is a problem of its own."""
        self.used.add(name)
        value = self.values.get(name)
        if value is not None and value.tag == NULL:
            raise NoValueError
        return value

    def unused(self) -> Iterator[Problem]:
        """Variables that no text uses."""
        for name, place in self.declared.items():
            if name not in self.used:
                message, hint = f"the variable {quote(name)} is not used", f"remove it, or use it as {{{name}}}"
                yield Problem(place.path, place.line, place.column, message, hint, place.excerpt)


def read_variables(documents: Iterable[Document], given: Given, problems: list[Problem]) -> Variables:
    """The variables of all documents with their values; adds the problems to `problems`."""
    reader = _VariableReader(given, problems)
    for document in documents:
        for key, value in _pairs(document.root, "vars") if isinstance(document.value, dict) else ():
            if key.id == value.id == "scalar" and _is_name(key.value):  # anything else violates the schema
                reader.declare(document, key, value)
    return reader.finish()


def _is_name(text: str) -> bool:
    """Whether a text matches VARIABLE_PATTERN of the schema."""
    return text.isascii() and text.isidentifier()


def _pairs(root: Any, name: str) -> list[tuple[Any, Any]]:
    """The keys and values of a mapping under a top-level key."""
    node = next((value for key, value in root.value if key.value == name), None)
    return node.value if node is not None and node.id == "mapping" else []


class _VariableReader:
    def __init__(self, given: Given, problems: list[Problem]) -> None:
        self._given, self._problems = given, problems
        self._variables = Variables()
        self._spellings: dict[str, str] = {}

    def declare(self, document: Document, key: Any, node: Any) -> None:
        """Take one declaration. A value beside null is that of both; two different values are a problem."""
        name, found = key.value, self._variables
        place = document.source.problem(place_of(key), "")
        value = value_of(node, document.source.problem(place_of(node), "").place)
        first = found.values.get(name)
        spelling = self._spellings.setdefault(name.upper(), name)
        if spelling != name:
            message = f"the variables {quote(spelling)} and {quote(name)} differ only in letter case"
            self._problem(document, key, message, "rename one of them")
        elif name in found.declared and first and NULL not in (first.tag, value.tag) and first[:2] != value[:2]:
            message = f"conflicting values for the variable {quote(name)}; first set at {first.origin}"
            self._problem(document, key, message, "remove one of them; a variable without a value of its own is null")
        if name not in found.declared or (first and first.tag == NULL):
            found.declared[name], found.values[name] = place, value

    def finish(self) -> Variables:
        """The variables with the values from outside."""
        found = self._variables
        for name in self._given.options:
            if name not in found.declared:
                hint = did_you_mean(name, found.declared, otherwise="declare it under `vars:` in a manifest")
                self._problems.append(Problem("", 0, 0, f"no manifest declares the variable {quote(name)}", hint))
        for name, place in found.declared.items():
            given = self._given.value(name)
            if given is not None:
                text, origin = given
                found.values[name] = Value(text, STR, origin)
                found.sources.append(SourceFile(origin, hashlib.sha256(f"{name}={text}".encode()).hexdigest()))
            elif found.values[name].tag == NULL:
                hint = f"set it: --var {name}=VALUE, or {VARIABLE}{name.upper()}"
                message = f"the variable {quote(name)} has no value"
                self._problems.append(Problem(place.path, place.line, place.column, message, hint, place.excerpt))
        return found

    def _problem(self, document: Document, node: Any, message: str, hint: str) -> None:
        self._problems.append(document.source.problem(place_of(node), message, hint))

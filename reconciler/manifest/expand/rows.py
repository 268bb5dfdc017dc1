"""The rows of a `for_each`: of a list, of a CSV file, or of a product of lists."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

from reconciler.manifest.expand.report import Reporter
from reconciler.manifest.expand.scope import Layer, Value, value_of
from reconciler.manifest.expand.tables import Tables
from reconciler.manifest.schema.for_each import CSV, DISTINCT, FOR_EACH, ITEM, PRODUCT, WHERE
from reconciler.manifest.validation.suggestions import did_you_mean
from reconciler.manifest.yaml.scalars import NULL
from reconciler.manifest.yaml.text import quote

MAX_ENTRIES = 100_000
"""Entries that the `for_each` of all manifests make together."""

Row = tuple[Layer, ...]
"""The layers that one repetition of an entry adds: one, or for a product one a list."""

_FORMS = "write a list of values or mappings, {csv: FILE}, or {product: {NAME: [VALUE, …]}}"


class RowReader:
    """Reads the rows that nodes of one document describe."""

    def __init__(self, report: Reporter, tables: Tables) -> None:
        self.report, self.tables = report, tables

    def rows(self, node: Any) -> Iterator[Row]:
        """The rows of the value of a `for_each`; none if it is invalid, which is reported."""
        if node.id == "sequence":
            return ((layer,) for layer in self._list(node, quote(FOR_EACH), ""))
        if node.id != "mapping":
            fact = "has no value" if node.tag == NULL else "must be a list or a mapping"
            self.report.problem(node, f"{quote(FOR_EACH)} {fact}", _FORMS)
            return iter(())
        keys = {key.value: (key, value) for key, value in node.value if key.id == "scalar"}
        for key, (key_node, _) in keys.items():
            if key not in (CSV, DISTINCT, WHERE, PRODUCT):
                hint = did_you_mean(key, (CSV, DISTINCT, WHERE, PRODUCT), otherwise=_FORMS)
                self.report.problem(key_node, f"unknown key {quote(key)} in {quote(FOR_EACH)}", hint)
                return iter(())
        if (CSV in keys) == (PRODUCT in keys):
            self.report.problem(node, f"{quote(FOR_EACH)} needs either {quote(CSV)} or {quote(PRODUCT)}", _FORMS)
            return iter(())
        if CSV in keys:
            return ((layer,) for layer in self.tables.rows(keys, self.report))
        for key in (DISTINCT, WHERE):
            if key in keys:
                self.report.problem(keys[key][0], f"{quote(key)} is only for a CSV file", "remove it")
        return self._product(keys[PRODUCT][1])

    def _list(self, node: Any, label: str, name: str) -> list[Layer]:
        """The layers of a list; `name` is that of a value that is no mapping."""
        if not node.value:
            self.report.problem(node, f"{label} is an empty list", "add a value, or remove the entry")
        layers = []
        for item in node.value:
            row = self.report.path(item)
            if item.id == "scalar":
                found = {name or ITEM: value_of(item, row)}
            elif item.id == "mapping" and item.value:
                found = self._columns(item)
            else:
                self.report.problem(item, f"a row of {label} must be a value or a mapping", "write one list level only")
                continue
            layers.append(Layer(f"the row at {row}", tuple(found), found.get, row))
        return layers

    def _columns(self, node: Any) -> dict[str, Value]:
        found = {}
        for key, value in node.value:
            if key.id != "scalar":
                continue  # reported when it was read
            if value.id == "scalar":
                found[key.value] = value_of(value, self.report.path(value))
            else:
                hint = "a row has plain values; write what is nested in the entry itself"
                self.report.problem(value, f"{quote(key.value)} in a row must be a single value", hint)
        return found

    def _product(self, node: Any) -> Iterator[Row]:
        if node.id != "mapping" or not node.value:
            self.report.problem(node, f"{quote(PRODUCT)} must be a mapping of lists", _FORMS)
            return iter(())
        lists: list[Sequence[Layer]] = []
        for key, value in node.value:
            if key.id != "scalar" or value.id != "sequence":
                self.report.problem(value, f"{quote(str(key.value))} must be a list of values", _FORMS)
                continue
            lists.append(self._list(value, quote(key.value), key.value))
        if (size := math.prod(map(len, lists))) > MAX_ENTRIES:
            self.report.problem(node, f"the product has {size} combinations; the maximum is {MAX_ENTRIES}", "")
            return iter(())
        return itertools.product(*lists)

"""Pages of lists: `page` and `page-size`, the headers Last-Page and Total-Count, and the filters that lists share (section 1.3)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from reconciler.sandbox.call import Answer, Call
from reconciler.sandbox.errors import not_convertible
from reconciler.sandbox.tables import Record


def window(call: Call, default: int = 0) -> tuple[int, int]:
    """Offset and size of the page that is asked for; a size beyond the cap is cut to it without a word."""
    number = call.number("page", 1, "page")
    size = call.number("page-size", default or call.switches.page_default, "page_size")
    if call.switches.page_cap:
        size = min(size, call.switches.page_cap)
    return (number - 1) * size, size


def paged(
    call: Call, items: Iterable[Any], *, counted: bool = False, default: int = 0
) -> tuple[list[Any], dict[str, str]]:
    """The items of the page that is asked for, and the headers; `counted` lists (clients, tags) say their total as well."""
    offset, size = window(call, default)
    known = list(items) if counted else items
    ahead = list(islice(known, offset, offset + size + 1))
    headers = {}
    if call.switches.last_page:
        headers["Last-Page"] = "false" if len(ahead) > size else "true"
    if counted and call.switches.total_count and isinstance(known, list):
        headers["Total-Count"] = str(len(known))
    return ahead[:size], headers


def page_answer(call: Call, items: Iterable[Any], *, counted: bool = False) -> Answer:
    """A page of items that need no more work."""
    page, headers = paged(call, items, counted=counted)
    return Answer(200, page, headers)


def with_name(call: Call, records: list[Record]) -> list[Record]:
    """Only those whose name holds `name`, whatever the case; all of it with `strict-name-search=true`."""
    wanted = call.text("name").casefold()
    if not wanted:
        return records
    if call.flag("strict-name-search"):
        return [record for record in records if (record["name"] or "").casefold() == wanted]
    return [record for record in records if wanted in (record["name"] or "").casefold()]


def with_archived(call: Call, records: list[Record]) -> list[Record]:
    """Only archived or only active ones, as `archived` says; absent means both, or active where the switches say so."""
    wanted = call.flag("archived")
    if wanted is None and call.switches.archived_absent == "active":
        wanted = False
    return records if wanted is None else [record for record in records if record["archived"] == wanted]


def in_order(
    call: Call, records: list[Record], default: str, columns: tuple[str, ...] = ("ID", "NAME")
) -> list[Record]:
    """Sorted by `sort-column` (another word than `columns` is refused) and `sort-order`."""
    column = call.text("sort-column") or default
    order = call.text("sort-order") or "ASCENDING"
    if column not in columns:
        raise not_convertible(column, "sort-column")
    if order not in {"ASCENDING", "DESCENDING"}:
        raise not_convertible(order, "sort-order")
    keys = {"ID": "id", "NAME": "name", "EMAIL": "email"}
    key = keys.get(column, "name")
    return sorted(
        records,
        key=lambda record: ((record[key] or "").casefold(), record["id"]),
        reverse=order == "DESCENDING",
    )

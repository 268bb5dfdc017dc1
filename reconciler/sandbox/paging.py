"""Paged lists: `page` and `page-size`, the headers Last-Page and Total-Count, and common filters (section 1.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from reconciler.sandbox.call import Call, Response
from reconciler.sandbox.errors import domain
from reconciler.sandbox.tables import Record

Column = Callable[[Record], Any]
"""The sort key of a record."""


def page_window(call: Call, default: int = 0, most: int = 0) -> tuple[int, int]:
    """Offset and size of the requested page; a size over the cap is silently reduced, one over `most` (0: none) rejected."""
    number = call.number("page", 1, "page")
    size = call.number("page-size", default or call.switches.page_default, "page_size")
    if most and size > most:
        raise domain("not_valid", field="page-size")
    if call.switches.page_cap:
        size = min(size, call.switches.page_cap)
    return (number - 1) * size, size


def page_of(
    call: Call, items: Iterable[Any], *, counted: bool = False, default: int = 0, most: int = 0
) -> tuple[list[Any], dict[str, str]]:
    """The items of the requested page, and the headers; `counted` lists (clients, tags) also have a Total-Count."""
    offset, size = page_window(call, default, most)
    known = list(items) if counted else items
    page_and_next = list(islice(known, offset, offset + size + 1))
    headers = {}
    if call.switches.last_page:
        headers["Last-Page"] = "false" if len(page_and_next) > size else "true"
    if counted and call.switches.total_count and isinstance(known, list):
        headers["Total-Count"] = str(len(known))
    return page_and_next[:size], headers


def page_response(call: Call, items: Iterable[Any], *, counted: bool = False) -> Response:
    """The response with the requested page of items."""
    page, headers = page_of(call, items, counted=counted)
    return Response(200, page, headers)


def filter_by_name(call: Call, records: list[Record], *, strict: bool = True) -> list[Record]:
    """The records whose name contains `name`, ignoring case; the whole name with `strict-name-search=true`, where that exists."""
    wanted = call.text("name").casefold()
    whole = strict and call.flag("strict-name-search")
    if not wanted:
        return records
    if whole:
        return [record for record in records if (record["name"] or "").casefold() == wanted]
    return [record for record in records if wanted in (record["name"] or "").casefold()]


def filter_archived(call: Call, records: list[Record]) -> list[Record]:
    """The archived or the active records, by `archived`; without it both, or active ones with the switch `archived_absent`."""
    wanted = call.flag("archived")
    if wanted is None and call.switches.archived_absent == "active":
        wanted = False
    return records if wanted is None else [record for record in records if record["archived"] == wanted]


def by_text(key: str) -> Column:
    """The column of a text: without case, an absent one first, equal ones in the order of creation."""
    return lambda record: ((record[key] or "").casefold(), record["id"])


COLUMNS: Mapping[str, Column] = {"ID": by_text("id"), "NAME": by_text("name")}
"""The columns that most lists can be sorted by."""


def sort_records(
    call: Call, records: list[Record], default: str, columns: Mapping[str, Column] = COLUMNS
) -> list[Record]:
    """The records sorted by `sort-column` (one of `columns`) and `sort-order`."""
    column = call.choice("sort-column", tuple(columns)) or default
    order = call.choice("sort-order", ("ASCENDING", "DESCENDING"))
    return sorted(records, key=columns[column], reverse=order == "DESCENDING")

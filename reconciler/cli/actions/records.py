"""Shared by the commands that list what is live: one record, or pages of records, in the form of `-o`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_pieces, screen_of
from reconciler.render.tables import pieces, record_text


def print_record(record: Mapping[str, Any], form: str, settings: Settings) -> None:
    """Print one record: in a table, a line for each key that has a value."""
    print_pieces([record_text(record, form, screen_of(sys.stdout, settings))])


def print_records(
    pages: Iterable[Sequence[Mapping[str, Any]]], form: str, columns: Sequence[str], settings: Settings
) -> None:
    """Print records, each page as soon as it is there; `columns`: the keys that a table and CSV show."""
    print_pieces(pieces(pages, form, columns, screen_of(sys.stdout, settings)))

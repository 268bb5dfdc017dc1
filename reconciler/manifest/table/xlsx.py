"""Workbooks → lines of cells. The only module that imports the library for them, which is an extra."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from typing import Any

from reconciler.errors import Problem
from reconciler.manifest.table.archive import UNREADABLE, WorkbookError, column_letters, formula_errors, safe_archive
from reconciler.manifest.table.table import Cells
from reconciler.manifest.yaml.text import quote
from reconciler.text import suggest

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"
"""How a workbook begins: in the format of today, and in that of Excel until 2003, which encrypted workbooks have as well."""
INSTALL = "install the extra xlsx, in a checkout: `pip install '.[xlsx]'`; or save the sheet as CSV UTF-8"
_INTEGERS = 10**15
"""Numbers up to here are exact: a float has 15 decimal digits."""


def read_workbook(path: str, data: bytes, sheet: str) -> tuple[list[Cells], list[Problem], tuple[str, ...]]:
    """The lines of a sheet with content, the problems of its cells, and notices. An empty `sheet` is the first one that is not hidden.

    Raises WorkbookError.
    """
    if data.startswith(OLE):
        raise WorkbookError("not an .xlsx file: an old format, or encrypted", "save it as .xlsx, or as CSV UTF-8")
    archive, parts = safe_archive(data)
    try:
        import python_calamine  # noqa: PLC0415 - optional: the extra xlsx
    except ImportError:
        raise WorkbookError("reading workbooks needs python-calamine, which is not installed", INSTALL) from None
    try:
        workbook = python_calamine.load_workbook(io.BytesIO(archive))
        names = [each.name for each in workbook.sheets_metadata if _is_shown(each)]
        name = _chosen(names, list(workbook.sheet_names), sheet)
        content = workbook.get_sheet_by_name(name)
        rows = content.to_python(skip_empty_area=False)
        merged = content.merged_cell_ranges or []
    except WorkbookError:
        raise
    except BaseException as error:
        # A panic of the library's Rust is no Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise WorkbookError(UNREADABLE) from error
    lines = [Cells(number, list(map(_text, row))) for number, row in enumerate(rows, 1)]
    lines = [line for line in lines if any(line.texts)]
    notices = (
        (f"the workbook has {len(names)} sheets, and {quote(name)} is read",) if len(names) > 1 and not sheet else ()
    )
    problems = [*_merged_problems(path, merged, lines), *_formula_problems(path, formula_errors(parts, name), lines)]
    return lines, problems, notices


def _is_shown(sheet: Any) -> bool:
    return str(sheet.typ).endswith("WorkSheet") and str(sheet.visible).endswith(".Visible")


def _chosen(shown: list[str], every: list[str], sheet: str) -> str:
    """The sheet of this name, hidden or not; without a name the first one that is shown."""
    if sheet and sheet not in every:
        near = suggest(sheet, every)
        listed = ", ".join(map(quote, every[:10]))
        raise WorkbookError(
            f"no sheet {quote(sheet)}", f"did you mean {quote(near)}?" if near else f"the sheets are {listed}"
        )
    if not sheet and not shown:
        raise WorkbookError("the workbook has no visible sheet of cells", "name one with --sheet")
    return sheet or shown[0]


def _text(value: Any) -> str:
    """A cell as text: numbers without an exponent, dates and times in ISO 8601, durations as hours and minutes."""
    if isinstance(value, str):
        return value.strip(" \t\xa0\u2007\u202f\u3000")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, timedelta):
        return _clock(value.total_seconds())
    if isinstance(value, time):
        return _clock(value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6)
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(value: float) -> str:
    if isinstance(value, float) and (not math.isfinite(value) or abs(value) >= _INTEGERS or not value.is_integer()):
        return repr(value)
    return str(int(value))


def _clock(seconds: float) -> str:
    """Hours and minutes, and seconds if there are any; a spreadsheet holds parts of a day, which are rounded to a second."""
    sign = "-" if seconds < 0 else ""
    minutes, left = divmod(round(abs(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}:{minutes:02d}" + (f":{left:02d}" if left else "")


def _merged_problems(
    path: str, merged: list[tuple[tuple[int, int], tuple[int, int]]], lines: list[Cells]
) -> Iterator[Problem]:
    """Cells that are merged: only the first has the value that all of them show."""
    if not lines:
        return
    first, last = lines[0].number, lines[-1].number
    for (top, left), (bottom, right) in merged:
        if top < last and bottom + 1 >= first:
            area = f"{column_letters(left + 1)}{top + 1}:{column_letters(right + 1)}{bottom + 1}"
            hint = "unmerge them and fill in every cell"
            yield Problem(path, top + 1, left + 1, f"the cells {area} are merged; only the first has a value", hint)


def _formula_problems(path: str, errors: Mapping[tuple[int, int], str], lines: list[Cells]) -> Iterator[Problem]:
    """Formulas without a value, which the library takes for empty cells."""
    for (row, column), message in errors.items():
        if lines and row >= lines[0].number:
            hint = "correct the formula, and save the workbook in a spreadsheet program"
            yield Problem(path, row, column, f"cell {column_letters(column)}{row} {message}", hint)

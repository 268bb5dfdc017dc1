"""Workbooks of which a part is cut off or damaged."""

from __future__ import annotations

import pytest

from tests.manifest.table.test_workbooks import problems_of
from tests.workbooks import rows, sheet, workbook


@pytest.mark.parametrize("end", ['<row r="3"', "</worksheet>"])
def test_a_sheet_whose_end_is_missing_is_refused_and_not_read_in_part(end: str) -> None:
    text = sheet(rows([["Client"], ["Acme"], ["Bolt"]]))
    assert problems_of(workbook({"A": text.partition(end)[0]})) == [("a.xlsx", "not a workbook that can be read")]


def test_a_workbook_with_a_damaged_part_is_refused_although_the_table_is_whole() -> None:
    path = "docProps/app.xml"
    data = workbook({"A": sheet(rows([["Client"], ["Acme"]]))}, more={path: b"<Properties/>"})
    at = data.index(path.encode()) + len(path)
    assert problems_of(data[:at] + b"\xff" + data[at + 1 :]) == [("a.xlsx", "not a workbook that can be read")]

"""Workbooks of which a part is cut off."""

from __future__ import annotations

import pytest

from tests.manifest.table.test_workbooks import problems_of
from tests.workbooks import rows, sheet, workbook


@pytest.mark.parametrize("end", ['<row r="3"', "</worksheet>"])
def test_a_sheet_whose_end_is_missing_is_refused_and_not_read_in_part(end: str) -> None:
    text = sheet(rows([["Client"], ["Acme"], ["Bolt"]]))
    assert problems_of(workbook({"A": text.partition(end)[0]})) == [("a.xlsx", "not a workbook that can be read")]

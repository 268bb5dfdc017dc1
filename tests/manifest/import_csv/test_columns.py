"""Options that name columns: what a mistake in one says."""

from __future__ import annotations

import pytest

from reconciler.errors import ManifestError
from reconciler.manifest.import_csv import ImportOptions, column_option, import_csv

LONG, CUT = "x" * 61, "x" * 60


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (LONG, f"'{CUT}' is not FIELD=NAME, e.g. estimate=Budget"),
        (f"{LONG}=a", f"unknown field '{CUT}'; the fields are"),
        (f"client.{LONG}=a", f"a client has no field '{CUT}'; the fields are"),
    ],
)
def test_a_long_word_is_cut_where_it_is_quoted(option: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"unknown field|is not FIELD|has no field") as raised:
        column_option(option)
    assert str(raised.value).startswith(message)


def test_for_a_column_that_is_not_there_one_like_it_is_named_and_else_all_columns() -> None:
    with pytest.raises(ManifestError) as raised:
        import_csv(b"Project,Budget\nWeb,1h\n", "a.csv", ImportOptions({"estimate": "Budgets", "client": "Kunde"}))
    hints = [problem.hint for problem in raised.value.problems]
    assert hints == ["did you mean 'Budget'?", "the columns are 'Project', 'Budget'"]

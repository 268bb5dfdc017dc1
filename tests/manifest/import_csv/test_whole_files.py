"""Problems of a whole file, which have no line and no column."""

from __future__ import annotations

import pytest

from reconciler.errors import ManifestError
from reconciler.manifest.import_csv import import_csv


def test_that_a_file_names_no_resources_is_a_problem_of_the_whole_file() -> None:
    with pytest.raises(ManifestError) as raised:
        import_csv(b"Client\n", "a.csv")
    (problem,) = raised.value.problems
    assert (problem.line, problem.column, problem.message) == (0, 0, "the file names no resources")

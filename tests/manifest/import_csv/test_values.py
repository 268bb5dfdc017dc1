"""Cells of durations: how long a text may be."""

from __future__ import annotations

import pytest

from reconciler.kinds import TASK
from reconciler.manifest.import_csv.values import CellError, value_of

ESTIMATE = TASK.field_named("estimate")


def test_a_duration_of_sixty_characters_is_read() -> None:
    assert value_of(ESTIMATE, f"PT{1:057}H", "Estimate") == "PT1H"


@pytest.mark.parametrize("text", [f"PT{1:058}H", " "])
def test_a_longer_text_and_one_of_blanks_are_no_durations(text: str) -> None:
    with pytest.raises(CellError, match="invalid duration"):
        value_of(ESTIMATE, text, "Estimate")

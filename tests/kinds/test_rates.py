"""Rates with an instant: only the contract's form is one, and no amount is no amount to pay."""

from __future__ import annotations

import pytest

from reconciler.kinds.rates import Rate


@pytest.mark.parametrize("since", ["2026-1-1T0:0:0Z", "2026-02-30T00:00:00Z"])
def test_another_form_of_an_instant_is_refused(since: str) -> None:
    with pytest.raises(ValueError, match=r"instant|day|match"):
        Rate().parse({"amount": 5, "since": since})


def test_amounts_are_those_that_are_set() -> None:
    assert list(Rate().amounts(None)) == []
    assert list(Rate().amounts("5.00")) == ["5.00"]

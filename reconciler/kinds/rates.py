"""The field type of rates per hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reconciler.kinds.field_types import Single
from reconciler.kinds.json_values import object_or_none, wrong_type

RATE_PLACES = 2
"""Decimals of an amount, in every currency: no record shows another minor unit than the hundredth (docs/clockify.md section 1.5)."""
RATE_PATTERN = r"^[0-9]{1,7}(\.[0-9]{1,2})?$"
_SMALLEST = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Rate(Single):
    """A rate per hour: a decimal in major units in manifests, `{amount}` in minor units on the wire.

    Canonical is decimal text with two places. Zero and null are None: the API cannot reset to null and answers either.
    A number without quotes is its written text (`manifest.yaml.document`), so that both spellings have one rule and no float
    rounds a value.
    """

    @property
    def schema(self) -> Mapping[str, Any]:
        """A quoted decimal or a number."""
        return {
            "anyOf": [
                {"type": "string", "pattern": RATE_PATTERN},
                {"type": "number", "minimum": 0, "maximum": 9999999.99},
            ]
        }

    def parse(self, value: Any) -> str | None:
        """Two places; zero is None. Raises ValueError for more places."""
        if value is None:
            return None
        amount = Decimal(str(value))
        if amount != amount.quantize(_SMALLEST):
            raise ValueError(f"the amount {value} has more than {RATE_PLACES} decimals")
        return f"{amount:.2f}" if amount else None

    def read(self, value: Any) -> str | None:
        """Two places; null and zero are None."""
        amount = (object_or_none(value) or {}).get("amount")
        if amount is not None and (isinstance(amount, bool) or not isinstance(amount, int)):
            raise wrong_type(amount, "a whole number", "its amount is ")
        return f"{Decimal(amount) / 100:.2f}" if amount else None

    def write(self, value: Any) -> dict[str, int]:
        """Minor units; None becomes zero, since the API cannot reset to null."""
        return {"amount": int(Decimal(value or 0) * 100)}

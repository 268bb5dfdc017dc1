"""The field types of amounts: rates per hour, with the day since which they apply, and budgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from reconciler.kinds.field_types import Single
from reconciler.kinds.json_values import object_or_none, wrong_type
from reconciler.value_types import Wire

RATE_PLACES = 2
"""Decimals of an amount, in every currency: no record shows another minor unit than the hundredth (docs/clockify.md section 1.5)."""
RATE_PATTERN = r"^[0-9]{1,7}(\.[0-9]{1,2})?$"
_DAYS = (
    r"(?:20[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    r"|20(?:[02468][048]|[13579][26])-02-29)"
)
SINCE_PATTERN = f"^{_DAYS}(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)?$"
"""A day of this century, or an instant in UTC to the second: what the API takes as `since`."""
_SMALLEST = Decimal("0.01")
_SINCE = " since "
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"

WITHOUT_MINOR_UNIT = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF")
)  # fmt: skip
"""The currencies whose amounts are whole numbers (ISO 4217, list one). Those with three or four decimals need no entry: the wire
has hundredths in every currency, which is also the most that a manifest takes.
"""


def amount_text(value: Any) -> str | None:
    """An amount with two places; zero is None. Raises ValueError for more places, ArithmeticError for what is no number."""
    if value is None:
        return None
    amount = Decimal(str(value))
    if amount != amount.quantize(_SMALLEST):
        raise ValueError(f"the amount {value} has more than {RATE_PLACES} decimals")
    return f"{amount:.2f}" if amount else None


def minor_units(value: str | None) -> int:
    """An amount in hundredths; 0 for None."""
    return int(Decimal(value or 0) * 100)


def text_of_minor(amount: Any) -> str | None:
    """Hundredths as an amount with two places; null and zero are None. Raises TypeError for what is no whole number."""
    if amount is not None and (isinstance(amount, bool) or not isinstance(amount, int)):
        raise wrong_type(amount, "a whole number", "its amount is ")
    return f"{Decimal(amount) / 100:.2f}" if amount else None


def amount_schema(pattern: str, maximum: float) -> list[dict[str, Any]]:
    """The JSON Schemas of an amount: a quoted decimal or a number."""
    return [{"type": "string", "pattern": pattern}, {"type": "number", "minimum": 0, "maximum": maximum}]


@dataclass(frozen=True, slots=True)
class Rate(Single):
    """A rate per hour: a decimal in major units in manifests, `{amount}` in minor units on the wire.

    Canonical is decimal text with two places. Zero and null are None: the API cannot reset to null and answers either.
    A number without quotes is its written text (`manifest.yaml.document`), so that both spellings have one rule and no float
    rounds a value. In manifests also `{amount, since}`, canonical `95.00 since 2026-01-01T00:00:00Z`: the API takes the instant
    with a new amount and never answers it, so it is no part of what is compared.
    """

    @property
    def schema(self) -> Mapping[str, Any]:
        """A quoted decimal or a number, or a mapping with `since` besides."""
        amount = amount_schema(RATE_PATTERN, 9999999.99)
        properties = {
            "amount": {"description": "Rate per hour.", "anyOf": amount},
            "since": {
                "description": "Day or UTC instant since which a new amount applies, also to time that is tracked already.",
                "type": "string",
                "pattern": SINCE_PATTERN,
            },
        }
        mapping = {
            "type": "object",
            "properties": properties,
            "required": ["amount"],
            "additionalProperties": False,
        }
        return {"anyOf": [*amount, mapping]}

    def parse(self, value: Any) -> str | None:
        """Two places; zero is None. Raises ValueError for more places, or no instant."""
        given, since = (value["amount"], value.get("since")) if isinstance(value, Mapping) else (value, None)
        amount = amount_text(given)
        if since is None:
            return amount
        instant = since if "T" in since else f"{since}T00:00:00Z"
        if f"{datetime.strptime(instant, _INSTANT):{_INSTANT}}" != instant:  # noqa: DTZ007 - a form of text, no time
            raise ValueError(f"not an instant: {since!r}")
        return f"{amount or '0.00'}{_SINCE}{instant}"

    def read(self, value: Any) -> str | None:
        """Two places; null and zero are None."""
        return text_of_minor((object_or_none(value) or {}).get("amount"))

    def write(self, value: Any) -> dict[str, Any]:
        """Minor units, and the instant if there is one; None becomes zero, since the API cannot reset to null."""
        amount, _, since = (value or "").partition(_SINCE)
        return {"amount": minor_units(amount or None), **({"since": since} if since else {})}

    def document(self, value: Any) -> Any:
        """The amount; a mapping if there is an instant."""
        amount, _, since = (value or "").partition(_SINCE)
        return {"amount": amount, "since": since} if since else amount or None

    def answered(self, value: Any) -> str | None:
        """The amount alone."""
        return amount_text((value or "").partition(_SINCE)[0] or None)

    def resolved(self, live: Any, declared: Any) -> Any:
        """The live value where the amount is the declared one: then there is nothing that could apply since then."""
        return live if self.answered(live) == self.answered(declared) else declared

    def amounts(self, value: Any) -> Iterator[str]:
        """The amount, if there is one."""
        if amount := self.answered(value):
            yield amount


@dataclass(frozen=True, slots=True)
class OwnRate(Rate):
    """A rate with an endpoint of its own."""

    def patch_body(self, wire: Wire, value: Any) -> dict[str, Any]:  # noqa: ARG002 - the signature is PatchType's
        """`{amount}`, with `since` if there is one."""
        return self.write(value)

"""What the type of a field must do, and what it may do besides: protocols only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, runtime_checkable

Wire = Mapping[str, Any]
"""A JSON object as the API sends or takes it."""


class FieldType(Protocol):
    """Converts a field's values between manifest, wire and canonical form. Canonical values are compared with `==`."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """The JSON Schema of the value in a manifest, without `null`."""

    def parse(self, value: Any) -> Any:
        """Manifest value → canonical value (None and the type's empty value are the same)."""

    def read(self, value: Any) -> Any:
        """Wire value → canonical value; raises TypeError for JSON of another type, which is never taken for a value."""

    def write(self, value: Any) -> Any:
        """Canonical value → wire value; None becomes the value that clears the field."""

    def document(self, value: Any) -> Any:
        """Canonical value → manifest value."""


@runtime_checkable
class PatchType(FieldType, Protocol):
    """The type of a field that has an endpoint: also builds the body of its PATCH."""

    def patch_body(self, wire: Wire, value: Any) -> dict[str, Any]:
        """The PATCH body that sets the canonical `value` and keeps the endpoint's other keys as in `wire`."""


@runtime_checkable
class ExclusiveType(Protocol):
    """The type of a field that the service keeps instead of another one."""

    def conflict(self, wire: Wire, value: Any) -> str:
        """Why setting the canonical `value` would change another value of the object as well; empty if it would not."""

    def switched_off(self, wire: Wire) -> str:
        """The canonical value that the object keeps while it is switched off, which any new value replaces; empty if there is none."""


@runtime_checkable
class FollowUpType(Protocol):
    """The type of a value whose own request may leave something out, which further requests set."""

    def follow_ups(self, wire: Wire, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        """Endpoint and body of each `PUT` for what `wire` has otherwise than the canonical `value`."""

    def most_follow_ups(self, before: Any, after: Any) -> int:
        """The most such requests of a change from one canonical value to another."""

    def is_sent(self, body: Wire, wire: Wire) -> bool:
        """Whether an object has what the body of the value's own request sets."""


@runtime_checkable
class PartlyAnsweredType(Protocol):
    """The type of a value of which the service takes a part that it never answers."""

    def answered(self, value: Any) -> Any:
        """The canonical value without that part."""


@runtime_checkable
class ResolvedType(Protocol):
    """The type of a value whose declaration leaves something to the live value."""

    def resolved(self, live: Any, declared: Any) -> Any:
        """The canonical value to reach: what `declared` leaves open is as in `live`, which is None for a new resource.

        A result that equals `live` is no difference. Resolved again against a live value that it was written to, it stays.
        """


@runtime_checkable
class MoneyType(Protocol):
    """The type of a value with amounts in the workspace's currency."""

    def amounts(self, value: Any) -> Iterator[str]:
        """The amounts in a canonical value, as decimal text."""


@runtime_checkable
class MembersType(FollowUpType, Protocol):
    """The type of a set of people and groups that one request replaces, and that the caller is never removed from.

    An identity is the e-mail address (or id) of a person, or `group NAME`.
    """

    def by_identity(self, value: Any) -> dict[str, str]:
        """Identity → the item of a canonical value."""

    def with_person(self, live: Any, value: Any, person: str) -> tuple[str, ...]:
        """The canonical value with a person among it, as the live value has them."""

    def mentions_managers(self, value: Any) -> bool:
        """Whether the roles of a canonical value's people have to be known: one is declared, or is held."""

    def former_managers(self, wire: Wire, value: Any) -> list[str]:
        """The ids of the managers of an object that are not to be managers, given the canonical `value` with ids."""

    def new_managers(self, wire: Wire, value: Any) -> list[str]:
        """The ids of the members of an object that are to become managers, given the canonical `value` with ids."""

    def could_precede(self, value: Any, wanted: Any) -> bool:
        """Whether a new object may have this canonical value before `wanted` is written."""

"""A claim: who applies to a workspace now, and since when. It stands in the store and is renewed with each push."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from reconciler.errors import StoreError
from reconciler.json_text import parse_json

FORMAT: Final = "reconciler.claim/1"
PUSH_SECONDS: Final = 30.0
"""Between two pushes of a run, each of which renews its claim."""
LEASE_SECONDS: Final = 600.0
"""A holder that could not renew its claim for this long writes nothing more."""
STALE_SECONDS: Final = 900.0
"""After this time without a renewal another machine may take the claim over. The difference is room for clocks that differ."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who runs this program: the user, the machine and the process."""

    user: str
    host: str
    pid: int

    def __str__(self) -> str:
        return f"{self.user} on {self.host}, process {self.pid}"


@dataclass(frozen=True, slots=True)
class Claim:
    """`id` is random, so a claim is known again. `since` and `renewed` are Unix times by the holder's clock; `digest` is the plan's."""

    id: str
    holder: str
    since: float
    renewed: float
    digest: str

    def is_stale(self, now: float) -> bool:
        """Whether another machine may take it over."""
        return now - self.renewed >= STALE_SECONDS

    def words(self) -> str:
        """Who holds it since when, for a message."""
        return f"{self.holder}, since {_utc(self.since)}, for the plan {self.digest[:19]}; last renewed {_utc(self.renewed)}"

    def to_bytes(self) -> bytes:
        """As it is stored."""
        content = {
            "format": FORMAT,
            "id": self.id,
            "holder": self.holder,
            "since": _utc(self.since),
            "renewed": _utc(self.renewed),
            "digest": self.digest,
        }
        return (json.dumps(content, indent=1) + "\n").encode("ascii")

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """A stored claim. Raises StoreError: what cannot be read may be the claim of a later version."""
        try:
            content: Any = parse_json(data, unique_keys=True)
            if content["format"] != FORMAT:
                raise ValueError("unknown format")  # noqa: TRY301 - reported below with every other problem of it
            texts = [content[key] for key in ("id", "holder", "digest")]
            if not all(isinstance(text, str) for text in texts):
                raise TypeError("a value is not text")  # noqa: TRY301 - as above
            since, renewed = (datetime.fromisoformat(content[key]).timestamp() for key in ("since", "renewed"))
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise StoreError(
                "the claim of the workspace in the run store cannot be read",
                hint="a later version may have written it: use that one",
            ) from error
        return cls(texts[0], texts[1], since, renewed, texts[2])


def _utc(seconds: float) -> str:
    from reconciler.applying.journal.writer import utc  # noqa: PLC0415 - start-up: a plan claims nothing

    return utc(seconds)

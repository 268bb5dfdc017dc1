"""What surrounds the changes of a plan: where it is meant for, what it costs, and what it was read from."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.state import AccessRole, ListProof

DIGEST_VERSION = 2
"""What the digest covers. Version 1, of 0.1.0, lacks the gateway, the base URL and the allowances: it is read, never applied."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What carrying out the plan costs: requests that read, write and verify, and seconds at the rate limit.

    `saved`: how many of the writes are not needed where the service takes new tasks along with their projects.
    """

    reading: int = 0
    writing: int = 0
    verifying: int = 0
    seconds: float = 0.0
    saved: int = 0

    @property
    def requests(self) -> int:
        """All of them."""
        return self.reading + self.writing + self.verifying


@dataclass(frozen=True, slots=True)
class Target:
    """Where a plan is meant for: gateway name, base URL, workspace id and name."""

    gateway: str
    base_url: str
    workspace_id: str
    workspace_name: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What the plan was read from: each list with the proof of its end, the access role, and the Maton connection."""

    lists: tuple[ListProof, ...] = ()
    access_role: AccessRole = AccessRole.NOT_REQUESTED
    connection: str = ""

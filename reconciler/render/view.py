"""How a plan is shown, besides its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reconciler.render.outcomes import RunOutcomes


@dataclass(frozen=True, slots=True)
class View:
    """`is_full`: text sums nothing up. `source_url`: where the manifests are published, for the links of a page. `outcomes`: of the
    run that applied the plan.
    """

    is_full: bool = False
    source_url: str = ""
    outcomes: RunOutcomes | None = None


PLAIN_VIEW = View()

"""How a plan is shown, besides its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.render.annotations import PlaceOf, source_of

if TYPE_CHECKING:
    from reconciler.render.outcomes import RunOutcomes


@dataclass(frozen=True, slots=True)
class View:
    """`is_full`: text sums nothing up. `source_url`: where the manifests are published, for the links of a page. `outcomes`: of the
    run that applied the plan. `place`: what causes a removal that no line of a manifest names, for annotations.
    """

    is_full: bool = False
    source_url: str = ""
    outcomes: RunOutcomes | None = None
    place: PlaceOf = source_of


PLAIN_VIEW = View()

"""Counts the changes that the targets of a plan leave out, as far as what was read tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.kinds import BY_NAME
from reconciler.model import UNSET
from reconciler.planning.draft import Draft, candidates_inside
from reconciler.planning.plan import Change
from reconciler.planning.plan_context import Targeting
from reconciler.planning.requirements import PEOPLE, Requirements, requirements
from reconciler.planning.targets.patterns import TargetPatterns
from reconciler.state import Usage


def targeting_of(
    patterns: TargetPatterns, outside: Sequence[Change], draft: Draft, usage: Mapping[str, Usage]
) -> Targeting:
    """The targets of a plan, with the number of changes outside that are certain; it is exact if everything was read."""
    required, has_people = requirements(draft), _has_people(draft)
    unknown = {resource.id for resource in required.usage} - usage.keys()
    incomplete = {resource.id for resource in required.objects} - draft.live.completed
    # Tasks of a project that turns out to be deleted go with it.
    inside = {candidate.resource.id for candidate in candidates_inside(draft)} if unknown else set()
    known = [change for change in outside if change.id not in incomplete and change.id not in inside]
    certain = sum(_is_certain(change, draft, required, has_people=has_people) for change in known)
    is_exact = (
        certain == len(outside)
        and has_people
        and not (draft.live.unread or required.task_lists)
        and not incomplete
        and not (unknown and _has_archived(draft))
    )
    return Targeting(patterns.patterns, certain, is_exact)


def _has_people(draft: Draft) -> bool:
    """Whether declared people could be compared: e-mail addresses are known."""
    if draft.live.users:
        return True
    resources = draft.desired.resources.values()
    return not any(r.values.get(name, UNSET) is not UNSET for r in resources for name in PEOPLE[r.kind])


def _is_certain(change: Change, draft: Draft, required: Requirements, *, has_people: bool) -> bool:
    """Whether a change is one whatever was not read."""
    if not change.id:
        return draft.matching.parents.get(change.address) not in required.task_lists  # an unseen task may have the name
    return has_people or not change.fields or any(f.name not in PEOPLE[change.kind] for f in change.fields)


def _has_archived(draft: Draft) -> bool:
    """Whether something archived may be removed: its time entries decide whether that is a change."""
    return any(BY_NAME[c.resource.kind].is_archived(c.resource.values) for c in draft.candidates)

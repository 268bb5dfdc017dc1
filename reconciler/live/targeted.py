"""Reads what a plan with targets requires: every list, since names and guards rest on them, and else only what the targets concern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reconciler.gateway import Reader
from reconciler.kinds import TASK
from reconciler.live.fetch import Fetcher
from reconciler.live.reading import Reading, declares
from reconciler.live.role import access_role_of
from reconciler.planning import make_draft
from reconciler.planning.managers import declares_managers
from reconciler.planning.requirements import MEMBERS, PEOPLE
from reconciler.planning.targets.patterns import TargetPatterns
from reconciler.planning.targets.scope import TargetRequirements, target_requirements
from reconciler.planning.targets.unmet import require_targets
from reconciler.state import AccessRole, Desired, Usage, Workspace


def read_targeted(
    fetcher: Fetcher,
    reader: Reader,
    desired: Desired,
    workspace: Workspace,
    unfinished: Mapping[str, str],
    patterns: TargetPatterns,
) -> Reading:
    """The reading for a plan with targets. `unfinished`: as in `read`, whose errors it raises, and TargetError.

    What has to be read depends on what the targets need, and that on what was read: so it is asked again until nothing is missing.
    Tasks that do not come with their projects are listed for those projects alone that the targets concern.
    """
    fetcher.read_lists(defers_tasks=True)
    if any(map(declares_managers, desired.resources.values())):
        fetcher.expect_roles()
    people = _People(fetcher, desired)
    usage: dict[str, Usage] = {}
    draft = make_draft(desired, fetcher.live())
    if not draft.live.unread:
        require_targets(patterns, draft)
    while True:
        missing = target_requirements(draft, usage, patterns, unfinished)
        if people.read_for(missing) or _read_lists(fetcher, missing):
            draft = make_draft(desired, fetcher.live())
        elif missing.required.usage:
            usage |= fetcher.usage(missing.required.usage)
        else:
            break
    require_targets(patterns, draft)
    access_role = access_role_of(reader, workspace) if missing.removes else AccessRole.NOT_REQUESTED
    live = replace(fetcher.stamped(draft.live), access_role=access_role)
    return Reading(live, usage, replace(draft, live=live), fetcher.started_at)


def _read_lists(fetcher: Fetcher, missing: TargetRequirements) -> bool:
    """Read the task lists and the objects that are missing; whether there were any."""
    incomplete = [resource for resource in missing.required.objects if resource.id not in fetcher.completed]
    fetcher.read_children(TASK, missing.required.task_lists)
    fetcher.complete(incomplete)
    return bool(missing.required.task_lists or incomplete)


class _People:
    """The users and the groups, each read once, when a targeted resource declares some."""

    def __init__(self, fetcher: Fetcher, desired: Desired) -> None:
        self._fetcher = fetcher
        resources = desired.resources.values()
        self._with_people = [resource for resource in resources if declares(resource, PEOPLE)]
        self._with_members = [resource for resource in resources if declares(resource, MEMBERS)]
        self._with_roles = any(map(declares_managers, resources))

    def read_for(self, missing: TargetRequirements) -> bool:
        """Read what a targeted resource needs of them; whether anything was read."""
        is_read = False
        if any(map(missing.concerns, self._with_people)):
            self._fetcher.read_people(with_roles=self._with_roles)
            self._with_people, is_read = [], True
        if any(map(missing.concerns, self._with_members)):
            self._fetcher.read_members()
            self._with_members, is_read = [], True
        return is_read

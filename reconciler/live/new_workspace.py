"""The reading of a workspace that does not exist yet: nothing is in it, and only the caller is a member."""

from __future__ import annotations

from collections.abc import Iterable

from reconciler.errors import PlanningError
from reconciler.gateway import Reader
from reconciler.kinds.people import identity_of
from reconciler.live.reading import Reading
from reconciler.model import UNSET, Resource
from reconciler.planning import make_draft
from reconciler.planning.plan import Plan
from reconciler.planning.problems import problem_at
from reconciler.planning.requirements import MEMBERS, PEOPLE, mentions_members, mentions_people
from reconciler.planning.targets.patterns import TargetPatterns
from reconciler.planning.targets.scope import scope_of
from reconciler.planning.targets.unmet import require_targets
from reconciler.state import Desired, Live, Workspace

REQUESTS = 9
"""Requests of the apply before the first change: the workspaces, the user, the create, two lists each of clients, projects and tags."""


def read_new(reader: Reader, desired: Desired, workspace: Workspace, targets: Iterable[str] = ()) -> Reading:
    """The empty state that a plan for a new workspace starts from. One request, where the manifests name people.

    Raises PlanningError for people other than the caller: only the caller is a member at first. `targets`: as in `read`.
    """
    named = {address: _people(resource) for address, resource in desired.resources.items() if _people(resource)}
    if patterns := TargetPatterns(targets):
        draft = make_draft(desired, Live(workspace, {}))
        require_targets(patterns, draft)
        planned = scope_of(draft, {}, patterns).addresses
        named = {address: people for address, people in named.items() if address in planned}
    users: dict[str, str] = {}
    caller_id = ""
    if named:
        caller = reader.user()
        caller_id = str(caller["id"])
        users = {caller_id: str(caller.get("email") or caller["id"]).lower()}
    members = {*users, *users.values()}
    problems = [
        problem_at(
            desired.resources[address].source,
            f"{address}: {person!r} is not a member of the workspace {workspace.name!r}, which does not exist yet",
            "leave it out, apply, invite the person to the new workspace, and declare it then",
        )
        for address, people in named.items()
        for person in people
        if person not in members
    ]
    if problems:
        raise PlanningError(problems)
    people = 2 if named else 0  # the caller now, and the users once the workspace is there
    if any(desired.resources[address].values.get(name) for address in named for name in MEMBERS[address.kind]):
        people += 2  # the caller once more, and the user groups
    live = Live(workspace, {}, users=users, requests=REQUESTS + people, caller=caller_id)
    return Reading(live, {}, make_draft(desired, live), reader.now())


def empty_reading(plan: Plan, workspace: Workspace) -> Reading:
    """The state that a saved plan for a new workspace starts from, where the workspace still does not exist."""
    people = any(map(mentions_people, plan.changes)) + 2 * any(map(mentions_members, plan.changes))
    return Reading(Live(workspace, {}, requests=REQUESTS + people), {})


def _people(resource: Resource) -> tuple[str, ...]:
    values = (resource.values.get(name, UNSET) for name in PEOPLE[resource.kind])
    return tuple(person for value in values if value is not UNSET and value for person in map(identity_of, value))

"""Reads a workspace in few requests: every list once, and then only what planning requires."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from reconciler.gateway import Reader
from reconciler.kinds import TASK
from reconciler.live.everything import names_people, with_people
from reconciler.live.fetch import Fetcher
from reconciler.live.reading import Reading, declares
from reconciler.live.role import access_role_of
from reconciler.live.targeted import read_targeted
from reconciler.model import Resource
from reconciler.planning import has_removals, make_draft, requirements, usage_inside
from reconciler.planning.absence import unread_parents
from reconciler.planning.derive import fields_reset_by, lacks_patched_keys
from reconciler.planning.draft import Draft
from reconciler.planning.managers import declares_managers, mentions_managers
from reconciler.planning.plan import Change, Plan
from reconciler.planning.requirements import MEMBERS, PEOPLE, members_removed, mentions_members, mentions_people
from reconciler.planning.targets.patterns import TargetPatterns
from reconciler.state import AccessRole, Desired, Live, Workspace

NOTHING: Mapping[str, str] = {}


def read(
    reader: Reader,
    desired: Desired,
    workspace: Workspace,
    unfinished: Mapping[str, str] = NOTHING,
    targets: Iterable[str] = (),
    *,
    adopts: bool = False,
) -> Reading:
    """Read what planning `desired` requires. Raises IncompleteReadError if a list is not proven complete, or GatewayError.

    `unfinished`: tasks that an earlier run may have finished on the way to a delete, with the id of their project. `targets`: as
    in PlanOptions; raises TargetError for one that covers nothing. All lists are read first. Planning then names the projects whose
    tasks must be listed, and the removal candidates, whose tracked time and the caller's role are then read. `adopts`: with all
    tasks of the projects that are only live, and with the people of what is only live, as far as the key may list users.
    """
    fetcher = Fetcher(reader, workspace)
    if patterns := TargetPatterns(targets):
        return read_targeted(fetcher, reader, desired, workspace, unfinished, patterns)
    return read_with(fetcher, reader, desired, workspace, unfinished, adopts=adopts)


def read_with(
    fetcher: Fetcher,
    reader: Reader,
    desired: Desired,
    workspace: Workspace,
    unfinished: Mapping[str, str],
    *,
    adopts: bool = False,
) -> Reading:
    """As `read` without targets, by a fetcher that the caller gives."""
    fetcher.read_lists()
    if any(declares(resource, PEOPLE) for resource in desired.resources.values()):
        fetcher.read_people(with_roles=any(map(declares_managers, desired.resources.values())))
    if any(declares(resource, MEMBERS) for resource in desired.resources.values()):
        fetcher.read_members()
    _read_unseen(fetcher, unfinished)
    return _complete_reading(fetcher, reader, workspace, lambda _: desired, adopts=adopts)


def read_for_undo(
    reader: Reader,
    undone_plan: Plan,
    workspace: Workspace,
    desired_for: Callable[[Live], Desired],
    parents: Mapping[str, str],
) -> Reading:
    """Read what undoing `undone_plan` requires. `desired_for` derives the desired state from the live state.

    `parents`: the project's id of each task that the run created or changed, by the task's id. Raises as `read` does.
    """
    fetcher = Fetcher(reader, workspace)
    fetcher.read_lists()
    if any(_concerns(change, PEOPLE) for change in undone_plan.changes):
        fetcher.read_people(with_roles=any(map(mentions_managers, undone_plan.changes)))
    if any(_concerns(change, MEMBERS) for change in undone_plan.changes):
        fetcher.read_members()
    _read_unseen(fetcher, parents)
    return _complete_reading(fetcher, reader, workspace, desired_for)


def _read_unseen(fetcher: Fetcher, parents: Mapping[str, str]) -> None:
    """Read the lists of the live projects whose tasks, as given by task id, are not among what was read."""
    if parents:
        live = fetcher.live()
        unseen = {parent_id for task_id, parent_id in parents.items() if task_id not in live.by_id}
        fetcher.read_children(TASK, (unseen & live.by_id.keys()) - live.tasks_proven)


def _complete_reading(
    fetcher: Fetcher,
    reader: Reader,
    workspace: Workspace,
    desired_for: Callable[[Live], Desired],
    *,
    adopts: bool = False,
) -> Reading:
    """The reading, with every task list, usage and role that planning requires."""
    live = fetcher.live()
    draft = make_draft(desired_for(live), live)
    required = requirements(draft)
    while True:
        wanted = {c.resource.id for c in draft.candidates if c.resource.kind == TASK.parent} if adopts else set[str]()
        missing = (required.task_lists | wanted) - live.tasks_proven
        incomplete = [resource for resource in required.objects if resource.id not in fetcher.completed]
        if not missing and not incomplete and not fetcher.settle(draft, required):
            break
        fetcher.read_children(TASK, missing)
        fetcher.complete(incomplete)
        live = fetcher.live()
        draft = make_draft(desired_for(live), live)
        required = requirements(draft)
    if adopts and any(map(names_people, _only_live(draft))):
        live = with_people(fetcher, live)
        draft = make_draft(desired_for(live), live)
    usage = fetcher.usage(required.usage)
    if inside := usage_inside(draft, usage):
        usage |= fetcher.usage(inside)
    access_role = access_role_of(reader, workspace) if has_removals(draft, usage) else AccessRole.NOT_REQUESTED
    live = replace(fetcher.stamped(live), access_role=access_role)
    return Reading(live, usage, replace(draft, live=live), fetcher.started_at)


def _only_live(draft: Draft) -> Iterator[Resource]:
    """What the manifests would remove, with what is embedded in it."""
    for candidate in draft.candidates:
        yield candidate.resource
        yield from draft.live.children_of(candidate.resource.id)


def reread(reader: Reader, plan: Plan, workspace: Workspace) -> Reading:
    """Read again what a plan was computed from, before its first write. Raises as `read` does."""
    fetcher = Fetcher(reader, workspace)
    fetcher.read_lists(defers_tasks=plan.targeting is not None)
    if any(mentions_people(change) for change in plan.changes):
        fetcher.read_people(with_roles=any(map(mentions_managers, plan.changes)))
    if any(mentions_members(change) for change in plan.changes):
        fetcher.read_members()
    live = fetcher.live()
    missing = {*unread_parents(plan.changes, live).values()}
    if any(change.is_removal and change.kind == TASK.name for change in plan.changes):
        missing |= live.unread  # the share of the budget is one of all tasks
    if missing:
        fetcher.read_children(TASK, missing)
        live = fetcher.live()
    if incomplete := list(_incomplete(plan, live)):
        fetcher.complete(incomplete)
        live = fetcher.live()
    estimated = {c.id for c in plan.changes if c.deletes and c.impact.time_entries is not None}
    usage = fetcher.usage([resource for resource in live.everything if resource.id in estimated])
    return Reading(fetcher.stamped(live), usage, read_at=fetcher.started_at)


def _incomplete(plan: Plan, live: Live) -> Iterator[Resource]:
    """The resources whose answer lacks a value that a precondition compares, or one that an update would reset."""
    for change in plan.changes:
        resource = live.by_id.get(change.id)
        if resource is None:
            continue
        known = resource.values.keys()
        is_known = change.precondition.values.keys() <= known and not fields_reset_by(change, known)
        if not is_known or lacks_patched_keys(change, resource.wire):
            yield resource


def with_access_role(reading: Reading, reader: Reader, plan: Plan) -> Reading:
    """The reading with the role of the caller, which the guards require if the plan removes anything, resources or members."""
    if not any(change.is_removal or members_removed(change) for change in plan.changes):
        return reading
    before = reader.requests
    access_role = access_role_of(reader, reading.live.workspace)
    requests = reading.live.requests + reader.requests - before
    return replace(reading, live=replace(reading.live, access_role=access_role, requests=requests))


def _concerns(change: Change, fields: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether its undo may set one of these fields: it changes them (assignees count with any change), or deletes what has them."""
    names, any_change = fields[change.kind], set(fields[change.kind]) - set(MEMBERS[change.kind])
    inside = any(fields[address.kind] for address in change.impact.embedded)
    return bool(any_change) or any(map(change.field_named, names)) or (change.deletes and bool(names)) or inside

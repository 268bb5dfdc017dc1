"""What differs between manifests and workspace, found as a plan finds its changes, for taking it over into the manifests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from reconciler.differences import Difference, Where
from reconciler.errors import PlanningError, SimulationError
from reconciler.kinds import BY_NAME
from reconciler.kinds.people import identity_of
from reconciler.model import Address, Resource
from reconciler.planning.derive import goal_of
from reconciler.planning.diff import field_changes
from reconciler.planning.draft import Draft, make_draft
from reconciler.planning.managers import require_shown_roles
from reconciler.planning.plan import Target
from reconciler.planning.planner import PlanOptions
from reconciler.planning.prune import removal_changes
from reconciler.planning.renames.accept import accept_renames
from reconciler.planning.requirements import PEOPLE
from reconciler.state import Desired, Live, Prune, Usage

NOTHING: Mapping[Address, str] = {}


def draft_with_renames(
    desired: Desired,
    live: Live,
    usage: Mapping[str, Usage],
    *,
    target: Target,
    options: PlanOptions,
    known: Callable[[], Mapping[Address, str]] = lambda: NOTHING,
) -> Draft:
    """The two states, matched so that what is renamed in the workspace is the same resource: by its id, else where it looks so.

    `known`: the live id that a declared address had when it was last applied; asked for only if something may be renamed.
    Raises PlanningError as `make_draft` does.
    """
    draft = make_draft(desired, live)
    if not draft.candidates or len(draft.matching.pairs) == len(desired.resources):
        return draft
    desired = _with_known_ids(draft, known())
    try:
        accepted, _ = accept_renames(_with_known_people(desired, live), live, usage, target=target, options=options)
    except (PlanningError, SimulationError):  # of a state that was not read for these renames
        return make_draft(desired, live)
    earlier = {address: resource.was for address, resource in accepted.resources.items()}
    resources = {a: replace(r, was=earlier.get(a, r.was)) for a, r in desired.resources.items()}
    return make_draft(replace(desired, resources=resources), live)


def _with_known_ids(draft: Draft, known: Mapping[Address, str]) -> Desired:
    """The declared state, in which what has another name by now declares that name as an earlier one."""
    pairs = draft.matching.pairs
    unmatched = {resource.id: resource for resource in draft.matching.unmatched}
    changed = {}
    for address, resource in draft.declared.resources.items():
        current = unmatched.get(known.get(address, "")) if address not in pairs else None
        if current is None or current.kind != address.kind:
            continue
        parent = resource.parent
        home = "" if parent is None else pairs[parent].id if parent in pairs else known.get(parent, "")
        above = (current.parent.name if current.parent else "",)
        path = (current.name,) if current.parent_id == home else (*above, current.name)
        if len(path) == 1 or not BY_NAME[address.kind].parent_required:
            changed[address] = replace(resource, was=(path, *resource.was))
    return replace(draft.declared, resources={**draft.declared.resources, **changed}) if changed else draft.declared


def differences(draft: Draft, usage: Mapping[str, Usage]) -> list[Difference]:
    """Every difference that a plan has a change for: first what is in the manifests, then what is only in the workspace.

    Raises PlanningError where the roles of members are declared and the service does not show them.
    """
    require_shown_roles(draft.desired, draft.live)
    return [*_of_declared(draft), *_only_live(draft, usage)]


def _of_declared(draft: Draft) -> Iterator[Difference]:
    for address, resource in draft.desired.resources.items():
        current = draft.matching.pairs.get(address)
        if current is None:
            yield Difference(address, Where.MANIFESTS)
        else:
            yield from _of_pair(draft, resource, current)


def _of_pair(draft: Draft, resource: Resource, current: Resource) -> Iterator[Difference]:
    address, kind = resource.address, BY_NAME[resource.kind]
    if resource.name != current.name:
        yield Difference(address, Where.BOTH, "name", resource.name, current.name, current)
    if kind.parent_wire and draft.matching.parents[address] != current.parent_id:
        parent = draft.matching.declared.get(current.parent_id) or current.parent
        declared = resource.parent.name if resource.parent else None
        live = current.parent.name if current.parent else None
        yield Difference(address, Where.BOTH, kind.parent, declared, live, current, parent)
    for change in field_changes(kind, resource.values, current.values):
        yield Difference(address, Where.BOTH, change.name, change.after, change.before, current)


def _only_live(draft: Draft, usage: Mapping[str, Usage]) -> Iterator[Difference]:
    policy, candidates = draft.desired.policy, {c.resource.id: c for c in draft.candidates}
    # What was not asked about, since it seemed to end with its project, may be unused.
    usage = {**dict.fromkeys(candidates, Usage()), **usage}
    for change in removal_changes(draft, usage):
        current = draft.live.by_id[change.id]
        parent = draft.matching.declared.get(current.parent_id) or current.parent
        entry = candidates[change.id].source
        is_pruned = goal_of(policy, BY_NAME[current.kind]) is not Prune.KEEP
        is_listed = draft.desired.is_authoritative(current.kind, draft.matching.declared.get(current.parent_id))
        yield Difference(
            current.address,
            Where.WORKSPACE,
            current=current,
            parent=parent,
            entry=entry,
            is_added=not entry or (is_pruned and is_listed),
        )


def _with_known_people(desired: Desired, live: Live) -> Desired:
    """The same without people who are not in the workspace: a plan refuses them, and here they are a difference."""
    known = set(live.users.values())
    changed = {}
    for address, resource in desired.resources.items():
        values = {
            name: tuple(item for item in resource.values[name] or () if identity_of(item) in known)
            for name in PEOPLE[resource.kind]
            if resource.values.get(name)
        }
        if any(values[name] != resource.values[name] for name in values):
            changed[address] = replace(resource, values={**resource.values, **values})
    return replace(desired, resources={**desired.resources, **changed}) if changed else desired

"""Phrases that every output shares: marks, values, before → after, impact, counts, forecast. No layout, no escaping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reconciler.kinds import BY_NAME, KINDS, parent_of
from reconciler.model import Address
from reconciler.names import Notation
from reconciler.planning.exclude import is_exclusion_useful
from reconciler.planning.first_plan import is_first_plan_warning
from reconciler.planning.plan import Action, Change, Excluded, FieldChange, Forecast, Impact, Plan
from reconciler.planning.renames.candidate import RenameCandidate, common_line
from reconciler.render import targets
from reconciler.render.counts import count as count  # noqa: PLC0414 - exported with the other phrases
from reconciler.render.values import duration, one_a_member, value
from reconciler.state import AccessRole
from reconciler.text import command_line

MARKS = {Action.CREATE: "+", Action.UPDATE: "~", Action.RESTORE: "↑", Action.ARCHIVE: "⌂", Action.DELETE: "-"}
NEW_WORKSPACE_PART = "1 workspace to create"
NEW_WORKSPACE = "created first; this cannot be undone: the API cannot delete a workspace"
NO_CHANGES = "No changes. The workspace matches the manifests."
ALL_EXCLUDED = "No changes to apply. Everything that differs from the manifests is blocked and excluded."
WITHDRAWN = "a later plan can remove what it covered"
NOTHING_TO_UNDO = "No changes. There is nothing left to undo."
UNDO_EXCLUDED = "No changes to apply. Everything that the undo would change is blocked and excluded."
EXCLUDED_TITLE = "Excluded from this plan"
RENAMES_TITLE = "Renamed, or replaced?"
IF_REPLACED = "if replaced, allow the removal:"
EMBEDDED = "is deleted with it"
SUMMED_UP = "Identical changes are summed up; --full shows each of them."

_ROLE_TEXT = {
    AccessRole.OWNER: ", as owner",
    AccessRole.ADMIN: ", as admin",
    AccessRole.LIMITED: ", with limited access",
    AccessRole.UNKNOWN: ", with an unknown role",
    AccessRole.NOT_REQUESTED: "",
}


def shown_fields(change: Change) -> tuple[FieldChange, ...]:
    """The fields to show: without the lifecycle field that the action's name already implies."""
    if change.action in (Action.ARCHIVE, Action.RESTORE, Action.DELETE):
        lifecycle = BY_NAME[change.kind].lifecycle_name
        return one_a_member(change, (field for field in change.fields if field.name != lifecycle))
    if change.action is Action.CREATE:
        return tuple(field for field in change.fields if field.after not in (None, ()) and field.name != "name")
    return one_a_member(change, change.fields)


def reason(change: Change) -> str:
    """The reason, if the action's name and the fields do not imply it."""
    says_more = change.removal or change.action not in (Action.CREATE, Action.UPDATE) or change.field_named("name")
    return change.reason if says_more else ""


def steps(change: Change) -> str:
    """The steps of a delete that takes several: `archive, then delete`."""
    if change.action is not Action.DELETE or len(change.steps) < 2:
        return ""
    return ", then ".join(str(step) for step in change.steps)


def hours(seconds: int) -> str:
    """Tracked time in hours, as it is billed; short times in seconds, so that they are not rounded to zero."""
    return f"{seconds / 3600:,.1f} h" if seconds >= 180 else f"{seconds} s"


def impact(change: Change) -> str:
    """The effect of an archive or a delete on tracked time, in one phrase; empty for a kind without time."""
    kind, known = BY_NAME[change.kind], change.impact
    if change.action not in (Action.ARCHIVE, Action.DELETE):
        return ""
    parts = _tracked_time(known) if kind.tracks_time or known.tracked_seconds else []
    if known.time_entries is None and not known.tracked_seconds:
        parts.append("time entries unknown")
    elif known.time_entries:
        people = f" of {count(known.users, 'person', 'people')}" if known.users else ""
        parts.append(count(known.time_entries, "time entry", "time entries") + people)
    if known.running:
        parts.append(count(known.running, "running timer"))
    if known.last_used:
        parts.append(f"last used on {known.last_used}")
    if not parts:
        return "no time entries" if kind.usage_param else ""
    is_lost = change.action is Action.DELETE and (known.tracked_seconds or known.time_entries)
    return ("detaches " if is_lost else "") + ", ".join(parts)


def name_availability(change: Change) -> str:
    """Whether the name of an archived or deleted resource can be used again; empty for other actions."""
    if change.action is Action.ARCHIVE and change.impact.name_free is False:
        return "name stays in use"
    if change.action is not Action.DELETE:
        return ""
    return "name becomes free" if change.impact.name_free else "name may stay reserved"


def losses(change: Change) -> str:
    """`an undo cannot restore its id`; empty for what loses nothing."""
    return f"an undo cannot restore {', '.join(change.impact.lost)}" if change.impact.lost else ""


def embedded(change: Change) -> str:
    """`deletes 2 tasks with it`, or nothing."""
    taken = change.impact.embedded
    return f"deletes {count(len(taken), taken[0].kind, BY_NAME[taken[0].kind].plural)} with it" if taken else ""


def _tracked_time(known: Impact) -> list[str]:
    if known.tracked_seconds is None:
        return ["tracked time unknown"]
    return [f"{hours(known.tracked_seconds)} of tracked time" if known.tracked_seconds else "no tracked time"]


def open_questions(plan: Plan) -> list[RenameCandidate]:
    """The rename candidates that a manifest can answer; those that follow from a parent's rename are counted there.

    An undo has no manifests: the block of the removal says what allows it.
    """
    return [] if plan.is_undo else [candidate for candidate in plan.rename_candidates if candidate.was]


def renamed_children(candidate: RenameCandidate, others: Iterable[RenameCandidate]) -> str:
    """The candidates that follow from this one: `with 3 projects of the same names`, or nothing."""
    inside = [other for other in others if not other.was and parent_of(other.create) == candidate.create]
    if not inside:
        return ""
    named = "name" if len(inside) == 1 else "names"
    return f"with {count(len(inside), inside[0].kind, BY_NAME[inside[0].kind].plural)} of the same {named}"


def if_renamed(candidate: RenameCandidate) -> str:
    """What to do with the line of a candidate that is a rename."""
    place = {
        "under": "add this next to its name",
        "in place of": "put this in place of its entry",
        "in the row of": 'put this in its row, and was: "{was}" next to the name in the entry',
    }
    other = candidate.place.removesuffix(" of")
    return f"if renamed, {place.get(candidate.place) or f'put this {other}'}"


def common_lines(plan: Plan) -> Iterator[tuple[str, str]]:
    """For each entry of the manifests that several open questions concern with different lines: the place and the line that answers
    all of them with yes, each as text.
    """
    by_place: dict[tuple[str, str], list[RenameCandidate]] = {}
    for candidate in open_questions(plan):
        place = source_of(candidate, plan)
        if candidate.declared.notation is not Notation.ROW and place.endswith(")"):
            place = place.partition(" (")[0]  # the entry, without the row: all rows share it
        by_place.setdefault((place, candidate.create.name), []).append(candidate)
    for (place, _), several in by_place.items():
        is_clear = len({candidate.create for candidate in several}) == len(several)
        if place and is_clear and len({candidate.line for candidate in several}) > 1:
            yield (
                f"{place} declares {len(several)} of these. If all are renamed, put one line there",
                common_line(several),
            )


def similarity(candidate: RenameCandidate) -> str:
    """`87 of 100`, or that a `was:` is the reason."""
    return "its `was:` matches nothing" if candidate.is_correction else f"{candidate.score} of 100"


def source_of(candidate: RenameCandidate, plan: Plan) -> str:
    """Where the manifests declare the new resource."""
    return next((c.source for c in plan.changes if c.address == candidate.create and c.action is Action.CREATE), "")


def allowing(address: Address) -> str:
    """The option that allows one removal, quoted for a shell."""
    return command_line("--allow-removal", str(address))


def summary(plan: Plan) -> str:
    """`Plan: 3 to create, 1 to delete; 1 blocked.`, or that there are no changes."""
    if plan.is_empty and plan.is_undo:
        return UNDO_EXCLUDED if plan.excluded else NOTHING_TO_UNDO
    outside = targets.outside_part(plan.targeting)
    if plan.is_empty and plan.targeting:
        return f"{targets.ALL_EXCLUDED if plan.excluded else targets.NO_CHANGES}{outside}."
    if plan.is_empty:
        return ALL_EXCLUDED if plan.excluded else NO_CHANGES
    counts = plan.summary
    parts = [NEW_WORKSPACE_PART] if plan.target.is_new else []
    parts += [f"{counts[action]:,} to {action}" for action in map(str, Action) if counts[action]]
    if plan.withdrawn:
        parts.append(f"{count(len(plan.withdrawn), 'protection')} to remove")
    blocked = f"; {counts['blocked']:,} blocked" if counts["blocked"] else ""
    excluded = f"; {len(plan.excluded):,} excluded" if plan.excluded else ""
    return f"Plan: {', '.join(parts)}{blocked}{excluded}{outside}."


def first_plan(plan: Plan) -> list[str]:
    """The warning of a first plan, which stands on top, as a list of one or none."""
    return list(filter(is_first_plan_warning, plan.warnings))


def other_warnings(plan: Plan) -> list[str]:
    """All warnings but that one."""
    return [warning for warning in plan.warnings if not is_first_plan_warning(warning)]


def refusal(plan: Plan) -> str:
    """What `apply` does with a blocked plan, and the option that leaves the rest where there is a rest."""
    rest = "; --except-blocked excludes them" if is_exclusion_useful(plan) else ""
    return f"apply refuses a plan with blocked changes{rest}."


def excluded(change: Excluded) -> str:
    """A change that is excluded from the plan, and why."""
    return f"{change.action} {change.address}: {change.why}"


def proof(plan: Plan) -> str:
    """`Read: 4 lists on 7 pages, all complete, as owner, through connection c1.`; empty for a plan without completeness data."""
    lists = plan.proof.lists
    if not lists:
        return ""
    pages = count(sum(item.pages for item in lists), "page")
    complete = sum(bool(item.ended_by) for item in lists)
    status = "all complete" if complete == len(lists) else f"{complete:,} complete"
    connection = f", through connection {plan.proof.connection}" if plan.proof.connection else ""
    return f"Read: {count(len(lists), 'list')} on {pages}, {status}{_ROLE_TEXT[plan.proof.access_role]}{connection}."


def unmanaged(plan: Plan) -> str:
    """`Not managed: 2 clients, 1 tag.`, or nothing."""
    parts = [
        count(plan.unmanaged[kind.plural], kind.name, kind.plural) for kind in KINDS if plan.unmanaged.get(kind.plural)
    ]
    return f"Not managed: {', '.join(parts)}." if parts else ""


def forecast(cost: Forecast) -> str:
    """`14 requests (4 reading, 8 writing, 2 verifying), about 0.3 s at the rate limit`."""
    parts = [("reading", cost.reading), ("writing", cost.writing), ("verifying", cost.verifying)]
    split = ", ".join(f"{number:,} {what}" for what, number in parts if number)
    requests = count(cost.requests, "request") + (f" ({split})" if split else "")
    fewer = f"; {cost.saved:,} fewer if the service accepts tasks inside new projects" if cost.saved else ""
    done = f"; {count(len(cost.done), 'change')} already up to date, not counted" if cost.done else ""
    return f"{requests}, about {duration(cost.seconds)} at the rate limit{fewer}{done}"


def temporary_name(change: Change) -> str:
    """`via the temporary name "later (reconciler 1)"`, or nothing."""
    return f"via the temporary name {value(change.temporary_name)}" if change.temporary_name else ""

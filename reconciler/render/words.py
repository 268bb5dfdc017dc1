"""The words that every output shares: marks, values, before → after, impact, counts, forecast. No layout, no escaping."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from reconciler.kinds import BY_NAME, KINDS, parent_of
from reconciler.model import Address
from reconciler.planning.plan import Action, Change, Excluded, FieldChange, Forecast, Impact, Plan
from reconciler.planning.renames.candidate import RenameCandidate
from reconciler.state import AccessRole

MARKS = {Action.CREATE: "+", Action.UPDATE: "~", Action.RESTORE: "↑", Action.ARCHIVE: "⌂", Action.DELETE: "-"}
NO_CHANGES = "Nothing to do: the workspace is as the manifests say."
ALL_EXCLUDED = "Nothing is left to do: all that differs from the manifests is blocked, and left out."
WITHDRAWN = "what it covered can go in a plan after this one"
REFUSAL = "Apply refuses the whole plan as long as anything in it is blocked; --except-blocked leaves that out."
LONGEST = 160
"""Characters of a long text that are shown; the plan file has the whole of it, and the digest covers it."""

_ROLE_TEXT = {
    AccessRole.OWNER: ", as owner",
    AccessRole.ADMIN: ", as admin",
    AccessRole.LIMITED: ", by an account that does not see everything",
    AccessRole.UNKNOWN: ", in a role that is not known",
    AccessRole.NOT_REQUESTED: "",
}
_PLAIN = re.compile(r"[\w#@+][\w.@+#:%-]*")
_WORDS = frozenset(("true", "false", "none", "null"))


class Piece(NamedTuple):
    """A part of a field's change; `tone` is before, after, added, removed or plain (a sign between them)."""

    text: str
    tone: str


def name(text: str) -> str:
    """A name as it is; in quotes where its ends could not be told."""
    if not text or text != text.strip() or "  " in text or text[0] in "\"'(:":
        return f'"{text}"'
    return text


def value(given: Any) -> str:
    """A value as a person would write it: `(none)`, true, PT8H, "two words"."""
    if given is None or given == ():
        return "(none)"
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, tuple | list):
        return ", ".join(value(item) for item in given)
    text = str(given)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return f'"{text}"'


def field_pieces(change: Change, field: FieldChange) -> tuple[Piece, ...]:
    """What is shown of one field: the value alone for a create, items added and removed for a list, else before → after."""
    before, after = field.before, field.after
    if change.action is Action.CREATE:
        return (Piece(_short(after), "after"),)
    if isinstance(before, tuple | list) and isinstance(after, tuple | list) and set(before) != set(after):
        return tuple(_items(before, after))
    shown = _short_pair(before, after)
    return (Piece(shown[0], "before"), Piece(" → ", "plain"), Piece(shown[1], "after"))


def _items(before: Sequence[Any], after: Sequence[Any]) -> Iterable[Piece]:
    marked = [("- ", "removed", item) for item in before if item not in after]
    marked += [("+ ", "added", item) for item in after if item not in before]
    for position, (mark, tone, item) in enumerate(marked):
        if position:
            yield Piece(", ", "plain")
        yield Piece(mark + value(item), tone)


def _short(given: Any, skip: int = 0) -> str:
    if not isinstance(given, str) or len(given) <= LONGEST:
        return value(given)
    start = "…" if skip else ""
    return f'"{start}{given[skip : skip + LONGEST]}…" ({len(given):,} characters)'


def _short_pair(before: Any, after: Any) -> tuple[str, str]:
    """Both values; of long texts the part where they begin to differ, so that two different texts never look alike."""
    skip = 0
    if isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) > LONGEST:
        same = next(
            (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
        )
        skip = same - 20 if same > LONGEST // 2 else 0
        if skip:
            return _part(before, skip), _part(after, skip)
    return _short(before), _short(after)


def _part(text: str, skip: int) -> str:
    rest = text[skip : skip + LONGEST]
    end = "…" if len(text) > skip + LONGEST else ""
    return f'"…{rest}{end}" ({len(text):,} characters)'


def shown_fields(change: Change) -> tuple[FieldChange, ...]:
    """The fields that say more than the action's word: not the lifecycle of what is archived, restored or deleted."""
    if change.action in (Action.ARCHIVE, Action.RESTORE, Action.DELETE):
        lifecycle = BY_NAME[change.kind].lifecycle.name
        return tuple(field for field in change.fields if field.name != lifecycle)
    if change.action is Action.CREATE:
        return tuple(field for field in change.fields if field.after not in (None, ()) and field.name != "name")
    return change.fields


def reason(change: Change) -> str:
    """Why, where the action's word and the fields do not say it already."""
    says_more = change.removal or change.action not in (Action.CREATE, Action.UPDATE) or change.field_named("name")
    return change.reason if says_more else ""


def steps(change: Change) -> str:
    """The requests on the way where the word alone would hide some: `archive, then delete`."""
    if change.action is not Action.DELETE or len(change.steps) < 2:
        return ""
    return ", then ".join(str(step) for step in change.steps)


def hours(seconds: int) -> str:
    """Tracked time in hours, as people bill it; never rounded down to nothing."""
    return f"{seconds / 3600:,.1f} h" if seconds >= 180 else f"{seconds} s"


def count(number: int, singular: str, plural: str = "") -> str:
    """`1 project`, `2 projects`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def impact(change: Change) -> str:
    """What an archive or a delete means for tracked time, in one phrase; empty where there is nothing to say of this kind."""
    kind, known = BY_NAME[change.kind], change.impact
    if change.action not in (Action.ARCHIVE, Action.DELETE):
        return ""
    parts = _time_words(known) if kind.tracks_time or known.tracked_seconds else []
    if known.time_entries is None and not known.tracked_seconds:
        parts.append("number of time entries not known")
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
    """Whether the name of what goes can be used again; empty where nothing goes."""
    if change.action is Action.ARCHIVE and change.impact.name_free is False:
        return "its name stays taken"
    if change.action is not Action.DELETE:
        return ""
    return "its name is free again" if change.impact.name_free else "its name may stay reserved"


def embedded(change: Change) -> str:
    """`takes along 2 tasks`, or nothing."""
    taken = change.impact.embedded
    return f"takes along {count(len(taken), taken[0].kind, BY_NAME[taken[0].kind].plural)}" if taken else ""


def _time_words(known: Impact) -> list[str]:
    if known.tracked_seconds is None:
        return ["tracked time not known"]
    return [f"{hours(known.tracked_seconds)} of tracked time" if known.tracked_seconds else "no tracked time"]


def renamed_children(pair: RenameCandidate, pairs: Iterable[RenameCandidate]) -> str:
    """What is such a pair only since this one is: `with it 3 projects of the same names`, or nothing."""
    inside = [p for p in pairs if not p.was and parent_of(p.create) == pair.create]
    if not inside:
        return ""
    named = "name" if len(inside) == 1 else "names"
    return f"with it {count(len(inside), inside[0].kind, BY_NAME[inside[0].kind].plural)} of the same {named}"


def source_of(pair: RenameCandidate, plan: Plan) -> str:
    """Where the manifests declare what would be new."""
    return next((c.source for c in plan.changes if c.address == pair.create and c.action is Action.CREATE), "")


def allowing(address: Address) -> str:
    """The option that allows one removal, to be copied into a shell."""
    return f"--allow-removal {shlex.quote(str(address))}"


def summary(plan: Plan) -> str:
    """`Plan: 3 to create, 1 to delete; 1 of them blocked`, or that there is nothing to do."""
    if plan.is_empty:
        return ALL_EXCLUDED if plan.excluded else NO_CHANGES
    counts = plan.summary
    parts = [f"{counts[action]:,} to {action}" for action in map(str, Action) if counts[action]]
    if plan.withdrawn:
        parts.append(f"{count(len(plan.withdrawn), 'protection')} to take away")
    blocked = f"; {counts['blocked']:,} of them blocked" if counts["blocked"] else ""
    excluded = f"; {len(plan.excluded):,} more left out" if plan.excluded else ""
    return f"Plan: {', '.join(parts)}{blocked}{excluded}."


def excluded(left: Excluded) -> str:
    """One change that a plan goes on without, and why."""
    return f"{left.action} {left.address}: {left.why}"


def proof(plan: Plan) -> str:
    """`Read: 4 lists on 7 pages, each to its proven end, as owner, through the connection c1.`, or nothing where it is not told."""
    lists = plan.proof.lists
    if not lists:
        return ""
    pages = count(sum(found.pages for found in lists), "page")
    proven = sum(bool(found.ended_by) for found in lists)
    end = "each to its proven end" if proven == len(lists) else f"{proven:,} of them to a proven end"
    way = f", through the connection {plan.proof.connection}" if plan.proof.connection else ""
    return f"Read: {count(len(lists), 'list')} on {pages}, {end}{_ROLE_TEXT[plan.proof.access_role]}{way}."


def unmanaged(plan: Plan) -> str:
    """`Not managed, and left alone: 2 clients, 1 tag.`, or nothing."""
    parts = [
        count(plan.unmanaged[kind.plural], kind.name, kind.plural) for kind in KINDS if plan.unmanaged.get(kind.plural)
    ]
    return f"Not managed, and left alone: {', '.join(parts)}." if parts else ""


def forecast(cost: Forecast) -> str:
    """`14 requests (4 reading, 8 writing, 2 verifying), about 0.3 s at the rate limit`."""
    parts = [("reading", cost.reading), ("writing", cost.writing), ("verifying", cost.verifying)]
    split = ", ".join(f"{number:,} {what}" for what, number in parts if number)
    requests = count(cost.requests, "request") + (f" ({split})" if split else "")
    fewer = f"; {cost.saved:,} fewer where the service takes new tasks along with their projects" if cost.saved else ""
    return f"{requests}, about {duration(cost.seconds)} at the rate limit{fewer}"


def duration(seconds: float) -> str:
    """A waiting time: `0.3 s`, `2 min`, `1 h 30 min`."""
    if seconds < 99.5:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60:,} h" + (f" {minutes % 60} min" if minutes % 60 else "")

"""A redacted plan as text: what it changes, by address and field, without values."""

from __future__ import annotations

from collections.abc import Mapping

from reconciler.planning.plan import Action
from reconciler.planning.plan_record import PlannedChange, PlannedRecord
from reconciler.render import words
from reconciler.render.lines import Line, Span, Style, flow
from reconciler.render.screen import PIPE, Screen

_STYLES: Mapping[Action, Style] = {
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.RESTORE: "restore",
    Action.ARCHIVE: "archive",
    Action.DELETE: "delete",
}


def planned_lines(record: PlannedRecord, screen: Screen = PIPE) -> list[Line]:
    """The time, the workspace, a line for each change, and the digest."""
    made = record.created_at or "an unknown time"
    out = flow((Span(f"Redacted plan of {made}: the values of its fields are not in it.", "bold"),), screen)
    out += flow((Span(f"Workspace: {record.workspace_id or 'a new one'}"),), screen)
    out.append(())
    for change in record.changes:
        out += flow(_spans(change), screen, indent=2)
    out += flow((Span(words.count(len(record.changes), "change"), "bold"),), screen)
    return [*out, *flow((Span("Digest: "), Span(record.digest, "dim")), screen)]


def _spans(change: PlannedChange) -> tuple[Span, ...]:
    fields = f"  {', '.join(change.fields)}" if change.fields else ""
    blocked = f"  blocked ({change.blocked})" if change.blocked else ""
    action = Span(f"{change.action} ", _STYLES[change.action])
    return (action, Span(str(change.address)), Span(fields, "dim"), Span(blocked, "blocked"))

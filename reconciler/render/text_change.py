"""One change of a plan for a terminal, or many identical ones, as lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.planning.plan import Action, Change, FieldChange
from reconciler.render import values, words
from reconciler.render.collapse import FEW, FIRST_NAMES, CollapsedChanges
from reconciler.render.lines import Line, Span, Style, flow, is_long
from reconciler.render.screen import Screen

if TYPE_CHECKING:
    from reconciler.render.outcomes import RunOutcomes

STYLES: dict[Action, Style] = {
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.RESTORE: "restore",
    Action.ARCHIVE: "archive",
    Action.DELETE: "delete",
}
_WORD_CELLS = max(len(action) for action in Action) + 1
_TONES: dict[str, Style] = {"before": "dim", "removed": "delete", "added": "create"}


@dataclass(frozen=True, slots=True)
class ChangeText:
    """How changes are shown. `is_full`: nothing is summed up. `outcomes`: of the run that applied the plan, if any."""

    screen: Screen
    is_full: bool = False
    outcomes: RunOutcomes | None = None

    def flow(self, *spans: Span, indent: int = 0, hanging: int = 2) -> list[Line]:
        """The spans as lines that fit the screen."""
        return flow(spans, self.screen, indent=indent, hanging=hanging)

    def change(self, change: Change, indent: int, name: str = "") -> list[Line]:
        """A change with its fields, notes and result. `name`: instead of the name under its parent."""
        shown = Span(values.name(name or change.address.name), STYLES[change.action])
        spans = [*mark(change.action), Span(f"{change.kind} "), shown, *self._state(change)]
        lines = self._with_notes(spans, [text for text in (words.reason(change), change.source) if text], indent)
        if notes := " · ".join(notes_of(change)):
            lines += self.flow(Span(notes), indent=indent + 4)
        lines += self._fields(change, indent + 4)
        lines += self._embedded(change, indent + 4)
        return lines + self._message(change, indent + 4)

    def collapsed(self, entry: CollapsedChanges, indent: int, names: Sequence[str] = ()) -> list[Line]:
        """Identical changes: their number, what they have in common, and the first names. `names`: in their place."""
        first = entry.changes[0]
        is_removal = first.action in (Action.ARCHIVE, Action.DELETE)
        counted = words.count(len(entry.changes), first.kind, entry.plural)
        title = Span(counted if is_removal else f"{counted}, same changes", STYLES[first.action])
        spans = (*mark(first.action), title, *self._state(first))
        notes = [words.reason(first)] if words.reason(first) and is_removal else []
        lines = self._with_notes(spans, notes, indent)
        if texts := " · ".join(notes_of(first)):
            lines += self.flow(Span(texts), indent=indent + 4)
        lines += self._fields(first, indent + 4)
        listed = ", ".join(names or [values.value(change.address.name) for change in entry.first])
        more = f" and {entry.more:,} more" if entry.more else ""
        lines += self.flow(Span(listed + more, "dim"), indent=indent + 4, hanging=0)
        return lines + self._message(first, indent + 4)

    def _state(self, change: Change) -> Iterator[Span]:
        """The result of a change that was applied, or that a guard blocks it."""
        if self.outcomes:
            from reconciler.render.report import RESULT_STYLES  # noqa: PLC0415 - start-up: only a run has results

            result = self.outcomes.result(change)
            yield Span(f"  {self.outcomes.word(change)}", RESULT_STYLES[result] if result else "archive")
        elif change.blocked:
            yield Span(f"  ! blocked by {change.blocked.guard}", "blocked")

    def _message(self, change: Change, indent: int) -> list[Line]:
        message = self.outcomes.message(change) if self.outcomes else ""
        return self.flow(Span(f"! {message}"), indent=indent) if message else []

    def _fields(self, change: Change, indent: int) -> list[Line]:
        return [
            line for field in words.shown_fields(change) for line in self.flow(*_field(change, field), indent=indent)
        ]

    def _embedded(self, change: Change, indent: int) -> list[Line]:
        """What is deleted with it: a line each, or the number and the first names."""
        taken = change.impact.embedded
        if len(taken) > FEW and not self.is_full:
            names = ", ".join(values.value(address.name) for address in taken[:FIRST_NAMES])
            text = f"{words.embedded(change)}: {names} and {len(taken) - FIRST_NAMES:,} more"
            return self.flow(Span("- ", "delete"), Span(text, "delete"), indent=indent)
        lines: list[Line] = []
        for address in taken:
            name = Span(f"{address.kind} {values.name(address.name)}", "delete")
            lines += self.flow(Span("- ", "delete"), name, Span(f" {words.EMBEDDED}"), indent=indent)
        return lines

    def _with_notes(self, spans: Sequence[Span], notes: Sequence[str], indent: int) -> list[Line]:
        """The spans and notes on one line if they fit, else the notes on a line of their own, else on a line each."""
        collapsed = " · ".join(notes)
        whole = (*spans, Span(f"  {collapsed}" if notes else "", "dim"))
        lines = [] if notes and is_long(whole, self.screen, indent) else self.flow(*whole, indent=indent, hanging=4)
        if not notes or len(lines) == 1:
            return lines
        below = self.flow(Span(collapsed, "dim"), indent=indent + 4)
        if len(below) > 1:
            below = [line for note in notes for line in self.flow(Span(note, "dim"), indent=indent + 4)]
        return self.flow(*spans, indent=indent, hanging=4) + below


def mark(action: Action) -> tuple[Span, ...]:
    """The mark and the name of an action, in its style."""
    return (Span(f"{words.MARKS[action]} {action:<{_WORD_CELLS}}", STYLES[action]),)


def notes_of(change: Change) -> Iterator[str]:
    """Impact of a removal, its steps, what happens to the name, and a temporary name."""
    if impact := words.impact(change):
        yield impact
    if steps := words.steps(change):
        yield steps
    if availability := words.name_availability(change):
        yield availability
    if losses := words.losses(change):
        yield losses
    if name := words.temporary_name(change):
        yield name


def _field(change: Change, field: FieldChange) -> Iterator[Span]:
    yield Span(f"{field.name}: ", "plain")
    for piece in values.field_pieces(change, field):
        yield Span(piece.text, _TONES.get(piece.tone, "plain"))

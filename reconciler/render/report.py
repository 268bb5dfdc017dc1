"""The result of an apply, as text: a line per change while it runs, a report at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from reconciler.applying.report import (
    COMPLETED,
    RESULT_WORDS,
    RUN_STOPPED,
    ChangeFinished,
    ChangeStarted,
    Outcome,
    Result,
    RunReport,
    counts_text,
)
from reconciler.planning.plan import Action, FieldChange, Targeting
from reconciler.render import values, words
from reconciler.render.lines import Line, Span, Style, command_lines, flow
from reconciler.render.screen import PIPE, Screen
from reconciler.render.targets import outside_phrase
from reconciler.render.width import truncate, width

RESULT_STYLES: dict[Result, Style] = {
    Result.DONE: "create",
    Result.ALREADY: "dim",
    Result.NOT_ACCEPTED: "blocked",
    Result.FAILED: "delete",
    Result.IN_DOUBT: "blocked",
    Result.MOVED: "blocked",
    Result.SKIPPED: "archive",
}
MAX_SKIPPED = 10
"""Skipped changes that are listed: after an early end they may be most of the plan."""


@dataclass(frozen=True, slots=True)
class Protections:
    """How many protections (`policy.protect`) an apply has recorded and removed."""

    recorded: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.recorded or self.removed)

    def parts(self) -> list[str]:
        """`1 protection recorded`, `2 protections removed`."""
        counts = (("recorded", self.recorded), ("removed", self.removed))
        return [f"{words.count(number, 'protection')} {word}" for word, number in counts if number]


NO_PROTECTIONS = Protections()
_NOT_KEPT = (
    "The service keeps other values in these fields: change them in the manifests, or remove them.",
    "The service keeps other values in these fields, so the undo cannot restore them: set them in Clockify.",
)
"""What to do about values that were not accepted: after a plan from manifests, and after an undo, which has none."""
_ACTION_STYLES: dict[Action, Style] = {
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.RESTORE: "restore",
    Action.ARCHIVE: "archive",
    Action.DELETE: "delete",
}


def event_line(event: ChangeStarted | ChangeFinished, screen: Screen = PIPE) -> Line:
    """One line for one event: the count, the action's mark and name, the address, and the result (or `…`)."""
    change = event.outcome.change if isinstance(event, ChangeFinished) else event.change
    result = event.outcome.result if isinstance(event, ChangeFinished) else None
    counter = f"{event.done:>{len(str(event.total))}}/{event.total} "
    word = f"{words.MARKS[change.action]} {change.action:<8}"
    end = Span(RESULT_WORDS[result], RESULT_STYLES[result]) if result else Span("…", "dim")
    spans = (Span(counter, "dim"), Span(word, _ACTION_STYLES[change.action]), Span(f"{change.address}  "), end)
    return _fit(flow(spans, replace(screen, width=100_000))[0], screen)


def _fit(line: Line, screen: Screen) -> Line:
    """The line cut to the screen's width, if it has one: the address, its longest part. The blanks behind that stand before the next part."""
    over = sum(width(span.text) for span in line) - screen.width
    if over <= 0 or not screen.cuts:
        return line
    longest = max(range(len(line)), key=lambda at: width(line[at].text))
    text = line[longest].text
    end = "..." if screen.ascii else "…"
    cut = truncate(text, max(width(text) - over, width(end) + 1), end)
    return (*line[:longest], Span(cut, line[longest].style), *line[longest + 1 :])


def report_lines(
    report: RunReport,
    screen: Screen = PIPE,
    *,
    next_command: str = "",
    show_command: str = "",
    protections: Protections = NO_PROTECTIONS,
    is_undo: bool = False,
    targeting: Targeting | None = None,
) -> list[Line]:
    """The changes that did not succeed, then the counts, then what to do next.

    `next_command` finishes the run, `show_command` shows its record; `protections` says what the plan changed about them.
    `is_undo`: whether the plan was made from the record of a run, not from manifests. `targeting`: its targets, if it has some.
    """

    def lines(*spans: Span, indent: int = 0) -> list[Line]:
        return flow(spans, screen, indent=indent)

    out = [line for spans, indent in _unsuccessful(report) for line in lines(*spans, indent=indent)]
    if out:
        out.append(())
    if report.stopped:
        out += lines(Span("The run ended early: ", "bold"), Span(report.stopped))
    if report.unverified:
        out += lines(Span("Not verified: ", "bold"), Span(report.unverified))
    out += lines(Span(summary(report, protections), "bold"))
    if outside := outside_phrase(targeting):
        out += lines(Span(f"{outside[0].upper()}{outside[1:]}."))
    cost = f"{words.count(report.requests, 'request')} in {values.duration(report.seconds)}. Digest: {report.digest}"
    out += lines(Span(cost, "dim"))
    if report.run and report.has_written:
        command = show_command or f"reconciler runs show {report.run}"
        out += lines(Span("To show this run: ", "dim"), Span(command, "dim", is_whole=True))
    advice = next_step(report, is_undo=is_undo)
    if advice:
        out += lines(Span(advice))
        out += command_lines(next_command, screen) if next_command else []
    return out


def _unsuccessful(report: RunReport) -> Iterator[tuple[tuple[Span, ...], int]]:
    """The changes that did not succeed: spans and their indentation."""
    skipped = 0
    for outcome in report.outcomes:
        result = outcome.result
        skipped += result is Result.SKIPPED
        if result in COMPLETED or (result is Result.SKIPPED and skipped > MAX_SKIPPED):
            continue
        yield (Span(f"! {RESULT_WORDS[result]}  ", RESULT_STYLES[result]), Span(_what(outcome))), 0
        if outcome.message and outcome.message != RUN_STOPPED:
            yield (Span(outcome.message),), 4
        for field in outcome.not_accepted:
            yield (Span(_kept(field)),), 4
    if skipped > MAX_SKIPPED:
        yield (Span(f"! skipped  {skipped - MAX_SKIPPED:,} more", RESULT_STYLES[Result.SKIPPED]),), 0


def summary(report: RunReport, protections: Protections = NO_PROTECTIONS) -> str:
    """`Applied: 3 done, 1 failed, 2 skipped.`; the counts are those of the JSON."""
    counts = report.summary
    text = counts_text(counts)
    if text and report.is_complete and not counts[Result.DONE] and not protections:
        applied_by = f"; the run {report.run} has applied this plan" if report.run else ""
        return f"No changes: {text}{applied_by}."
    text = ", ".join(filter(None, (text, *protections.parts())))
    return f"Applied: {text}." if text else "No changes applied."


def next_step(report: RunReport, *, is_undo: bool = False) -> str:
    """What to do after an incomplete run, in one or two sentences; empty after a complete one."""
    counts = report.summary
    if report.is_quota:
        # 30 an hour is the limit of a new Free workspace (docs/clockify.md 1.4).
        time = values.duration(report.left * 120)
        return (
            f"At least {words.count(report.left, 'write')} left: about {time} at 30 requests an hour. "
            "The same command with the same digest continues; --wait waits for the limit, --rate 30/h stays within it."
        )
    if counts[Result.MOVED]:
        return "Stale changes were not applied: plan again, and approve the new plan."
    if report.interrupted or report.stopped or counts[Result.SKIPPED] or counts[Result.IN_DOUBT]:
        return "The approval covers the rest: the same command with the same digest finishes it."
    if counts[Result.FAILED]:
        return "Fix what failed, then run it again: the same digest finishes the rest."
    return _NOT_KEPT[is_undo] if counts[Result.NOT_ACCEPTED] else ""


def _what(outcome: Outcome) -> str:
    return f"{outcome.change.action} {outcome.change.address}"


def _kept(field: FieldChange) -> str:
    return f"{field.name}: sent {values.value(field.before)}, the service has {values.value(field.after)}"

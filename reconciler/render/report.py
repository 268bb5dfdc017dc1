"""What became of a plan, as text: a line per change while it runs, a report at the end."""

from __future__ import annotations

from collections.abc import Iterator

from reconciler.applying.report import COMPLETED, RUN_STOPPED, ChangeFinished, ChangeStarted, Outcome, Result, RunReport
from reconciler.planning.plan import Action, FieldChange
from reconciler.render import words
from reconciler.render.lines import Line, Span, Style, command_lines, flow
from reconciler.render.width import truncate, width

RESULT_WORDS = {
    Result.DONE: "done",
    Result.ALREADY: "already as meant",
    Result.NOT_ACCEPTED: "not accepted",
    Result.FAILED: "failed",
    Result.IN_DOUBT: "in doubt",
    Result.MOVED: "moved meanwhile",
    Result.SKIPPED: "skipped",
}
RESULT_STYLES: dict[Result, Style] = {
    Result.DONE: "create",
    Result.ALREADY: "dim",
    Result.NOT_ACCEPTED: "blocked",
    Result.FAILED: "delete",
    Result.IN_DOUBT: "blocked",
    Result.MOVED: "blocked",
    Result.SKIPPED: "archive",
}
MOST_SKIPPED = 10
"""Of what was not tried so many are named: after an early end that may be most of the plan."""
_ACTION_STYLES: dict[Action, Style] = {
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.RESTORE: "restore",
    Action.ARCHIVE: "archive",
    Action.DELETE: "delete",
}


def event_line(event: ChangeStarted | ChangeFinished, *, width: int = 80, ascii: bool = False) -> Line:  # noqa: A002 - the word that callers know
    """One line for one event: how many have ended, the action's mark and word, the address, and how it ended (or `…`)."""
    change = event.outcome.change if isinstance(event, ChangeFinished) else event.change
    result = event.outcome.result if isinstance(event, ChangeFinished) else None
    counter = f"{event.done:>{len(str(event.total))}}/{event.total} "
    word = f"{words.MARKS[change.action]} {change.action:<8}"
    end = Span(RESULT_WORDS[result], RESULT_STYLES[result]) if result else Span("…", "dim")
    spans = (Span(counter, "dim"), Span(word, _ACTION_STYLES[change.action]), Span(f"{change.address}  "), end)
    whole = flow(spans, cells=100_000, in_ascii=ascii)[0]
    return _fit(whole, width, in_ascii=ascii)


def _fit(line: Line, cells: int, *, in_ascii: bool) -> Line:
    """The line in so many cells; what gives way is the address, the third of its four parts."""
    over = sum(width(span.text) for span in line) - cells
    if over <= 0:
        return line
    longest = max(range(len(line)), key=lambda at: width(line[at].text))
    text = line[longest].text
    end = "...  " if in_ascii else "…  "
    cut = truncate(text, max(width(text) - over, width(end) + 1), end)
    return (*line[:longest], Span(cut, line[longest].style), *line[longest + 1 :])


def report_lines(
    report: RunReport,
    *,
    width: int = 80,
    next_command: str = "",
    ascii: bool = False,  # noqa: A002 - the word that callers know
) -> list[Line]:
    """What did not go as meant, one entry a change, then the counts, then what to do (with `next_command`, if given)."""

    def lines(*spans: Span, indent: int = 0) -> list[Line]:
        return flow(spans, cells=width, indent=indent, in_ascii=ascii)

    out = [line for spans, indent in _not_as_meant(report) for line in lines(*spans, indent=indent)]
    if out:
        out.append(())
    if report.stopped:
        out += lines(Span("The run ended early: ", "bold"), Span(report.stopped))
    if report.unverified:
        out += lines(Span("It could not be read again: ", "bold"), Span(report.unverified))
    out += lines(Span(summary(report), "bold"))
    cost = f"{words.count(report.requests, 'request')} in {words.duration(report.seconds)}. Digest: {report.digest}"
    out += lines(Span(cost, "dim"))
    if report.run and report.has_written:
        out += lines(Span(f"The record of this run: reconciler runs show {report.run}", "dim"))
    advice = next_step(report)
    if advice:
        out += lines(Span(advice))
        out += command_lines(next_command, cells=width, in_ascii=ascii) if next_command else []
    return out


def _not_as_meant(report: RunReport) -> Iterator[tuple[tuple[Span, ...], int]]:
    """What did not go as meant: spans and their indentation."""
    skipped = 0
    for outcome in report.outcomes:
        result = outcome.result
        skipped += result is Result.SKIPPED
        if result in COMPLETED or (result is Result.SKIPPED and skipped > MOST_SKIPPED):
            continue
        yield (Span(f"! {RESULT_WORDS[result]}  ", RESULT_STYLES[result]), Span(_what(outcome))), 0
        if outcome.message and outcome.message != RUN_STOPPED:
            yield (Span(outcome.message),), 4
        for field in outcome.not_accepted:
            yield (Span(_kept(field)),), 4
    if skipped > MOST_SKIPPED:
        yield (Span(f"! skipped  {skipped - MOST_SKIPPED:,} more", RESULT_STYLES[Result.SKIPPED]),), 0


def summary(report: RunReport) -> str:
    """`Applied: 3 done, 1 failed, 2 skipped.`; the counts are those of the JSON."""
    counts = report.summary
    parts = [f"{counts[result]:,} {RESULT_WORDS[result]}" for result in Result if counts[result]]
    if parts and report.is_complete and not counts[Result.DONE]:
        before = f": the run {report.run} has applied this plan" if report.run else ""
        return f"Nothing to do: {', '.join(parts)}{before}."
    return f"Applied: {', '.join(parts)}." if parts else "Applied: there was nothing to do."


def next_step(report: RunReport) -> str:
    """What to do after a run that did not reach the goal, in one sentence; empty after one that did."""
    counts = report.summary
    if report.is_quota:
        # 30 an hour is what a new Free workspace has (docs/clockify.md 1.4).
        time = words.duration(report.left * 120)
        return (
            f"{words.count(report.left, 'write')} or more are left: about {time} at 30 requests an hour. "
            "The same command with the same digest goes on; --wait waits, --rate 30/h keeps within the limit."
        )
    if counts[Result.MOVED]:
        return "What moved was left as it is now: plan again, and approve the new plan."
    if report.interrupted or report.stopped or counts[Result.SKIPPED] or counts[Result.IN_DOUBT]:
        return "The approval covers what is left: the same command with the same digest finishes it."
    if counts[Result.FAILED]:
        return "See to what failed, then run it again: what is done stays done, and the same digest finishes the rest."
    if counts[Result.NOT_ACCEPTED]:
        return "The service keeps other values in these fields: change the manifests, or take the fields out of them."
    return ""


def _what(outcome: Outcome) -> str:
    return f"{outcome.change.action} {outcome.change.address}"


def _kept(field: FieldChange) -> str:
    return f"{field.name}: meant {words.value(field.before)}, and the service has {words.value(field.after)}"

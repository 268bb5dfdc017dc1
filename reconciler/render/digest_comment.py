"""What a comment holds that publishes no data: counts, the digest, and how to approve it; no name, no value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.errors import Problem
from reconciler.planning.actions import Action
from reconciler.render import words
from reconciler.render.escape import markdown, markdown_code
from reconciler.render.links import source_link

APPROVE = "/reconciler approve"
_EXIT_CODES = {
    0: "done",
    1: "failed",
    2: "changes are pending",
    3: "refused",
    4: "applied in part",
    64: "usage error",
    130: "interrupted",
}
_COLUMNS = (*map(str, Action), "blocked")


def digest_comment(summary: Mapping[str, Any], folder: str, link: str) -> str:
    """Counts and digest of a summary (`--summary FILE`) as Markdown. `folder`: what was planned; `link`: to the job."""
    plan = summary.get("plan")
    lines = [f"## Plan for {markdown_code(folder)}", ""]
    if plan is None:
        code = summary["exit_code"]
        lines += [f"**Planning failed: {_EXIT_CODES.get(code, 'ended')} (exit code {code}).**", ""]
    elif not any(plan["changes"].values()):
        lines += [f"**{words.NO_CHANGES}**", "", f"Digest: `{plan['digest']}`", ""]
    else:
        counts = [f"{plan['changes'][column]:,}" for column in _COLUMNS]
        lines += [f"| {' | '.join(_COLUMNS)} |", f"|{'--:|' * len(_COLUMNS)}", f"| {' | '.join(counts)} |", ""]
        removals = words.count(len(plan["removals"]), "removal")
        lines += [f"{removals}, {words.count(len(plan['warnings']), 'warning')}. Digest: `{plan['digest']}`", ""]
    return "\n".join(lines) + comment_foot(summary, link)


def comment_foot(summary: Mapping[str, Any], link: str) -> str:
    """What every comment about a plan ends with: how to approve it, unless something blocks it, and the link to the job."""
    plan, lines = summary.get("plan"), []
    if plan is not None and plan["changes"]["blocked"]:
        lines += [f"`apply` refuses this plan: {words.count(plan['changes']['blocked'], 'change')} blocked.", ""]
    elif plan is not None and any(plan["changes"].values()):
        text = "To approve exactly this plan, write a comment with nothing but:"
        lines += [text, "", "```text", f"{APPROVE} {plan['digest']}", "```", ""]
    lines += [f"[The job that planned it]({link})", ""] if link else []
    return "\n".join(lines)


def problems_comment(found: Sequence[tuple[str, Problem]], folder: str, link: str, url: str, limit: int) -> str:
    """Problems as a list with links to their lines, for a forge without annotations. `url`: of the files; `limit`: characters."""
    lines = [f"## Problems in {markdown_code(folder)}", ""]
    lines += [] if found else ["**None.**"]
    used = 0
    for number, (level, problem) in enumerate(found):
        line = _item(level, problem, url)
        used += len(line) + 1
        if used > limit:
            lines.append(f"\n**{len(found) - number:,} more omitted (size limit).**")
            break
        lines.append(line)
    return "\n".join([*lines, "", *([f"[The job that found them]({link})"] if link else []), ""])


def _item(level: str, problem: Problem, url: str) -> str:
    place, target = markdown_code(problem.place), source_link(url, problem.place)
    where = f"[{place}]({target}): " if target else f"{place}: " if problem.path else ""
    hint = f" ({markdown(problem.hint)})" if problem.hint else ""
    return f"- **{level}** {where}{markdown(problem.message)}{hint}"

"""`forge`: comments, annotations, approvals and outputs of a job on GitHub or GitLab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.cli import files, planfiles
from reconciler.cli.forge.job import Job, current_job
from reconciler.cli.forge.summaries import outputs_of, read_summary
from reconciler.cli.manifests import validate_manifests
from reconciler.cli.removal_places import RemovalPlaces
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import document, print_json, print_message, print_result
from reconciler.errors import NotApprovedError, Problem, ReconcilerError
from reconciler.forge import (
    Annotation,
    Approval,
    Forge,
    GitHub,
    Marker,
    Posted,
    Title,
    find_approval,
    is_digest,
    put_comment,
)
from reconciler.render import words
from reconciler.render.annotations import plan_annotations
from reconciler.render.digest_comment import comment_foot, digest_comment, problems_comment

_BODY_BYTES = 8 << 20
_ROOM = 1_000
"""Characters of a comment that its marker and its foot may need."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where on a forge: its name and the number of the request, None for those of the job; and what is planned."""

    name: str | None
    number: int | None
    folder: str = "."


def post_comment(summary: str, body: str | None, place: Place, settings: Settings) -> None:
    """Create or update the comment about a plan. Raises ReconcilerError."""
    content = read_summary(summary)
    job = current_job(place.name, place.number, settings)
    text = _comment(content, body, place.folder, job.url)
    forge = job.open()
    try:
        marker = Marker("plan", settings.workspace or "", place.folder)
        _print_posted(put_comment(forge, job.request_number(forge), marker, text))
    finally:
        forge.close()


def print_comment(summary: str, body: str | None, folder: str) -> None:
    """Print that comment, without a link to a job. Raises ReconcilerError."""
    print_result(document(_comment(read_summary(summary), body, folder, "")))


def _comment(content: Mapping[str, Any], body: str | None, folder: str, link: str) -> str:
    if body is None:
        return digest_comment(content, folder, link)
    return f"{_markdown(body)}\n\n{comment_foot(content, link)}"


def _markdown(path: str) -> str:
    try:
        return files.read(path, limit=_BODY_BYTES).decode("utf-8").rstrip()
    except UnicodeDecodeError:
        raise ReconcilerError(f"{path} is not a text file in UTF-8") from None


def post_annotations(
    paths: Sequence[str], variables: Mapping[str, str], plan_file: str | None, place: Place, settings: Settings
) -> None:
    """Show the problems of the manifests and, of a saved plan, its removals and blocked changes. Raises ReconcilerError."""
    found = _problems(paths, variables, plan_file)
    job = current_job(place.name, place.number, settings)
    forge = job.open()
    try:
        if isinstance(forge, GitHub):
            print_result(_annotate(found, job, forge, place.folder))
        else:
            _list_problems(found, job, forge, Marker("problems", settings.workspace or "", place.folder))
    finally:
        forge.close()


def _problems(paths: Sequence[str], variables: Mapping[str, str], plan_file: str | None) -> list[tuple[str, Problem]]:
    """Level and problem: those of the manifests, then those of the plan."""
    validated = validate_manifests(paths, variables)
    found = [("error", problem) for problem in validated.problems]
    found += [("warning", problem) for problem in validated.warnings]
    if plan_file:
        plan = planfiles.load_plan(plan_file)
        places = {"place": RemovalPlaces(validated.desired)} if validated.desired else {}
        found += plan_annotations(plan, **places)
    return found


def _annotate(found: Sequence[tuple[str, Problem]], job: Job, forge: GitHub, folder: str) -> str:
    """A check run of the head of the request, or of the commit of the job; where it is."""
    commit = forge.request(job.number).head if job.number else job.commit
    if not commit:
        raise ReconcilerError("this job names no request and no commit", hint="name the request: --request NUMBER")
    annotations = [_annotation(level, problem, job) for level, problem in found if problem.path]
    summary = words.count(len(found), "problem, removal or blocked change", "problems, removals and blocked changes")
    name = f"reconciler: {folder}"
    return forge.annotate(commit, Title(name, summary, f"{job.attempt} {folder}"), annotations)


def _annotation(level: str, problem: Problem, job: Job) -> Annotation:
    message = f"{problem.row}: {problem.message}" if problem.row else problem.message
    message = f"{message} ({problem.hint})" if problem.hint else message
    return Annotation(level, job.path_in_repository(problem.path), problem.line, message)


def _list_problems(found: Sequence[tuple[str, Problem]], job: Job, forge: Forge, marker: Marker) -> None:
    """One comment with all problems; without any, one that exists is updated."""
    listed = [(level, _in_repository(problem, job)) for level, problem in found]
    room = min(forge.comment_limit, 60_000) - _ROOM
    text = problems_comment(listed, marker.folder, job.url, job.files_url, room)
    _print_posted(put_comment(forge, job.request_number(forge), marker, text, if_new=bool(found)))


def _in_repository(problem: Problem, job: Job) -> Problem:
    path = job.path_in_repository(problem.path) if problem.path else ""
    return Problem(path, problem.line, problem.column, problem.message, problem.hint, row=problem.row)


def _print_posted(posted: Posted) -> None:
    if posted.action == "absent":
        print_message("no comment: there is nothing to list")
    else:
        print_result(f"{posted.action} {posted.url}")


def print_approval(digest: str, place: Place, settings: Settings, *, by_author: bool, is_json: bool) -> None:
    """Print the comment that approves a digest. Raises NotApprovedError without one, and in a job of a fork."""
    if not is_digest(digest):
        raise NotApprovedError(
            "an approval needs the whole digest: sha256: and 64 hex digits",
            hint="print it: reconciler show plan.json --digest",
        )
    job = current_job(place.name, place.number, settings)
    forge = job.open()
    try:
        number = job.request_number(forge)
        request = forge.request(number)
        if request.is_fork and job.uses_request_code:
            raise NotApprovedError(
                f"request {number} comes from a fork, and this job runs what the fork contains",
                hint="look for the approval in a job of the target branch (docs/ci.md)",
            )
        found = find_approval(forge, request, digest, by_author=by_author)
    finally:
        forge.close()
    for refused in found.refused:
        print_message(f"not counted: {refused.comment.url} of {refused.comment.login}: {refused.reason}")
    if found.approval is None:
        raise NotApprovedError(
            f"no comment on request {number} approves {digest}",
            hint=f"someone with write access comments: /reconciler approve {digest}",
        )
    _print_found(found.approval, number, is_json=is_json)


def _print_found(approval: Approval, number: int, *, is_json: bool) -> None:
    comment = approval.comment
    if is_json:
        facts = {
            "login": comment.login,
            "author_id": comment.author,
            "created_at": comment.created_at,
            "url": comment.url,
        }
        print_json({"digest": approval.digest, "request": number, **facts})
    else:
        print_result(f"approved by {comment.login} at {comment.created_at}: {comment.url}")


def print_outputs(path: str) -> None:
    """Print the outputs of a summary, one a line."""
    for name, value in outputs_of(path).items():
        print_result(f"{name}={value}")

"""`approve`: sign a statement about one digest."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click

from reconciler.applying.approve import digits_of
from reconciler.applying.statement import MAX_BYTES, ApprovalStatement, instant_text, is_principal, parse_approval
from reconciler.cli import files
from reconciler.cli.approvals import SUFFIX
from reconciler.cli.plan_names import is_plan_path
from reconciler.cli.plan_records import load_plan_or_record, now, recorded_plans
from reconciler.cli.settings import Settings
from reconciler.cli.ssh_keygen import key_of, sign
from reconciler.cli.terminal.output import document, print_message, print_result
from reconciler.errors import NotApprovedError, ReconcilerError
from reconciler.kinds.durations import period_seconds
from reconciler.planning import Plan
from reconciler.planning.plan_record import PlannedRecord, planned_record

_ALL_DIGITS = 64
_UNPROVED = (
    "note: these numbers are from a record without values, which cannot prove them; what is signed is the digest: compare it with "
    "that of the plan that you read"
)


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """What to approve (a digest or a plan file), the key, the name of the signer, for how long, and where to write it."""

    plan: str
    key: str
    principal: str | None
    expires: str
    output: str | None


def run_approve(request: ApprovalRequest, settings: Settings) -> None:
    """Sign, and write the approval. Raises ReconcilerError, PlanFileError and NotApprovedError; nothing is written then."""
    seconds = _period(request.expires)
    _require_output(request.output)
    if not Path(request.key).is_file():
        raise ReconcilerError(f"the key {request.key} is not a file", hint="name an ssh key, such as ~/.ssh/id_ed25519")
    digest, record, is_whole = _subject(request.plan, settings)
    signer = request.principal or _email_of_git()
    if not is_principal(signer):
        raise ReconcilerError(
            f"invalid principal {signer!r}" if signer else "the name of the signer is not known",
            hint="name yourself as the allowed signers do: --principal NAME",
        )
    signed_at = now()
    statement = ApprovalStatement(
        digest=digest,
        workspace_id=record.workspace_id if record else "",
        signer=signer,
        signed_at=instant_text(signed_at),
        expires_at=instant_text(signed_at + timedelta(seconds=seconds)),
        plan_created_at=record.created_at if record else "",
    )
    if record:
        if not is_whole:
            print_message(_UNPROVED)
        print_message(_facts(record))
    payload = statement.to_text().encode()
    approval = parse_approval(payload + sign(payload, request.key), request.output or "the new approval")
    fingerprint = key_of(approval)
    if not fingerprint:
        raise ReconcilerError("the new signature cannot be verified", hint="try another version of OpenSSH")
    text = (approval.payload + approval.signature).decode("ascii")
    if request.output:
        files.write(request.output, text)
    else:
        print_result(document(text))
    where = f"; saved to {request.output}" if request.output else ""
    print_message(f"signed as {signer} with the key {fingerprint}, valid until {statement.expires_at}{where}")


def _facts(record: PlannedRecord) -> str:
    """What is signed, in one line."""
    counts: dict[str, int] = {}
    for change in record.changes:
        counts[str(change.action)] = counts.get(str(change.action), 0) + 1
    listed = ", ".join(f"{number} {action}" for action, number in counts.items()) or "no changes"
    return f"approving {record.digest} of {record.created_at or 'an unknown time'}: {listed}"


def _subject(plan: str, settings: Settings) -> tuple[str, PlannedRecord | None, bool]:
    """The whole digest, the record of its plan as far as it is known, and whether it is from a plan with values, which the digest proves.

    Raises PlanFileError, NotApprovedError.
    """
    if plan == "-" or is_plan_path(plan):
        loaded = load_plan_or_record(plan)
        is_whole = isinstance(loaded, Plan)
        record = planned_record(loaded) if isinstance(loaded, Plan) else loaded
        return record.digest, record, is_whole
    digits = digits_of(plan)
    if not digits:
        raise NotApprovedError(
            f"invalid digest {plan[:80]!r}", hint="show it: reconciler show plan.json --digest; or name the plan file"
        )
    records = recorded_plans(digits, settings)
    if len(digits) < _ALL_DIGITS and len(records) != 1:
        what = f"{len(records)} recorded plans have" if records else "no recorded plan has"
        raise NotApprovedError(
            f"{what} a digest that begins with {digits}",
            hint="give all 64 digits, or name the plan file: reconciler approve plan.json --sign-with KEY",
        )
    record_of = records[0] if records else None
    return record_of.digest if record_of else f"sha256:{digits}", record_of, False


def _period(text: str) -> int:
    try:
        return period_seconds(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--expires") from None


def _require_output(path: str | None) -> None:
    """Raise ReconcilerError for a file that is no approval, and for a name that `apply` would not find in a folder."""
    if path is None or path == "-":
        return
    if not path.endswith(SUFFIX):
        raise click.BadParameter(f"{path!r} is not a name of an approval: it ends in {SUFFIX}", param_hint="--output")
    files.require_report_target(path)
    if not os.path.lexists(path):
        return
    try:
        parse_approval(files.read(path, limit=MAX_BYTES), path)
    except NotApprovedError:
        raise ReconcilerError(
            f"cannot write {path}: it exists and is not an approval", hint="use another path"
        ) from None


def _email_of_git() -> str:
    """The e-mail address in git's configuration; "" without one, or without git."""
    try:
        done = subprocess.run(
            ["git", "config", "--get", "user.email"],  # noqa: S607 - the git program of the user
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip()

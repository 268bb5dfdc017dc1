"""Records of planned changes at the command line: what `plan` leaves behind, and what `apply` compares a new plan with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reconciler.applying.plan_records import PlannedRecords
from reconciler.cli import files, plan_names, planfiles
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.output import print_message
from reconciler.errors import JournalError, NotApprovedError, PlanFileError
from reconciler.json_text import parse_json
from reconciler.planning import Plan
from reconciler.planning.moved import moved_since
from reconciler.planning.plan_format import is_planned_document
from reconciler.planning.plan_record import PlannedRecord, planned_record
from reconciler.planning.plan_record_json import record_from_json


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def record_planned(plan: Plan, settings: Settings) -> None:
    """Keep the record of a plan in the state folder, for the `apply` that its digest approves. A failure is a message."""
    try:
        PlannedRecords(settings.state_dir).save(planned_record(plan))
    except JournalError as error:
        print_message(f"note: {error.message}")


def is_recorded(plan: Plan, settings: Settings) -> bool:
    """Whether the state folder has the record of a plan of the same digest."""
    return bool(PlannedRecords(settings.state_dir).find(plan.digest.removeprefix("sha256:"))[0])


def recorded_plans(digits: str, settings: Settings) -> tuple[PlannedRecord, ...]:
    """The records in the state folder of digests that begin with these digits. Each record that is not one is named."""
    from reconciler.planning.verified_record import record_problems  # noqa: PLC0415 - start-up: few commands read a record

    records, problems = PlannedRecords(settings.state_dir).find(digits) if digits else ((), ())
    found = [(record, next(record_problems(record), "")) for record in records]
    impossible = [f"the record of {record.digest} is ignored: {problem}" for record, problem in found if problem]
    for problem in (*problems, *impossible):
        print_message(f"warning: {problem}")
    return tuple(record for record, problem in found if not problem)


def load_plan_or_record(path: str) -> Plan | PlannedRecord:
    """The plan in a file, or the record in a redacted one (`-`: stdin). Raises PlanFileError for neither, ReconcilerError."""
    if path != "-" and not plan_names.is_plan_path(path):
        raise PlanFileError(
            f"{path} is not a plan file: the name of a plan file ends in .json", hint=planfiles.CREATE_PLAN
        )
    data = files.read(path, limit=planfiles.MAX_BYTES)
    try:
        content = parse_json(data, unique_keys=True)
    except ValueError as error:
        if planfiles.is_redacted(data):
            message = f"{planfiles.name_of(path)}: the record of planned changes is damaged: {error}"
            raise PlanFileError(message, hint="make it again: reconciler plan -o FILE.json --redact") from None
        content = None
    if not is_planned_document(content):
        return planfiles.parse_plan(data, path)
    from reconciler.planning.verified_record import require_possible  # noqa: PLC0415 - start-up: few commands read a record

    with planfiles.naming(path):
        record = record_from_json(content)
        require_possible(record)
    return record


def load_record(path: str) -> PlannedRecord:
    """The record of a plan file, redacted or not. Raises PlanFileError, ReconcilerError."""
    loaded = load_plan_or_record(path)
    return planned_record(loaded) if isinstance(loaded, Plan) else loaded


@dataclass(frozen=True, slots=True)
class ApprovedBefore:
    """What is known of the plans that may be approved, before the new plan is made. `plan_file`: where the record is from, if it was named."""

    records: Sequence[PlannedRecord] = ()
    plan_file: str = ""

    def made_at(self, plan: Plan) -> str:
        """When a plan of this digest was made, or ""."""
        return next((record.created_at for record in self.records if record.digest == plan.digest), "")

    def require_same(self, plan: Plan, command: str) -> None:
        """Raise NotApprovedError for a plan that is not the one of the plan file, where one was named. `command` approves the new plan."""
        if self.plan_file and self.records[0].digest != plan.digest:
            hint = f"to approve exactly this plan: {command}" if command else ""
            raise NotApprovedError(f"the plan is not the one in {self.plan_file}: its digest is another", hint=hint)

    def explain(self, error: NotApprovedError, plan: Plan) -> NotApprovedError:
        """The error with what moved since the approved plan, if one is known."""
        if any(record.digest == plan.digest for record in self.records):
            return error
        for record in self.records:
            lines = moved_since(record, planned_record(plan, record.digest))
            message = f"{error.message}; moved since the approved plan of {record.created_at or 'an unknown time'}:"
            return NotApprovedError(message, details=(*lines, *error.details), hint=error.hint)
        return error


def records_before(digits: Sequence[str], plan_file: str | None, settings: Settings) -> ApprovedBefore:
    """What is known of the plans whose digests begin with these digits: from the plan file, where one is given, else from the state folder.

    Raises PlanFileError for the file of another plan.
    """
    if plan_file is None:
        return ApprovedBefore(tuple(record for each in digits for record in recorded_plans(each, settings)))
    record = load_record(plan_file)
    if digits and not any(record.digest.removeprefix("sha256:").startswith(each) for each in digits):
        raise PlanFileError(
            f"{plan_file} is not the plan that is approved: its digest is {record.digest}",
            hint="give the plan file of the approved digest, or leave out --plan-file",
        )
    return ApprovedBefore((record,), plan_file)

"""The approval of one `apply`: by a digest, a class, a prompt or signed approvals; and what is known of the plan that was approved."""

from __future__ import annotations

from dataclasses import dataclass

from reconciler.applying import ApprovedPlan, Runs, with_allowances_of
from reconciler.applying.approve import digits_of
from reconciler.applying.expiry import parse_instant, require_unexpired
from reconciler.cli.approval_options import RequiredApprovals
from reconciler.cli.approvals import GivenApprovals, read_approvals
from reconciler.cli.plan_records import ApprovedBefore, is_recorded, now, record_planned, records_before
from reconciler.cli.settings import Settings
from reconciler.cli.terminal.prompt import confirm_plan
from reconciler.errors import NotApprovedError
from reconciler.planning import Plan


@dataclass(frozen=True, slots=True)
class Approving:
    """What is known of an approval before the plan is made. `digits`: hex digits of the digests that may be approved."""

    token: str | None
    given: GivenApprovals
    before: ApprovedBefore
    digits: tuple[str, ...]
    settings: Settings

    def with_allowances(self, plan: Plan) -> Plan:
        """The new plan with those of its allowances that the approved plan states."""
        for digits in self.digits:
            plan = with_allowances_of(plan, digits)
        return plan

    def record(self, plan: Plan) -> None:
        """Keep the record of a new plan for a later approval. One that is there stays: an `apply` that is refused makes no plan younger."""
        is_approved = any(plan.digest.removeprefix("sha256:").startswith(digits) for digits in self.digits)
        if not is_approved and not plan.is_empty and not is_recorded(plan, self.settings):
            record_planned(plan, self.settings)

    def require_age(self, plan: Plan) -> None:
        """Raise StalePlanError for a plan from a file that has expired. A run that was begun in time may be finished."""
        if Runs(self.settings.state_dir).of(plan, complete=False) is None:
            require_unexpired(plan, plan.created_at, now())

    def confirm(self, plan: Plan, command: str, rest: str) -> ApprovedPlan:
        """The approved plan. Raises NotApprovedError with what moved, BlockedError, and StalePlanError for an expired one."""
        signed = self.given.verify(now())
        try:
            self.before.require_same(plan, command)
            approved = confirm_plan(plan, self.token, self.settings, command, rest, signed)
        except NotApprovedError as error:
            explained = error if plan.is_loaded else self.before.explain(error, plan)
            if explained is error:
                raise
            raise explained from error
        if not plan.is_loaded and (digits_of(self.token) or approved.approvals):
            stated = [approval.statement.plan_created_at for approval in approved.approvals]
            require_unexpired(plan, _earliest([self.before.made_at(plan), *stated]), now())
        return approved


def begin_approval(
    token: str | None, required: RequiredApprovals, plan_file: str | None, settings: Settings
) -> Approving:
    """Read the approvals and what is known of the approved plan; sends nothing. Raises ReconcilerError and PlanFileError."""
    given = read_approvals(required)
    named = (
        (digits_of(token),) if token is not None else tuple(digest.removeprefix("sha256:") for digest in given.digests)
    )
    digits = tuple(filter(None, named))
    before = records_before(digits, plan_file, settings)
    if plan_file is not None and not digits:
        digits = tuple(record.digest.removeprefix("sha256:") for record in before.records)
    return Approving(token, given, before, digits, settings)


def _earliest(times: list[str]) -> str:
    known = [(instant, text) for text in times if (instant := parse_instant(text)) is not None]
    return min(known)[1] if known else ""

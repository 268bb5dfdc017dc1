"""`pull`: read the workspace, and take what differs over into the manifests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.applying import Runs
from reconciler.applying.journal.known_ids import known_ids
from reconciler.cli.actions.pull_choice import choose
from reconciler.cli.actions.rewrite import confirm_and_write, print_diffs
from reconciler.cli.manifests import given_values, read_for_edit
from reconciler.cli.run_store import fetch_runs
from reconciler.cli.session import Session, open_session
from reconciler.cli.settings import Settings
from reconciler.cli.shared_options import variable_arguments
from reconciler.cli.store_use import StoreUse
from reconciler.cli.terminal.output import print_message, print_result
from reconciler.differences import Difference
from reconciler.errors import ManifestError, ReconcilerError
from reconciler.live import Reading, read
from reconciler.manifest.expand.variables import Given
from reconciler.manifest.load import load_files
from reconciler.manifest.pull import Left, Pulled, pull
from reconciler.model import Address
from reconciler.planning import PlanOptions, Target
from reconciler.planning.differences import differences, draft_with_renames
from reconciler.planning.takes import Takes
from reconciler.render import words
from reconciler.state import Allowances, Desired

NO_DIFFERENCES = "No differences. The manifests match the workspace."


@dataclass(frozen=True, slots=True)
class PullRequest:
    """Which manifests, what to take, and the approval."""

    paths: tuple[str, ...]
    takes: Takes
    token: str | None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Compared:
    """The two states, and what a plan between them depends on."""

    reading: Reading
    target: Target
    options: PlanOptions
    known: Callable[[], Mapping[Address, str]]

    def differences(self, desired: Desired) -> list[Difference]:
        live, usage = self.reading.live, self.reading.usage
        options: dict[str, Any] = {"target": self.target, "options": self.options, "known": self.known}
        return differences(draft_with_renames(desired, live, usage, **options), usage)


def run_pull(request: PullRequest, settings: Settings) -> int:
    """Show the diff, ask, and write the manifests. Returns 1 if a difference that was wanted could not be taken.

    Raises NotApprovedError without an approval, and ReconcilerError for a manifest that cannot be edited: then nothing is written.
    """
    given = given_values(request.variables)
    desired, contents = read_for_edit(request.paths, given)
    fetch_runs(settings, StoreUse.PULL)
    with open_session(settings) as session:
        compared, desired = _compare(session, desired)
    found = compared.differences(desired)
    if not found:
        print_result(NO_DIFFERENCES)
        return 0
    taken, left = choose(found, request.takes, settings)
    pulled = pull(contents, taken, compared.reading.live)
    left += pulled.left
    _require_editable(pulled)
    _verify(compared, {**contents, **_new(pulled)}, given, {d.key for d in found if d not in set(taken)}, left)
    if pulled.files:
        print_diffs(pulled.files, settings)
    _report(found, len(taken) - len(pulled.left), left)
    if pulled.files:
        counted = words.count(len(pulled.files), "file")
        arguments = [*request.paths, *variable_arguments(request.variables)]
        command = settings.command("pull", *arguments, "--approve", "yes")
        confirm_and_write(pulled.files, f"Write {counted}?", request.token, settings, command)
    return 1 if left else 0


def _new(pulled: Pulled) -> dict[str, bytes]:
    """The new bytes of every file that changes."""
    return {path: data for path, (_, data) in pulled.files.items()}


def _compare(session: Session, desired: Desired) -> tuple[_Compared, Desired]:
    workspace = session.workspace(desired.workspace)
    desired = session.as_recorded(desired, workspace)
    reading = read(session.reader, desired, workspace, adopts=True)
    target = Target(session.config.name, session.config.base_url, workspace.id, workspace.name)
    runs = Runs(session.settings.state_dir)
    options = session.options(Allowances(), workspace)
    return _Compared(reading, target, options, lambda: known_ids(runs, workspace.id)), desired


def _require_editable(pulled: Pulled) -> None:
    """Raise ReconcilerError where a whole file is refused."""
    refused = [left for left in pulled.left if left.path]
    if refused:
        listed = "; ".join(f"{left.path}: {left.reason}" for left in refused)
        raise ReconcilerError(
            f"cannot edit in place: {listed}. Nothing was written",
            hint="edit that file by hand, or keep what it has with --take git:ADDRESS",
        )


def _verify(
    compared: _Compared,
    contents: Mapping[str, bytes],
    given: Given,
    not_taken: set[tuple[str, str]],
    left: Sequence[Left],
) -> None:
    """Plan with the new manifests: nothing that was taken may differ any more. Raises ReconcilerError."""
    try:
        after = load_files(list(contents.items()), given)
    except ManifestError as error:
        first = error.problems[0]
        message = f"the edited manifests would be invalid: {first.place}: {first.message}. Nothing was written"
        raise ReconcilerError(message, hint="keep what causes it with --take git:ADDRESS") from error
    staying = not_taken | {each.key for each in left}
    rest = [d for d in compared.differences(after) if staying.isdisjoint((d.key, (d.key[0], "")))]
    if rest:
        listed = ", ".join(str(each.address) for each in rest[:5])
        raise ReconcilerError(
            f"the edited manifests would still differ from the workspace: {listed}. Nothing was written",
            hint="this is a defect of reconciler; please report it",
        )


def _report(found: Sequence[Difference], taken: int, left: Sequence[Left]) -> None:
    """Name what could not be taken, and count the rest. `taken`: number of differences that are."""
    for each in left:
        what = f"{each.address} {each.field}".rstrip()
        print_message(f"warning: not taken: {what}: {each.reason}")
    kept = len(found) - taken - len(left)
    counted = words.count(len(found), "difference")
    print_message(f"{counted}: {taken} taken from the workspace, {max(kept, 0)} kept as declared")

"""Signed approvals at the command line: the files that `apply` is given, read and verified."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reconciler.applying.signatures import SignedApprovals, verify_approvals
from reconciler.applying.statement import MAX_BYTES, SignedApproval, parse_approval
from reconciler.cli import files
from reconciler.cli.approval_options import RequiredApprovals
from reconciler.cli.ssh_keygen import PROGRAM, AllowedSigners
from reconciler.errors import NotApprovedError, ReconcilerError

SUFFIX = ".approval"
_MOST_FILES = 1000


@dataclass(frozen=True, slots=True)
class GivenApprovals:
    """The approvals as they were read; nothing is verified yet. `rejected`: a line for each file that is none."""

    required: RequiredApprovals
    approvals: tuple[SignedApproval, ...] = ()
    rejected: tuple[str, ...] = ()

    @property
    def digests(self) -> tuple[str, ...]:
        """The digests that the files claim to approve."""
        return tuple(dict.fromkeys(approval.statement.digest for approval in self.approvals))

    def verify(self, now: datetime) -> SignedApprovals:
        """Those that count now. Raises ReconcilerError where ssh-keygen cannot be run."""
        if not self.required.number:
            return SignedApprovals()
        signers = AllowedSigners(self.required.allowed_signers)
        verified = verify_approvals(
            self.approvals,
            signers,
            required=self.required.number,
            now=now,
            not_authors=self.required.not_authors,
            rejected=self.rejected,
        )
        return replace(verified, rejected=(*verified.rejected, *sorted(signers.malformed)))


def read_approvals(required: RequiredApprovals) -> GivenApprovals:
    """Read the files, before anything is sent. Raises ReconcilerError for a file that cannot be read, and without ssh-keygen."""
    if not required.number:
        return GivenApprovals(required)
    if shutil.which(PROGRAM) is None:
        raise ReconcilerError(
            f"cannot verify approvals: {PROGRAM} is not installed", hint="install OpenSSH 8.7 or later, which has it"
        )
    files.read(required.allowed_signers, limit=MAX_BYTES << 4)
    approvals: list[SignedApproval] = []
    rejected: list[str] = []
    for path in required.paths:
        for name in _files_of(path, rejected):
            try:
                approvals.append(parse_approval(files.read(name, limit=MAX_BYTES), name))
            except NotApprovedError as error:
                rejected.append(error.message)
            except ReconcilerError as error:
                if name == path:
                    raise
                rejected.append(error.message)  # one file of a folder that nobody named
    return GivenApprovals(required, tuple(approvals), tuple(rejected))


def _files_of(path: str, rejected: list[str]) -> Iterator[str]:
    """The file itself, or the approvals in a folder, by name."""
    folder = Path(path)
    if not folder.is_dir():
        yield path
        return
    names = sorted(os.path.join(path, name) for name in os.listdir(path) if name.endswith(SUFFIX))  # noqa: PTH118, PTH208 - as given
    if not names:
        rejected.append(f"{path}: no file in it ends in {SUFFIX}")
    if len(names) > _MOST_FILES:
        raise ReconcilerError(f"{path} has more than {_MOST_FILES} approvals", hint="delete those of earlier plans")
    yield from names

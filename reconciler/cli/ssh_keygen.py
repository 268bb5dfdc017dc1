"""The ssh-keygen program: signs approvals, and verifies them against a file of allowed signers, as git does with commits.

Its messages are not shown as they are: they name keys and agents. Nothing is sent over the network.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from reconciler.applying.statement import NAMESPACE, SignedApproval
from reconciler.errors import ReconcilerError
from reconciler.text import command_line, sanitize

PROGRAM = "ssh-keygen"
_TOO_OLD = (b"option -- Y", b"option -- 'Y'", b"Unsupported operation for -Y")
"""What versions print that cannot sign, or that cannot find the signers of a key."""
_SECONDS = 60
_SIGNING_SECONDS = 300
"""A person types a passphrase, or touches a security key."""


def sign(payload: bytes, key: str) -> bytes:
    """The ssh signature of an approval. The program asks for a passphrase on the terminal itself. Raises ReconcilerError."""
    with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
        statement = Path(folder, "statement")
        statement.write_bytes(payload)
        done = _run(["-Y", "sign", "-f", key, "-n", NAMESPACE, str(statement)], b"", _SIGNING_SECONDS)
        try:
            signature = statement.with_suffix(".sig").read_bytes()
        except OSError:
            signature = b""
    if done.returncode or not signature:
        raise _cannot_sign(key, done.stderr)
    return signature


def _cannot_sign(key: str, messages: bytes) -> ReconcilerError:
    """The error for a key, from what the program says of it."""
    if b"passphrase" in messages:
        public = key if key.endswith(".pub") else f"{key}.pub"
        add = command_line("ssh-add", public.removesuffix(".pub"))
        return ReconcilerError(
            f"cannot sign with {key}: its passphrase was not given, or is another one",
            hint=f"run the command on a terminal, which asks for it; or give the key to the ssh agent and sign with {public}: {add}",
        )
    if b"too open" in messages:
        return ReconcilerError(
            f"cannot sign with {key}: other users can read it", hint=command_line("chmod", "600", key)
        )
    return ReconcilerError(
        f"{PROGRAM} cannot sign with {key}",
        hint="name a private ssh key that only you can read, or a public one whose private key the ssh agent has",
    )


@dataclass(frozen=True, slots=True)
class AllowedSigners:
    """Verifies approvals with the signers of a file in the format of ssh-keygen(1), ALLOWED SIGNERS."""

    path: str
    malformed: set[str] = field(default_factory=set, compare=False)
    """What the program could not read of the file, a message for each line; such a line allows no signer, and the rest of the file holds."""

    def key_of(self, approval: SignedApproval) -> str:
        """The fingerprint of the key that signed exactly this statement; "" if none did."""
        return key_of(approval)

    def principals_of(self, approval: SignedApproval, at: datetime) -> Sequence[str]:
        """Whom the file names for the key of the signature at a time."""
        with _signature_file(approval) as path:
            words = ["-Y", "find-principals", "-s", path, "-f", self.path, _verify_time(at)]
            done = _run(words, b"")
        self.malformed.update(self._malformed_lines(done.stderr))
        return done.stdout.decode("utf-8", "replace").split() if done.returncode == 0 else ()

    def _malformed_lines(self, messages: bytes) -> Iterator[str]:
        """From lines such as `FILE:3: missing key`."""
        prefix = f"{self.path}:"
        for line in messages.decode("utf-8", "replace").splitlines():
            number, _, reason = line.removeprefix(prefix).partition(": ")
            if line.startswith(prefix) and number.isascii() and number.isdigit():
                yield f"line {number} of {self.path} names no signer: {sanitize(reason, 80)}"

    def is_signed_by(self, approval: SignedApproval, principal: str, at: datetime) -> bool:
        """Whether the file lets the key sign approvals as this principal at a time: names, namespaces and validity."""
        with _signature_file(approval) as path:
            words = ["-Y", "verify", "-f", self.path, "-I", principal, "-n", NAMESPACE, "-s", path, _verify_time(at)]
            return _run(words, approval.payload).returncode == 0


def key_of(approval: SignedApproval) -> str:
    """The fingerprint of the key that signed exactly this statement as an approval; "" if none did."""
    with _signature_file(approval) as path:
        done = _run(["-Y", "check-novalidate", "-n", NAMESPACE, "-s", path], approval.payload)
    # Good "NAMESPACE" signature with TYPE key SHA256:…
    last = done.stdout.decode("utf-8", "replace").split()[-1:] if done.returncode == 0 else []
    return last[0] if last and last[0].startswith("SHA256:") else ""


@contextmanager
def _signature_file(approval: SignedApproval) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
        path = Path(folder, "signature")
        path.write_bytes(approval.signature)
        yield str(path)


def _verify_time(at: datetime) -> str:
    """The option, in local time, which is what every version of the program takes."""
    return f"-Overify-time={at.astimezone():%Y%m%d%H%M%S}"


def _run(words: Sequence[str], data: bytes, seconds: int = _SECONDS) -> subprocess.CompletedProcess[bytes]:
    """Run the program. Raises ReconcilerError where it cannot be run, and where it is too old for signatures."""
    try:
        done = subprocess.run(  # noqa: S603 - the ssh-keygen program, without a shell
            [PROGRAM, *words],
            input=data,
            capture_output=True,
            env={**os.environ, "LC_ALL": "C"},
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError:
        raise ReconcilerError(
            f"cannot run {PROGRAM}: it is not installed", hint="install OpenSSH 8.7 or later, which has it"
        ) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = error.strerror if isinstance(error, OSError) else f"it did not finish within {seconds} s"
        raise ReconcilerError(f"cannot run {PROGRAM}: {reason}") from None
    if done.returncode and any(text in done.stderr for text in _TOO_OLD):
        raise ReconcilerError(
            f"{PROGRAM} is too old: it does not know the signatures of approvals", hint="install OpenSSH 8.7 or later"
        )
    return done
